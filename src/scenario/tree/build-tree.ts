import type { Position } from '../problems/source-text.ts'
import type { MapEntry, MapTree, Tree } from './tree.ts'

/** Plain values from which a tree is built. Trees among them are used unchanged. */
export type TreeInput =
  | string
  | number
  | boolean
  | null
  | Tree
  | readonly TreeInput[]
  | { readonly [key: string]: TreeInput | undefined }

/** Builds a tree. All its values derive from the value at `position`, and have this position. */
export function buildTree(value: TreeInput, position: Position): Tree {
  if (value === null || typeof value !== 'object') return { kind: 'scalar', position, value }
  if (isTree(value)) return value
  if (Array.isArray(value)) return { kind: 'list', position, items: value.map((item) => buildTree(item, position)) }
  return buildMap(Object.entries(value as { [key: string]: TreeInput | undefined }), position)
}

/** Builds a map. Its keys and its plain values have the given position. */
export function buildMap(values: Iterable<readonly [string, TreeInput | undefined]>, position: Position): MapTree {
  const entries = new Map<string, MapEntry>()
  for (const [key, child] of values)
    if (child !== undefined) entries.set(key, { keyPosition: position, tree: buildTree(child, position) })
  return { kind: 'map', position, entries }
}

function isTree(value: object): value is Tree {
  return 'position' in value && 'kind' in value
}

/** Returns a tree with the same values, all at the given position. */
export function withPosition(tree: Tree, position: Position): Tree {
  if (tree.kind === 'scalar') return { ...tree, position }
  if (tree.kind === 'list') return { ...tree, position, items: tree.items.map((item) => withPosition(item, position)) }
  const entries = [...tree.entries].map(([key, entry]): [string, MapEntry] => [
    key,
    { keyPosition: position, tree: withPosition(entry.tree, position) },
  ])
  return { kind: 'map', position, entries: new Map(entries) }
}

/** Merges two trees like mergeTrees, but null in `over` removes an entry of `base`. */
export function overlayTrees(base: Tree, over: Tree): Tree {
  if (base.kind !== 'map' || over.kind !== 'map') return over
  const entries = new Map(base.entries)
  for (const [key, { keyPosition, tree }] of over.entries) {
    const below = base.entries.get(key)
    if (below === undefined) entries.set(key, { keyPosition, tree })
    else if (tree.kind === 'scalar' && tree.value === null) entries.delete(key)
    else entries.set(key, { keyPosition, tree: overlayTrees(below.tree, tree) })
  }
  return { kind: 'map', position: over.position, entries }
}

/**
 * Returns `over` without nulls that would remove nothing, because `base` lacks the entry. The result is a map if `over`
 * is one.
 */
export function withoutIdleNulls(over: Tree, base: Tree | undefined): Tree {
  if (over.kind !== 'map') return over
  const entries = [...over.entries].flatMap(([key, { keyPosition, tree }]): [string, MapEntry][] => {
    const below = base?.kind === 'map' ? base.entries.get(key)?.tree : undefined
    if (below === undefined && tree.kind === 'scalar' && tree.value === null) return []
    return [[key, { keyPosition, tree: withoutIdleNulls(tree, below) }]]
  })
  return { ...over, entries: new Map(entries) }
}
