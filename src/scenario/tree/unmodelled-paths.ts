import { type MapTree, scalarAt, type Tree, treeAt, withoutKeys, withValue } from './tree.ts'

/** A path that exists but is not simulated. */
export interface UnmodelledPath {
  readonly path: string
  readonly reason: string
}

/** The key with the reason why a path is not simulated. */
export const NOT_MODELLED = 'not-modelled'

/** Removes the paths that are not modelled, and their workloads. */
export function withoutUnmodelled(tree: Tree): { readonly tree: Tree; readonly unmodelled: readonly UnmodelledPath[] } {
  const paths = treeAt(tree, ['paths'])
  if (tree.kind !== 'map' || paths?.kind !== 'map') return { tree, unmodelled: [] }
  const unmodelled = [...paths.entries].flatMap(([path, { tree: one }]) => {
    const reason = scalarAt(one, [NOT_MODELLED])
    return typeof reason === 'string' && reason !== '' ? [{ path, reason }] : []
  })
  if (unmodelled.length === 0) return { tree, unmodelled }
  const names = unmodelled.map(({ path }) => path)
  return { tree: withoutWorkloads(withValue(tree, 'paths', withoutKeys(paths, names)), names), unmodelled }
}

function withoutWorkloads(tree: MapTree, paths: readonly string[]): MapTree {
  const workloads = treeAt(tree, ['workloads'])
  if (workloads?.kind !== 'map') return tree
  const idle = [...workloads.entries.keys()].filter((name) =>
    paths.includes(String(scalarAt(workloads, [name, 'path']))),
  )
  return withValue(tree, 'workloads', withoutKeys(workloads, idle))
}
