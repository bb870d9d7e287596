import {
  DEFAULT_VERSION,
  type KubernetesVersion,
  parseKubernetesVersion,
} from '../../cluster/versions/kubernetes-version.ts'
import { isNameOf } from '../../engine/registry.ts'
import { clusterSchema } from '../schema/cluster.ts'
import { growTree, layTrees, moveTree } from '../tree/build-tree.ts'
import { SourceText, type Spot } from '../tree/source-text.ts'
import { type MapTree, mergeTrees, plainOf, scalarAt, type Tree, treeAt, withoutKeys, withValue } from '../tree/tree.ts'
import { parseYamlTree } from '../tree/yaml-tree.ts'
import { OTHER_PODS } from './cluster-members.ts'
import { growCluster } from './expand-stanza.ts'
import { PRESETS, type PresetName } from './presets/presets.ts'

/** What a scenario becomes when its `cluster:` is spelled out. */
export interface Expansion {
  /** What is to be checked. */
  readonly tree: Tree
  /** Means the same, and needs no preset: what is there from one is written out. */
  readonly printable: Tree
  /** The stanza is too broken to say what it stands for, and stands there as it was. */
  readonly isBroken: boolean
}

/** Tree to tree: preset, then what follows from the stanza, then what the user wrote, which wins key by key. */
export function expandCluster(tree: Tree): Expansion {
  if (tree.kind !== 'map' || !tree.entries.has('cluster')) return { tree, printable: tree, isBroken: false }
  const laid = withVersion(layPreset(tree))
  const section = clusterSchema.safeParse(plainOf(treeAt(laid, ['cluster'])!))
  const version = versionOf(laid)
  if (!section.success || version === null) return { tree: laid, printable: laid, isBroken: true }
  const grown = growCluster(laid, section.data, version)
  return { tree: layTrees(grown, laid), printable: withoutPreset(mergeTrees(grown, laid) as MapTree), isBroken: false }
}

function layPreset(tree: MapTree): MapTree {
  const own = withPodsByName(tree)
  const named = treeAt(tree, ['cluster', 'preset'])
  if (named?.kind !== 'scalar' || !isNameOf(PRESETS, String(named.value))) return own
  const preset = presetTree(named.value as PresetName, named.spot, versionOf(own)) as MapTree
  return withoutIdleWorkloads(preset, own)
}

/** Where the user takes a path of the preset away, what the preset has on it goes with it, whatever he says of that. */
function withoutIdleWorkloads(preset: MapTree, own: MapTree): MapTree {
  const workloads = treeAt(preset, ['workloads'])
  const laid = layTrees(preset, own) as MapTree
  const kept = treeAt(laid, ['workloads'])
  if (workloads?.kind !== 'map' || kept?.kind !== 'map') return laid
  const isIdle = (name: string) => {
    const path = scalarAt(workloads, [name, 'path'])
    const isTaken = [['paths'], ['paths', String(path)]].some((place) => scalarAt(own, place) === null)
    return isTaken && treeAt(own, ['workloads', name]) === undefined
  }
  return withValue(laid, 'workloads', withoutKeys(kept, [...kept.entries.keys()].filter(isIdle)))
}

/** `version` is what the scenario says; null: the preset's own. */
function presetTree(name: PresetName, spot: Spot, version: KubernetesVersion | null): Tree {
  const { texts, textAt } = PRESETS[name]
  const parse = (text: string) => parseYamlTree(new SourceText(`preset ${name}`, text)).tree!
  const tree = texts.map(parse).reduce(mergeTrees)
  const { minor } = version ?? versionOf(tree) ?? DEFAULT_VERSION
  const added = textAt(minor)
  return moveTree(added === null ? tree : mergeTrees(tree, parse(added)), { ...spot, origin: `preset ${name}` })
}

/** `pods: 10` adds to the pods of a preset. */
function withPodsByName(tree: MapTree): MapTree {
  const pods = treeAt(tree, ['cluster', 'pods'])
  if (pods?.kind !== 'scalar' || typeof pods.value !== 'number') return tree
  const cluster = treeAt(tree, ['cluster']) as MapTree
  return withValue(tree, 'cluster', withValue(cluster, 'pods', growTree({ [OTHER_PODS]: pods }, pods.spot)))
}

function withVersion(tree: MapTree): MapTree {
  if (tree.entries.has('kubernetes')) return tree
  const spot = { ...tree.entries.get('cluster')!.keySpot, origin: 'default' }
  return withValue(tree, 'kubernetes', growTree(DEFAULT_VERSION.text, spot), spot)
}

function versionOf(tree: Tree): KubernetesVersion | null {
  const written = scalarAt(tree, ['kubernetes'])
  const parsed = parseKubernetesVersion(typeof written === 'string' ? written : '')
  return parsed.ok ? parsed.version : null
}

function withoutPreset(tree: MapTree): MapTree {
  return withValue(tree, 'cluster', withoutKeys(treeAt(tree, ['cluster']) as MapTree, ['preset']))
}
