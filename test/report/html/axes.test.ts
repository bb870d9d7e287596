import { expect, test } from 'vitest'
import { linearAxis, logarithmicAxis, niceStep, shortSpan, spanAxis } from '../../../src/report/html/charts/axes.ts'

test('a step of an axis is 1, 2 or 5 times a power of ten and not below the value', () => {
  expect([0.7, 1, 1.1, 2.4, 5, 6, 110].map(niceStep)).toEqual([1, 1, 2, 5, 5, 10, 200])
})

test('a linear axis begins at zero and ends at a tick not below the highest value', () => {
  const { min, max, ticks } = linearAxis(42e6)
  expect([min, max, ticks]).toEqual([0, 60e6, [0, 20e6, 40e6, 60e6]])
})

test('an axis is logarithmic only if the values differ by much', () => {
  expect(spanAxis(40e6, 42e6).min).toBe(0)
  expect(spanAxis(1e3, 1e9).max).toBe(9)
})

test('ticks of a logarithmic axis lie between its ends', () => {
  const { ticks, format } = logarithmicAxis(40e6, 42e6)
  expect(ticks).toEqual([])
  expect(logarithmicAxis(9e5, 1.1e9).ticks.map(format)).toEqual(['1 ms', '10 ms', '100 ms', '1 s'])
})

test('spans on axes have units and no zeros at the end', () => {
  expect([0, 850, 65_300, 20e6, 1.5e9].map(shortSpan)).toEqual(['0', '850 ns', '65.3 µs', '20 ms', '1.5 s'])
})
