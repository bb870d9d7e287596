import type { KubernetesVersion } from '../../cluster/versions/kubernetes-version.ts'
import { grouped } from '../../simulation/lookups/lookups.ts'
import type { ClusterSection } from '../schema/cluster.ts'

export const MASTER = 'master'
/** The name for the pods without traffic that `pods: 10` counts. */
export const OTHER_PODS = 'others'
const DEFAULT_NODES = 3

export interface NodeMember {
  readonly name: string
  readonly pool: string
  readonly zone: string | null
  /** The version of its pool; null for the version of the cluster. */
  readonly version: KubernetesVersion | null
}

export interface PodMember {
  readonly name: string
  readonly app: string
  /** The name of its node, or the master. */
  readonly node: string
  /** The host whose network it uses: its own, or its node. */
  readonly host: string
}

export type PodSection = Exclude<
  Extract<ClusterSection['pods'], Map<string, unknown>> extends Map<string, infer P> ? P : never,
  number
>

/** The members of a cluster, as the section `cluster` declares them. */
export interface Members {
  readonly nodes: readonly NodeMember[]
  /** The names of all nodes. All users share this list, because one list for each path would take quadratic memory. */
  readonly nodeNames: readonly string[]
  readonly nodesByName: ReadonlyMap<string, NodeMember>
  /** The nodes of each pool, by node name. */
  readonly nodesByPool: ReadonlyMap<string, ReadonlyMap<string, NodeMember>>
  readonly pods: readonly PodMember[]
  readonly podsByName: ReadonlyMap<string, PodMember>
  readonly podsByApp: ReadonlyMap<string, readonly PodMember[]>
  /** The sections of pods with traffic, by application. */
  readonly podSections: ReadonlyMap<string, PodSection>
  readonly otherPodsPerNode: number
  readonly services: NonNullable<ClusterSection['services']>
  readonly users: NonNullable<ClusterSection['users']>
}

export function membersOf(cluster: ClusterSection): Members {
  const nodes = nodesOf(cluster)
  const declared =
    typeof cluster.pods === 'number' ? new Map([[OTHER_PODS, cluster.pods]]) : (cluster.pods ?? new Map())
  const podSections = new Map<string, PodSection>()
  let otherPodsPerNode = 0
  for (const [app, pod] of declared) {
    if (typeof pod === 'number') otherPodsPerNode += pod
    else podSections.set(app, pod)
  }
  const podsByApp = new Map([...podSections].map(([app, section]) => [app, replicasOf(app, section, nodes)]))
  const pods = [...podsByApp.values()].flat()
  return {
    nodes,
    nodeNames: nodes.map(({ name }) => name),
    nodesByName: named(nodes),
    nodesByPool: new Map([...grouped(nodes, ({ pool }) => pool)].map(([pool, own]) => [pool, named(own)])),
    pods,
    // Pods with equal names are reported as a problem. The first counts.
    podsByName: new Map(pods.toReversed().map((pod) => [pod.name, pod])),
    podsByApp,
    podSections,
    otherPodsPerNode,
    services: cluster.services ?? new Map(),
    users: cluster.users ?? new Map(),
  }
}

function named(nodes: readonly NodeMember[]): ReadonlyMap<string, NodeMember> {
  return new Map(nodes.map((node) => [node.name, node]))
}

function nodesOf({ nodes = DEFAULT_NODES }: ClusterSection): NodeMember[] {
  const pools = typeof nodes === 'number' ? new Map([['node', nodes]]) : nodes
  return [...pools].flatMap(([pool, section]) => {
    const {
      count = 1,
      names,
      zones = [],
      kubernetes = null,
    } = typeof section === 'number' ? { count: section } : section
    const all = names ?? Array.from({ length: count }, (_, i) => `${pool}-${i + 1}`)
    return all.map((name, i) => ({
      name,
      pool,
      zone: zones.length === 0 ? null : zones[i % zones.length],
      version: kubernetes,
    }))
  })
}

/** Returns the pods of an application: one on each node, or `replicas` pods, assigned to the nodes in turn. */
function replicasOf(app: string, section: PodSection, nodes: readonly NodeMember[]): PodMember[] {
  const places = section.on === MASTER ? [{ name: MASTER }] : nodesNamed(section.on ?? 'nodes/*', nodes)
  if (places.length === 0) return []
  return Array.from({ length: section.replicas ?? places.length }, (_, i) => {
    const name = `${app}-${i + 1}`
    const node = places[i % places.length].name
    return { name, app, node, host: section.hostNetwork === true ? node : name }
  })
}

/** Returns the nodes that a pattern selects: `nodes/*`, `workers`, `workers/*`, `node-1` or `nodes/node-1`. */
export function nodesNamed(pattern: string, nodes: readonly NodeMember[]): readonly NodeMember[] {
  const [group, member = '*'] = pattern.split('/')
  const inGroup = nodes.filter(
    ({ name, pool }) => group === 'nodes' || pool === group || (member === '*' && name === group),
  )
  return member === '*' ? inGroup : inGroup.filter(({ name }) => name === member)
}
