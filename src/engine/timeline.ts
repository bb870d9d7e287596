import { assert } from './assert.ts'
import type { PendingEventSet } from './pending-event-set.ts'
import { LAST_TICK } from './ticks.ts'

/** The current tick, and the only way to schedule an event after it. */
export class Timeline {
  now = 0
  private readonly pending: PendingEventSet

  constructor(pending: PendingEventSet) {
    this.pending = pending
  }

  /**
   * Schedules an event at least one tick ahead. Work that costs no time is not scheduled: it runs inside the event that
   * causes it.
   */
  schedule(tick: number, target: number, kind: number, argument: number): void {
    assert(tick > this.now && tick <= LAST_TICK, 'events lie in the future, and within 2^53 - 1 ticks')
    this.pending.push(tick, target, kind, argument)
  }
}
