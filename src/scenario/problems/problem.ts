import type { Hint } from '../../values/parsed.ts'
import type { ProblemCode } from './problem-codes.ts'
import type { Position } from './source-text.ts'

/** A problem of a scenario, with its position. */
export interface Problem {
  /** Present for a warning: the scenario can be simulated, but probably is not what its author meant. */
  readonly severity?: 'warning'
  /** The file as the user named it; `--set` or `--seed` for text from the command line. */
  readonly file: string
  /** The line, counted from 1. */
  readonly line: number
  /** The column, counted from 1 in UTF-16 code units, as editors do. */
  readonly column: number
  /** The first column after the text in question, if it ends on the same line. */
  readonly endColumn?: number
  readonly code: ProblemCode
  readonly message: string
  readonly hint?: string
  /** The whole source line, without its line end. */
  readonly sourceLine: string
}

/** A problem whose hint has not been computed yet. */
export interface FoundProblem extends Omit<Problem, 'hint'> {
  readonly hint?: Hint
}

export function problemAt(position: Position, code: ProblemCode, message: string, hint?: Hint): FoundProblem {
  const { line, column, sourceLine } = position.source.positionOf(position.start)
  const endColumn = Math.min(column + position.end - position.start, sourceLine.length + 1)
  return {
    file: position.source.file,
    line,
    column,
    ...(endColumn > column ? { endColumn } : {}),
    code,
    message: shortened(message),
    ...(hint === undefined ? {} : { hint }),
    sourceLine,
  }
}

/** The most problems that are shown. A check can stop once it has found more. */
export const MAX_PROBLEMS = 100

/** Sorts problems by position, removes duplicates, keeps at most MAX_PROBLEMS, and computes their hints. */
export function sortProblems(problems: readonly FoundProblem[]): readonly Problem[] {
  const seen = new Set<string>()
  const sorted = [...problems].sort(comparePlaces).filter((problem) => {
    const identity = `${problem.file}:${problem.line}:${problem.column}:${problem.code}:${problem.message}`
    const isNew = !seen.has(identity)
    seen.add(identity)
    return isNew
  })
  if (sorted.length <= MAX_PROBLEMS) return sorted.map(withHint)
  const { hint: _, ...next } = sorted[MAX_PROBLEMS]
  return [
    ...sorted.slice(0, MAX_PROBLEMS).map(withHint),
    { ...next, code: 'more-problems', message: 'there are more problems after this line' },
  ]
}

function withHint({ hint, sourceLine, ...problem }: FoundProblem): Problem {
  const found = hintOf(hint)
  return { ...problem, ...(found === undefined ? {} : { hint: shortened(found) }), sourceLine }
}

/** Returns the text of a hint, computing it if necessary. */
export function hintOf(hint: Hint | undefined): string | undefined {
  return typeof hint === 'function' ? hint() : hint
}

const LONGEST_MESSAGE = 300

function shortened(text: string): string {
  return text.length > LONGEST_MESSAGE ? `${text.slice(0, LONGEST_MESSAGE)}…` : text
}

function comparePlaces(a: FoundProblem, b: FoundProblem): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1
  return a.line - b.line || a.column - b.column
}
