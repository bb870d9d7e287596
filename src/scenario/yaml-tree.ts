import {
  Composer,
  type CST,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  type ParsedNode,
  Parser,
  type YAMLMap,
} from 'yaml'
import { type Problem, problemAt } from './problem.ts'
import type { ProblemCode } from './problem-codes.ts'
import type { SourceText, Spot } from './source-text.ts'
import type { MapEntry, Tree } from './tree.ts'

const MOST_CHARACTERS = 1 << 20
const MOST_LEVELS = 64
const MOST_VALUES = 100_000

/** These mean something to JavaScript objects wherever they are keys. */
const RESERVED_KEYS = new Set(['__proto__', 'constructor', 'prototype'])

/** Not allowed in YAML, or invisible: all control characters but tab and line ends, halves of surrogate pairs. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is what it is for
const FORBIDDEN =
  /[\0-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]|\r(?!\n)|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/

export interface ParsedTree {
  /** null where the text is too broken to go on. */
  readonly tree: Tree | null
  readonly problems: readonly Problem[]
}

/** Reads one YAML 1.2 document, from `start` to the end of the source. Whatever the text holds, this ends soon and never throws. */
export function parseYamlTree(source: SourceText, start = 0): ParsedTree {
  const spotOf = (from: number, to: number): Spot => ({ source, start: start + from, end: start + to })
  const fail = (from: number, to: number, code: ProblemCode, message: string, hint?: string): ParsedTree => ({
    tree: null,
    problems: [problemAt(spotOf(from, to), code, message, hint)],
  })
  const text = source.text.slice(start)
  if (text.length > MOST_CHARACTERS) {
    return fail(0, 0, 'too-large', `the text has ${text.length} characters; at most ${MOST_CHARACTERS} are read`)
  }
  const forbidden = FORBIDDEN.exec(text)
  if (forbidden !== null) {
    const codePoint = text.charCodeAt(forbidden.index).toString(16).toUpperCase().padStart(4, '0')
    return fail(
      forbidden.index,
      forbidden.index + 1,
      'yaml-syntax',
      `the character U+${codePoint} is not allowed in YAML`,
    )
  }
  const tokens = tokensOf(text)
  if (typeof tokens === 'number')
    return fail(tokens, tokens + 1, 'too-large', `nested more than ${MOST_LEVELS} levels deep`)

  const composer = new Composer({ version: '1.2', schema: 'core', uniqueKeys: false, logLevel: 'silent' })
  const documents = [...composer.compose(tokens, true, text.length)]
  const problems = documents.flatMap((document) => syntaxProblems(document, spotOf))
  if (documents.length > 1) {
    const [from] = documents[1].range
    return fail(from, from, 'yaml-feature', 'a second document begins here; a scenario is one document')
  }
  if (problems.length > 0) return { tree: null, problems }
  const [document] = documents
  if (document.contents === null)
    return fail(0, 0, 'wrong-type', 'the scenario is empty', 'a scenario begins with `version: 1`')
  const builder = new TreeBuilder(spotOf)
  const tree = builder.build(document.contents, 0)
  return { tree: builder.isCut ? null : tree, problems: builder.problems }
}

/** The tokens of the text, or the offset at which nesting gets too deep for the recursive steps that follow. */
function tokensOf(text: string): CST.Token[] | number {
  const lexer = new Lexer()
  const parser = new Parser()
  const tokens: CST.Token[] = []
  for (const lexeme of lexer.lex(text)) {
    for (const token of parser.next(lexeme)) tokens.push(token)
    if (parser.stack.length > MOST_LEVELS) return parser.offset
  }
  for (const token of parser.end()) tokens.push(token)
  return tokens
}

