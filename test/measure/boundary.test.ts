import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { boundaryOf, type SharePoint, valuesToTest } from '../../src/measure/limits/boundary.ts'
import { shareInterval } from '../../src/measure/limits/share-interval.ts'
import { betweenByRatio, betweenInSteps } from '../../src/study/limits/between.ts'

/** Points at 1, 2, 4, ... with so many of 5 runs broken. */
function points(...broken: number[]): SharePoint[] {
  return broken.map((count, i) => ({ value: 2 ** i, broken: count, of: 5 }))
}

describe('the boundary between values at which runs are fine and broken', () => {
  test('the boundary between working and broken runs goes from the last value without broken runs to the first with only broken ones', () => {
    expect(boundaryOf(points(0, 0, 2, 5))).toEqual({ holdsUpTo: 2, breaksFrom: 8, falls: [] })
  })

  test('the boundary between working and broken runs has one end if every value or no value breaks', () => {
    expect(boundaryOf(points(5, 5))).toEqual({ holdsUpTo: null, breaksFrom: 1, falls: [] })
    expect(boundaryOf(points(0, 0))).toEqual({ holdsUpTo: 2, breaksFrom: null, falls: [] })
  })

  test('the boundary between working and broken runs has no upper end if some run works at the worst value', () => {
    expect(boundaryOf(points(0, 5, 4))).toMatchObject({ holdsUpTo: 1, breaksFrom: null })
  })

  test('the boundary has a region that is not monotone if the share falls by more than chance explains', () => {
    const { falls } = boundaryOf(points(0, 5, 3, 0, 5))
    expect(falls.map(({ from, to }) => [from.value, to.value])).toEqual([[2, 8]])
  })

  test('the boundary is monotone if chance explains a fall', () => {
    expect(boundaryOf(points(0, 3, 2, 5)).falls).toEqual([])
    expect(boundaryOf(points(0, 2, 0, 5)).falls).toEqual([])
    expect(boundaryOf(points(0, 3, 0, 5)).falls).toHaveLength(1)
  })
})

describe('the search', () => {
  const halves = (low: number, high: number) => (high - low > 1 ? (low + high) / 2 : null)

  test('the search for a boundary tests values at both ends of the range in which some runs break', () => {
    expect(valuesToTest(points(0, 0, 2, 5), halves)).toEqual([3, 6])
  })

  test('the search for a boundary tests nothing in a region that is not monotone, but still where runs begin to break', () => {
    expect(valuesToTest(points(0, 0, 5, 5, 0), halves)).toEqual([3])
  })

  test('the search for a boundary tests nothing if no run breaks, or all do', () => {
    expect(valuesToTest(points(0, 0, 0), halves)).toEqual([])
    expect(valuesToTest(points(5, 5, 5), halves)).toEqual([])
  })

  test('the search for a boundary finds a threshold to the resolution of the axis, wherever it is', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1_100, max: 900_000 }), (threshold) => {
        let tried = [1_000, 10_000, 100_000, 1_000_000].map((value) => judged(value, threshold))
        for (let step = 0; step < 40; step++) {
          const wanted = valuesToTest(tried, betweenByRatio)
          if (wanted.length === 0) break
          tried = [...tried, ...wanted.map((value) => judged(value, threshold))].sort((a, b) => a.value - b.value)
        }
        const { holdsUpTo, breaksFrom } = boundaryOf(tried)
        expect(holdsUpTo).toBeLessThan(threshold)
        expect(breaksFrom).toBeGreaterThanOrEqual(threshold)
        expect((breaksFrom ?? 0) / (holdsUpTo ?? 1)).toBeLessThan(1.13)
      }),
    )
  })

  const judged = (value: number, threshold: number) => ({ value, broken: value >= threshold ? 1 : 0, of: 1 })
})

test('tested values between two others are round, and there is none between close ones', () => {
  expect(betweenByRatio(1e9, 3e9)).toBe(1_700_000_000)
  expect(betweenByRatio(40e9, 42e9)).toBeNull()
  expect(betweenInSteps(50)(0.1, 0.2)).toBe(0.16)
  expect(betweenInSteps(50)(0.1, 0.12)).toBeNull()
})

test('the confidence interval of a share is Wilson’s', () => {
  // E. B. Wilson 1927, computed with 40 digits in Python's decimal.
  expect(shareInterval(3, 5).low).toBeCloseTo(0.230_724, 6)
  expect(shareInterval(3, 5).high).toBeCloseTo(0.882_379, 6)
  expect(shareInterval(0, 5)).toEqual({ low: 0, high: expect.closeTo(0.434_482, 6) })
  expect(shareInterval(5, 5)).toEqual({ low: expect.closeTo(0.565_518, 6), high: 1 })
})
