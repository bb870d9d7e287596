import { SourceText } from '../problems/source-text.ts'
import { hasHidden, visibleJson } from '../problems/visible.ts'
import { plainOf, type Tree } from '../tree/tree.ts'
import { parseYamlTree } from '../tree/yaml-tree.ts'

/**
 * Returns the value in the form that `--set` reads: the written text if it fits on one visible line and means the same
 * alone, otherwise JSON with hidden characters escaped.
 */
export function settingOf(value: Tree): string {
  const written = value.position.source.text.slice(value.position.start, value.position.end).trim()
  if (isOnOneLine(written) && meansTheSame(written, value)) return written
  return visibleJson(plainOf(value))
}

/** Returns the value for a table, with texts unquoted. */
export function labelOf(value: Tree): string {
  return value.kind === 'scalar' && typeof value.value === 'string' ? value.value : settingOf(value)
}

/**
 * Returns the value for JSON. A number that JSON would write differently (1.30) becomes a text, because it can be a
 * version.
 */
export function jsonOf(value: Tree): unknown {
  const plain = plainOf(value)
  return typeof plain === 'number' && String(plain) !== settingOf(value) ? settingOf(value) : plain
}

function isOnOneLine(written: string): boolean {
  return written !== '' && !written.includes('#') && !hasHidden(written)
}

function meansTheSame(written: string, value: Tree): boolean {
  const { tree, problems } = parseYamlTree(new SourceText('', written))
  return tree !== null && problems.length === 0 && JSON.stringify(plainOf(tree)) === JSON.stringify(plainOf(value))
}
