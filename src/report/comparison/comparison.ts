/** What `compare` found: a plain JSON value. Percents are of A; positive means that B's figure is larger. */
export interface Comparison {
  readonly schemaVersion: 1
  readonly kind: 'results' | 'bench'
  readonly a: Side
  readonly b: Side
  /** In the order of A. */
  readonly pairs: readonly Pair[]
  readonly onlyInA: readonly string[]
  readonly onlyInB: readonly string[]
  /** The whole of it in words. */
  readonly sentence: string
}

export interface Side {
  /** Where it was read from. */
  readonly label: string
  /** Of a run: `wan-tls, seed 7, digest 0123456789abcdef`. */
  readonly identity: string | null
}

/** A workload, or a benchmark, that both sides have. */
export interface Pair {
  readonly name: string
  readonly figures: readonly FigureChange[]
}

export interface FigureChange {
  readonly figure: string
  readonly unit: string
  readonly a: number | null
  readonly b: number | null
  /** Of timings: the median absolute deviation of the samples. Simulated figures have none. */
  readonly spread: { readonly a: number; readonly b: number } | null
  /** null where A has no figure, or zero. */
  readonly changePercent: number | null
  readonly judgement: Judgement
}

/**
 * `different`: not the same, and neither end of the scale is the better one. `unclear`: of timings whose spread
 * hides whatever difference there is.
 */
export type Judgement = 'identical' | 'better' | 'worse' | 'different' | 'unclear'

export function changePercent(a: number | null, b: number | null): number | null {
  return a === null || b === null || a === 0 ? null : ((b - a) / a) * 100
}
