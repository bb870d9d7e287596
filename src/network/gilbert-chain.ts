import { exactExponentialQuantile } from '../engine/exact-math.ts'
import { TWO_POW_32 } from '../engine/hash.ts'
import { draw32 } from '../engine/streams.ts'
import type { LinkDirectionTable } from './link-direction.ts'
import type { LinkDirection } from './rows.ts'

/** A salt that makes the draws of the chain independent of the draws of packets. */
const CHAIN = 0x67696c62

/**
 * Returns whether a link direction is in the bad state of Gilbert's chain at a tick. It finds the last decisive slot
 * by draws that depend on the direction's key and the number of a block of slots only. So packets do not change the
 * chain (one more packet changes the loss of another only by taking its link time), no state is stored, and a silence
 * of any length costs no more than a few draws.
 */
export function isBad(directions: LinkDirectionTable, row: LinkDirection, tick: number): boolean {
  const slot = Math.floor(tick / directions.burstSlotNs[row])
  const alternates = directions.burstAlternates[row] === 1
  const blockSlots = directions.burstBlockSlots[row]
  for (let block = Math.floor(slot / blockSlots); block >= 0; block--) {
    const nth = lastDecisive(directions, row, block, slot)
    if (nth === 0) continue
    const isBadThen = drawOf(directions, row, block, -nth) < directions.burstBadThreshold[row]
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
function lastDecisive(directions: LinkDirectionTable, row: LinkDirection, block: number, slot: number): number {
  const rate = directions.burstDecisiveRate[row]
  if (rate === 0) return 0
  const blockSlots = directions.burstBlockSlots[row]
  const end = Math.min(slot, (block + 1) * blockSlots - 1)
  let found = block * blockSlots - 1
  for (let nth = 1; ; nth++) {
    const share = drawOf(directions, row, block, nth) / TWO_POW_32
    const next = found + 1 + Math.floor(exactExponentialQuantile(share) / rate)
    if (next > end) {
      decisive.slot = found
      return nth - 1
    }
    found = next
  }
}

/**
 * Returns the nth draw of a block: positive numbers give distances between decisive slots, negative ones the states
 * after them.
 */
function drawOf(
  { lossKeyHigh, lossKeyLow }: LinkDirectionTable,
  row: LinkDirection,
  block: number,
  nth: number,
): number {
  const low = block % TWO_POW_32
  const high = Math.floor(block / TWO_POW_32)
  return draw32(lossKeyLow[row], lossKeyHigh[row], CHAIN, high, low, nth)
}
