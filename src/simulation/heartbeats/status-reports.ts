import { abilitiesOf } from '../../cluster/versions/abilities.ts'
import { NS_PER_S } from '../../engine/ticks.ts'
import type { Blueprint, WorkloadBlueprint } from '../blueprint.ts'
import type { NodeBlueprint } from '../blueprint-cluster.ts'
import { pathLookupsOf } from '../lookups/lookups.ts'
import { ClusterConnections } from '../paths/cluster-connections.ts'

/** The first character of the names of added workloads. Results do not list them. */
const HIDDEN = '~'

/**
 * Adds the heartbeats of kubelets whose address requests may change, unless the scenario has them. A kubelet always
 * reports its status, and so restores its own address (pkg/kubelet/kubelet_node_status.go, tryUpdateNodeStatus).
 */
export function withStatusReports(blueprint: Blueprint): Blueprint {
  const { cluster, additions } = blueprint
  const readdressed = new Set((additions?.addresses ?? []).map(({ node }) => node))
  if (cluster === null || readdressed.size === 0) return blueprint
  const reporting = new Set(heartbeatNodes(blueprint))
  const silent = cluster.nodes.filter(({ name }) => readdressed.has(name) && !reporting.has(name))
  const { ofKubelet } = pathLookupsOf(blueprint)
  const connections = new ClusterConnections(blueprint, cluster)
  const added = silent
    .filter(({ name }) => !ofKubelet.has(name))
    .map((node) => connections.ofKubelet(node, `kubelet of ${node.name} (heartbeats)`))
  const workloads = silent.map((node) => {
    const path = ofKubelet.get(node.name) ?? added.find(({ from }) => from === node.name)
    return reportsOn(path?.declared ?? '', node)
  })
  return {
    ...blueprint,
    paths: [...blueprint.paths, ...added],
    workloads: [...blueprint.workloads, ...new Map(workloads.map((each) => [each.name, each])).values()],
  }
}

/** Returns whether the expansion added a workload. */
export function isHiddenWorkload(name: string): boolean {
  return name.startsWith(HIDDEN)
}

function reportsOn(path: string, { kubelet, version }: NodeBlueprint): WorkloadBlueprint {
  const isLease = abilitiesOf(version).kubelet.heartbeat === 'lease'
  const periodNs = isLease ? kubelet.nodeLeaseDurationNs / RENEWALS_A_LEASE : kubelet.nodeStatusUpdateFrequencyNs
  return {
    name: `${HIDDEN}status/${path}`,
    path,
    kind: 'heartbeat',
    carries: [],
    connection: 'keep-alive',
    arrivals: { kind: 'open', ratePerS: NS_PER_S / periodNs, spacing: 'fixed', forNs: null },
    objects: { resource: isLease ? 'leases' : 'nodes', count: 1, encoding: 'protobuf' },
    target: null,
    requestBytes: 0,
    responseBytes: 0,
    startNs: 0,
  }
}

/** A lease is renewed four times in its duration (cmd/kubelet/app, nodeLeaseRenewIntervalFraction). */
const RENEWALS_A_LEASE = 4

/** Returns the sorted names of the nodes that send heartbeats. */
export function heartbeatNodes({ workloads, paths }: Pick<Blueprint, 'workloads' | 'paths'>): string[] {
  const beating = new Set(workloads.filter(({ kind }) => kind === 'heartbeat').map(({ path }) => path))
  const nodes = new Set(paths.filter(({ declared }) => beating.has(declared)).map(({ from }) => from))
  return [...nodes].sort((a, b) => (a < b ? -1 : 1))
}
