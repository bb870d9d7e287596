import { assert } from '../engine/assert.ts'

/**
 * Holds idle wake-ups to their bound. They do not count as events, so that `maxEvents` does not end a run that has
 * nothing else. Each ends its event or sets it anew for the deadline of its timer, where it is due unless an event that
 * counts comes first. So between two events that count there are at most as many as events were pending.
 */
export class IdleWakeUps {
  /** The number of events that had counted at the last idle wake-up; -1 before the first. */
  private countedEvents = -1
  /** The idle wake-ups that may still follow before an event counts. */
  private left = 0

  /** Begins anew, for a simulation that may have been given another state. */
  begin(): void {
    this.countedEvents = -1
  }

  /** Notes an idle wake-up, after which `pendingEvents` are pending. */
  note(countedEvents: number, pendingEvents: number): void {
    if (countedEvents !== this.countedEvents) {
      this.countedEvents = countedEvents
      this.left = pendingEvents + 1
    }
    this.left--
    assert(this.left >= 0, 'a timer is due at the deadline for which it was set anew')
  }
}
