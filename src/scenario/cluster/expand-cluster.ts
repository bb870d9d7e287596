import { DEFAULT_PATH_KIND, MODELLED_PATH_KINDS } from '../../cluster/paths/path-kinds.ts'
import {
  DEFAULT_VERSION,
  type KubernetesVersion,
  parseKubernetesVersion,
} from '../../cluster/versions/kubernetes-version.ts'
import { isNameOf } from '../../engine/registry.ts'
import { PRESETS, type PresetName } from '../presets/presets.ts'
import { type FoundProblem, problemAt } from '../problems/problem.ts'
import { type Position, SourceText } from '../problems/source-text.ts'
import { clusterSchema } from '../schema/cluster.ts'
import { buildTree, overlayTrees, withoutIdleNulls, withPosition } from '../tree/build-tree.ts'
import {
  type MapTree,
  mergeTrees,
  plainOf,
  scalarAt,
  type Tree,
  treeAt,
  withEntry,
  withoutKeys,
  withValue,
} from '../tree/tree.ts'
import { parseYamlTree } from '../tree/yaml-tree.ts'
import { OTHER_PODS } from './cluster-members.ts'
import { expandSections } from './expand-stanza.ts'

/** The key that omits the workloads of a preset. */
const QUIET = 'quiet'

/** A scenario whose section `cluster` is expanded into hosts, links, identities, paths and workloads. */
export interface Expansion {
  /** The expanded scenario, which is checked next. */
  readonly tree: Tree
  /** The same scenario with the values of its preset written out. */
  readonly printable: Tree
  /** True if the section `cluster` is invalid and was not expanded. */
  readonly isBroken: boolean
  /**
   * The problem that the preset does not exist in this version; null if it does. It replaces the problems of the
   * preset's values.
   */
  readonly unfit: FoundProblem | null
}

/**
 * Expands a scenario. It starts with the values of the preset, then adds values derived from `cluster`, then the
 * written values, which override both.
 */
export function expandCluster(tree: Tree): Expansion {
  if (tree.kind !== 'map' || !tree.entries.has('cluster'))
    return { tree, printable: tree, isBroken: false, unfit: null }
  const merged = withVersion(overlayPreset(tree))
  const section = clusterSchema.safeParse(plainOf(treeAt(merged, ['cluster'])!))
  const version = versionOf(merged)
  if (!section.success || version === null) return { tree: merged, printable: merged, isBroken: true, unfit: null }
  const expanded = expandSections(merged, section.data, version)
  const written = hasPreset(tree) ? withoutIdleNulls(merged, expanded) : merged
  return {
    tree: overlayTrees(expanded, written),
    printable: withoutPreset(mergeTrees(expanded, written) as MapTree),
    isBroken: false,
    unfit: unfitPreset(tree, version),
  }
}

/** Returns the problem that a preset does not exist in a version of Kubernetes; null if it does. */
function unfitPreset(tree: MapTree, { minor, text }: KubernetesVersion): FoundProblem | null {
  const named = treeAt(tree, ['cluster', 'preset'])
  if (named?.kind !== 'scalar' || !isNameOf(PRESETS, String(named.value))) return null
  const name = named.value as PresetName
  const { first, last, why } = PRESETS[name].versions
  if (minor >= first && (last === null || minor <= last)) return null
  const [edge, hint] =
    minor < first
      ? [`begins at 1.${first}`, `1.${first}" or a later version`]
      : [`ends at 1.${last}`, `1.${last}" or an earlier version`]
  const message = `the preset ${name} ${edge}, and this is Kubernetes ${text}: ${why}`
  return problemAt(
    named.position,
    'out-of-range',
    message,
    `write kubernetes: "${hint}, or set what differs in cluster`,
  )
}

function hasPreset(tree: MapTree): boolean {
  return treeAt(tree, ['cluster', 'preset']) !== undefined
}

function overlayPreset(tree: MapTree): MapTree {
  const own = withPodsByName(tree)
  const named = treeAt(tree, ['cluster', 'preset'])
  if (named?.kind !== 'scalar' || !isNameOf(PRESETS, String(named.value))) return own
  const whole = presetTree(named.value as PresetName, named.position, versionOf(own)) as MapTree
  const preset = scalarAt(own, ['cluster', QUIET]) === true ? withoutKeys(whole, ['workloads']) : whole
  const merged = withoutIdleWorkloads(preset, own)
  const cluster = merged.entries.get('cluster')!
  // The remaining nulls have removed nothing. In other sections, nulls can remove values that derive from the cluster.
  return withEntry(merged, 'cluster', { ...cluster, tree: withoutIdleNulls(cluster.tree, undefined) })
}

