import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  combineDigests,
  type Digest,
  foldHigh,
  foldHighNumber,
  foldHighText,
  foldLow,
  foldLowNumber,
  foldLowText,
  formatDigest,
} from '../../src/engine/digest.ts'

const EMPTY: Digest = { hi: 0, lo: 0 }

function afterWords(...words: number[]): Digest {
  return words.reduce(({ hi, lo }, word) => ({ hi: foldHigh(hi, word), lo: foldLow(lo, word) }), EMPTY)
}

function afterNumbers(...values: number[]): Digest {
  return values.reduce(({ hi, lo }, value) => ({ hi: foldHighNumber(hi, value), lo: foldLowNumber(lo, value) }), EMPTY)
}

function format({ hi, lo }: Digest): string {
  return formatDigest(hi, lo)
}

test('digests of fixed inputs have the recorded values', () => {
  expect(format(afterWords(1, 2, 3))).toBe('dbb1c1382d345c0e')
  expect(format(afterWords(-1, 0x80000000))).toBe('f9a02ca23ada1327')
  expect(format(afterNumbers(9007199254740991, 0))).toBe('f3ec7857a1bc48b2')
  expect(formatDigest(foldHighText(0, 'wan'), foldLowText(0, 'wan'))).toBe('e9f73128374f4b17')
  expect(
    format(
      combineDigests([
        { name: 'lan', hi: 1, lo: 2 },
        { name: 'wan', hi: 3, lo: 4 },
      ]),
    ),
  ).toBe('ceca66a57b2b239c')
  expect(format(combineDigests([]))).toBe('0000000000000000')
})

test('formatDigest prints 16 lowercase hexadecimal digits, the high lane first', () => {
  expect(formatDigest(1, -1)).toBe('00000001ffffffff')
  expect(formatDigest(-2147483648, 0xabc)).toBe('8000000000000abc')
})

describe('folding words into a digest', () => {
  test('a digest changes when the order of the folded words changes', () => {
    expect(afterWords(1, 2)).not.toEqual(afterWords(2, 1))
  })

  test('a digest changes when a zero is folded in', () => {
    expect(afterWords(0)).not.toEqual(EMPTY)
    expect(afterWords(0, 0)).not.toEqual(afterWords(0))
  })

  test('both lanes of a digest change when any bit of a tick changes', () => {
    let power = 1
    for (let bit = 0; bit < 53; bit++) {
      const changed = afterNumbers(power)
      expect(changed.hi).not.toBe(afterNumbers(0).hi)
      expect(changed.lo).not.toBe(afterNumbers(0).lo)
      power *= 2
    }
  })

  test('different safe integers give different digests', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.maxSafeInteger(), (a, b) => {
        fc.pre(a !== b)
        expect(afterNumbers(a)).not.toEqual(afterNumbers(b))
      }),
      { seed: 2 },
    )
  })

  test('the two lanes of a digest are independent of each other', () => {
    const agreeing = Array.from({ length: 100_000 }, (_, i) => afterWords(i, i * 7)).filter(
      ({ hi, lo }) => ((hi ^ lo) & 0xff) === 0,
    )
    // One in 256 is 391, with a deviation of 20.
    expect(Math.abs(agreeing.length - 391)).toBeLessThan(100)
  })
})

describe('combining digests by name', () => {
  const entries = fc.uniqueArray(
    fc.record({ name: fc.string({ unit: 'binary' }), hi: fc.integer(), lo: fc.integer() }),
    { selector: ({ name }) => name, minLength: 1 },
  )

  test('combined digests are the same for any order of the entries', () => {
    fc.assert(
      fc.property(
        entries.chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }))),
        ([list, shuffled]) => {
          expect(combineDigests(shuffled)).toEqual(combineDigests(list))
        },
      ),
      { seed: 2 },
    )
  })

  test('combined digests change when two names exchange their digests', () => {
    const [a, b] = [afterWords(1), afterWords(2)]
    expect(
      combineDigests([
        { name: 'lan', ...a },
        { name: 'wan', ...b },
      ]),
    ).not.toEqual(
      combineDigests([
        { name: 'lan', ...b },
        { name: 'wan', ...a },
      ]),
    )
  })

  test('combining digests leaves the array of entries unchanged', () => {
    const list = [
      { name: 'wan', hi: 1, lo: 2 },
      { name: 'lan', hi: 3, lo: 4 },
    ]
    combineDigests(list)
    expect(list.map(({ name }) => name)).toEqual(['wan', 'lan'])
  })

  test('combining digests sorts names by UTF-16 code units, so upper case comes first in every locale', () => {
    const sorted = combineDigests([
      { name: 'Z', hi: 1, lo: 1 },
      { name: 'a', hi: 2, lo: 2 },
    ])
    const byHand = [
      { name: 'Z', hi: 1, lo: 1 },
      { name: 'a', hi: 2, lo: 2 },
    ]
    expect(combineDigests(byHand.reverse())).toEqual(sorted)
  })

  test('combining digests throws when two digests have the same name', () => {
    expect(() =>
      combineDigests([
        { name: 'wan', ...EMPTY },
        { name: 'wan', ...EMPTY },
      ]),
    ).toThrow('twice "wan"')
  })
})
