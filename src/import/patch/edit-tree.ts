import type { MapTree, Tree, TreePath } from '../../scenario/tree/tree.ts'
import type { TextEdit } from './text-edit.ts'

/** A value that is written into a document of YAML or JSON. */
export type Written = string | number | boolean | readonly string[]

/** An item of a list of arguments. */
export interface NamedValue {
  readonly name: string
  readonly value: string
}

type Content = Written | readonly NamedValue[]

/**
 * Returns the edit of a document that gives a value to a path below a map of it. What is missing is added, in the order
 * of keys where they are sorted; all other characters stay. Null where something else than a map is on the path.
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

/** Returns the edit that adds an item to a list, before its first one; null for an empty list or another value. */
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

/** Returns the offset of the first comment of those that stand right above a key, in its column; else that of the key. */
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
 * Returns the indentation of inner maps in a document, as the first one on a line of its own has it; by default two
 * blanks.
 */
function indentStep({ position: { source } }: MapTree): string {
  const inner = /^( *)(?:- )?[\w"'./-]+:[ \t]*(?:#.*)?\r?\n(?:[ \t]*(?:#.*)?\r?\n)*( +)(?=[\w"'])/gm
  for (const { 1: outer, 2: blanks } of source.text.matchAll(inner))
    if (blanks.length > outer.length && blanks.length <= outer.length + MOST_BLANKS) return blanks.slice(outer.length)
  return '  '
}

/** The largest indentation that is taken over from a document. */
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

/** True if a map is written as in JSON: in braces, with quotes around its keys. */
function isInJson({ position: { source, start }, entries }: MapTree): boolean {
  const [first] = entries.values()
  return source.text[start] === '{' && (first === undefined || source.text[first.keyPosition.start] === '"')
}

/** Returns the blanks that a line needs so that a text in it begins at the same column as that at an offset. */
function indentAt(text: string, offset: number): string {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1
  return text.slice(lineStart, offset).replace(/[^\t]/g, ' ')
}

function trimmedEnd(text: string, start: number, end: number): number {
  return start + text.slice(start, end).trimEnd().length
}
