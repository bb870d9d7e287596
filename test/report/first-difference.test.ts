import { expect, test } from 'vitest'
import { firstDifference } from '../../src/report/first-difference.ts'

test.each([
  [{ a: 1 }, { a: 1 }, null],
  [{ a: [{ b: 1 }] }, { a: [{ b: 2 }] }, 'a[0].b: 2, was 1'],
  [{ a: 1 }, {}, 'a: nothing, was 1'],
  [{ a: [] }, { a: {} }, 'a: {}, was []'],
  [JSON.parse('{ "constructor": 3 }'), {}, 'constructor: nothing, was 3'],
  [{}, JSON.parse('{ "toString": null }'), 'toString: null, was nothing'],
  [JSON.parse('{ "__proto__": { "a": 1 } }'), {}, '__proto__: nothing, was {"a":1}'],
])('the first difference of %j and %j is %s', (was, is, difference) => {
  expect(firstDifference(was, is)).toBe(difference)
})
