import {
  isBetween,
  kindForwarding,
  leadsToApiserver,
  MODELLED_PATH_KINDS,
  pathKind,
} from '../../cluster/paths/path-kinds.ts'
import { checkTree, type LoadedScenario } from '../../scenario/load.ts'
import type { Problem } from '../../scenario/problems/problem.ts'
import { SourceText } from '../../scenario/problems/source-text.ts'
import { buildTree, type TreeInput } from '../../scenario/tree/build-tree.ts'
import { mergeTrees, scalarAt, type Tree, treeAt, withoutKeys, withValue } from '../../scenario/tree/tree.ts'
import type { Blueprint, PathBlueprint } from '../../simulation/blueprint.ts'
import type { NodeBlueprint } from '../../simulation/blueprint-cluster.ts'

/** A scenario with everything that it offers to attackers. */
export interface Offered {
  readonly tree: Tree
  readonly loaded: LoadedScenario
}

/** The number of requests on a path without traffic of its own, enough for an attacker between its ends. */
const REQUESTS = 4

/**
 * Adds what a scenario offers but does not use, because attackers may use it: requests on paths without traffic, and
 * paths on which the cluster's programs connect on request. Kubelets with another set-up than the first node of a path
 * get a path of their own, so that each set-up is attacked.
 */
export function offeredBy(
  bare: Tree,
  file: string,
): ({ readonly ok: true } & Offered) | { readonly ok: false; readonly problems: readonly Problem[] } {
  const loaded = checkTree(bare, file)
  if (!loaded.ok) return loaded
  const kubelets = pathsToKubelets(loaded, bare)
  const paths = [...kubelets, ...unverifiedPaths(loaded, kubelets), ...otherPaths(loaded, bare)]
  const { blueprint } = loaded.scenario
  const used = new Set(blueprint.workloads.map(({ path }) => path))
  const idle = [...new Map(blueprint.paths.map(({ declared, kind }) => [declared, kind]))].filter(
    ([declared]) => !used.has(declared),
  )
  if (paths.length === 0 && idle.length === 0) return { ok: true, tree: bare, loaded }
  const added = buildTree(
    {
      paths: Object.fromEntries(paths.map(({ name, tree }) => [name, tree])),
      workloads: Object.fromEntries(
        [...idle, ...paths.map(({ name, kind }) => [name, kind] as const)].map(([name, kind]) => [
          unlike(name, (other) => blueprint.workloads.some((workload) => workload.name === other)),
          { path: name, requests: REQUESTS, ...usualOn(kind) },
        ]),
      ),
    },
    NOWHERE,
  )
  const tree = mergeTrees(bare, added)
  const whole = checkTree(tree, file)
  if (!whole.ok) throw new Error(`what a scenario offers is invalid: ${JSON.stringify(whole.problems[0])}`)
  return { ok: true, tree, loaded: whole }
}

const NOWHERE = { source: new SourceText('offered', ''), start: 0, end: 0 }

interface AddedPath {
  readonly name: string
  readonly kind: PathBlueprint['kind']
  readonly tree: TreeInput
}

/** Returns the usual workload of a kind of path: the first one that only some kinds carry. */
function usualOn(kind: PathBlueprint['kind']): TreeInput & object {
  const [first] = [...pathKind(kind).carries].filter((workload) => !ENDLESS.includes(workload))
  return first === undefined ? {} : { kind: first }
}

/** The workloads without an end of their own. */
const ENDLESS: readonly string[] = ['heartbeat', 'watch', 'pod-changes']

/** Returns a path to the kubelets of each set-up that differs from the first node of every path. */
function pathsToKubelets({ scenario, printable, unmodelled }: LoadedScenario, bare: Tree): readonly AddedPath[] {
  const { paths, cluster } = scenario.blueprint
  const kind = kindForwarding('kubelets')
  if (cluster === null || unmodelled.some(({ path }) => scalarAt(bare, ['paths', path, 'kind']) === kind)) return []
  const declared = firstOfEach(
    paths.filter((path) => path.kind === kind),
    (path) => path.declared,
  )
  const nodes = new Map(cluster.nodes.map((node) => [node.name, node]))
  const attacked = new Set(declared.flatMap(({ to }) => setUpOf(nodes.get(to))))
  const isMany = new Set(cluster.nodes.map((node) => setUpOf(node)[0])).size > 1
  return firstOfEach(cluster.nodes, (node) => setUpOf(node)[0])
    .filter((node) => !attacked.has(setUpOf(node)[0]))
    .map((node) => {
      const own = paths.find((path) => path.kind === kind && path.to === node.name)
      const written = own === undefined ? undefined : treeAt(printable, ['paths', own.declared])
      const ends = isMany ? { to: `${node.pool}/*` } : {}
      const base = own?.declared ?? kind
      const tree = written === undefined ? { kind, ...ends } : withEnd(written, `${node.pool}/*`)
      return { name: unlike(isMany ? `${base}-${node.pool}` : base, isTaken(scenario.blueprint)), kind, tree }
    })
}

