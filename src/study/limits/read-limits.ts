import { stringify } from 'yaml'
import { isBetween, kindForwarding, MODELLED_PATH_KINDS, type PathKindName } from '../../cluster/paths/path-kinds.ts'
import { namesOf } from '../../engine/registry.ts'
import { checkTree, readTree, type ScenarioOptions, type ScenarioSource } from '../../scenario/load.ts'
import { type Problem, problemAt, sortProblems } from '../../scenario/problems/problem.ts'
import { SourceText } from '../../scenario/problems/source-text.ts'
import { mergeTrees, scalarAt, type Tree, withoutKeys } from '../../scenario/tree/tree.ts'
import { parseYamlTree } from '../../scenario/tree/yaml-tree.ts'
import type { Blueprint, PathBlueprint } from '../../simulation/blueprint.ts'
import type { ClusterBlueprint } from '../../simulation/blueprint-cluster.ts'
import { checkArgument, checkShape } from '../../simulation/given/check-given.ts'
import { LOAD_SHAPE } from '../../simulation/given/shapes.ts'
import { SOURCE } from '../given.ts'
import { withoutAttackers } from '../matrix/matrix.ts'
import { type ControlLinks, controlLinksOf } from './control-links.ts'
import { LIMIT_CRITERIA, type LimitCriterionName } from './criteria.ts'
import type { Probe } from './criterion.ts'

/** A cluster with the traffic by which its limits are measured. */
export interface LimitsSubject {
  readonly scenario: string
  readonly kubernetes: string
  /** The cluster with one workload for each probe and path, and without its own traffic, events and attackers. */
  readonly blueprint: Blueprint
  /** The simulated nodes, which represent the others. */
  readonly nodes: readonly string[]
  /** The number of nodes in the cluster. */
  readonly nodesInAll: number
  readonly links: ControlLinks
  /** The criteria that cannot be measured in this cluster, with the reasons. */
  readonly absent: ReadonlyMap<LimitCriterionName, string>
}

export type ReadLimits =
  | { readonly ok: true; readonly subject: LimitsSubject; readonly warnings: readonly Problem[] }
  | { readonly ok: false; readonly problems: readonly Problem[] }

/** The most simulated nodes of a pool. More nodes of the same kind show nothing new and take longer. */
export const MOST_OF_POOL = 3
/** The most simulated nodes of each pool if there are several pools, and the most in total. */
const MOST_OF_EACH = 2
const MOST_NODES = 6

/** Reads a scenario with a cluster, and adds the traffic that measures its limits. */
export function readLimits(source: ScenarioSource, options: ScenarioOptions = {}): ReadLimits {
  checkArgument('source of readLimits', source, SOURCE)
  checkShape('option of readLimits', options, LOAD_SHAPE)
  const { tree, problems } = readTree(source, options)
  if (tree === null || problems.length > 0) return { ok: false, problems: sortProblems(problems) }
  const whole = checkTree(tree, source.file)
  if (!whole.ok) return whole
  const { cluster } = whole.scenario.blueprint
  if (cluster === null) {
    const problem = problemAt(
      tree.position,
      'missing-key',
      'there is no cluster, whose limits could be found',
      NO_CLUSTER,
    )
    return { ok: false, problems: sortProblems([problem]) }
  }
  const unmodelled = new Map(
    whole.unmodelled.map(({ path, reason }) => [String(scalarAt(tree, ['paths', path, 'kind'])), reason]),
  )
  const paths = pathsIn(whole.scenario.blueprint, unmodelled)
  const probes = probesOf(paths)
  const nodes = simulatedNodes(cluster)
  const probed = checkTree(mergeTrees(bareOf(tree), treeOf(probes, paths, nodes.length)), source.file)
  if (!probed.ok) return probed
  const { blueprint } = probed.scenario
  return {
    ok: true,
    warnings: whole.warnings,
    subject: {
      scenario: blueprint.name,
      kubernetes: cluster.version.text,
      blueprint: reducedTo(blueprint, nodes),
      nodes,
      nodesInAll: cluster.nodes.length,
      links: controlLinksOf(blueprint, nodes),
      absent: absentIn(paths, blueprint),
    },
  }
}

const NO_CLUSTER = 'name a preset, as in cluster: { preset: kubeadm-default }, or use the output of onpath import'
/** The prefix of all names that are added. */
const ADDED = 'limits-'

type Side = Probe['over']

/** The declared paths of each side, or the reason why none is modelled. */
type Paths = Readonly<Record<Side, { readonly names: readonly string[]; readonly absent: string | null }>>

const KINDS: Readonly<Record<Side, PathKindName>> = {
  'to-apiserver': MODELLED_PATH_KINDS.find(({ name }) => isBetween(name, 'kubelet', 'apiserver'))!.name,
  'to-kubelets': kindForwarding('kubelets'),
}

function pathsIn({ paths }: Blueprint, unmodelled: ReadonlyMap<string, string>): Paths {
  const side = (kind: PathKindName) => {
    const names = [...new Set(paths.flatMap((path) => (path.kind === kind ? path.declared : [])))]
    const absent = names.length === 0 ? (unmodelled.get(kind) ?? null) : null
    return { names: names.length === 0 && absent === null ? [`${ADDED}${kind}`] : names, absent }
  }
  return { 'to-apiserver': side(KINDS['to-apiserver']), 'to-kubelets': side(KINDS['to-kubelets']) }
}

