import { nearestRank } from '../../measure/order-statistics.ts'
import { medianInterval } from '../comparison/paired-interval.ts'

/** A figure over several seeds: its median (nearest rank, so it is one of the values), and an interval. */
export interface MedianOverSeeds {
  readonly seeds: number
  readonly median: number
  readonly low: number
  readonly high: number
  /**
   * `95 %`: the interval contains the median over all seeds with that probability. `range`: there are too few seeds for
   * that, so it spans the smallest to the largest value.
   */
  readonly interval: '95 %' | 'range'
}

/** Returns the median of a figure over seeds; null without values. */
export function medianOverSeeds(values: readonly number[]): MedianOverSeeds | null {
  const ascending = [...values].sort((a, b) => a - b)
  const median = nearestRank(ascending, 50)
  if (median === null) return null
  const interval = medianInterval(ascending)
  const range = { low: ascending[0], high: ascending[ascending.length - 1] }
  return { seeds: values.length, median, ...(interval ?? range), interval: interval === null ? 'range' : '95 %' }
}
