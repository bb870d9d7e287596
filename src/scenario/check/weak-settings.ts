import * as apiserverFlags from '../../cluster/flags/apiserver-flags.ts'
import { type Flags, flagsOf } from '../../cluster/flags/flag.ts'
import * as kubeletFields from '../../cluster/flags/kubelet-fields.ts'
import { isBetween } from '../../cluster/paths/path-kinds.ts'
import type { Blueprint, PathBlueprint } from '../../simulation/blueprint.ts'
import type { ClusterBlueprint } from '../../simulation/blueprint-cluster.ts'
import {
  kubeletSectionOf,
  type WrittenProgram,
  writingsOf,
  writtenKubelet,
  writtenPrograms,
} from '../configuration/written-flags.ts'
import { clusterSchema } from '../schema/cluster.ts'
import { originOf } from '../tree/origin.ts'
import { plainOf, positionAt, type Tree, treeAt } from '../tree/tree.ts'
import { importedFrom } from './imported-from.ts'

/** A setting of the cluster that leaves a path open: a sentence, and the line that sets it. */
export interface WeakSetting {
  readonly path: string
  readonly what: string
  readonly from: string
}

/**
 * Lists the settings that leave the paths between apiserver and kubelets open, by the paths as the scenario declares
 * them. They explain verdicts, and decide none.
 */
export function weakSettings({ cluster, paths }: Blueprint, tree: Tree): readonly WeakSetting[] {
  const stanza = treeAt(tree, ['cluster'])
  const parsed = stanza === undefined ? null : clusterSchema.safeParse(plainOf(stanza))
  if (cluster === null || parsed === null || !parsed.success) return []
  const toKubelets = paths.filter(({ kind }) => isBetween(kind, 'apiserver', 'kubelet'))
  const apiserver = { flags: apiserverFlags, program: writtenPrograms(parsed.data).apiserver }
  const found = toKubelets.flatMap((path) => {
    const node = nodeOf(path, cluster)
    if (node === undefined) return []
    const kubelet = { flags: kubeletFields, program: writtenKubelet(kubeletSectionOf(parsed.data, node.pool)) }
    return [
      ...weakIn(apiserver, cluster.apiserver.configuration, path, tree),
      ...weakIn(kubelet, node.kubelet, path, tree),
    ]
  })
  return [...new Map(found.map((one) => [JSON.stringify(one), one])).values()]
}

function nodeOf({ to }: PathBlueprint, { nodes }: ClusterBlueprint) {
  return nodes.find(({ name }) => name === to)
}

function weakIn(
  { flags, program }: { readonly flags: Flags; readonly program: WrittenProgram },
  configuration: Readonly<Record<string, unknown>>,
  { declared }: PathBlueprint,
  tree: Tree,
): readonly WeakSetting[] {
  return flagsOf(flags).flatMap(([property, flag]) => {
    const what = flag.weakness?.(configuration[property]) ?? null
    if (what === null) return []
    const [written] = writingsOf(flag, program)
    if (written === undefined) return [{ path: declared, what, from: `a default: ${flag.name} is not set` }]
    const position = positionAt(tree, written.path)
    return [{ path: declared, what, from: importedFrom(position) ?? originOf(position) }]
  })
}
