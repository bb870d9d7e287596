import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isDeepEqual } from '../../../src/study/fix/deep-equal.ts'

test('plain values are compared as by node:util', () => {
  const value = () => fc.anything({ maxDepth: 3, withMap: false, withSet: false, withTypedArray: true })
  fc.assert(
    fc.property(value(), value(), (a, b) => {
      expect(isDeepEqual(a, b)).toBe(isDeepStrictEqual(a, b))
      expect(isDeepEqual({ a, b }, structuredClone({ b, a }))).toBe(
        isDeepStrictEqual({ a, b }, structuredClone({ b, a })),
      )
    }),
  )
})

class Point {
  readonly x = 1
}

test.each([
  [new Map([[1, { a: [1] }]]), new Map([[1, { a: [1] }]]), true],
  [new Map([[1, { a: [1] }]]), new Map([[1, { a: [2] }]]), false],
  [new Map([[1, 2]]), new Map(), false],
  [new Set([1, 2]), new Set([1, 2]), true],
  [new Set([1, 2]), new Set([1, 3]), false],
  [new Int32Array([1, 2]), new Int32Array([1, 2]), true],
  [new Int32Array([1, 2]), new Int32Array([1, 3]), false],
  [{ a: undefined }, {}, false],
  [{ a: undefined }, { b: undefined }, false],
  [0, -0, false],
  [Number.NaN, Number.NaN, true],
  [new Point(), { x: 1 }, false],
  [new Point(), new Point(), true],
  [null, {}, false],
  [[1], { 0: 1 }, false],
])('deep equality of %o and %o: %s', (a, b, isEqual) => {
  expect(isDeepEqual(a, b)).toBe(isEqual)
})
