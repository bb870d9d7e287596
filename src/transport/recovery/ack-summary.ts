import { RateSample } from '../congestion/rate-sample.ts'

/** No tick, no round-trip time. */
export const NO_SAMPLE = -1

/** What one ACK told the sender; filled while it is entered on the scoreboard, and read by the loss recovery. */
export class AckSummary {
  /** Of the connection's delivery rate; `priorInFlight` is set before the ACK, the rest by its recovery. */
  readonly sample = new RateSample()
  /** Segments that were sent and not known to have arrived, and that were ever found lost, before it. */
  outBefore = 0
  lostBefore = 0
  /** Where the unacknowledged began before it. */
  priorUnacknowledged = 0
  isAdvance = false
  hasSacked = false
  /** Of what it tells of for the first time, something was sent once and before the recovery point. */
  hasOriginal = false
  /** Something that it acknowledges was sent more than once. */
  isAmbiguous = false
  /** Of what it cumulatively acknowledges, something waited for its retransmission. */
  hasRepeated = false
  /** It reports duplicates, of so many segments; one that a probe made. */
  hasDuplicate = false
  duplicateSegments = 0
  hasProbeDuplicate = false
  /** When the oldest and newest of what it acknowledges were sent, and of what it selectively acknowledges; -1: none. */
  oldestSentTick = NO_SAMPLE
  newestSentTick = NO_SAMPLE
  oldestSackedTick = NO_SAMPLE
  newestSackedTick = NO_SAMPLE
  /** The timestamp that it echoes; 0: none. */
  echo = 0

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
  }

  /** When the oldest segment was sent of those that the ACK gives a round-trip time of; NO_SAMPLE: it gives none. */
  oldestTick(): number {
    const { isAmbiguous, oldestSackedTick, oldestSentTick } = this
    return isAmbiguous || oldestSentTick === NO_SAMPLE ? oldestSackedTick : oldestSentTick
  }

  /** When the newest of them was sent. */
  newestTick(): number {
    const { isAmbiguous, newestSackedTick, newestSentTick } = this
    if (newestSackedTick !== NO_SAMPLE) return newestSackedTick
    return isAmbiguous ? NO_SAMPLE : newestSentTick
  }
}
