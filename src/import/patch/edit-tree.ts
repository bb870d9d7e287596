import type { MapTree, Tree, TreePath } from '../../scenario/tree/tree.ts'
import type { TextEdit } from './text-edit.ts'

/** A value that is written into a YAML or JSON document. */
export type Written = string | number | boolean | readonly string[]

/** An item of a list of arguments. */
export interface NamedValue {
  readonly name: string
  readonly value: string
}

type Content = Written | readonly NamedValue[]

/**
 * Returns the edit of a document that sets the value at a path below a map. It creates missing keys, in order if the
 * keys are sorted. All other characters stay. Null if a value on the path is not a map.
 */
export function setField(map: Tree, path: TreePath, value: Content): TextEdit | null {
  if (map.kind !== 'map') return null
  const [key, ...rest] = path.map(String)
  const entry = map.entries.get(key)
  if (entry === undefined) return addEntry(map, key, rest, value)
  const { tree } = entry
  const { start, end, source } = tree.position
  if (rest.length > 0 && tree.kind === 'map')
    return tree.entries.size === 0 ? emptyMap(tree, rest, value) : setField(tree, rest, value)
  const isNothing = tree.kind === 'scalar' && tree.value === null
  if (rest.length > 0 && !isNothing) return null
  const isJson = isInJson(map)
  const text = rest.length === 0 ? valueText(value, isJson) : flowText(rest, value, isJson)
  if (start < end) return { start, end: trimmedEnd(source.text, start, end), text }
  const colon = source.text.indexOf(':', entry.keyPosition.end)
  return colon < 0 ? null : { start: colon + 1, end: colon + 1, text: ` ${text}` }
}

/**
 * Returns the edit that inserts an item at the front of a list; null for an empty list, or if the value is not a list.
 */
export function addItem(list: Tree, item: string): TextEdit | null {
  if (list.kind !== 'list' || list.items.length === 0) return null
  const { source, start } = list.position
  const first = list.items[0].position.start
  if (source.text[start] === '[') return { start: first, end: first, text: `${JSON.stringify(item)}, ` }
  const dash = source.text.lastIndexOf('-', first)
  const gap = source.text.slice(dash + 1, first)
  return { start: first, end: first, text: `${JSON.stringify(item)}\n${indentAt(source.text, dash)}-${gap}` }
}

function emptyMap({ position: { start, end } }: MapTree, path: readonly string[], value: Content): TextEdit {
  return { start, end, text: flowText(path, value, false) }
}

function addEntry(map: MapTree, key: string, rest: string[], value: Content): TextEdit | null {
  const { source, start, end } = map.position
  const { text } = source
  const isJson = isInJson(map)
  const entries = [...map.entries]
  if (entries.length === 0) return { start, end, text: flowText([key, ...rest], value, isJson) }
  const first = entries[0][1].keyPosition.start
  const inner = rest.length === 0 ? valueText(value, isJson) : flowText(rest, value, isJson)
  if (text[start] === '{') {
    const isOnOwnLine = /\n[ \t]*$/.test(text.slice(start, first))
    const gap = isOnOwnLine ? `\n${indentAt(text, first)}` : ' '
    return { start: first, end: first, text: `${keyText(key, isJson)}: ${inner},${gap}` }
  }
  const indent = indentAt(text, first)
  const step = rest.length === 0 ? '' : indentStep(map)
  const own = [key, ...rest].map((name, i) => `${indent}${step.repeat(i)}${keyText(name, false)}:`)
  const block = `${own.join('\n')} ${valueText(value, false)}`
  const isSorted = entries.every(([name], i) => i === 0 || entries[i - 1][0] <= name)
  const before = isSorted ? entries.filter(([name]) => name < key).at(-1) : entries.at(-1)
  if (before === undefined) {
    const at = startOfComments(text, first)
    return { start: at, end: at, text: `${block.slice(indent.length)}\n${indent}` }
  }
  const [, { keyPosition, tree }] = before
  const last = trimmedEnd(text, keyPosition.end, Math.max(tree.position.end, keyPosition.end))
  const lineEnd = text.indexOf('\n', last)
  const at = lineEnd < 0 ? text.length : lineEnd
  return { start: at, end: at, text: `\n${block}` }
}

/**
 * Returns the offset of the first comment directly above a key in the same column; without comments, the offset of the
 * key.
 */
function startOfComments(text: string, key: number): number {
  const lineStart = text.lastIndexOf('\n', key - 1) + 1
  const indent = text.slice(lineStart, key)
  if (indent.trim() !== '') return key
  let at = lineStart
  for (;;) {
    const above = text.lastIndexOf('\n', at - 2) + 1
    if (at === 0 || !text.startsWith(`${indent}#`, above) || above === at) return at + indent.length
    at = above
  }
}

/**
 * Returns the indentation of inner maps in a document, taken from the first one on its own line; two blanks by default.
 */
function indentStep({ position: { source } }: MapTree): string {
  const inner = /^( *)(?:- )?[\w"'./-]+:[ \t]*(?:#.*)?\r?\n(?:[ \t]*(?:#.*)?\r?\n)*( +)(?=[\w"'])/gm
  for (const { 1: outer, 2: blanks } of source.text.matchAll(inner))
    if (blanks.length > outer.length && blanks.length <= outer.length + MOST_BLANKS) return blanks.slice(outer.length)
  return '  '
}

/** The largest indentation that is adopted from a document. */
const MOST_BLANKS = 8

function flowText(path: readonly string[], value: Content, isJson: boolean): string {
  return path.toReversed().reduce((inner, key) => `{ ${keyText(key, isJson)}: ${inner} }`, valueText(value, isJson))
}

function valueText(value: Content, isJson: boolean): string {
  if (typeof value === 'object') {
    const items = value.map((one) => (typeof one === 'object' ? pairText(one, isJson) : valueText(one, isJson)))
    return `[${items.join(', ')}]`
  }
  if (typeof value !== 'string') return String(value)
  return !isJson && /^[A-Za-z/][\w./-]*$/.test(value) && !/^(true|false|yes|no|on|off|null|y|n)$/i.test(value)
    ? value
    : JSON.stringify(value)
}

function pairText({ name, value }: NamedValue, isJson: boolean): string {
  const [first, second] = [keyText('name', isJson), keyText('value', isJson)]
  return `{ ${first}: ${valueText(name, isJson)}, ${second}: ${JSON.stringify(value)} }`
}

function keyText(key: string, isJson: boolean): string {
  return isJson || !/^[A-Za-z][\w.-]*$/.test(key) ? JSON.stringify(key) : key
}

/** Returns whether a map is written as JSON: in braces, with quoted keys. */
function isInJson({ position: { source, start }, entries }: MapTree): boolean {
  const [first] = entries.values()
  return source.text[start] === '{' && (first === undefined || source.text[first.keyPosition.start] === '"')
}

/** Returns the blanks that indent a line to the column of an offset. */
function indentAt(text: string, offset: number): string {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1
  return text.slice(lineStart, offset).replace(/[^\t]/g, ' ')
}

function trimmedEnd(text: string, start: number, end: number): number {
  return start + text.slice(start, end).trimEnd().length
}
