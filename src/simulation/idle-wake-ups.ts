import { assert } from '../engine/assert.ts'

/**
 * Detects a run that has only idle wake-ups left. Idle wake-ups do not count as events, so `maxEvents` does not end
 * such a run. An idle wake-up either ends its event or sets it again for its timer's deadline, when the timer is due
 * unless a counted event comes first. So between two counted events there are at most as many idle wake-ups as pending
 * events.
 */
export class IdleWakeUps {
  /** The number of counted events at the last idle wake-up; -1 before the first. */
  private countedEvents = -1
  /** The number of idle wake-ups that may still come before an event counts. */
  private left = 0

  /** Starts again, for a simulation that may have been given another state. */
  begin(): void {
    this.countedEvents = -1
  }

  /** Notes an idle wake-up. `pendingEvents` is the number of events pending after it. */
  note(countedEvents: number, pendingEvents: number): void {
    if (countedEvents !== this.countedEvents) {
      this.countedEvents = countedEvents
      this.left = pendingEvents + 1
    }
    this.left--
    assert(this.left >= 0, 'a timer is due at the deadline for which it was set anew')
  }
}
