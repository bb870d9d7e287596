import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { median, milliseconds, nearestRank, summarizeLatencies } from '../../src/measure/order-statistics.ts'
import { medianThroughputMbps, megabitsPerSecond } from '../../src/measure/throughput.ts'

const MS = 1_000_000

/** The values 1 to `count` milliseconds, in an order that is not theirs. */
function shuffledMs(count: number): number[] {
  return Array.from({ length: count }, (_, i) => (((i * 7) % count) + 1) * MS)
}

const exact = (exactNs: readonly number[]) => ({ exactNs, counted: null })

describe('a percentile by nearest rank', () => {
  test('a percentile by nearest rank is absent without values', () => {
    expect(nearestRank([], 50)).toBeNull()
    expect(median([])).toBeNull()
  })

  test.each([
    [0, 10],
    [1, 10],
    [25, 10],
    [26, 20],
    [50, 20],
    [51, 30],
    [75, 30],
    [76, 40],
    [100, 40],
  ])('a percentile by nearest rank of four values at %d %% is %d', (percent, value) => {
    expect(nearestRank([10, 20, 30, 40], percent)).toBe(value)
  })

  test('a percentile by nearest rank is the smallest value that at least so many per cent of the values do not exceed', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 100 }),
        (values, percent) => {
          const ascending = [...values].sort((a, b) => a - b)
          const isEnough = (bound: number) =>
            values.filter((value) => value <= bound).length * 100 >= percent * values.length
          expect(nearestRank(ascending, percent)).toBe(ascending.find(isEnough))
        },
      ),
    )
  })

  test('a percentile by nearest rank does not depend on the order of values, and sorts them as numbers', () => {
    expect(median([100, 9, 20])).toBe(20)
    expect(median([4, 3, 2, 1])).toBe(2)
  })

  test('a percentile by nearest rank leaves the given order of values unchanged', () => {
    const values = [3, 1, 2]
    median(values)
    expect(values).toEqual([3, 1, 2])
  })
})

describe('a summary of latencies', () => {
  test('a summary of latencies is empty without requests', () => {
    expect(summarizeLatencies(exact([]))).toEqual({ min: null, p50: null, p95: null, p99: null, max: null, mean: null })
  })

  test('a summary of latencies of one request has no p95 and no p99', () => {
    const only = { min: 7, p50: 7, p95: null, p99: null, max: 7, mean: 7 }
    expect(summarizeLatencies(exact([7 * MS]))).toEqual(only)
  })

  test('a summary of latencies has p95 from 20 requests on', () => {
    expect(summarizeLatencies(exact(shuffledMs(19)))).toMatchObject({ p95: null, p99: null, max: 19, mean: 10 })
    expect(summarizeLatencies(exact(shuffledMs(20)))).toMatchObject({ min: 1, p50: 10, p95: 19, p99: null, max: 20 })
  })

  test('a summary of latencies has p99 from 100 requests on', () => {
    expect(summarizeLatencies(exact(shuffledMs(99)))).toMatchObject({ p95: 95, p99: null })
    expect(summarizeLatencies(exact(shuffledMs(100)))).toMatchObject({ min: 1, p50: 50, p95: 95, p99: 99, max: 100 })
  })

  test('a summary of latencies has a mean that is rounded to a nanosecond', () => {
    expect(summarizeLatencies(exact([1, 2])).mean).toBe(2 / MS)
    expect(summarizeLatencies(exact([1, 1, 2])).mean).toBe(1 / MS)
  })
})

test('nanoseconds are converted to milliseconds, and null stays null', () => {
  expect(milliseconds(1_500_000)).toBe(1.5)
  expect(milliseconds(0)).toBe(0)
  expect(milliseconds(null)).toBeNull()
})

describe('throughput', () => {
  test('throughput of 1,000 bytes in 4 microseconds is 2,000 Mbps', () => {
    expect(megabitsPerSecond(1_000, 4_000)).toBe(2_000)
  })

  test('throughput is absent where no time passed', () => {
    expect(megabitsPerSecond(1_000, 0)).toBeNull()
    expect(megabitsPerSecond(1_000, 1)).toBe(8_000_000)
  })

  test('throughput of several requests is that of the median, the slower of the middle two', () => {
    expect(medianThroughputMbps(1_000, exact([]))).toBeNull()
    expect(medianThroughputMbps(1_000, exact([8_000, 1_000, 2_000]))).toBe(4_000)
    expect(medianThroughputMbps(1_000, exact([1_000, 8_000, 2_000, 4_000]))).toBe(2_000)
  })

  test('throughput leaves out requests that took no time', () => {
    expect(medianThroughputMbps(1_000, exact([0, 0, 4_000]))).toBe(2_000)
    expect(medianThroughputMbps(1_000, exact([0]))).toBeNull()
  })
})
