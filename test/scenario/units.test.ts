import fc from 'fast-check'
import { expect, it } from 'vitest'
import {
  DURATION,
  formatDuration,
  parseQuantity,
  parseQueueLimit,
  parseRatio,
  parseRequestRate,
  RATE,
  SIZE,
  VALIDITY,
} from '../../src/values/units.ts'

const valueIn = (parsed: { ok: boolean }) => (parsed as { value?: unknown }).value

it.each([
  [DURATION, '0.1ms', 100_000],
  [DURATION, '1.000000001s', 1_000_000_001],
  [DURATION, '90 m', 5_400_000_000_000],
  [DURATION, '104d', 8_985_600_000_000_000],
  [DURATION, '0', 0],
  [DURATION, '9007199254740991ns', 9_007_199_254_740_991],
  [RATE, '0.5kbps', 500],
  [RATE, '21.8Gbps', 21_800_000_000],
  [SIZE, '20MB', 20_000_000],
  [SIZE, '1.5MiB', 1_572_864],
  [VALIDITY, '-1h', -3_600],
])('a quantity %o %s is read exactly', (kind, text, expected) => {
  const parsed = parseQuantity(kind, text === '0' ? 0 : text)
  expect(valueIn(parsed)).toBe(expected)
})

it.each([
  [DURATION, '0.1ns'],
  [DURATION, '9007199254740992ns'],
  [DURATION, '1e3ms'],
  [DURATION, '1h30m'],
  [DURATION, '-1s'],
  [DURATION, '+1s'],
  [DURATION, '１ms'],
  [DURATION, 'ms'],
  [RATE, '0.3bps'],
  [SIZE, '1mb'],
  [SIZE, '0.5B'],
  [SIZE, ''],
  [VALIDITY, '500ms'],
])('a quantity %o %s is refused', (kind, text) => {
  expect(parseQuantity(kind, text).ok).toBe(false)
})

it('a ratio is read as the nearest double, without a rounded product', () => {
  expect(valueIn(parseRatio('0.1%'))).toBe(0.001)
  expect(valueIn(parseRatio('0.07%'))).toBe(0.0007)
  expect(valueIn(parseRatio('100%'))).toBe(1)
  expect(parseRatio('100.1%').ok).toBe(false)
})

it('rates of requests and limits of queues are read', () => {
  expect(valueIn(parseRequestRate('50/s'))).toBe(50)
  expect(valueIn(parseRequestRate('6/m'))).toBe(0.1)
  expect(valueIn(parseQueueLimit('200 packets'))).toEqual({ packets: 200 })
  expect(valueIn(parseQueueLimit('300KB'))).toEqual({ bytes: 300_000 })
})

it('any duration is printed so that it reads back the same', () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), (ns) => {
      expect(valueIn(parseQuantity(DURATION, formatDuration(ns)))).toBe(ns)
    }),
  )
})
