import { assert } from './assert.ts'
import type { PendingEventSet } from './pending-event-set.ts'
import { LAST_TICK } from './ticks.ts'

/** The current tick, and the only way to schedule an event after it. */
export class Timeline {
  /** Set by the constructor: a field that begins with no integer stays a double when ticks outgrow small integers. */
  now = Number.NaN
  /** Set while the present event is an idle wake-up: it has only found its timer not due. The simulation resets it. */
  isIdleWakeUp = false
  private readonly pending: PendingEventSet

  constructor(pending: PendingEventSet) {
    this.pending = pending
    this.now = 0
  }

  /**
   * Schedules an event at least one tick ahead. Work that costs no time is not scheduled: it runs inside the event that
   * causes it. An event later than the last tick is scheduled for the last tick, which no run reaches: a packet can be
   * delayed beyond the longest run.
   */
  schedule(tick: number, target: number, kind: number, argument: number): void {
    assert(tick > this.now, 'events lie in the future')
    this.pending.push(tick < LAST_TICK ? tick : LAST_TICK, target, kind, argument)
  }

  /**
   * Says that the present event finds its timer not due, so that it does not count. It may have set itself anew for the
   * timer's deadline, and has done nothing else.
   */
  noteIdleWakeUp(): void {
    this.isIdleWakeUp = true
  }

  /**
   * Schedules the event that follows the present one among events whose order is known, perhaps at the same tick, which is
   * `ticks[row]`.
   */
  scheduleFollowing(ticks: Float64Array, row: number, target: number, kind: number, argument: number): void {
    this.pending.pushAfterTaken(ticks, row, target, kind, argument)
  }
}
