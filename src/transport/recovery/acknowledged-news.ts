/** What one ACK told the sender, for as long as it is being taken. */
export class AcknowledgedNews {
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
  oldestSentTick = -1
  newestSentTick = -1
  oldestSackedTick = -1
  newestSackedTick = -1
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
    this.oldestSentTick = -1
    this.newestSentTick = -1
    this.oldestSackedTick = -1
    this.newestSackedTick = -1
    this.echo = echo
  }
}
