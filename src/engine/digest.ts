import { assert } from './assert.ts'
import { finish32, hashString32, mix32, TWO_POW_32 } from './hash.ts'

/**
 * What link directions and workloads fold their events into: 64 bits in two int32 lanes, which the caller keeps in
 * typed arrays. Both lanes start at zero and take the same words in the same order; they hash with different
 * constants (those of MurmurHash3_x86_32, and of the second lane of MurmurHash3_x86_128).
 */
export interface Digest {
  readonly hi: number
  readonly lo: number
}

export interface NamedDigest extends Digest {
  readonly name: string
}

const NAME_SEED_HIGH = 0x9e3779b9
const NAME_SEED_LOW = 0x7f4a7c15

/** The low lane after one more 32-bit word. */
export const foldLow = mix32

/** The high lane after one more 32-bit word. */
export function foldHigh(lane: number, word: number): number {
  const spread = Math.imul(word, 0xab0e9789)
  const mixed = lane ^ Math.imul((spread << 16) | (spread >>> 16), 0x38b34ae5)
  return (Math.imul((mixed << 17) | (mixed >>> 15), 5) + 0x0bcaa747) | 0
}

/** The low lane after a safe integer (a tick, an offset), as two words. */
export function foldLowNumber(lane: number, value: number): number {
  return foldLow(foldLow(lane, value), highWord(value))
}

/** The high lane after a safe integer, as two words. */
export function foldHighNumber(lane: number, value: number): number {
  return foldHigh(foldHigh(lane, value), highWord(value))
}

/** The low lane after a name. */
export function foldLowText(lane: number, text: string): number {
  return foldLow(lane, hashString32(text, NAME_SEED_LOW))
}

/** The high lane after a name. */
export function foldHighText(lane: number, text: string): number {
  return foldHigh(lane, hashString32(text, NAME_SEED_HIGH))
}

/** 16 lowercase hexadecimal digits, the high lane first. */
export function formatDigest(hi: number, lo: number): string {
  return hexadecimal(hi) + hexadecimal(lo)
}

/** One digest of many, by name: the array's order does not matter. Names are unique. */
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

/** By UTF-16 code units, the same in every locale. */
function byName(a: NamedDigest, b: NamedDigest): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0
}

/** By exact arithmetic: bit patterns of doubles are nobody's promise. */
function highWord(value: number): number {
  return (value - (value >>> 0)) / TWO_POW_32
}

function hexadecimal(lane: number): string {
  return (lane >>> 0).toString(16).padStart(8, '0')
}
