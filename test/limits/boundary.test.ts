import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { boundaryOf, fallsOf, type SharePoint, valuesToTest } from '../../src/measure/limits/boundary.ts'
import { shareInterval } from '../../src/measure/limits/share-interval.ts'
import { betweenByRatio, betweenInSteps } from '../../src/scenario/limits/axes/between.ts'

/** Points at 1, 2, 4, ... with so many of 5 runs broken. */
function points(...broken: number[]): SharePoint[] {
  return broken.map((count, i) => ({ value: 2 ** i, broken: count, of: 5 }))
}

describe('the boundary between values at which runs are fine and broken', () => {
  test('lies between the last value without a broken run and the first with one', () => {
    expect(boundaryOf(points(0, 0, 2, 5), 'some')).toEqual({ lastBelow: 2, firstAbove: 4, isMonotone: true })
    expect(boundaryOf(points(0, 0, 2, 5), 'all')).toEqual({ lastBelow: 4, firstAbove: 8, isMonotone: true })
  })

  test('has one end only where every value or no value is broken', () => {
    expect(boundaryOf(points(5, 5), 'some')).toEqual({ lastBelow: null, firstAbove: 1, isMonotone: true })
    expect(boundaryOf(points(0, 0), 'all')).toEqual({ lastBelow: 2, firstAbove: null, isMonotone: true })
  })

  test('is a range with all changes where runs are fine again at worse values', () => {
    expect(boundaryOf(points(0, 5, 0, 5), 'all')).toEqual({ lastBelow: 1, firstAbove: 8, isMonotone: false })
    expect(boundaryOf(points(0, 5, 0), 'some')).toEqual({ lastBelow: 1, firstAbove: null, isMonotone: false })
  })

  test('is monotone although the share falls, if some runs stay broken', () => {
    expect(boundaryOf(points(0, 3, 2, 5), 'some').isMonotone).toBe(true)
    expect(fallsOf(points(0, 3, 2, 5)).map(([from, to]) => [from.value, to.value])).toEqual([[2, 4]])
  })
})

describe('the search', () => {
  const halves = (low: number, high: number) => (high - low > 1 ? (low + high) / 2 : null)

  test('tests values between the ends of both boundaries', () => {
    expect(valuesToTest(points(0, 0, 2, 5), halves)).toEqual([3, 6])
  })

  test('tests nothing where a boundary is not monotone, or nothing is broken', () => {
    expect(valuesToTest(points(0, 5, 0, 5), halves)).toEqual([])
    expect(valuesToTest(points(0, 0, 0), halves)).toEqual([])
  })

  test('finds a threshold to the resolution of the axis, wherever it lies', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1_100, max: 900_000 }), (threshold) => {
        let tried = [1_000, 10_000, 100_000, 1_000_000].map((value) => judged(value, threshold))
        for (let step = 0; step < 40; step++) {
          const wanted = valuesToTest(tried, betweenByRatio)
          if (wanted.length === 0) break
          tried = [...tried, ...wanted.map((value) => judged(value, threshold))].sort((a, b) => a.value - b.value)
        }
        const { lastBelow, firstAbove } = boundaryOf(tried, 'all')
        expect(lastBelow).toBeLessThan(threshold)
        expect(firstAbove).toBeGreaterThanOrEqual(threshold)
        expect((firstAbove ?? 0) / (lastBelow ?? 1)).toBeLessThan(1.13)
      }),
    )
  })

  const judged = (value: number, threshold: number) => ({ value, broken: value >= threshold ? 1 : 0, of: 1 })
})

test('values between two others are round, and none lies between close ones', () => {
  expect(betweenByRatio(1e9, 3e9)).toBe(1_700_000_000)
  expect(betweenByRatio(40e9, 42e9)).toBeNull()
  expect(betweenInSteps(50)(0.1, 0.2)).toBe(0.16)
  expect(betweenInSteps(50)(0.1, 0.12)).toBeNull()
})

test('the interval of a share is that of Wilson', () => {
  // E. B. Wilson 1927, computed with 40 digits in Python's decimal.
  expect(shareInterval(3, 5).low).toBeCloseTo(0.230_724, 6)
  expect(shareInterval(3, 5).high).toBeCloseTo(0.882_379, 6)
  expect(shareInterval(0, 5)).toEqual({ low: 0, high: expect.closeTo(0.434_482, 6) })
  expect(shareInterval(5, 5)).toEqual({ low: expect.closeTo(0.565_518, 6), high: 1 })
})
