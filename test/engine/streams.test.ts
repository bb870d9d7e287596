import { describe, expect, test } from 'vitest'
import { bernoulliThreshold, draw32, fraction53, Streams } from '../../src/engine/streams.ts'

describe('a random stream', () => {
  test('a random stream has the recorded key for a seed and a name, on every engine', () => {
    expect(new Streams(7).key('link/wan/loss')).toEqual({ hi: 997897766, lo: 449520512 })
    expect(new Streams(7).key('link/wan/jitter')).toEqual({ hi: -1710833284, lo: -1357363422 })
    expect(new Streams(8).key('link/wan/loss')).toEqual({ hi: -463986740, lo: -1701942070 })
    expect(new Streams(-9007199254740991).key('')).toEqual({ hi: -1134063653, lo: -823723278 })
  })

  test('a random stream has the same key whichever other streams exist', () => {
    const alone = new Streams(7).key('link/wan/loss')
    const crowded = new Streams(7)
    for (let i = 0; i < 100; i++) crowded.key(`attacker/mallory-${i}`)
    expect(crowded.key('link/wan/loss')).toEqual(alone)
    expect(crowded.key('link/wan/loss')).toEqual(alone)
  })

  test('a random stream has the same key when it is computed at the first read', () => {
    const { hi, lo } = new Streams(7).lazyKey('link/wan/loss')
    expect({ hi, lo }).toEqual(new Streams(7).key('link/wan/loss'))
  })

  test('a random stream has a key of its own among 100,000 streams of similar names', () => {
    const streams = new Streams(1)
    const keys = Array.from({ length: 100_000 }, (_, i) => streams.key(`link/l${i}/loss`))
    expect(new Set(keys.map(({ hi, lo }) => `${hi} ${lo}`)).size).toBe(keys.length)
    for (let bit = 0; bit < 32; bit++) {
      expectHalf(keys.map(({ hi }) => (hi >>> bit) & 1))
      expectHalf(keys.map(({ lo }) => (lo >>> bit) & 1))
      expectHalf(keys.map(({ hi, lo }) => ((hi ^ lo) >>> bit) & 1))
    }
  })

  test('a random stream throws when the seed is not a safe integer', () => {
    expect(() => new Streams(0.5)).toThrow('safe integer')
    expect(() => new Streams(9007199254740992)).toThrow('safe integer')
  })
})

describe('draws of similar packets', () => {
  const { hi, lo } = new Streams(7).key('link/wan/loss')
  const draw = (sequence: number, nth: number) => draw32(hi, lo, 11, 12, sequence, nth)
  const COUNT = 65_536

  test.each([
    { neighbours: 'sequence numbers one apart', at: (i: number) => draw(i, 1) },
    { neighbours: 'segments 1448 bytes apart', at: (i: number) => draw(i * 1448, 1) },
    { neighbours: 'transmissions of one segment', at: (i: number) => draw(1448, i) },
    { neighbours: 'connections', at: (i: number) => draw32(hi, lo, i, 12, 1448, 1) },
    { neighbours: 'streams', at: (i: number) => draw32(hi, lo + i, 11, 12, 1448, 1) },
  ])('draws of similar packets are uniform and independent: $neighbours', ({ at }) => {
    const draws = Array.from({ length: COUNT }, (_, i) => at(i))
    const leading = draws.map((value) => value >>> 24)
    expectUniform(leading, 256)
    expectUniform(
      draws.map((value) => value & 255),
      256,
    )
    for (const lag of [1, 2, 3, 10]) {
      expectUniform(
        leading.slice(lag).map((value, i) => ((value >>> 4) << 4) | (leading[i] >>> 4)),
        256,
      )
    }
  })

  test('draws of similar packets change half of their bits when any bit of their arguments changes', () => {
    const identity = [hi, lo, 11, 12, 1448, 1]
    for (let field = 0; field < identity.length; field++) {
      for (let bit = 0; bit < 32; bit++) {
        const flipped = Array.from({ length: 200 }, (_, i) => {
          const before = identity.map((word, j) => (j === 4 ? word + i * 1448 : word))
          const after = before.map((word, j) => (j === field ? word ^ (1 << bit) : word))
          return ones(decisionsOf(before) ^ decisionsOf(after))
        })
        // 6,400 bits: 3,200 with a deviation of 40. 192 such cells: five deviations.
        expect(Math.abs(flipped.reduce((sum, count) => sum + count, 0) - 3200)).toBeLessThan(200)
      }
    }
  })

  test('draws of similar packets are independent when the two halves of the key are exchanged', () => {
    const pairs = Array.from({ length: COUNT }, (_, i) => {
      return ((draw(i, 1) >>> 28) << 4) | (draw32(lo, hi, 11, 12, i, 1) >>> 28)
    })
    expectUniform(pairs, 256)
  })

  test('draws of similar packets have the recorded values for fixed arguments', () => {
    expect([draw(0, 1), draw(1, 1), draw(1, 2), draw(4294967295, 1)]).toEqual([
      1007267046, 1820719706, 2789810919, 1407732858,
    ])
  })
})

