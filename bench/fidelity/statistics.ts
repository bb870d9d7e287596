import { draw32, Streams } from '../../src/engine/streams.ts'

/** The median and the quartiles of some values. */
export interface Spread {
  readonly lowerQuartile: number
  readonly median: number
  readonly upperQuartile: number
}

export interface Interval {
  readonly low: number
  readonly high: number
}

const RESAMPLES = 2000

/** Returns the quartiles by linear interpolation (type 7 of Hyndman and Fan, as in R and NumPy). */
export function spreadOf(values: readonly number[]): Spread {
  const ascending = [...values].sort((a, b) => a - b)
  return {
    lowerQuartile: quantile(ascending, 0.25),
    median: quantile(ascending, 0.5),
    upperQuartile: quantile(ascending, 0.75),
  }
}

export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/**
 * Returns the interval with the median of 19 in 20 resamples (percentile bootstrap, Efron 1979). Equal values with an
 * equal name give the same interval on every machine.
 */
export function bootstrapMedian(values: readonly number[], name: string): Interval {
  const { hi, lo } = new Streams(1).key(`bootstrap/${name}`)
  const medians: number[] = []
  for (let resample = 0; resample < RESAMPLES; resample++) {
    const drawn = values.map((_, i) => values[draw32(hi, lo, 0, 0, resample, i) % values.length])
    medians.push(
      quantile(
        drawn.sort((a, b) => a - b),
        0.5,
      ),
    )
  }
  medians.sort((a, b) => a - b)
  return { low: quantile(medians, 0.025), high: quantile(medians, 0.975) }
}

function quantile(ascending: readonly number[], fraction: number): number {
  const position = (ascending.length - 1) * fraction
  const below = Math.floor(position)
  const above = Math.min(below + 1, ascending.length - 1)
  return ascending[below] + (ascending[above] - ascending[below]) * (position - below)
}
