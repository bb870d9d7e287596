import { assert } from '../engine/assert.ts'
import { TWO_POW_32 } from '../engine/hash.ts'
import { bernoulliThreshold, draw32, type StreamKey } from '../engine/streams.ts'
import { NS_PER_S } from '../engine/ticks.ts'
import type { NoiseFigures } from './noise-profiles.ts'

/** The time in which at most one interruption of a connection begins. None is longer. */
export const SLOT_NS = 16_777_216

// What is drawn of an interruption, as the last argument of `draw32`
const WHETHER = 0
const BEGIN = 1
const LENGTH = 2

/** The noise of a host: when the core that serves one of its connections does something else. */
export class HostNoise {
  /** A time near the last `arrivalTick` in which its connection is not interrupted; it may be empty. */
  quietFromTick = 0
  quietUntilTick = 0
  private readonly key: StreamKey
  private readonly figures: NoiseFigures
  /** The probability that an interruption begins in a slot, as a fraction of 2^32. */
  private readonly threshold: number
  private beginTick = 0
  private endTick = 0

  constructor(figures: NoiseFigures, key: StreamKey) {
    const { interruptionsPerS, lengths } = figures
    assert(
      lengths.every(({ ns }) => ns <= SLOT_NS),
      'no interruption is longer than a slot',
    )
    this.key = key
    this.figures = figures
    this.threshold = bernoulliThreshold((interruptionsPerS * SLOT_NS) / NS_PER_S)
  }

  /**
   * Returns when a packet that reaches the host at `arrivalTick` is taken up: later where the core is interrupted. It
   * depends on the tick and on the names of host and connection only (`draw32`), so no other packet changes it, and the
   * packets of a connection stay in order. Sets `quietFromTick` and `quietUntilTick`.
   */
  takenUpTick(nameHigh: number, nameLow: number, arrivalTick: number): number {
    const slot = Math.floor(arrivalTick / SLOT_NS)
    const slotTick = slot * SLOT_NS
    this.drawInterruption(nameHigh, nameLow, slot - 1)
    const lastEndTick = Math.max(this.endTick, slotTick)
    const takenTick = arrivalTick >= this.beginTick && arrivalTick < lastEndTick ? lastEndTick : arrivalTick
    this.drawInterruption(nameHigh, nameLow, slot)
    const { beginTick, endTick } = this
    const isBefore = takenTick < beginTick
    this.quietFromTick = isBefore ? lastEndTick : Math.max(lastEndTick, endTick)
    this.quietUntilTick = isBefore ? beginTick : slotTick + SLOT_NS
    return takenTick >= beginTick && takenTick < endTick ? endTick : takenTick
  }

  /** Sets `beginTick` and `endTick` of the interruption that begins in a slot; they are equal if there is none. */
  private drawInterruption(nameHigh: number, nameLow: number, slot: number): void {
    const { hi, lo } = this.key
    const slotTick = slot * SLOT_NS
    this.beginTick = slotTick
    this.endTick = slotTick
    if (draw32(hi, lo, nameHigh, nameLow, slot, WHETHER) >= this.threshold) return
    this.beginTick += Math.floor((draw32(hi, lo, nameHigh, nameLow, slot, BEGIN) / TWO_POW_32) * SLOT_NS)
    this.endTick = this.beginTick + this.lengthNs(draw32(hi, lo, nameHigh, nameLow, slot, LENGTH) / TWO_POW_32)
  }

  /** Returns the length that a share of the interruptions exceeds. */
  private lengthNs(share: number): number {
    const { lengths } = this.figures
    let at = 1
    while (lengths[at].longer > share) at++
    const shorter = lengths[at - 1]
    const longer = lengths[at]
    const part = (shorter.longer - share) / (shorter.longer - longer.longer)
    return Math.round(shorter.ns + part * (longer.ns - shorter.ns))
  }
}
