import type { WrittenFlag } from '../programs/flag-syntax.ts'
import type { Word } from '../programs/program-run.ts'
import { fieldOfFlag } from '../readers/kops.ts'
import { lineAt, startOfLine, type TextEdit } from './text-edit.ts'

/** A flag in a line of text. */
interface Token {
  /** The offset of its first dash; without dashes, of its name. */
  readonly start: number
  readonly end: number
  /** True if the value is in the same word, as in `--name=value`. */
  readonly hasValue: boolean
}

/** Returns the edit that changes the value of a written flag; null if the flag is not found in its line. */
export function replaceFlag(text: string, written: WrittenFlag, wanted: string): TextEdit | null {
  const { name, value, at } = written
  const found = lineWith(text, at.line, name)
  if (found === null) return replaceField(text, written, wanted)
  const { start, line, tokens } = found
  const token = tokens[tokens.length - 1]
  const spelled = line.slice(token.start, token.end).replace(/=[\s\S]*$/, '')
  const whole = (end: number): TextEdit => ({
    start: start + token.start,
    end: start + end,
    text: `${spelled}=${wanted}`,
  })
  if (token.hasValue || value === null) return whole(token.end)
  const next = /^[ \t]+(?!-)[^\s"',\\\]]+/.exec(line.slice(token.end))
  if (next !== null) return whole(token.end + next[0].length)
  return replaceNextItem(text, start + line.length, value, wanted)
}

/** Returns a YAML field with a plain value on its own line. kops writes flags as fields (`anonymousAuth: true`). */
function fieldIn(
  text: string,
  name: string,
  line: number,
): { readonly start: number; readonly before: string; readonly value: string } | null {
  const start = startOfLine(text, line)
  if (start === null) return null
  const [, before, value] =
    /^(\s*[A-Za-z]\w*:[ \t]+)([^\s#[{&*!|>"'%@`,]+)[ \t]*(?:#.*)?$/.exec(lineAt(text, start)) ?? []
  return before !== undefined && value !== undefined && before.trim() === `${fieldOfFlag(name)}:`
    ? { start, before, value }
    : null
}

function replaceField(text: string, { name, at }: WrittenFlag, wanted: string): TextEdit | null {
  const found = fieldIn(text, name, at.line)
  if (found === null || !isPlainScalar(wanted)) return null
  const start = found.start + found.before.length
  return { start, end: start + found.value.length, text: wanted }
}

/**
 * Returns the edit that adds a field after the last field with a flag; null if the flags are not written as fields.
 */
export function addField(text: string, flags: readonly WrittenFlag[], name: string, value: string): TextEdit | null {
  const anchor = flags.at(-1)
  const found = anchor === undefined ? null : fieldIn(text, anchor.name, anchor.at.line)
  if (found === null || !isPlainScalar(value)) return null
  const end = found.start + lineAt(text, found.start).length
  return { start: end, end, text: `\n${/^\s*/.exec(found.before)![0]}${fieldOfFlag(name)}: ${value}` }
}

function isPlainScalar(text: string): boolean {
  return /^[\w./-]+$/.test(text)
}

/** The most lines of a command. */
const MOST_LINES = 100

/** Returns the first line with a flag, starting at the line where its command begins. */
function lineWith(
  text: string,
  first: number,
  name: string,
): { readonly start: number; readonly line: string; readonly tokens: readonly [Token, ...Token[]] } | null {
  let start = startOfLine(text, first)
  for (let nth = 0; nth < MOST_LINES && start !== null; nth++) {
    const line = lineAt(text, start)
    const [token, ...others] = tokensIn(line, name)
    if (token !== undefined) return { start, line, tokens: [token, ...others] }
    const end = text.indexOf('\n', start)
    start = end < 0 ? null : end + 1
  }
  return null
}

/** Returns the edit of a value in the next item of a list: `- --name` and `- value`. */
function replaceNextItem(text: string, from: number, value: string, wanted: string): TextEdit | null {
  const rest = text.slice(from, from + 2000)
  const item = /^\s*(?:-[ \t]+|,\s*)?(["']?)/.exec(rest)
  if (item === null || !rest.slice(item[0].length).startsWith(value)) return null
  const start = from + item[0].length
  return { start, end: start + value.length, text: wanted }
}

/**
 * Returns the edit that adds a flag to a command line beside other flags: in alphabetical order if they are sorted,
 * otherwise at the end. Null if none of the flags is found.
 */
export function addFlag(text: string, words: readonly Word[], name: string, value: string): TextEdit | null {
  const flags = words.flatMap(({ text: word, at }) => {
    const own = /^--?([A-Za-z][\w.-]*)/.exec(word)?.[1]
    return own === undefined ? [] : [{ name: own, line: at.line }]
  })
  if (flags.length === 0) return null
  const isSorted = flags.every((flag, i) => i === 0 || flags[i - 1].name <= flag.name)
  const after = isSorted ? flags.find((flag) => flag.name > name) : undefined
  const anchor = after ?? flags[flags.length - 1]
  const found = lineWith(text, anchor.line, anchor.name)
  if (found === null) return null
  const { start, line, tokens } = found
  const [token] = tokens
  const added = `--${name}=${value}`
  const item = /^(\s*-\s+)(["']?)$/.exec(line.slice(0, token.start))
  if (item !== null) {
    const own = `${item[1]}${quoted(added, item[2])}`
    if (after !== undefined) return { start, end: start, text: `${own}\n` }
    const end = start + lengthOfItem(text, start, item[1].search(/-/))
    return { start: end, end, text: `\n${own}` }
  }
  return besides(line, token, added, start)
}

/** Returns the length of a list item, which can have several lines. */
function lengthOfItem(text: string, start: number, indent: number): number {
  let end = start + lineAt(text, start).length
  for (;;) {
    const next = text.indexOf('\n', end)
    if (next < 0) return end - start
    const line = lineAt(text, next + 1)
    if (line.trim() === '' || line.search(/\S/) <= indent) return end - start
    end = next + 1 + line.length
  }
}

/** Adds a flag before another one, as an item of a JSON or YAML list, or as a word of a shell command. */
function besides(line: string, token: Token, added: string, start: number): TextEdit {
  const quote = /["']/.exec(line[token.start - 1] ?? '')?.[0] ?? ''
  const isItem = quote !== '' && /(?:^|[[,\s])$/.test(line.slice(0, token.start - 1)) && line[token.end] === quote
  const isPlainItem =
    quote === '' && /^\s*[,\]]/.test(line.slice(token.end)) && /[[,]\s*$/.test(line.slice(0, token.start))
  if (isItem) {
    const at = start + token.start - 1
    const indent = /^\s*$/.test(line.slice(0, token.start - 1)) ? `\n${line.slice(0, token.start - 1)}` : ' '
    return { start: at, end: at, text: `${quote}${added}${quote},${indent}` }
  }
  const at = start + token.start
  return { start: at, end: at, text: `${added}${isPlainItem ? ', ' : ' '}` }
}

function quoted(text: string, quote: string): string {
  if (quote !== '') return `${quote}${text}${quote}`
  return /[:#]\s|\s#|[{}[\]&*!|>'"%@`]/.test(text) ? JSON.stringify(text) : text
}

/** Finds a flag in a line, with dashes or (for k3s) without. Underscores count as dashes. */
function tokensIn(line: string, name: string): readonly Token[] {
  const pattern = name.replace(/[.]/g, '\\.').replace(/[-_]/g, '[-_]')
  const found = line.matchAll(
    new RegExp(
      `(^|[\\s"'=,[\\0])((?:--?)?${pattern})(=(?:[^\\s"'\\\\,\\]\\0]|,(?=[^\\s\\]"']))*)?(?=[\\s"',\\]\\\\\\0]|$)`,
      'g',
    ),
  )
  return [...found].map(({ index, 0: whole, 1: before, 3: value }) => ({
    start: index + before.length,
    end: index + whole.length,
    hasValue: value !== undefined,
  }))
}
