import { RateSample } from '../connections/rate-sample.ts'

/** Stands for a tick or round-trip time that is not known. */
export const NO_SAMPLE = -1

/** The value of fields for ticks before the first ACK. Being no integer, it lets an engine keep them as doubles. */
const NOT_BEGUN = Number.NaN

/** The contents of one ACK. Filled while the ACK is entered on the scoreboard, and then read by the loss recovery. */
export class AckSummary {
  /** Delivery rate by this ACK. `priorInFlight` is set before the ACK is processed, the rest by the loss recovery. */
  readonly sample = new RateSample()
  /** Before the ACK: segments sent and not known to have arrived, and segments ever marked lost. */
  outBefore = 0
  lostBefore = 0
  /** `sendUnacknowledged` before the ACK. */
  priorUnacknowledged = NOT_BEGUN
  isAdvance = false
  hasSacked = false
  /** Whether a newly acknowledged segment was sent once, before the recovery point. */
  hasOriginal = false
  /** Whether a cumulatively acknowledged segment was sent more than once. */
  isAmbiguous = false
  /** Whether a cumulatively acknowledged segment was retransmitted and not selectively acknowledged before. */
  hasRepeated = false
  /** Whether the ACK reports duplicates (DSACK), of how many segments, and whether a probe has caused one. */
  hasDuplicate = false
  duplicateSegments = 0
  hasProbeDuplicate = false
  /**
   * The ticks at which the oldest and the newest segments were sent, first of those that the ACK acknowledges
   * cumulatively, then of those that it acknowledges selectively; -1: none.
   */
  oldestSentTick = NOT_BEGUN
  newestSentTick = NOT_BEGUN
  oldestSackedTick = NOT_BEGUN
  newestSackedTick = NOT_BEGUN
  /** The timestamp that it echoes; 0: none. */
  echo = 0
  /** True if the ACK reports that a queue marked a segment (ECE). */
  hasMark = false

  begin(priorUnacknowledged: number, echo: number): void {
    this.priorUnacknowledged = priorUnacknowledged
    this.isAdvance = false
    this.hasSacked = false
    this.hasOriginal = false
    this.isAmbiguous = false
    this.hasRepeated = false
    this.hasDuplicate = false
    this.duplicateSegments = 0
    this.hasProbeDuplicate = false
    this.oldestSentTick = NO_SAMPLE
    this.newestSentTick = NO_SAMPLE
    this.oldestSackedTick = NO_SAMPLE
    this.newestSackedTick = NO_SAMPLE
    this.echo = echo
    this.hasMark = false
  }

  /** Returns when the oldest segment was sent that gives a sample of the round-trip time, or NO_SAMPLE. */
  oldestTick(): number {
    const { isAmbiguous, oldestSackedTick, oldestSentTick } = this
    return isAmbiguous || oldestSentTick === NO_SAMPLE ? oldestSackedTick : oldestSentTick
  }

  /** Returns the tick at which the newest such segment was sent, or NO_SAMPLE. */
  newestTick(): number {
    const { isAmbiguous, newestSackedTick, newestSentTick } = this
    if (newestSackedTick !== NO_SAMPLE) return newestSackedTick
    return isAmbiguous ? NO_SAMPLE : newestSentTick
  }
}
