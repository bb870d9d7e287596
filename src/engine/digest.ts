import { assert } from './assert.ts'
import { finish32, hashString32, mix32, TWO_POW_32 } from './hash.ts'

/**
 * A hash of a sequence of events, 64 bits in two int32 lanes. Link directions and workloads keep the lanes in typed
 * arrays and add to them as events happen. Both lanes start at zero and take the same words in the same order, with
 * different constants (those of MurmurHash3_x86_32, and of the second lane of MurmurHash3_x86_128).
 */
export interface Digest {
  readonly hi: number
  readonly lo: number
}

/** A digest and the name of the link direction or workload to which it belongs. */
export interface NamedDigest extends Digest {
  readonly name: string
}

const NAME_SEED_HIGH = 0x9e3779b9
const NAME_SEED_LOW = 0x7f4a7c15

/** Adds a 32-bit word to the low lane and returns the lane. */
export const foldLow = mix32

/** Adds a 32-bit word to the high lane and returns the lane. */
export function foldHigh(lane: number, word: number): number {
  const spread = Math.imul(word, 0xab0e9789)
  const mixed = lane ^ Math.imul((spread << 16) | (spread >>> 16), 0x38b34ae5)
  return (Math.imul((mixed << 17) | (mixed >>> 15), 5) + 0x0bcaa747) | 0
}

/** Adds a safe integer, such as a tick or an offset, to the low lane as two words, and returns the lane. */
export function foldLowNumber(lane: number, value: number): number {
  return foldLow(foldLow(lane, value), highWord(value))
}

/** Adds a safe integer to the high lane as two words, and returns the lane. */
export function foldHighNumber(lane: number, value: number): number {
  return foldHigh(foldHigh(lane, value), highWord(value))
}

/** Adds a name to the low lane and returns the lane. */
export function foldLowText(lane: number, text: string): number {
  return foldLow(lane, hashString32(text, NAME_SEED_LOW))
}

/** Adds a name to the high lane and returns the lane. */
export function foldHighText(lane: number, text: string): number {
  return foldHigh(lane, hashString32(text, NAME_SEED_HIGH))
}

/** Formats a digest as 16 lowercase hexadecimal digits, the high lane first. */
export function formatDigest(hi: number, lo: number): string {
  return hexadecimal(hi) + hexadecimal(lo)
}

/** Combines digests into one by name, whatever the order of the array. Names must be unique. */
export function combineDigests(entries: readonly NamedDigest[]): Digest {
  let hi = 0
  let lo = 0
  let previous: string | null = null
  for (const entry of [...entries].sort(byName)) {
    assert(entry.name !== previous, `digests are combined under unique names, not twice "${entry.name}"`)
    hi = foldHigh(foldHigh(foldHighText(hi, entry.name), entry.hi), entry.lo)
    lo = foldLow(foldLow(foldLowText(lo, entry.name), entry.hi), entry.lo)
    previous = entry.name
  }
  return { hi: finish32(hi), lo: finish32(lo) }
}

/** Compares names by UTF-16 code units, which is the same in every locale. */
function byName(a: NamedDigest, b: NamedDigest): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0
}

/**
 * Returns the bits of a safe integer above the low 32, by exact arithmetic. The bit patterns of doubles are not used,
 * because engines may choose those of NaN freely.
 */
export function highWord(value: number): number {
  return (value - (value >>> 0)) / TWO_POW_32
}

function hexadecimal(lane: number): string {
  return (lane >>> 0).toString(16).padStart(8, '0')
}
