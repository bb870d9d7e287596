import { expect, test } from 'vitest'
import { formatChange, formatCount, formatNumber, formatSpan } from '../../src/report/format-number.ts'

test('formatNumber prints about three digits and no exponent', () => {
  const shown = [0, 15, 0.0000123, 0.0004, 0.0125, 0.9994, 0.9996, 9.994, 9.996, 66.2345, 99.96, 1712.4, 1e9 + 0.5].map(
    formatNumber,
  )
  expect(shown).toEqual([
    '0',
    '15',
    '0.00001',
    '0.00040',
    '0.0125',
    '0.999',
    '1.00',
    '9.99',
    '10.0',
    '66.2',
    '100',
    '1712',
    '1000000001',
  ])
})

test('formatNumber prints a missing figure as a dash', () => {
  expect([formatNumber(null), formatChange(null)]).toEqual(['-', '-'])
})

test('formatChange prints a sign', () => {
  expect([5.88, -12, 0.04].map(formatChange)).toEqual(['+5.88%', '-12%', '+0.0400%'])
})

test('formatSpan chooses a suitable unit', () => {
  expect([850, 1_500, 66_200_000, 1_920_000_000].map(formatSpan)).toEqual(['850 ns', '1.50 us', '66.2 ms', '1.92 s'])
})

test('formatCount uses the plural', () => {
  expect([formatCount(1, 'path'), formatCount(0, 'path')]).toEqual(['1 path', '0 paths'])
})
