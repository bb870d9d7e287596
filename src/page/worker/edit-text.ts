import { stringify } from 'yaml'
import { setField } from '../../import/patch/edit-tree.ts'
import { applyEdits, type TextEdit } from '../../import/patch/text-edit.ts'
import { SourceText } from '../../scenario/problems/source-text.ts'
import type { MapTree, Tree } from '../../scenario/tree/tree.ts'
import { parseYamlTree } from '../../scenario/tree/yaml-tree.ts'
import type { AttackerDefinition, Edit } from '../protocol.ts'

/**
 * Makes the changes of a hand in the text of a scenario, and leaves all other characters. A change for which the text has
 * no place, since it is no YAML or has something else there, is left out.
 */
export function editText(text: string, edits: readonly Edit[]): string {
  return edits.reduce((changed, edit) => {
    const source = new SourceText('scenario', changed)
    const { tree } = parseYamlTree(source)
    if (tree?.kind !== 'map') return changed
    const found = editOf(tree, edit, source.text)
    return found === null ? changed : applyEdits(source.text, [found])
  }, text)
}

function editOf(tree: MapTree, edit: Edit, text: string): TextEdit | null {
  switch (edit.kind) {
    case 'set':
      return setField(tree, edit.path, edit.value)
    case 'remove':
      return removal(tree, edit.path, text)
    case 'attacker':
      return addition(tree, edit.name, edit.definition, text)
  }
}

/** Returns the edit that takes a key away; with it the maps around it of which nothing would be left. */
function removal(tree: Tree, path: readonly string[], text: string): TextEdit | null {
  const [key, ...rest] = path
  if (tree.kind !== 'map' || key === undefined) return null
  const entry = tree.entries.get(key)
  if (entry === undefined) return null
  const inner = entry.tree
  const isLast = rest.length === 0 || (inner.kind === 'map' && isOnlyAt(inner, rest))
  if (!isLast) return removal(inner, rest, text)
  const start = entry.keyPosition.start
  const end = Math.max(inner.position.end, entry.keyPosition.end)
  return text[tree.position.start] === '{' ? inFlow(text, start, end) : inLines(text, start, end)
}

/** Returns whether a map holds nothing but the value at a path. */
function isOnlyAt(map: MapTree, [key, ...rest]: readonly string[]): boolean {
  const inner = key === undefined ? undefined : map.entries.get(key)?.tree
  if (inner === undefined || map.entries.size > 1) return false
  return rest.length === 0 || (inner.kind === 'map' && isOnlyAt(inner, rest))
}

/** Takes a key of `{ a: 1, b: 2 }` away with one of the commas beside it. */
function inFlow(text: string, start: number, end: number): TextEdit {
  const after = /^\s*,\s*/.exec(text.slice(end))
  if (after !== null) return { start, end: end + after[0].length, text: '' }
  const before = /,\s*$/.exec(text.slice(0, start))
  return { start: start - (before?.[0].length ?? 0), end: text.slice(0, end).trimEnd().length, text: '' }
}

/** Takes the lines of a key away; the comment behind its value too. */
function inLines(text: string, start: number, end: number): TextEdit {
  const lineStart = text.lastIndexOf('\n', start - 1) + 1
  const last = text.slice(0, end).trimEnd().length
  const lineEnd = text.indexOf('\n', last)
  return { start: lineStart, end: lineEnd < 0 ? text.length : lineEnd + 1, text: '' }
}

/** Returns the edit that adds an attacker behind the others. */
function addition(tree: MapTree, name: string, definition: AttackerDefinition, text: string): TextEdit {
  const others = tree.entries.get('attackers')?.tree
  const lines = stringify({ [name]: definition }, { lineWidth: 0 })
    .trimEnd()
    .split('\n')
  if (others?.kind === 'map' && others.entries.size > 0) {
    if (text[others.position.start] === '{') {
      const flow = stringify({ [name]: definition }, { lineWidth: 0, collectionStyle: 'flow' }).trim()
      const at = others.position.start + 1
      return { start: at, end: at, text: ` ${flow.replace(/^\{\s*|\s*\}$/g, '')},` }
    }
    const [first] = others.entries.values()
    const at = first?.keyPosition.start ?? others.position.start
    const indent = text.slice(text.lastIndexOf('\n', at - 1) + 1, at)
    const end = text.slice(0, others.position.end).trimEnd().length
    return { start: end, end, text: `\n${lines.map((line) => indent + line).join('\n')}` }
  }
  const block = `attackers:\n${lines.map((line) => `  ${line}`).join('\n')}\n`
  const entry = tree.entries.get('attackers')
  if (entry !== undefined) {
    const { end } = inLines(text, entry.keyPosition.start, Math.max(entry.tree.position.end, entry.keyPosition.end))
    return { start: entry.keyPosition.start, end, text: block }
  }
  const end = text.trimEnd().length
  return { start: end, end: text.length, text: `\n\n${block}` }
}
