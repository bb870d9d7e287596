import { exactLog } from '../engine/exact-math.ts'
import { TWO_POW_32 } from '../engine/hash.ts'
import type { LossBursts } from './link-options.ts'

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
