import { TWO_POW_32 } from '../engine/hash.ts'
import { fate32 } from '../engine/streams.ts'
import type { LinkDirectionTable } from './link-direction.ts'

/** Keeps the chain's draws apart from packets'. */
const CHAIN = 0x67696c62

/**
 * Whether a link direction is in the bad state at a tick. The chain has one draw for each slot of time, a hash of the
 * direction's key and the slot's number, and no packet moves it: one more, an attacker's for example, shifts nobody
 * else's fate, unless it takes the link time that the other would have had. A state is worked out from the latest draw
 * before it that leads to one state from both, so that nothing has to be remembered, and a fork goes on alike.
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
  // A draw below `goodToBad` leads from good to bad; one of the last `badToGood` from bad to good; both may be one.
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
  // It begins well.
  return isFlipped
}

function drawOf(directions: LinkDirectionTable, direction: number, slot: number): number {
  const low = slot % TWO_POW_32
  const high = Math.floor(slot / TWO_POW_32)
  const { lossKeyHigh, lossKeyLow } = directions
  return fate32(lossKeyLow[direction], lossKeyHigh[direction], CHAIN, high, low, 0)
}
