import { scalarAt, type Tree, type TreePath, treeAt } from '../scenario/tree/tree.ts'
import { type Place, placeOf, type Sourced, written } from './origin.ts'

/** Returns the text of a scalar at a path; null if there is none. Numbers and booleans become texts. */
export function textAt(tree: Tree, path: TreePath): string | null {
  const value = scalarAt(tree, path)
  return value === undefined || value === null ? null : String(value)
}

/** Returns the text of a scalar with its place; null if there is none. */
export function sourcedAt(tree: Tree, path: TreePath): Sourced<string> | null {
  const text = textAt(tree, path)
  return text === null ? null : written(text, placeAt(tree, path))
}

/** Returns the place of the value at a path, or of the tree if there is none. */
export function placeAt(tree: Tree, path: TreePath): Place {
  return placeOf((treeAt(tree, path) ?? tree).position)
}

export function itemsAt(tree: Tree, path: TreePath): readonly Tree[] {
  const found = treeAt(tree, path)
  return found?.kind === 'list' ? found.items : []
}

export function textsAt(tree: Tree, path: TreePath): readonly string[] {
  return itemsAt(tree, path).flatMap((item) => textAt(item, []) ?? [])
}

/** Returns the texts of a list, or the entries of a map as `KEY=VALUE`, in the form of a flag. */
export function settingsAt(tree: Tree, path: TreePath): readonly string[] {
  return [...textsAt(tree, path), ...[...textMapAt(tree, path)].map(([key, text]) => `${key}=${text}`)]
}

export function entriesAt(tree: Tree, path: TreePath): readonly (readonly [key: string, value: Tree])[] {
  const found = treeAt(tree, path)
  return found?.kind === 'map' ? [...found.entries].map(([key, entry]) => [key, entry.tree] as const) : []
}

/** Returns the texts of a map of scalars, such as labels. */
export function textMapAt(tree: Tree, path: TreePath): ReadonlyMap<string, string> {
  return new Map(
    entriesAt(tree, path).flatMap(([key, value]) => {
      const text = textAt(value, [])
      return text === null ? [] : [[key, text] as const]
    }),
  )
}