describe('fractions and thresholds', () => {
  test('fraction53 returns fractions of 53 bits that stay below 1', () => {
    expect(fraction53(0, 0)).toBe(0)
    expect(fraction53(0, 2048)).toBe(1.1102230246251565e-16)
    expect(fraction53(0x80000000, 0)).toBe(0.5)
    expect(fraction53(0xffffffff, 0xffffffff)).toBe(0.9999999999999999)
    expect(fraction53(-1, -1)).toBe(0.9999999999999999)
  })

  test('bernoulliThreshold never holds for a ratio of 0, always for 1, and sometimes for the smallest ratio', () => {
    expect(bernoulliThreshold(0)).toBe(0)
    expect(bernoulliThreshold(1)).toBe(4294967296)
    expect(bernoulliThreshold(0.5)).toBe(2147483648)
    expect(bernoulliThreshold(0.001)).toBe(4294968)
    expect(bernoulliThreshold(5e-324)).toBe(1)
  })

  test('one draw in a thousand lies below the threshold of 0.1 %', () => {
    const { hi, lo } = new Streams(7).key('link/wan/loss')
    const threshold = bernoulliThreshold(0.001)
    let lost = 0
    for (let i = 0; i < 1_000_000; i++) if (draw32(hi, lo, 11, 12, i * 1448, 1) < threshold) lost++
    // A deviation of 32.
    expect(Math.abs(lost - 1000)).toBeLessThan(130)
  })

  test('bernoulliThreshold throws when the ratio is not between 0 and 1', () => {
    for (const ratio of [-0.1, 1.1, NaN]) expect(() => bernoulliThreshold(ratio)).toThrow('between 0 and 1')
  })
})

/** Chi-square over `cells` equal cells: mean cells - 1, deviation sqrt(2 (cells - 1)); six of them above. */
function expectUniform(values: number[], cells: number): void {
  const counts = new Array<number>(cells).fill(0)
  for (const value of values) counts[value]++
  const expected = values.length / cells
  const chiSquare = counts.reduce((sum, count) => sum + (count - expected) * (count - expected), 0) / expected
  expect(chiSquare).toBeLessThan(cells - 1 + 6 * Math.sqrt(2 * (cells - 1)))
}

/** Within six deviations. */
function expectHalf(bits: number[]): void {
  const set = bits.reduce((sum, bit) => sum + bit, 0)
  expect(Math.abs(set - bits.length / 2)).toBeLessThan(3 * Math.sqrt(bits.length))
}

function decisionsOf(identity: number[]): number {
  const [keyHi, keyLo, nameHi, nameLo, sequence, nth] = identity
  return draw32(keyHi, keyLo, nameHi, nameLo, sequence, nth)
}

function ones(word: number): number {
  let count = 0
  for (let rest = word >>> 0; rest > 0; rest = Math.floor(rest / 2)) count += rest % 2
  return count
}
