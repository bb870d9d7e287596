import { stringify } from 'yaml'
import type { LoadedScenario } from '../load.ts'
import type { Position } from '../problems/source-text.ts'
import { hasHidden, visible, visibleJson } from '../problems/visible.ts'
import { originOf } from '../tree/origin.ts'
import { type ListTree, type MapTree, plainOf, type Tree } from '../tree/tree.ts'
import { withDefaults } from './print-scenario.ts'

/** Returns the whole scenario as YAML, with the origin of each value in a comment. It loads as the same scenario. */
export function configText(loaded: LoadedScenario): string {
  return linesOf(withDefaults(loaded), 0).join('\n').concat('\n')
}

/** Returns the whole scenario for JSON, without origins. */
export function configValue(loaded: LoadedScenario): unknown {
  return plainOf(withDefaults(loaded))
}

function linesOf(tree: MapTree | ListTree, depth: number): string[] {
  const indent = '  '.repeat(depth)
  if (tree.kind === 'map') {
    return [...tree.entries].flatMap(([key, { tree: child }]) => {
      const written = `${indent}${inline(key)}:`
      return isBlock(child)
        ? [written, ...linesOf(child, depth + 1)]
        : [withOrigin(`${written} ${flow(child)}`, child.position)]
    })
  }
  return tree.items.map((item) => withOrigin(`${indent}- ${flow(item)}`, item.position))
}

/** Returns whether a value is printed on the lines below its key. */
function isBlock(tree: Tree): tree is MapTree | ListTree {
  if (tree.kind === 'map') return tree.entries.size > 0
  return tree.kind === 'list' && tree.items.some(({ kind }) => kind !== 'scalar')
}

function flow(tree: Tree): string {
  if (tree.kind === 'scalar') return inline(tree.value)
  const plain = plainOf(tree)
  const written = stringify(plain, {
    lineWidth: 0,
    collectionStyle: 'flow',
    flowCollectionPadding: true,
    ...STRINGS,
  }).trimEnd()
  return hasHidden(written) ? visibleJson(plain) : written
}

function inline(value: string | number | boolean | null): string {
  const written = stringify(value, { lineWidth: 0, ...STRINGS }).trimEnd()
  return hasHidden(written) ? visibleJson(value) : written
}

/** Texts with line ends are printed in quotes on one line. */
const STRINGS = { blockQuote: false } as const

function withOrigin(line: string, position: Position): string {
  return `${line}  # ${visible(originOf(position))}`
}
