/**
 * Integer hashing that is exact on every engine: it uses only int32 shifts, exclusive or and `Math.imul`. The rounds are
 * those of MurmurHash3_x86_32 (Austin Appleby, public domain, https://github.com/aappleby/smhasher). It distributes
 * values well; it is not cryptographic, which nothing here needs. Two hashes with two seeds serve as independent lanes.
 */

export const TWO_POW_32 = 4294967296

/**
 * Adds one 32-bit word to a running hash and returns the new hash, an int32. Both arguments may be any integers; they
 * count modulo 2^32.
 */
export function mix32(hash: number, word: number): number {
  const spread = Math.imul(word, 0xcc9e2d51)
  const mixed = hash ^ Math.imul((spread << 15) | (spread >>> 17), 0x1b873593)
  return (Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64) | 0
}

/** Finishes a hash after the last `mix32`, so that each bit of `hash` affects each bit of the result, an int32. */
export function finish32(hash: number): number {
  const first = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  const second = Math.imul(first ^ (first >>> 13), 0xc2b2ae35)
  return second ^ (second >>> 16)
}

/** Hashes a text's UTF-16 code units and its length into an int32. */
export function hashString32(text: string, seed: number): number {
  let hash = seed | 0
  for (let i = 0; i < text.length; i++) hash = mix32(hash, text.charCodeAt(i))
  return finish32(hash ^ text.length)
}
