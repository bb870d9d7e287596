import { expect, test } from 'vitest'
import { finish32, hashString32, mix32 } from '../../src/engine/hash.ts'

const WORDS = Array.from({ length: 2000 }, (_, i) => i)

test('mix32 and finish32 give the published test vectors of MurmurHash3_x86_32', () => {
  expect(finish32(0) >>> 0).toBe(0)
  expect(finish32(1) >>> 0).toBe(0x514e28b7)
  // murmur3_32(4 zero bytes, seed 0) and murmur3_32(21 43 65 87, seed 0), by the reference implementation.
  expect(finish32(mix32(0, 0) ^ 4) >>> 0).toBe(0x2362f9de)
  expect(finish32(mix32(0, 0x87654321) ^ 4) >>> 0).toBe(0xf55b516b)
  expect(finish32(mix32(0x5082edee, 0x87654321) ^ 4) >>> 0).toBe(0x2362f9de)
})

test('each bit of a word changes each bit of the hash in half of the cases', () => {
  const scattered = WORDS.map((word) => Math.imul(word, 0x9e3779b1))
  for (let bit = 0; bit < 32; bit++) {
    const flips = new Array<number>(32).fill(0)
    for (const word of scattered) {
      const changed = finish32(mix32(7, word)) ^ finish32(mix32(7, word ^ (1 << bit)))
      for (let out = 0; out < 32; out++) flips[out] += (changed >>> out) & 1
    }
    // Half of 2000 with a deviation of 22: five of them on either side.
    for (const count of flips) expect(Math.abs(count - 1000)).toBeLessThan(112)
  }
})

test('one round of mix32 never maps two words to one hash', () => {
  expect(new Set(WORDS.map((word) => mix32(7, word))).size).toBe(WORDS.length)
})

test('mix32 takes words modulo 2^32', () => {
  expect(mix32(1, 4294967296 + 5)).toBe(mix32(1, 5))
  expect(mix32(1, -1)).toBe(mix32(1, 0xffffffff))
})

test('hashString32 hashes UTF-16 code units', () => {
  expect(hashString32('', 0)).toBe(0)
  expect(hashString32('link/wan/loss', 1)).toBe(hashString32(['link', 'wan', 'loss'].join('/'), 1))
  expect(hashString32('\u00e9', 1)).not.toBe(hashString32('e\u0301', 1))
  expect(hashString32('ab', 1)).not.toBe(hashString32('ba', 1))
  expect(hashString32('\0', 1)).not.toBe(hashString32('\0\0', 1))
})

test('hashes with two seeds are independent: where one collides, the other does not', () => {
  const names = Array.from({ length: 200_000 }, (_, i) => `host-${i}`)
  const byHash = new Map<number, string>()
  const collisions: [string, string][] = []
  for (const name of names) {
    const hash = hashString32(name, 1)
    const other = byHash.get(hash)
    if (other !== undefined) collisions.push([name, other])
    byHash.set(hash, name)
  }
  // n^2 / 2^33 = 4.7 are to be expected.
  expect(collisions.length).toBeLessThan(15)
  for (const [a, b] of collisions) expect(hashString32(a, 2)).not.toBe(hashString32(b, 2))
})
