import { SourceText } from '../tree/source-text.ts'
import { plainOf, type Tree } from '../tree/tree.ts'
import { parseYamlTree } from '../tree/yaml-tree.ts'

/** The value as `--set` takes it: as it was written, where that stands on one line and means the same by itself. */
export function settingOf(value: Tree): string {
  const written = value.position.source.text.slice(value.position.start, value.position.end).trim()
  if (isOnOneLine(written) && meansTheSame(written, value)) return written
  return JSON.stringify(plainOf(value))
}

/** The value as a person reads it in a table: a text without its quotes. */
export function labelOf(value: Tree): string {
  return value.kind === 'scalar' && typeof value.value === 'string' ? value.value : settingOf(value)
}

/** The value in JSON. A number that was written otherwise than JSON would (1.30) is a text, since it may mean a version. */
export function jsonOf(value: Tree): unknown {
  const plain = plainOf(value)
  return typeof plain === 'number' && String(plain) !== settingOf(value) ? settingOf(value) : plain
}

function isOnOneLine(written: string): boolean {
  return written !== '' && !/[\r\n#]/.test(written)
}

function meansTheSame(written: string, value: Tree): boolean {
  const { tree, problems } = parseYamlTree(new SourceText('', written))
  return tree !== null && problems.length === 0 && JSON.stringify(plainOf(tree)) === JSON.stringify(plainOf(value))
}
