import type { ConfigurationChange } from './configuration-changes.ts'
import type { Interval } from './paired-interval.ts'
import type { VerdictChange } from './verdict-changes.ts'

/**
 * The result of `compare`, as a plain JSON value. Percentages are relative to A. Positive ones mean that B is larger.
 */
export interface Comparison {
  readonly schemaVersion: 1
  readonly kind: 'results' | 'sweep' | 'bench'
  readonly a: Side
  readonly b: Side
  /** The values of the scenarios that differ; null if they are not recorded. */
  readonly configuration: readonly ConfigurationChange[] | null
  /** The verdicts that got worse or better. */
  readonly verdicts: readonly VerdictChange[]
  /** The workloads or benchmarks of both sides, in the order of A. */
  readonly pairs: readonly Pair[]
  readonly onlyInA: readonly string[]
  readonly onlyInB: readonly string[]
  /** A summary in words. */
  readonly sentence: string
}

export interface Side {
  /** The file or folder that it was read from. */
  readonly label: string
  /** The identity of a run, such as `wan-tls, seed 7, digest 0123456789abcdef`; null for benchmarks. */
  readonly identity: string | null
}

/** A workload or benchmark that both sides have. */
export interface Pair {
  readonly name: string
  readonly figures: readonly FigureChange[]
}

export interface FigureChange {
  readonly figure: string
  readonly unit: string
  readonly a: number | null
  readonly b: number | null
  /** The median absolute deviation of the samples of a benchmark; null for simulated figures, which are exact. */
  readonly spread: { readonly a: number; readonly b: number } | null
  /**
   * The 95 % interval of the median of the differences over common seeds; null except for sweeps with enough seeds.
   */
  readonly interval: Interval | null
  /** The change in percent of A; null if A has no figure, or zero. */
  readonly changePercent: number | null
  readonly judgement: Judgement
}

/**
 * The judgement of a figure. `different`: changed, neither better nor worse. `unclear`: the difference is smaller than
 * the spread of times, or its interval over seeds includes zero.
 */
export type Judgement = 'identical' | 'better' | 'worse' | 'different' | 'unclear'

/** Returns whether the sides have nothing in common. Then the comparison says nothing. */
export function hasComparedNothing({ pairs, verdicts }: Pick<Comparison, 'pairs' | 'verdicts'>): boolean {
  return pairs.length === 0 && verdicts.every(({ a, b }) => a === 'not-applicable' || b === 'not-applicable')
}

/** Returns the change from A to B in percent of A; null if there is no such figure. */
export function changePercent(a: number | null, b: number | null): number | null {
  return a === null || b === null || a === 0 ? null : ((b - a) / a) * 100
}
