/** An interval of a change, from its lower to its upper end. */
export interface Interval {
  readonly low: number
  readonly high: number
}

/** The probability of a median outside the interval is at most 5 %, so 2.5 % on each side. */
const HALF_MISS = 0.025

/** The fewest pairs that give an interval. With five, the widest one misses the median in 6 % of cases. */
export const LEAST_PAIRS = 6

/**
 * Returns an interval that contains the median of paired differences with a probability of at least 95 %, for any
 * distribution. It uses order statistics with the binomial distribution of signs. Returns null for fewer than
 * LEAST_PAIRS.
 */
export function medianInterval(differences: readonly number[]): Interval | null {
  const count = differences.length
  if (count < LEAST_PAIRS) return null
  const ascending = [...differences].sort((a, b) => a - b)
  // The kth smallest and kth largest miss the median if fewer than k differences are on one side of it.
  let below = 0
  // The probabilities for a thousand signs are too small for a number; their logarithms are not.
  let logarithm = -count * Math.LN2
  let k = 0
  while (below + Math.exp(logarithm) <= HALF_MISS) {
    below += Math.exp(logarithm)
    logarithm += Math.log((count - k) / (k + 1))
    k += 1
  }
  return { low: ascending[k - 1], high: ascending[count - k] }
}
