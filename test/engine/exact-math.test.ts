import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  exactCbrt,
  exactExp,
  exactExponentialQuantile,
  exactLog,
  exactNormalQuantile,
} from '../../src/engine/exact-math.ts'

interface Entry {
  readonly x: string
  readonly value: string
  readonly nearest: string
  readonly awayUlps: number
}

const table: Record<string, Entry[]> = JSON.parse(
  readFileSync(new URL('./exact-math.table.json', import.meta.url), 'utf8'),
)

describe('exact math compared with reference values of 40 digits', () => {
  test.each([
    { name: 'log', f: exactLog, boundUlps: 0.9 },
    { name: 'cbrt', f: exactCbrt, boundUlps: 0.67 },
    { name: 'exp', f: exactExp, boundUlps: 0.9 },
    { name: 'exponentialQuantile', f: exactExponentialQuantile, boundUlps: 0.9 },
  ])('$name has an error below $boundUlps ulp', ({ name, f, boundUlps }) => {
    expect(table[name].length).toBeGreaterThan(100)
    expect(worst(table[name], f, ulpsAway)).toBeLessThan(boundUlps)
  })

  test('the exact normal quantile has a relative error below 1e-15', () => {
    expect(table.normalQuantile.length).toBeGreaterThan(200)
    expect(worst(table.normalQuantile, exactNormalQuantile, relativeError)).toBeLessThan(1e-15)
  })

  test('the table of reference values of exact math has equal decimal and binary forms', () => {
    for (const { value, nearest } of Object.values(table).flat()) expect(Number(value)).toBe(parseHex(nearest))
  })
})

describe('exact math at the edges of its domain', () => {
  test('the exact logarithm returns the documented values at the edges of its domain', () => {
    expect(exactLog(0)).toBe(-Infinity)
    expect(exactLog(-0)).toBe(-Infinity)
    expect(exactLog(1)).toBe(0)
    expect(exactLog(Infinity)).toBe(Infinity)
    expect(exactLog(5e-324)).toBe(-744.4400719213812)
    expect([-5e-324, -1, -Infinity, NaN].map(exactLog)).toEqual([NaN, NaN, NaN, NaN])
  })

  test('the exact exponential function returns the documented values at the edges of its domain', () => {
    expect([0, -0, Infinity, -Infinity, NaN].map(exactExp)).toEqual([1, 1, Infinity, 0, NaN])
    expect([709.782712893384, 709.7827128933841, -745.1332191019411, -745.1332191019412].map(exactExp)).toEqual([
      1.7976931348622732e308,
      Infinity,
      5e-324,
      0,
    ])
  })

  test('the exact cube root returns the documented values at the edges of its domain', () => {
    expect([0, -0, Infinity, -Infinity, NaN].map(exactCbrt)).toEqual([0, -0, Infinity, -Infinity, NaN])
    expect([1, -1, 8, 27, 1e9, -125].map(exactCbrt)).toEqual([1, -1, 2, 3, 1000, -5])
    expect(exactCbrt(5e-324)).toBe(1.7031839360032603e-108)
    expect(exactCbrt(Number.MAX_VALUE)).toBe(5.643803094122362e102)
  })

  test('the exact exponential quantile returns the documented values at the edges of its domain', () => {
    expect([0, 1, -0.1, 1.1, NaN].map(exactExponentialQuantile)).toEqual([0, Infinity, NaN, NaN, NaN])
  })

  test('the exact normal quantile returns the documented values at the edges of its domain', () => {
    expect([0, 0.5, 1].map(exactNormalQuantile)).toEqual([-Infinity, 0, Infinity])
    expect([-5e-324, 1.0000000000000002, NaN].map(exactNormalQuantile)).toEqual([NaN, NaN, NaN])
    expect(exactNormalQuantile(5e-324)).toBeCloseTo(-38.467405617144344, 12)
  })
})

test('exactCbrt returns the exact root of every cube of a safe integer that was tried', () => {
  for (let root = 1; root <= 208063; root += 17) expect(exactCbrt(root * root * root)).toBe(root)
})

test('exactNormalQuantile is antisymmetric about one half', () => {
  for (let i = 1; i < 1024; i++) expect(exactNormalQuantile(1 - i / 2048)).toBe(-exactNormalQuantile(i / 2048))
})

function worst(entries: Entry[], f: (x: number) => number, error: (entry: Entry, actual: number) => number): number {
  return entries.reduce((most, entry) => Math.max(most, error(entry, f(parseHex(entry.x)))), 0)
}

function ulpsAway({ nearest, awayUlps }: Entry, actual: number): number {
  const expected = parseHex(nearest)
  return Math.abs((actual - expected) / ulp(expected) - awayUlps)
}

function relativeError(entry: Entry, actual: number): number {
  const expected = parseHex(entry.nearest)
  if (expected === 0) return actual === 0 ? 0 : Infinity
  return (ulpsAway(entry, actual) * ulp(expected)) / Math.abs(expected)
}

function ulp(x: number): number {
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, Math.abs(x))
  view.setBigUint64(0, view.getBigUint64(0) + 1n)
  return view.getFloat64(0) - Math.abs(x)
}

/** A double in C99's hexadecimal, as Python's `float.hex` writes it. */
function parseHex(text: string): number {
  const match = /^(-?)0x([01])\.([0-9a-f]{13}|0)p([+-]\d+)$/.exec(text)
  if (match === null) throw new Error(`not a hexadecimal double: ${text}`)
  const [, sign, lead, mantissa, exponent] = match
  const biased = lead === '0' ? 0n : BigInt(exponent) + 1023n
  const view = new DataView(new ArrayBuffer(8))
  view.setBigUint64(0, (biased << 52n) | BigInt(`0x${mantissa}`))
  return sign === '-' ? -view.getFloat64(0) : view.getFloat64(0)
}
