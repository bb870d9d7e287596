import { isAlias, isMap, isScalar, isSeq, type ParsedNode, type YAMLMap } from 'yaml'
import { RESERVED_KEYS } from '../../values/kinds.ts'
import { type FoundProblem, MAX_PROBLEMS, problemAt } from '../problems/problem.ts'
import type { ProblemCode } from '../problems/problem-codes.ts'
import type { Position, SourceText } from '../problems/source-text.ts'
import type { MapEntry, Tree } from './tree.ts'
import { MAX_LEVELS, MAX_VALUES, readYaml } from './yaml-document.ts'

/** Keys that have a meaning in every JavaScript object. */

export interface ParsedTree {
  /** The tree; null if the text cannot be read. */
  readonly tree: Tree | null
  readonly problems: readonly FoundProblem[]
}

/**
 * Reads one YAML 1.2 document, from `start` to the end of the source. It never throws, and takes bounded time for every
 * text.
 */
export function parseYamlTree(source: SourceText, start = 0): ParsedTree {
  const positionOf = (from: number, to: number): Position => ({ source, start: start + from, end: start + to })
  const read = readYaml(source.text.slice(start))
  if (!read.ok) {
    const problems = read.mistakes.map(({ from, to, code, message, hint }) =>
      problemAt(positionOf(from, to), code, message, hint),
    )
    return { tree: null, problems }
  }
  const builder = new TreeBuilder(positionOf)
  const tree = builder.build(read.contents, 0)
  return { tree: builder.isCut || builder.isBroken ? null : tree, problems: builder.problems }
}

class TreeBuilder {
  readonly problems: FoundProblem[] = []
  isCut = false
  isBroken = false
  readonly #anchors = new Map<string, ParsedNode>()
  readonly #positionOf: (from: number, to: number) => Position
  #values = 0

  constructor(positionOf: (from: number, to: number) => Position) {
    this.#positionOf = positionOf
  }

  build(node: ParsedNode | null, offset: number, depth = 0): Tree {
    const [from, to] = node?.range ?? [offset, offset]
    const position = this.#positionOf(from, to)
    if (node === null || this.#isTooMuch(position, depth)) return { kind: 'scalar', position, value: null }
    if (isAlias(node)) return this.#buildAlias(node.source, position, depth)
    if (node.tag !== undefined) {
      this.#report(
        position,
        'yaml-feature',
        `the tag ${node.tag} is not accepted`,
        'remove the tag, and put the value in quotes if it is a text',
      )
    }
    const tree = this.#buildContents(node, position, depth)
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, node)
    return tree
  }

  #buildContents(node: ParsedNode, position: Position, depth: number): Tree {
    if (isMap(node)) return { kind: 'map', position, entries: this.#buildEntries(node, depth) }
    if (isSeq(node)) {
      return { kind: 'list', position, items: node.items.map((item) => this.build(item, position.end, depth + 1)) }
    }
    return { kind: 'scalar', position, value: isScalar(node) ? scalarValue(node.value) : null }
  }

  /**
   * Builds the value of an alias. An anchor becomes known after the end of its value, so that no value contains itself.
   */
  #buildAlias(anchor: string, position: Position, depth: number): Tree {
    const target = this.#anchors.get(anchor)
    if (target !== undefined) return this.build(target, position.start, depth + 1)
    this.isBroken = true
    this.#report(position, 'yaml-syntax', `the alias *${anchor} has no anchor before it`)
    return { kind: 'scalar', position, value: null }
  }

  #buildEntries(map: YAMLMap.Parsed, depth: number): Map<string, MapEntry> {
    const entries = new Map<string, MapEntry>()
    for (const { key, value } of map.items) {
      const [from, to] = key.range
      const keyPosition = this.#positionOf(from, to)
      const name = isScalar(key) && key.value !== null ? String(key.source ?? key.value) : null
      const tree = this.build(value, to, depth + 1)
      if (name === null || name === '') this.#report(keyPosition, 'yaml-feature', 'a key must be a text')
      else if (RESERVED_KEYS.has(name)) this.#report(keyPosition, 'bad-name', `${name} cannot be a key`)
      else {
        // The last of equal keys counts, as in Kubernetes, which reads files leniently (sigs.k8s.io/yaml).
        if (entries.has(name))
          this.#report(keyPosition, 'duplicate-key', `the key ${name} occurs twice in this map`, 'keep one of the two')
        entries.set(name, { keyPosition, tree })
      }
    }
    return entries
  }

  #isTooMuch(position: Position, depth: number): boolean {
    this.#values++
    if (this.isCut) return true
    if (this.#values <= MAX_VALUES && depth <= MAX_LEVELS) return false
    this.isCut = true
    this.#report(
      position,
      'too-large',
      this.#values > MAX_VALUES
        ? `more than ${MAX_VALUES} values, aliases expanded`
        : `nested more than ${MAX_LEVELS} levels deep`,
    )
    return true
  }

  #report(position: Position, code: ProblemCode, message: string, hint?: string): void {
    if (this.problems.length > MAX_PROBLEMS) return
    this.problems.push(problemAt(position, code, message, hint))
  }
}

function scalarValue(value: unknown): string | number | boolean | null {
  const isPlain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
  return isPlain ? value : null
}
