import type { Position } from './source-text.ts'

/** What a scenario file says, each value with the place that says it, so that merged files still know their origin. */
export type Tree = ScalarTree | ListTree | MapTree

export interface ScalarTree {
  readonly kind: 'scalar'
  readonly position: Position
  readonly value: string | number | boolean | null
}

export interface ListTree {
  readonly kind: 'list'
  readonly position: Position
  readonly items: readonly Tree[]
}

export interface MapTree {
  readonly kind: 'map'
  readonly position: Position
  readonly entries: ReadonlyMap<string, MapEntry>
}

export interface MapEntry {
  readonly keyPosition: Position
  readonly tree: Tree
}

export type TreePath = readonly (string | number)[]

/** Maps merge key by key; everything else of `over` replaces what `base` says. */
export function mergeTrees(base: Tree, over: Tree): Tree {
  if (base.kind !== 'map' || over.kind !== 'map') return over
  const entries = new Map(base.entries)
  for (const [key, entry] of over.entries) {
    const below = base.entries.get(key)
    entries.set(
      key,
      below === undefined ? entry : { keyPosition: entry.keyPosition, tree: mergeTrees(below.tree, entry.tree) },
    )
  }
  return { kind: 'map', position: over.position, entries }
}

/** Plain values for the schema. Maps have no prototype, so that no key means anything to JavaScript. */
export function plainOf(tree: Tree): unknown {
  if (tree.kind === 'scalar') return tree.value
  if (tree.kind === 'list') return tree.items.map(plainOf)
  const plain = Object.create(null) as Record<string, unknown>
  for (const [key, entry] of tree.entries) plain[key] = plainOf(entry.tree)
  return plain
}

export function treeAt(tree: Tree, path: TreePath): Tree | undefined {
  let current: Tree | undefined = tree
  for (const step of path) current = current && childOf(current, step)
  return current
}

/** The value of a scalar; undefined where the path leads to none. */
export function scalarAt(tree: Tree, path: TreePath): ScalarTree['value'] | undefined {
  const found = treeAt(tree, path)
  return found?.kind === 'scalar' ? found.value : undefined
}

/** A copy of the map in which `key` has this entry. */
export function withEntry(map: MapTree, key: string, entry: MapEntry): MapTree {
  return { ...map, entries: new Map([...map.entries, [key, entry]]) }
}

/** A copy of the map in which `key` has this value; `keyPosition` is the position of a key that is new. */
export function withValue(map: MapTree, key: string, tree: Tree, keyPosition: Position = map.position): MapTree {
  return withEntry(map, key, { keyPosition: map.entries.get(key)?.keyPosition ?? keyPosition, tree })
}

/** A copy of the map without these keys. */
export function withoutKeys(map: MapTree, keys: readonly string[]): MapTree {
  return { ...map, entries: new Map([...map.entries].filter(([key]) => !keys.includes(key))) }
}

function childOf(tree: Tree, step: string | number): Tree | undefined {
  if (tree.kind === 'map') return tree.entries.get(String(step))?.tree
  return tree.kind === 'list' ? tree.items[Number(step)] : undefined
}

/**
 * The place of a path, its key or its value. Where the path leads nowhere, because something is missing: the key
 * of the deepest map that exists on the way.
 */
export function positionAt(root: Tree, path: TreePath, part: 'key' | 'value' = 'value'): Position {
  let current = root
  let keyPosition: Position | null = null
  for (const step of path) {
    const next = childOf(current, step)
    if (next === undefined) return keyPosition ?? startOf(current.position)
    keyPosition = (current.kind === 'map' && current.entries.get(String(step))?.keyPosition) || startOf(next.position)
    current = next
  }
  if (part === 'value') return current.position
  return keyPosition ?? startOf(current.position)
}

function startOf(position: Position): Position {
  return { source: position.source, start: position.start, end: position.start }
}
