import { exactExponentialQuantile, exactLog } from '../engine/exact-math.ts'
import { TWO_POW_32 } from '../engine/hash.ts'
import { draw32 } from '../engine/streams.ts'
import type { LinkDirectionTable } from './link-direction.ts'
import type { LossBursts } from './link-options.ts'

/** A salt that makes the draws of the chain independent of the draws of packets. */
const CHAIN = 0x67696c62
/** Decisive slots that a block has on average: few, so that a block is short work, and more than none in most blocks. */
const DECISIVE_SLOTS_PER_BLOCK = 2
/** Below this, the logarithm of 1 - x is -(x + x²/2) to the last bits, where 1 - x would lose digits. */
const SMALL_CHANCE = 1e-6

/**
 * Gilbert's chain by its decisive slots: those after which the state is the same whatever it was before. In all other
 * slots it stays, or, when the transition probabilities add up to more than 1, changes to the other state. With
 * probabilities p (good to bad) and r (bad to good), p + r at most 1, a slot is decisive with probability p + r, and the
 * state is bad after p / (p + r) of them; otherwise with 2 - p - r, and bad after (1 - r) / (2 - p - r).
 */
export interface DecisiveSlots {
  /** The rate of the exponential distribution whose values, rounded up, are the distances between decisive slots. */
  readonly rate: number
  /** The number of slots in a block. */
  readonly blockSlots: number
  /** A draw below this, of 2^32, means that the state is bad after a decisive slot. */
  readonly badThreshold: number
  /** Whether the state changes in every slot that is not decisive. */
  readonly alternates: boolean
}

/** Returns the decisive slots of a chain; a chain that never leaves a state has none (`rate` is 0). */
export function decisiveSlots({ goodToBad, badToGood }: LossBursts): DecisiveSlots {
  const alternates = goodToBad + badToGood > 1
  const chance = alternates ? 1 - goodToBad + (1 - badToGood) : goodToBad + badToGood
  const bad = alternates ? 1 - badToGood : goodToBad
  return {
    rate: chance < SMALL_CHANCE ? chance + (chance * chance) / 2 : -exactLog(1 - chance),
    blockSlots: chance === 0 ? Number.POSITIVE_INFINITY : Math.ceil(DECISIVE_SLOTS_PER_BLOCK / chance),
    badThreshold: chance === 0 ? 0 : Math.ceil((bad / chance) * TWO_POW_32),
    alternates,
  }
}

/**
 * Returns whether a link direction is in the bad state of Gilbert's chain at a tick. It finds the last decisive slot
 * by draws that depend on the direction's key and the number of a block of slots only. So packets do not change the
 * chain (one more packet changes the loss of another only by taking its link time), no state is stored, and a silence
 * of any length costs no more than a few draws.
 */
export function isBad(directions: LinkDirectionTable, direction: number, tick: number): boolean {
  const slot = Math.floor(tick / directions.burstSlotNs[direction])
  const alternates = directions.burstAlternates[direction] === 1
  const blockSlots = directions.burstBlockSlots[direction]
  for (let block = Math.floor(slot / blockSlots); block >= 0; block--) {
    const nth = lastDecisive(directions, direction, block, slot)
    if (nth === 0) continue
    const isBadThen = drawOf(directions, direction, block, -nth) < directions.burstBadThreshold[direction]
    return isBadThen !== (alternates && (slot - decisive.slot) % 2 === 1)
  }
  // The chain begins in the good state, before slot 0.
  return alternates && slot % 2 === 0
}

/** The slot that `lastDecisive` found. Kept here so that no packet needs an object of its own. */
const decisive = { slot: 0 }

/**
 * Finds the last decisive slot of a block that is not after `slot`. Returns its number within the block, from 1, or 0
 * if there is none. The distances have no memory, so that each block can begin anew.
 */
function lastDecisive(directions: LinkDirectionTable, direction: number, block: number, slot: number): number {
  const rate = directions.burstDecisiveRate[direction]
  if (rate === 0) return 0
  const blockSlots = directions.burstBlockSlots[direction]
  const end = Math.min(slot, (block + 1) * blockSlots - 1)
  let found = block * blockSlots - 1
  for (let nth = 1; ; nth++) {
    const share = drawOf(directions, direction, block, nth) / TWO_POW_32
    const next = found + 1 + Math.floor(exactExponentialQuantile(share) / rate)
    if (next > end) {
      decisive.slot = found
      return nth - 1
    }
    found = next
  }
}

/** Returns the nth draw of a block: positive numbers give distances between decisive slots, negative ones the states after them. */
function drawOf(
  { lossKeyHigh, lossKeyLow }: LinkDirectionTable,
  direction: number,
  block: number,
  nth: number,
): number {
  const low = block % TWO_POW_32
  const high = Math.floor(block / TWO_POW_32)
  return draw32(lossKeyLow[direction], lossKeyHigh[direction], CHAIN, high, low, nth)
}
