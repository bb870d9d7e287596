/** One hour, the longest delay that a link may have. The tail of some distributions has no limit of its own. */
export const LONGEST_JITTER_NS = 3_600_000_000_000

/** A figure of a distribution, a duration. */
export interface JitterFigure {
  /** A sentence for the schema; of a distribution with one figure, its own meaning is the sentence. */
  readonly meaning?: string
  /** The value in examples. */
  readonly example: string
  /** True if it is more than zero. Default: it can be zero. */
  readonly isPositive?: true
}

/**
 * A distribution of what a link adds to the delay of a packet. `Figure` are the names of its figures, such as `median`,
 * which stand in the scenario; a single figure is written alone. In options they are in nanoseconds: `medianNs`.
 */
export interface JitterDistribution<Figure extends string = string> {
  /** The meaning, for the schema. */
  readonly meaning: string
  readonly figures: Readonly<Record<Figure, JitterFigure>>
  /** Returns why figures contradict each other, and which is wrong; null if they do not. Default: they never do. */
  contradiction?(figures: FiguresNs<Figure>): { readonly message: string; readonly at: Figure } | null
  /** Returns the time by which a delay can become shorter; Infinity without a limit. */
  shortensByNs(figures: FiguresNs<Figure>): number
  /** Returns the figures that a link keeps: a width in nanoseconds, and a shape (0 if the width says all). */
  kept(figures: FiguresNs<Figure>): { readonly widthNs: number; readonly shape: number }
  /** True if the fraction has 32 bits, and can be 0. Default: it has 53, and is more than 0. */
  readonly isCoarse?: true
  /**
   * Returns what a packet's delay gets more, in nanoseconds: the quantile at a fraction below 1. It uses exact operations
   * only, and allocates nothing.
   */
  readonly addedNs: (fraction: number, widthNs: number, shape: number) => number
}

export type FiguresNs<Figure extends string> = { readonly [Name in Figure as `${Name}Ns`]: number }
