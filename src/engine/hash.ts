/**
 * Integer hashing, exact on every engine: nothing but int32 shifts, exclusive or and `Math.imul`. The rounds are
 * those of MurmurHash3_x86_32 (Austin Appleby, public domain, https://github.com/aappleby/smhasher). It spreads
 * well and resists no adversary; nothing here needs that. Two hashes from two seeds serve as independent lanes.
 */

export const TWO_POW_32 = 4294967296

/** Folds one 32-bit word into a running hash. Any integers are welcome, and count modulo 2^32; returns an int32. */
export function mix32(hash: number, word: number): number {
  const spread = Math.imul(word, 0xcc9e2d51)
  const mixed = hash ^ Math.imul((spread << 15) | (spread >>> 17), 0x1b873593)
  return (Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64) | 0
}

/** To be applied once, after the last `mix32`: each bit of `hash` then moves each bit of the result, an int32. */
export function finish32(hash: number): number {
  const first = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  const second = Math.imul(first ^ (first >>> 13), 0xc2b2ae35)
  return second ^ (second >>> 16)
}

/** An int32 from the text's UTF-16 code units, one after the other, and its length. */
export function hashString32(text: string, seed: number): number {
  let hash = seed | 0
  for (let i = 0; i < text.length; i++) hash = mix32(hash, text.charCodeAt(i))
  return finish32(hash ^ text.length)
}
