/** The result of `compare`, as a plain JSON value. Percentages are of A; positive ones mean that B is larger. */
export interface Comparison {
  readonly schemaVersion: 1
  readonly kind: 'results' | 'bench'
  readonly a: Side
  readonly b: Side
  /** The workloads or benchmarks of both sides, in the order of A. */
  readonly pairs: readonly Pair[]
  readonly onlyInA: readonly string[]
  readonly onlyInB: readonly string[]
  /** A summary in words. */
  readonly sentence: string
}

export interface Side {
  /** The file or folder from which it was read. */
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
  /** The change in percent of A, or null when A has no figure, or zero. */
  readonly changePercent: number | null
  readonly judgement: Judgement
}

/**
 * The judgement of a figure. `different` is a change that is neither better nor worse. `unclear` is a difference of times
 * that is smaller than their spread.
 */
export type Judgement = 'identical' | 'better' | 'worse' | 'different' | 'unclear'

/** Returns the change from A to B in percent of A, or null when there is none. */
export function changePercent(a: number | null, b: number | null): number | null {
  return a === null || b === null || a === 0 ? null : ((b - a) / a) * 100
}