function syntaxProblems(document: Document.Parsed, spotOf: (from: number, to: number) => Spot): Problem[] {
  const problems = [...document.errors, ...document.warnings].map((error) => {
    const code = error.code === 'TAG_RESOLVE_FAILED' || error.code === 'BAD_DIRECTIVE' ? 'yaml-feature' : 'yaml-syntax'
    const hint = error.code === 'TAB_AS_INDENT' ? 'indent with spaces' : undefined
    return problemAt(
      spotOf(error.pos[0], Math.max(error.pos[1], error.pos[0] + 1)),
      code,
      sentence(error.message),
      hint,
    )
  })
  if (document.directives?.yaml.explicit && document.directives.yaml.version !== '1.2') {
    problems.push(problemAt(spotOf(0, 0), 'yaml-feature', 'scenarios are YAML 1.2; leave the %YAML directive out'))
  }
  return problems
}

function sentence(message: string): string {
  return message.charAt(0).toLowerCase() + message.slice(1).replace(/\s+/g, ' ')
}

class TreeBuilder {
  readonly problems: Problem[] = []
  isCut = false
  readonly #anchors = new Map<string, ParsedNode>()
  readonly #spotOf: (from: number, to: number) => Spot
  #values = 0

  constructor(spotOf: (from: number, to: number) => Spot) {
    this.#spotOf = spotOf
  }

  build(node: ParsedNode | null, offset: number, depth = 0): Tree {
    const [from, to] = node?.range ?? [offset, offset]
    const spot = this.#spotOf(from, to)
    if (node === null || this.#isTooMuch(spot, depth)) return { kind: 'scalar', spot, value: null }
    if (isAlias(node)) return this.#buildAlias(node.source, spot, depth)
    if (node.tag !== undefined) {
      this.#report(
        spot,
        'yaml-feature',
        `the tag ${node.tag} is not accepted`,
        'leave the tag out, and quote the value if it is a text',
      )
    }
    const tree = this.#buildContents(node, spot, depth)
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, node)
    return tree
  }

  #buildContents(node: ParsedNode, spot: Spot, depth: number): Tree {
    if (isMap(node)) return { kind: 'map', spot, entries: this.#buildEntries(node, depth) }
    if (isSeq(node)) {
      return { kind: 'list', spot, items: node.items.map((item) => this.build(item, spot.end, depth + 1)) }
    }
    return { kind: 'scalar', spot, value: isScalar(node) ? scalarValue(node.value) : null }
  }

  /** An alias stands for its value, written out; a value is known once it ends, so that none contains itself. */
  #buildAlias(anchor: string, spot: Spot, depth: number): Tree {
    const target = this.#anchors.get(anchor)
    if (target !== undefined) return this.build(target, spot.start, depth + 1)
    this.#report(spot, 'yaml-syntax', `the alias *${anchor} names no value that ends before it`)
    return { kind: 'scalar', spot, value: null }
  }

  #buildEntries(map: YAMLMap.Parsed, depth: number): Map<string, MapEntry> {
    const entries = new Map<string, MapEntry>()
    for (const { key, value } of map.items) {
      const [from, to] = key.range
      const keySpot = this.#spotOf(from, to)
      const name = isScalar(key) && key.value !== null ? String(key.source ?? key.value) : null
      const tree = this.build(value, to, depth + 1)
      if (name === null || name === '') this.#report(keySpot, 'yaml-feature', 'a key must be a text')
      else if (RESERVED_KEYS.has(name)) this.#report(keySpot, 'bad-name', `${name} cannot be a key`)
      else if (entries.has(name))
        this.#report(keySpot, 'duplicate-key', `the key ${name} occurs twice in this map`, 'keep one of the two')
      else entries.set(name, { keySpot, tree })
    }
    return entries
  }

  #isTooMuch(spot: Spot, depth: number): boolean {
    this.#values++
    if (this.isCut) return true
    if (this.#values <= MOST_VALUES && depth <= MOST_LEVELS) return false
    this.isCut = true
    this.#report(
      spot,
      'too-large',
      this.#values > MOST_VALUES
        ? `more than ${MOST_VALUES} values, aliases expanded`
        : `nested more than ${MOST_LEVELS} levels deep`,
    )
    return true
  }

  #report(spot: Spot, code: ProblemCode, message: string, hint?: string): void {
    this.problems.push(problemAt(spot, code, message, hint))
  }
}

function scalarValue(value: unknown): string | number | boolean | null {
  const isPlain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
  return isPlain ? value : null
}
