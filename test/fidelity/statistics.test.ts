import { describe, expect, test } from 'vitest'
import { bootstrapMedian, meanOf, spreadOf } from '../../bench/fidelity/statistics.ts'

describe('statistics of repetitions', () => {
  test('statistics of repetitions interpolate quartiles like numpy.percentile', () => {
    expect(spreadOf([4, 1, 3, 2])).toEqual({ lowerQuartile: 1.75, median: 2.5, upperQuartile: 3.25 })
    expect(spreadOf([7])).toEqual({ lowerQuartile: 7, median: 7, upperQuartile: 7 })
    expect(meanOf([1, 2, 6])).toBe(3)
  })
})

describe('the bootstrap interval of a median', () => {
  const values = Array.from({ length: 25 }, (_, i) => 10 + ((i * 7) % 25))

  test('the bootstrap interval of a median contains it, lies within the values, and is no wider than that of order statistics', () => {
    const { low, high } = bootstrapMedian(values, 'cell')
    // The median of 25 values lies between the 8th and the 18th of them in 19 of 20 samples (binomial), give or take one.
    expect(low).toBeGreaterThanOrEqual(16)
    expect(low).toBeLessThan(22)
    expect(high).toBeGreaterThan(22)
    expect(high).toBeLessThanOrEqual(28)
  })

  test('the bootstrap interval of a median is the same for the same values and name', () => {
    expect(bootstrapMedian(values, 'cell')).toEqual(bootstrapMedian(values, 'cell'))
  })

  test('the bootstrap interval of a median is a single value where all values are equal', () => {
    expect(bootstrapMedian([5, 5, 5, 5], 'cell')).toEqual({ low: 5, high: 5 })
  })
})
