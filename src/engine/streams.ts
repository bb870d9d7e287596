import alea from 'seedrandom/lib/alea.js'
import { assert } from './assert.ts'
import { finish32, mix32, TWO_POW_32 } from './hash.ts'

/** The key of a named random stream: 64 bits in two int32s. */
export interface StreamKey {
  readonly hi: number
  readonly lo: number
}

/**
 * Random streams, each keyed by its name. A key depends on the scenario's seed and on the stream's name only, not on
 * which other streams exist or on the order in which they are used (docs/design.md#determinism-contract).
 */
export class Streams {
  private readonly seed: number

  /** `seed` is a safe integer. */
  constructor(seed: number) {
    assert(Number.isSafeInteger(seed), 'a seed is a safe integer')
    this.seed = seed
  }

  /**
   * Returns the key of a stream. `name` is a path such as `link/wan/loss`. Slow: compute keys when a simulation is
   * built, not for each packet.
   */
  key(name: string): StreamKey {
    const generator = alea(`${this.seed}/${name}`)
    return { hi: generator.int32(), lo: generator.int32() }
  }

  /** Returns the key of a stream, computed when it is first read: a large scenario has many that nothing reads. */
  lazyKey(name: string): StreamKey {
    return new LazyKey(this, name)
  }
}

class LazyKey implements StreamKey {
  private readonly streams: Streams
  private readonly name: string
  private computed: StreamKey | null = null

  constructor(streams: Streams, name: string) {
    this.streams = streams
    this.name = name
  }

  get hi(): number {
    return this.key.hi
  }

  get lo(): number {
    return this.key.lo
  }

  private get key(): StreamKey {
    this.computed ??= this.streams.key(this.name)
    return this.computed
  }
}

/**
 * Returns a uniform uint32 for one transmission: a hash of the stream's key, the connection's name (two int32 hashes
 * that include the direction), the offset in the stream (modulo 2^32), and `nth`, which says how often this offset was
 * transmitted before. It is a pure function, so one packet more or less does not change the draw of any other packet.
 */
export function draw32(
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
 * Returns a fraction in [0, 1), a multiple of 2^-53, from two independent uint32s. Where `draw32` gives the first, it
 * gives the second with `keyHi` and `keyLo` exchanged.
 */
export function fraction53(hi32: number, lo32: number): number {
  return ((hi32 >>> 0) + (lo32 >>> 11) / 2097152) / TWO_POW_32
}

/** Returns a fraction in [0, 1) from the arguments of `draw32`. */
export function drawFraction(
  keyHi: number,
  keyLo: number,
  nameHi: number,
  nameLo: number,
  offset: number,
  nth: number,
): number {
  return fraction53(
    draw32(keyHi, keyLo, nameHi, nameLo, offset, nth),
    draw32(keyLo, keyHi, nameHi, nameLo, offset, nth),
  )
}

/**
 * Returns the threshold for which `draw32(...) < threshold` holds with probability `ratio`, rounded up to a multiple of
 * 2^-32. A ratio of 0 never holds and 1 always does. The threshold can be 2^32, so it needs a double, not a uint32.
 */
export function bernoulliThreshold(ratio: number): number {
  assert(ratio >= 0 && ratio <= 1, 'a probability lies between 0 and 1')
  return Math.ceil(ratio * TWO_POW_32)
}