interface PlacedProbe {
  readonly name: string
  readonly path: string
  readonly probe: Probe
}

/** Returns each probe on each of its paths. A probe that several criteria share appears once. */
function probesOf(paths: Paths): readonly PlacedProbe[] {
  const probes = new Set(namesOf(LIMIT_CRITERIA).flatMap((name): readonly Probe[] => LIMIT_CRITERIA[name].probes))
  return [...probes].flatMap((probe) =>
    paths[probe.over].names.map((path) => ({ name: `${probe.name}-${path}`, path, probe })),
  )
}

/** Returns the sections that the probes add to a scenario. */
function treeOf(probes: readonly PlacedProbe[], paths: Paths, nodes: number): Tree {
  const added = (['to-apiserver', 'to-kubelets'] as const).flatMap((side) =>
    paths[side].names.flatMap((name) => (name.startsWith(ADDED) ? [[name, { kind: KINDS[side] }] as const] : [])),
  )
  const workloads = probes.map(({ name, path, probe }) => {
    const { rate, ...rest } = probe.workload
    const scaled = probe.isRatePerNode && rate !== undefined ? `${Number.parseFloat(rate) * nodes}/m` : rate
    return [name, { path, ...rest, ...(scaled === undefined ? {} : { rate: scaled }) }] as const
  })
  const text = stringify({
    duration: '1h',
    paths: Object.fromEntries(added),
    workloads: Object.fromEntries(workloads),
  })
  const { tree } = parseYamlTree(new SourceText('limits', text))
  if (tree === null) throw new Error(`the probes of limits are invalid: ${text}`)
  return tree
}

function bareOf(tree: Tree): Tree {
  const bare = withoutAttackers(tree)
  return bare.kind === 'map' ? withoutKeys(bare, ['workloads']) : bare
}

/** Returns the first nodes of each pool, so that every kind of node is included. */
function simulatedNodes({ nodes }: ClusterBlueprint): readonly string[] {
  const most = new Set(nodes.map(({ pool }) => pool)).size === 1 ? MOST_OF_POOL : MOST_OF_EACH
  const ranked = nodes.map((node) => ({
    name: node.name,
    rank: nodes.filter(({ name, pool }) => pool === node.pool && name < node.name).length,
  }))
  const first = ranked
    .filter(({ rank }) => rank < most)
    .sort((a, b) => a.rank - b.rank || (a.name < b.name ? -1 : 1))
    .slice(0, MOST_NODES)
  return first.map(({ name }) => name).sort((a, b) => (a < b ? -1 : 1))
}

/**
 * Returns the scenario with the probes and only these nodes. Other nodes would have no traffic and always be Ready,
 * which would change when the pods of a zone are evicted.
 */
function reducedTo(blueprint: Blueprint, nodes: readonly string[]): Blueprint {
  const workloads = blueprint.workloads.filter(({ name }) => name.startsWith(ADDED))
  const used = new Set(workloads.map(({ path }) => path))
  const paths = blueprint.paths.filter(
    ({ declared, from, to }) => used.has(declared) && (nodes.includes(from) || nodes.includes(to)),
  )
  const { cluster } = blueprint
  const left = (cluster?.nodes ?? []).map(({ name }) => name).filter((name) => !nodes.includes(name))
  if (cluster === null || left.length === 0) return { ...blueprint, workloads, paths, events: [] }
  return {
    ...blueprint,
    workloads,
    paths: paths.map((path) => withTunnelsTo(path, left)),
    events: [],
    cluster: withoutNodes(cluster, left),
  }
}

/** Returns a path whose tunnels do not end at some nodes, if another end is left. */
function withTunnelsTo(path: PathBlueprint, left: readonly string[]): PathBlueprint {
  const { tunnel } = path
  const via = tunnel?.via.filter((name) => !left.includes(name)) ?? []
  return tunnel === null || via.length === 0 ? path : { ...path, tunnel: { ...tunnel, via } }
}

function withoutNodes(cluster: ClusterBlueprint, left: readonly string[]): ClusterBlueprint {
  const pods = cluster.pods.filter(({ node }) => !left.includes(node))
  const gone = new Set(cluster.pods.flatMap(({ name, node }) => (left.includes(node) ? [name] : [])))
  const { konnectivity } = cluster
  return {
    ...cluster,
    pods,
    nodes: cluster.nodes.filter(({ name }) => !left.includes(name)),
    services: cluster.services.map((service) => ({
      ...service,
      endpoints: service.endpoints.filter((name) => !gone.has(name)),
    })),
    konnectivity:
      konnectivity === null
        ? null
        : { ...konnectivity, agents: konnectivity.agents.filter((name) => !left.includes(name)) },
  }
}

function absentIn(paths: Paths, { paths: all }: Blueprint): ReadonlyMap<LimitCriterionName, string> {
  const absent = new Map<LimitCriterionName, string>()
  const hasTunnel = all.some(({ tunnel, declared }) => tunnel !== null && paths['to-kubelets'].names.includes(declared))
  for (const name of namesOf(LIMIT_CRITERIA)) {
    const { probes, isAboutTunnels } = { isAboutTunnels: false, ...LIMIT_CRITERIA[name] }
    const reason = probes.map(({ over }) => paths[over].absent).find((one) => one !== null)
    if (reason !== undefined && reason !== null) absent.set(name, `not modelled: ${reason}`)
    else if (isAboutTunnels && !hasTunnel) absent.set(name, 'the cluster has no tunnels')
  }
  return absent
}
