import type { Position, SourceText } from '../scenario/problems/source-text.ts'
import type { MapEntry, Tree } from '../scenario/tree/tree.ts'
import { RESERVED_KEYS } from '../values/kinds.ts'

/** A line that is not empty: the column of its first character, and its range in the text. */
interface Line {
  readonly indent: number
  readonly start: number
  readonly end: number
}

/** The deepest nesting that is read here. The full parser reads deeper texts, with limits of its own. */
const MAX_DEPTH = 60

const KEY = /^(?:([A-Za-z_][\w./-]*)|"([\w./: -]+)"):(?: +|$)/
const QUOTED = /^(?:"([^"\\]*)"|'([^']*)')$/

/** A scalar without quotes that every version of YAML reads as the same text, whole number or boolean. */
const PLAIN = /^(?:[\w./(<+]|-(?=[^\s-])|--(?=[^\s-]))[^\t\r]*$/

/**
 * Reads the YAML that kubectl prints: block maps and lists with scalars on one line. For any other YAML it returns
 * null, and the full parser has to read it. Otherwise it returns the same tree as the full parser, in a tenth of the
 * time.
 */
export function parsePlainYaml(source: SourceText): Tree | null {
  const lines = linesOf(source.text)
  return lines === null || lines.length === 0 ? null : new PlainReader(source, lines).read()
}

function linesOf(text: string): Line[] | null {
  const lines: Line[] = []
  for (let at = 0; at < text.length; ) {
    const newline = text.indexOf('\n', at)
    const next = newline < 0 ? text.length : newline
    let start = at
    while (start < next && text.charCodeAt(start) === 0x20) start++
    let end = next
    while (end > start && text.charCodeAt(end - 1) === 0x20) end--
    if (end > start && text[start] !== '#') lines.push({ indent: start - at, start, end })
    at = next + 1
  }
  return lines
}

class PlainReader {
  readonly #source: SourceText
  readonly #lines: Line[]
  #at = 0
  /** True if something is not plain. Then the tree is not valid. */
  #isOther = false

  constructor(source: SourceText, lines: Line[]) {
    this.#source = source
    this.#lines = lines
  }

  read(): Tree | null {
    const tree = this.#block(this.#lines[0].indent, 0)
    return this.#isOther || this.#at < this.#lines.length ? null : tree
  }

  #position(start: number, end: number): Position {
    return { source: this.#source, start, end }
  }

  /** Leaves the text to the full parser. */
  #giveUp(): Tree {
    this.#isOther = true
    this.#at = this.#lines.length
    return { kind: 'scalar', position: this.#position(0, 0), value: null }
  }

  #isItem({ start, end }: Line): boolean {
    const { text } = this.#source
    return text.charCodeAt(start) === 0x2d && (end === start + 1 || text.charCodeAt(start + 1) === 0x20)
  }

  #block(indent: number, depth: number): Tree {
    if (depth > MAX_DEPTH) return this.#giveUp()
    return this.#isItem(this.#lines[this.#at]) ? this.#list(indent, depth) : this.#map(indent, depth)
  }

  #list(indent: number, depth: number): Tree {
    const { start } = this.#lines[this.#at]
    const items: Tree[] = []
    while (this.#at < this.#lines.length) {
      const line = this.#lines[this.#at]
      if (line.indent !== indent || !this.#isItem(line)) break
      items.push(this.#item(line, depth))
    }
    return { kind: 'list', position: this.#position(start, items.at(-1)!.position.end), items }
  }

  #item({ indent, start, end }: Line, depth: number): Tree {
    let content = start + 1
    while (content < end && this.#source.text.charCodeAt(content) === 0x20) content++
    if (content === end) return this.#giveUp()
    const inner: Line = { indent: indent + content - start, start: content, end }
    const isBlock = this.#isItem(inner) || KEY.test(this.#source.text.slice(content, end))
    if (!isBlock) return this.#scalar(content, end, indent)
    this.#lines[this.#at] = inner
    return this.#block(inner.indent, depth + 1)
  }

  #map(indent: number, depth: number): Tree {
    const { start } = this.#lines[this.#at]
    const entries = new Map<string, MapEntry>()
    let end = start
    while (this.#at < this.#lines.length) {
      const line = this.#lines[this.#at]
      if (line.indent < indent || (line.indent === indent && this.#isItem(line))) break
      const key = line.indent === indent ? KEY.exec(this.#source.text.slice(line.start, line.end)) : null
      const name = key?.[1] ?? key?.[2]
      if (key === null || name === undefined || entries.has(name) || RESERVED_KEYS.has(name)) return this.#giveUp()
      const keyEnd = line.start + key[0].trimEnd().length - 1
      const tree = this.#value(line, line.start + key[0].length, keyEnd, depth)
      entries.set(name, { keyPosition: this.#position(line.start, keyEnd), tree })
      end = tree.position.end
    }
    return { kind: 'map', position: this.#position(start, end), entries }
  }

  #value({ indent, end }: Line, content: number, keyEnd: number, depth: number): Tree {
    if (content < end) return this.#scalar(content, end, indent)
    this.#at++
    const next = this.#lines[this.#at]
    const isBelow = next !== undefined && (next.indent > indent || (next.indent === indent && this.#isItem(next)))
    if (isBelow) return this.#block(next.indent, depth + 1)
    return { kind: 'scalar', position: this.#position(keyEnd + 1, keyEnd + 1), value: null }
  }

  /** Reads a scalar on one line. A longer one is left to the full parser. */
  #scalar(start: number, end: number, indent: number): Tree {
    this.#at++
    const next = this.#lines[this.#at]
    if (next !== undefined && next.indent > indent) return this.#giveUp()
    const text = this.#source.text.slice(start, end)
    const position = this.#position(start, end)
    if (text === '{}') return { kind: 'map', position, entries: new Map() }
    if (text === '[]') return { kind: 'list', position, items: [] }
    const quoted = QUOTED.exec(text)
    if (quoted !== null) return { kind: 'scalar', position, value: quoted[1] ?? quoted[2] }
    const value = plainValue(text)
    return value === undefined ? this.#giveUp() : { kind: 'scalar', position, value }
  }
}

/**
 * Returns the value of an unquoted scalar by the core schema of YAML 1.2; undefined if the full parser has to decide.
 */
function plainValue(text: string): string | number | boolean | null | undefined {
  if (!PLAIN.test(text) || text.includes(': ') || text.includes(' #') || text.endsWith(':')) return undefined
  if (text === 'true') return true
  if (text === 'false') return false
  if (text === 'null') return null
  if (/^(?:0|[1-9]\d{0,14})$/.test(text)) return Number(text)
  // Addresses and address ranges are not numbers.
  if (/^\d+\.\d+\.\d+\.\d+(?:\/\d+)?$/.test(text)) return text
  const isNumberLike =
    /^[-+.\d][\d.eExo_+-]*$/.test(text) || /^[-+]?0[xo]/.test(text) || /^[-+]?\.(?:inf|nan)$/i.test(text)
  return isNumberLike || /^(?:true|false|null)$/i.test(text) ? undefined : text
}