/**
 * Merges the preset and the scenario. If the scenario removes a member, the preset's paths to it are removed too, and
 * the preset's workloads on these paths.
 */
function withoutIdleWorkloads(preset: MapTree, own: MapTree): MapTree {
  const merged = overlayTrees(preset, own) as MapTree
  const isGone = (name: string) =>
    isNull(own, ['paths']) || isNull(own, ['paths', name]) || endsOf(preset, name).some((end) => isEmpty(end))
  const isEmpty = (pattern: string | null) => pattern !== null && isEmptied(pattern, own, merged)
  const isIdle = (name: string) => {
    const [path, target] = ['path', 'target'].map((key) => scalarAt(preset, ['workloads', name, key]))
    return isGone(String(path)) || isEmpty(typeof target === 'string' ? target : null)
  }
  return without(without(merged, 'workloads', isIdle), 'paths', isGone)

  /** Removes the useless entries from a section of the preset, except those that the scenario changes. */
  function without(tree: MapTree, key: string, isUseless: (name: string) => boolean): MapTree {
    const [section, kept] = [treeAt(preset, [key]), treeAt(tree, [key])]
    if (section?.kind !== 'map' || kept?.kind !== 'map') return tree
    const names = [...section.entries.keys()].filter((name) => treeAt(own, [key, name]) === undefined)
    return withValue(tree, key, withoutKeys(kept, names.filter(isUseless)))
  }
}

/** Returns the patterns of the ends of a path of the preset. */
function endsOf(preset: MapTree, path: string): readonly (string | null)[] {
  const written = (key: string) => scalarAt(preset, ['paths', path, key])
  const kind = written('kind') ?? DEFAULT_PATH_KIND
  const ends = MODELLED_PATH_KINDS.find(({ name }) => name === kind)?.ends
  if (ends === undefined) return []
  return (['from', 'to'] as const).map((end) => {
    const name = written(end)
    return typeof name === 'string' ? name : ends[end].inCluster
  })
}

/** Returns whether the scenario has removed all members of the cluster that a pattern such as `users/*` selects. */
function isEmptied(pattern: string, own: MapTree, merged: MapTree): boolean {
  const [group, member] = pattern.split('/')
  const removed = treeAt(own, ['cluster', group])
  const isRemoved =
    isNull(own, ['cluster', group]) ||
    (removed?.kind === 'map' && [...removed.entries.keys()].some((name) => isNull(removed, [name])))
  if (!isRemoved) return false
  const left = treeAt(merged, ['cluster', group])
  const names = left?.kind === 'map' ? [...left.entries.keys()].filter((name) => !isNull(left, [name])) : []
  return member === '*' ? names.length === 0 : !names.includes(member)
}

function isNull(tree: MapTree, path: readonly string[]): boolean {
  return scalarAt(tree, path) === null
}

/** Returns the tree of a preset for a version of Kubernetes; null selects the version of the preset. */
function presetTree(name: PresetName, position: Position, version: KubernetesVersion | null): Tree {
  const { texts, textAt } = PRESETS[name]
  const parse = (text: string) => parseYamlTree(new SourceText(`preset ${name}`, text)).tree!
  const tree = texts.map(parse).reduce(mergeTrees)
  const { minor } = version ?? versionOf(tree) ?? DEFAULT_VERSION
  const added = textAt(minor)
  return withPosition(added === null ? tree : mergeTrees(tree, parse(added)), { ...position, origin: `preset ${name}` })
}

/** Turns `pods: 10` into a map, so that the number adds to the pods of a preset. */
function withPodsByName(tree: MapTree): MapTree {
  const pods = treeAt(tree, ['cluster', 'pods'])
  if (pods?.kind !== 'scalar' || typeof pods.value !== 'number') return tree
  const cluster = treeAt(tree, ['cluster']) as MapTree
  return withValue(tree, 'cluster', withValue(cluster, 'pods', buildTree({ [OTHER_PODS]: pods }, pods.position)))
}

function withVersion(tree: MapTree): MapTree {
  if (tree.entries.has('kubernetes')) return tree
  const position = { ...tree.entries.get('cluster')!.keyPosition, origin: 'default' }
  return withValue(tree, 'kubernetes', buildTree(DEFAULT_VERSION.text, position), position)
}

function versionOf(tree: Tree): KubernetesVersion | null {
  const written = scalarAt(tree, ['kubernetes'])
  const parsed = parseKubernetesVersion(typeof written === 'string' ? written : '')
  return parsed.ok ? parsed.version : null
}

function withoutPreset(tree: MapTree): MapTree {
  return withValue(tree, 'cluster', withoutKeys(treeAt(tree, ['cluster']) as MapTree, ['preset', QUIET]))
}
