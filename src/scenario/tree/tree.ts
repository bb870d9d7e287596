import type { Position } from '../problems/source-text.ts'

/** The content of a scenario file. Each value keeps its position when files are merged. */
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

/** Merges two trees. Maps are merged key by key; other values of `over` replace those of `base`. */
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

/** Returns the plain values of a tree. Maps have no prototype, so that no key has a meaning in JavaScript. */
export function plainOf(tree: Tree): unknown {
  if (tree.kind === 'scalar') return tree.value
  if (tree.kind === 'list') return tree.items.map(plainOf)
  const plain = Object.create(null) as Record<string, unknown>
  for (const [key, entry] of tree.entries) plain[key] = plainOf(entry.tree)
  return plain
}

/** Returns the tree at a path; undefined if the path does not exist. */
export function treeAt(tree: Tree, path: TreePath): Tree | undefined {
  let current: Tree | undefined = tree
  for (const step of path) current = current && childOf(current, step)
  return current
}

/** Returns the value of the scalar at a path; undefined if there is none. */
export function scalarAt(tree: Tree, path: TreePath): ScalarTree['value'] | undefined {
  const found = treeAt(tree, path)
  return found?.kind === 'scalar' ? found.value : undefined
}

/** Returns a copy of the map in which `key` has this entry. */
export function withEntry(map: MapTree, key: string, entry: MapEntry): MapTree {
  return { ...map, entries: new Map([...map.entries, [key, entry]]) }
}

/** Returns a copy of the map in which `key` has this value. `keyPosition` is the position of a new key. */
export function withValue(map: MapTree, key: string, tree: Tree, keyPosition: Position = map.position): MapTree {
  return withEntry(map, key, { keyPosition: map.entries.get(key)?.keyPosition ?? keyPosition, tree })
}

/** Returns a copy of the map without these keys. */
export function withoutKeys(map: MapTree, keys: readonly string[]): MapTree {
  return { ...map, entries: new Map([...map.entries].filter(([key]) => !keys.includes(key))) }
}

function childOf(tree: Tree, step: string | number): Tree | undefined {
  if (tree.kind === 'map') return tree.entries.get(String(step))?.tree
  return tree.kind === 'list' ? tree.items[Number(step)] : undefined
}

/**
 * Returns the position of the key or value at a path. If the path does not exist, returns the key of the innermost map
 * on the path that exists.
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
