import { assert } from './assert.ts'
import type { EventKind } from './event-kind.ts'
import type { PendingEventSet } from './pending-event-set.ts'
import type { ProvisionalEvents } from './provisional-events.ts'
import { LAST_TICK, NS_PER_MS } from './ticks.ts'

/** The time after which provisional events are checked: the least time before a tail loss probe on a fast link. */
const CHECK_NS = 2 * NS_PER_MS

/** Handles an event about the thing with this index: its target, counted from the first one of its kind. */
type Handle = (index: number, argument: number) => void

interface EventHandler {
  readonly firstTarget: number
  readonly handle: Handle
}

/** The current tick, and the only way to schedule an event after it. */
export class Timeline {
  /** Set by the constructor: a field that begins with no integer stays a double when ticks outgrow small integers. */
  now = Number.NaN
  /** Set while the present event is an idle wake-up: it has only found its timer not due. The simulation resets it. */
  isIdleWakeUp = false
  private readonly handlers: EventHandler[] = []
  private readonly pending: PendingEventSet
  private readonly provisional: ProvisionalEvents | null

  /** Without `provisional`, provisional events are scheduled at once. */
  constructor(pending: PendingEventSet, provisional: ProvisionalEvents | null = null) {
    this.pending = pending
    this.provisional = provisional
    this.now = 0
  }

  /** Says what handles the events of a kind, whose targets begin with `firstTarget`. */
  handle(kind: EventKind, firstTarget: number, handle: Handle): void {
    assert(kind.number >= 0, `a kind of events has a place among all kinds: ${kind.name}`)
    this.handlers[kind.number] = { firstTarget, handle }
  }

  /** Calls what handles an event. `kind` is the number of its kind. */
  dispatch(target: number, kind: number, argument: number): void {
    const handler = this.handlers[kind]
    assert(handler !== undefined, `every kind of events has a handler: ${kind}`)
    handler.handle(target - handler.firstTarget, argument)
  }

  /**
   * Schedules an event at least one tick ahead. Work that costs no time is not scheduled: it runs inside the event that
   * causes it. An event later than the last tick is scheduled for the last tick, which no run reaches: a packet can be
   * delayed beyond the longest run.
   */
  schedule(tick: number, target: number, kind: EventKind, argument: number): void {
    assert(tick > this.now, 'events lie in the future')
    assert(kind.number >= 0, 'the kind of an event has a place among all kinds')
    this.pending.push(tick < LAST_TICK ? tick : LAST_TICK, target, kind.number, argument)
  }

  /**
   * Schedules an event of a timer that will probably be stopped soon. It comes only if it is still needed when it is
   * checked, or if it comes before that.
   */
  scheduleProvisionally(tick: number, target: number, kind: EventKind, argument: number): void {
    const checkTick = this.now + CHECK_NS
    if (this.provisional === null || tick <= checkTick) this.schedule(tick, target, kind, argument)
    else this.provisional.add(checkTick, tick, target, kind.number, argument)
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
  scheduleFollowing(ticks: Float64Array, row: number, target: number, kind: EventKind, argument: number): void {
    this.pending.pushAfterTaken(ticks, row, target, kind.number, argument)
  }
}