/**
 * Returns an unverified path to the kubelets whose logs users read without verification. The apiserver opens new
 * connections for these (`kubectl logs --insecure-skip-tls-verify-backend`).
 */
function unverifiedPaths({ scenario }: LoadedScenario, kubelets: readonly AddedPath[]): readonly AddedPath[] {
  const { paths, workloads } = scenario.blueprint
  const kind = kindForwarding('kubelets')
  const verified = paths.filter(({ tls }) => tls !== null && tls.verify !== 'none').find((path) => path.kind === kind)
  const skips = workloads.some(({ skipsKubeletVerification }) => skipsKubeletVerification === true)
  if (!skips || (verified === undefined && kubelets.length === 0)) return []
  const base = verified?.declared ?? kubelets[0].name
  const name = unlike(`${base}-unverified`, isTaken(scenario.blueprint))
  return [{ name, kind, tree: { kind, tls: { verify: 'none' } } }]
}

/**
 * Returns the scenario once for each set-up of kubelets: with a path to these alone, where there are several. A role of a
 * path means the first one by name, and so one set-up only.
 */
export function perSetUp({ tree, loaded }: Offered): readonly Tree[] {
  const { paths, cluster } = loaded.scenario.blueprint
  const nodes = new Map(cluster?.nodes.map((node) => [node.name, node]))
  const declared = firstOfEach(
    paths.filter(({ kind }) => kind === kindForwarding('kubelets')),
    (path) => path.declared,
  )
  const attacked = firstOfEach(declared, ({ to }) => setUpOf(nodes.get(to)).join())
  if (attacked.length < 2) return [tree]
  return attacked.map((one) => {
    const others = declared.filter((path) => path !== one).map((path) => path.declared)
    return withoutPaths(tree, others)
  })
}

/** Returns a scenario without some paths, and without the workloads on them. */
function withoutPaths(tree: Tree, names: readonly string[]): Tree {
  const [paths, workloads] = [treeAt(tree, ['paths']), treeAt(tree, ['workloads'])]
  if (tree.kind !== 'map' || paths?.kind !== 'map' || workloads?.kind !== 'map') return tree
  const on = [...workloads.entries.keys()].filter((name) => names.includes(String(scalarAt(workloads, [name, 'path']))))
  const reduced = withValue(tree, 'paths', withoutKeys(paths, names))
  return withValue(reduced, 'workloads', withoutKeys(workloads, on))
}

function withEnd(written: Tree, to: string): Tree {
  return written.kind === 'map' ? withValue(written, 'to', buildTree(to, NOWHERE)) : written
}

/** Returns the properties of a node's kubelet that matter to attackers; none without a node. */
function setUpOf(node: NodeBlueprint | undefined): readonly string[] {
  return node === undefined ? [] : [JSON.stringify([node.kubelet, node.version])]
}

/** Returns the paths of the cluster's other programs, for the kinds that the scenario does not have. */
function otherPaths({ scenario, unmodelled }: LoadedScenario, bare: Tree): readonly AddedPath[] {
  const { paths, cluster } = scenario.blueprint
  if (cluster === null) return []
  const has = (kind: string) =>
    paths.some((path) => path.kind === kind) ||
    unmodelled.some(({ path }) => scalarAt(bare, ['paths', path, 'kind']) === kind)
  const isJoined = cluster.nodes.some(({ bootstrap }) => bootstrap !== null)
  const isServed = cluster.pods.some(({ listens }) => listens !== null)
  const isPod = (endpoint: string) => cluster.pods.some(({ name }) => name === endpoint)
  const isBalanced = cluster.services.some(({ endpoints }) => endpoints.some(isPod))
  const wanted = [
    ...(isJoined || (cluster.nodes.length > 0 && !paths.some(({ kind }) => leadsToApiserver(kind))) ? OF_KUBELETS : []),
    ...(isServed ? [kindForwarding('pods')] : []),
    ...(isBalanced ? [kindForwarding('services')] : []),
  ]
  return wanted
    .filter((kind) => !has(kind))
    .map((kind) => ({ name: unlike(kind, isTaken(scenario.blueprint)), kind, tree: { kind } }))
}

/** The path kind of kubelets, which every cluster has. It represents all kinds that lead to the apiserver. */
const OF_KUBELETS = MODELLED_PATH_KINDS.filter(({ name }) => isBetween(name, 'kubelet', 'apiserver')).map(
  ({ name }) => name,
)

function isTaken({ paths }: Blueprint): (name: string) => boolean {
  return (name) => paths.some(({ declared }) => declared === name)
}

/** Returns a name, with a number appended if it is taken. */
function unlike(name: string, isTaken: (name: string) => boolean): string {
  const free = (number: number): string => (isTaken(`${name}-${number}`) ? free(number + 1) : `${name}-${number}`)
  return isTaken(name) ? free(2) : name
}

function firstOfEach<T>(list: readonly T[], keyOf: (each: T) => string): readonly T[] {
  const first = new Map<string, T>()
  for (const each of list) if (!first.has(keyOf(each))) first.set(keyOf(each), each)
  return [...first.values()]
}
