import alea from 'seedrandom/lib/alea.js'
import { assert } from './assert.ts'
import { finish32, mix32, TWO_POW_32 } from './hash.ts'

/** What a named stream of randomness amounts to: 64 bits in two int32s. */
export interface StreamKey {
  readonly hi: number
  readonly lo: number
}

/**
 * Randomness keyed by name (docs/design.md#determinism-contract). A key depends on the scenario's seed and on the
 * stream's own name, and on nothing else: neither on which other streams exist nor on the order in which they are asked for.
 */
export class Streams {
  private readonly seed: number

  /** `seed` is a safe integer. */
  constructor(seed: number) {
    assert(Number.isSafeInteger(seed), 'a seed is a safe integer')
    this.seed = seed
  }

  /** `name` reads like a path: `link/wan/loss`. Not for the packet path: keep the key. */
  key(name: string): StreamKey {
    const generator = alea(`${this.seed}/${name}`)
    return { hi: generator.int32(), lo: generator.int32() }
  }
}

/**
 * The fate of one transmission: a uniform uint32 from the stream's key, the connection's name (two int32 hashes,
 * the direction folded in by the caller), the offset in what it says (modulo 2^32) and which transmission of it this
 * is. It is a pure function, so that one packet more or less shifts nobody else's fate.
 */
export function fate32(
  keyHi: number,
  keyLo: number,
  nameHi: number,
  nameLo: number,
  offset: number,
  nth: number,
): number {
  const named = mix32(mix32(mix32(keyHi, keyLo), nameHi), nameLo)
  return finish32(mix32(mix32(named, offset), nth)) >>> 0
}

/**
 * A fraction in [0, 1), a multiple of 2^-53, from two independent uint32s. Where one fate is not enough, the
 * second comes from the same arguments with `keyHi` and `keyLo` exchanged.
 */
export function fate53(hi32: number, lo32: number): number {
  return ((hi32 >>> 0) + (lo32 >>> 11) / 2097152) / TWO_POW_32
}

/** A fraction in [0, 1) from the arguments of `fate32`. */
export function fateFraction(
  keyHi: number,
  keyLo: number,
  nameHi: number,
  nameLo: number,
  offset: number,
  nth: number,
): number {
  return fate53(fate32(keyHi, keyLo, nameHi, nameLo, offset, nth), fate32(keyLo, keyHi, nameHi, nameLo, offset, nth))
}

/**
 * `fate32(...) < bernoulliThreshold(ratio)` holds with probability `ratio`, rounded up to a multiple of 2^-32: 0 is
 * never, 1 always. Up to 2^32, so it needs a double, not a uint32.
 */
export function bernoulliThreshold(ratio: number): number {
  assert(ratio >= 0 && ratio <= 1, 'a probability lies between 0 and 1')
  return Math.ceil(ratio * TWO_POW_32)
}
