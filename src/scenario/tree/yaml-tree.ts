import { isAlias, isMap, isScalar, isSeq, type ParsedNode, type YAMLMap } from 'yaml'
import { MOST_PROBLEMS, type Problem, problemAt } from '../problems/problem.ts'
import type { ProblemCode } from '../problems/problem-codes.ts'
import type { SourceText, Spot } from './source-text.ts'
import type { MapEntry, Tree } from './tree.ts'
import { MOST_LEVELS, readYaml } from './yaml-document.ts'

const MOST_VALUES = 100_000

/** These mean something to JavaScript objects wherever they are keys. */
const RESERVED_KEYS = new Set(['__proto__', 'constructor', 'prototype'])

export interface ParsedTree {
  /** null where the text is too broken to go on. */
  readonly tree: Tree | null
  readonly problems: readonly Problem[]
}

/** Reads one YAML 1.2 document, from `start` to the end of the source. Whatever the text holds, this ends soon and never throws. */
export function parseYamlTree(source: SourceText, start = 0): ParsedTree {
  const spotOf = (from: number, to: number): Spot => ({ source, start: start + from, end: start + to })
  const read = readYaml(source.text.slice(start))
  if (!read.ok) {
    const problems = read.mistakes.map(({ from, to, code, message, hint }) =>
      problemAt(spotOf(from, to), code, message, hint),
    )
    return { tree: null, problems }
  }
  const builder = new TreeBuilder(spotOf)
  const tree = builder.build(read.contents, 0)
  return { tree: builder.isCut || builder.isBroken ? null : tree, problems: builder.problems }
}

class TreeBuilder {
  readonly problems: Problem[] = []
  isCut = false
  isBroken = false
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
    this.isBroken = true
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
    if (this.problems.length > MOST_PROBLEMS) return
    this.problems.push(problemAt(spot, code, message, hint))
  }
}

function scalarValue(value: unknown): string | number | boolean | null {
  const isPlain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
  return isPlain ? value : null
}
