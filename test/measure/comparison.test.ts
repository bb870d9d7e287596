import { expect, test } from 'vitest'
import { isWithin } from '../../src/measure/comparison.ts'
import type { Comparison } from '../../src/measure/expectation.ts'

test.each<[Comparison, boolean, boolean, boolean]>([
  ['<', true, false, false],
  ['<=', true, true, false],
  ['=', false, true, false],
  ['>=', false, true, true],
  ['>', false, false, true],
])('a value compared by %s with a bound of 5: 4 is %s, 5 is %s, 6 is %s', (comparison, below, at, above) => {
  expect([4, 5, 6].map((value) => isWithin(value, comparison, 5))).toEqual([below, at, above])
})
