import { didYouMean } from '../../values/did-you-mean.ts'
import type { Hint } from '../../values/parsed.ts'
import { type FoundProblem, problemAt } from '../problems/problem.ts'
import type { ProblemCode } from '../problems/problem-codes.ts'
import { positionAt, type Tree, type TreePath, treeAt } from './tree.ts'

/** Declared names. */
export type Declared = ReadonlyMap<string, unknown> | ReadonlySet<string>

export interface FindingDetails {
  readonly hint?: Hint | undefined
  readonly at?: 'key' | 'value'
}

/** Collects the problems of a scenario, by their paths in its tree. A check reports a problem and continues. */
export class Findings {
  readonly #tree: Tree
  readonly #problems: FoundProblem[] = []
  readonly #warnings: FoundProblem[] = []
  /** The entries (`links.wan`) with problems that the schema found. */
  readonly #damaged = new Set<string>()
  readonly #sections = new Set<string>()
  readonly #names = new Map<string, ReadonlySet<string>>()

  constructor(tree: Tree) {
    this.#tree = tree
  }

  get problems(): readonly FoundProblem[] {
    return this.#problems
  }

  get warnings(): readonly FoundProblem[] {
    return this.#warnings
  }

  /** Returns the names that a section (`hosts`) declares, including those of invalid entries. */
  namesIn(section: string): ReadonlySet<string> {
    const known = this.#names.get(section)
    if (known !== undefined) return known
    const declared = treeAt(this.#tree, [section])
    const names = new Set(declared?.kind === 'map' ? declared.entries.keys() : [])
    this.#names.set(section, names)
    return names
  }

  /** Returns whether these sections (`links`) have no problem so far. */
  isFreeOf(...sections: readonly string[]): boolean {
    return !sections.some((section) => this.#sections.has(section))
  }

  /**
   * Reports a problem that the schema found. Later problems of the same entry are ignored, because they follow from it.
   */
  reportInvalid(path: TreePath, code: ProblemCode, message: string, details: FindingDetails = {}): void {
    this.#damaged.add(entryOf(path))
    this.#add(path, code, message, details)
  }

  /** Reports a problem, unless the schema found one in the same entry. */
  report(path: TreePath, code: ProblemCode, message: string, details: FindingDetails = {}): void {
    if (!this.#damaged.has(entryOf(path))) this.#add(path, code, message, details)
  }

  /** Reports something that does not prevent a simulation, but probably is not what the author meant. */
  warn(path: TreePath, code: ProblemCode, message: string, details: FindingDetails = {}): void {
    this.#warnings.push({ ...this.#problem(path, code, message, details), severity: 'warning' })
  }

  /** Reports two statements that cannot both hold. */
  contradict(path: TreePath, message: string, details: FindingDetails = {}): void {
    this.report(path, 'contradiction', message, details)
  }

  /** Reports that `key` is missing in the map at `path`. It has no default. */
  reportMissing(path: TreePath, key: string, hint?: string): void {
    this.report(path, 'missing-key', `the key ${key} is missing in ${path.join('.')}`, { at: 'key', hint })
  }

  /**
   * Returns whether a name is declared, and reports an undeclared one. A problem keeps the declared names for its hint,
   * so callers should pass the same sets for all names that they check.
   */
  checkName(path: TreePath, what: string, name: string, ...declared: readonly Declared[]): boolean {
    if (declared.some((names) => names.has(name))) return true
    const all = () => new Set(declared.flatMap((names) => [...names.keys()]))
    // Few names are listed as they are now, because more identities can be added later.
    const isShort = declared.reduce((sum, { size }) => sum + size, 0) <= 2 * MAX_LISTED
    const few = isShort ? listed(all()) : undefined
    const hint = () => didYouMean(name, all()) ?? few
    this.#add(path, 'unknown-name', `no ${what} is named ${name}`, { hint })
    return false
  }

  /** Reports a problem between two offsets of a text value, such as one word of an expectation. */
  reportWithin(path: TreePath, start: number, end: number, code: ProblemCode, message: string, hint?: Hint): void {
    const position = positionAt(this.#tree, path)
    const written = position.source.text.slice(position.start, position.end)
    const isQuoted = /^["']/.test(written)
    const isOnOneLine = !/^[|>]/.test(written) && !written.trimEnd().includes('\n')
    const from = position.start + (isQuoted ? 1 : 0)
    const within = isOnOneLine ? { source: position.source, start: from + start, end: from + end } : position
    this.#problems.push(problemAt(within, code, message, hint))
  }

  #add(path: TreePath, code: ProblemCode, message: string, details: FindingDetails): void {
    this.#sections.add(String(path[0]))
    this.#problems.push(this.#problem(path, code, message, details))
  }

  #problem(path: TreePath, code: ProblemCode, message: string, details: FindingDetails): FoundProblem {
    const position = positionAt(this.#tree, path, details.at)
    const hint = details.hint ?? (code === 'missing-key' ? () => this.#siblingOf(path) : undefined)
    // The excerpt shows the line that the value derives from, so the message has to name the value.
    const told = position.origin === undefined ? message : `${message} (${path.join('.')}, ${position.origin})`
    return problemAt(position, code, told, hint)
  }

  /**
   * Suggests the entry that an incomplete entry was meant to change. It has a similar name and is in another text, such
   * as `links.wan` of the file for `--set links.wam.loss=1%`. If there is none, the hint says that the entry is new.
   */
  #siblingOf(path: TreePath): string | undefined {
    const name = path[path.length - 1]
    const map = treeAt(this.#tree, path.slice(0, -1))
    const own = map?.kind === 'map' ? map.entries.get(String(name)) : undefined
    if (map?.kind !== 'map' || own === undefined) return undefined
    const others = [...map.entries].filter(([, { keyPosition }]) => keyPosition.source !== own.keyPosition.source)
    if (others.length === 0) return undefined
    const names = new Set(others.map(([other]) => other))
    const all = listed(names)
    return didYouMean(String(name), names) ?? `${path.join('.')} is a new entry${all === undefined ? '' : `; ${all}`}`
  }
}

/** The most names that a hint lists. */
const MAX_LISTED = 8

/** Returns a hint with all declared names if they are few; undefined for many names, or none. */
export function listed(declared: Declared): string | undefined {
  const isShort = declared.size > 0 && declared.size <= MAX_LISTED
  return isShort ? `declared: ${[...declared.keys()].join(', ')}` : undefined
}

function entryOf(path: TreePath): string {
  return path.slice(0, 2).join('.')
}
