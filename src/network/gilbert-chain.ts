import { TWO_POW_32 } from '../engine/hash.ts'
import { draw32 } from '../engine/streams.ts'
import type { LinkDirectionTable } from './link-direction.ts'

/** A salt that makes the draws of the chain independent of the draws of packets. */
const CHAIN = 0x67696c62

/**
 * Returns whether a link direction is in the bad state of Gilbert's chain at a tick. The chain makes one draw for each
 * time slot, a hash of the direction's key and the number of the slot, so packets do not change it: an extra packet
 * changes the loss of another one only by taking its link time. The state is computed from the latest earlier draw that
 * leads to the same state from both states, so no state needs to be stored, and a fork continues in the same way.
 */
export function isBad(directions: LinkDirectionTable, direction: number, tick: number): boolean {
  const slot = Math.floor(tick / directions.burstSlotNs[direction])
  const isKnownBad = stateAt(directions, direction, slot)
  directions.knownSlot[direction] = slot
  directions.isBadInKnownSlot[direction] = isKnownBad ? 1 : 0
  return isKnownBad
}

function stateAt(directions: LinkDirectionTable, direction: number, slot: number): boolean {
  const goodToBad = directions.goodToBadThreshold[direction]
  const badToGood = directions.badToGoodThreshold[direction]
  // In the good state, a draw below `goodToBad` changes to bad; in the bad state, a draw of at least `firstToGood`
  // changes to good. The two ranges may overlap.
  const firstToGood = TWO_POW_32 - badToGood
  const known = directions.knownSlot[direction]
  let isFlipped = false
  for (let earlier = slot; earlier >= 0; earlier--) {
    if (earlier === known) return (directions.isBadInKnownSlot[direction] === 1) !== isFlipped
    const draw = drawOf(directions, direction, earlier)
    const leavesGood = draw < goodToBad
    const leavesBad = draw >= firstToGood
    if (leavesGood && !leavesBad) return !isFlipped
    if (leavesBad && !leavesGood) return isFlipped
    if (leavesGood && leavesBad) isFlipped = !isFlipped
  }
  // The chain begins in the good state.
  return isFlipped
}

function drawOf(directions: LinkDirectionTable, direction: number, slot: number): number {
  const low = slot % TWO_POW_32
  const high = Math.floor(slot / TWO_POW_32)
  const { lossKeyHigh, lossKeyLow } = directions
  return draw32(lossKeyLow[direction], lossKeyHigh[direction], CHAIN, high, low, 0)
}
