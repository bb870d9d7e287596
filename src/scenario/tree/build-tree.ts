import type { Spot } from './source-text.ts'
import type { MapEntry, Tree } from './tree.ts'

/** Plain values, with trees among them that are taken as they are. */
export type Growable =
  | string
  | number
  | boolean
  | null
  | Tree
  | readonly Growable[]
  | { readonly [key: string]: Growable | undefined }

/** A tree that nobody wrote: every value of it says that it follows from `spot`, and why. */
export function growTree(value: Growable, spot: Spot): Tree {
  if (value === null || typeof value !== 'object') return { kind: 'scalar', spot, value }
  if (isTree(value)) return value
  if (Array.isArray(value)) return { kind: 'list', spot, items: value.map((item) => growTree(item, spot)) }
  const entries = new Map<string, MapEntry>()
  for (const [key, child] of Object.entries(value as { [key: string]: Growable | undefined }))
    if (child !== undefined) entries.set(key, { keySpot: spot, tree: growTree(child, spot) })
  return { kind: 'map', spot, entries }
}

function isTree(value: object): value is Tree {
  return 'spot' in value && 'kind' in value
}

/** The same values, all at another place. */
export function moveTree(tree: Tree, spot: Spot): Tree {
  if (tree.kind === 'scalar') return { ...tree, spot }
  if (tree.kind === 'list') return { ...tree, spot, items: tree.items.map((item) => moveTree(item, spot)) }
  const entries = [...tree.entries].map(([key, entry]): [string, MapEntry] => [
    key,
    { keySpot: spot, tree: moveTree(entry.tree, spot) },
  ])
  return { kind: 'map', spot, entries: new Map(entries) }
}

/** As mergeTrees; but null, laid over something, takes it away. */
export function layTrees(base: Tree, over: Tree): Tree {
  if (base.kind !== 'map' || over.kind !== 'map') return over
  const entries = new Map(base.entries)
  for (const [key, { keySpot, tree }] of over.entries) {
    const below = base.entries.get(key)
    if (below === undefined) entries.set(key, { keySpot, tree })
    else if (tree.kind === 'scalar' && tree.value === null) entries.delete(key)
    else entries.set(key, { keySpot, tree: layTrees(below.tree, tree) })
  }
  return { kind: 'map', spot: over.spot, entries }
}
