import { NONE } from '../../engine/table.ts'
import type { NodeResult } from '../../measure/result.ts'
import type { Blueprint } from '../blueprint.ts'
import { sortedNames } from '../lookups/members.ts'
import type { Simulation } from '../simulation.ts'

const NO_CERTIFICATES = { joinedNs: null, certificates: 0 }

/** Returns the state and the history of each node that sends heartbeats. */
export function collectNodes({ plan, parts }: Simulation, { cluster }: Blueprint): NodeResult[] {
  const results = parts.cluster.background?.results() ?? []
  const certificatesOf = (name: string) =>
    results.map(({ nodes }) => nodes?.get(name)).find((known) => known !== undefined) ?? NO_CERTIFICATES
  const { table, evictions } = parts.nodeLifecycle
  const zones = new Map(cluster?.nodes.map((node) => [node.name, node.zone]))
  const podsOn = (node: string) =>
    sortedNames((cluster?.pods ?? []).filter((pod) => pod.node === node && !pod.isOfDaemonSet).map((pod) => pod.name))
  return plan.nodeLifecycle.nodes.map((name, node) => ({
    name,
    zone: zones.get(name) ?? null,
    ready: table.isReady[node] === 1,
    ...certificatesOf(name),
    heartbeats: table.heartbeats[node],
    lastHeartbeatNs: sinceStart(table.lastHeartbeatTick[node]),
    taintedNs: sinceStart(evictions.table.firstTaintedTick[node]),
    evictedNs: sinceStart(evictions.table.evictedTick[node]),
    evictedPods: evictions.table.evictedTick[node] < 0 ? [] : podsOn(name),
    transitions: transitionsOf(parts.nodeLifecycle, node),
  }))
}

function transitionsOf({ table, changes }: Simulation['parts']['nodeLifecycle'], node: number) {
  const transitions: NodeResult['transitions'][number][] = []
  for (let change = changes.rowAt(table.firstChange[node]); change !== NONE; change = changes.next[change])
    transitions.push({ atNs: changes.tick[change], ready: changes.isReady[change] === 1 })
  return transitions
}

function sinceStart(tick: number): number | null {
  return tick < 0 ? null : tick
}
