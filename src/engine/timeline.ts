import { assert } from './assert.ts'
import type { PendingEventSet } from './pending-event-set.ts'
import { LAST_TICK } from './ticks.ts'

/** The present tick, and the way to put something after it. */
export class Timeline {
  now = 0
  private readonly pending: PendingEventSet

  constructor(pending: PendingEventSet) {
    this.pending = pending
  }

  /** Work that costs no time runs inside its event, unscheduled: `tick` lies at least one tick ahead. */
  schedule(tick: number, target: number, kind: number, argument: number): void {
    assert(tick > this.now && tick <= LAST_TICK, 'events lie in the future, and within 2^53 - 1 ticks')
    this.pending.push(tick, target, kind, argument)
  }
}
