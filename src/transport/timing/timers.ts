import { EventKind } from '../../engine/event-kind.ts'
import type { Timeline } from '../../engine/timeline.ts'
import type { ConnectionTable } from '../connections/connection.ts'
import type { Connection } from '../rows.ts'
import { type TickingClock, ticksAt, wheelExpiry } from './timer-wheel.ts'

/** A timer of a TCP connection on a host (the target) expires. */
export const CONNECTION_TIMER = new EventKind('connection timer')

/** Timers of a connection. The event's argument is `ordinal * TIMER_LIMIT + timer`. */
export const RETRANSMISSION_TIMER = 0
export const DELAYED_ACK_TIMER = 1
export const LINGER_TIMER = 2
export const KEEPALIVE_TIMER = 3
export const PACING_TIMER = 4
export const TIMER_LIMIT = 8

const NEVER = Number.POSITIVE_INFINITY

/**
 * Timers with soft deadlines: re-arming a timer only stores its deadline. Each timer has at most one event that it waits
 * for, which is provisional at first. If it comes before the deadline, another is scheduled for the deadline; if the timer
 * was stopped, nothing happens.
 */
export class Timers {
  private readonly connections: ConnectionTable
  private readonly timeline: Timeline
  /** Clock of each host. */
  private readonly clocks: readonly TickingClock[]
  private readonly firstHostTarget: number
  /** The expiry that was computed last, and from what: an ACK arms the same timer before and after new data are sent. */
  private readonly latest: { clock: TickingClock | null; now: number; delayNs: number; expiry: number } = {
    clock: null,
    now: Number.NaN,
    delayNs: Number.NaN,
    expiry: Number.NaN,
  }

  constructor(
    connections: ConnectionTable,
    timeline: Timeline,
    clocks: readonly TickingClock[],
    firstHostTarget: number,
  ) {
    this.connections = connections
    this.timeline = timeline
    this.clocks = clocks
    this.firstHostTarget = firstHostTarget
  }

  /** Stops all timers of a new connection. */
  initialize(connection: Connection): void {
    for (let timer = 0; timer <= PACING_TIMER; timer++) {
      this.deadlines(timer)[connection] = NEVER
      this.events(timer)[connection] = NEVER
    }
  }

  /**
   * Arms a timer that the kernel keeps on its wheel, for `delayNs`, to fire at a tick of the host's clock. Where it needs a
   * new event, this comes after `lookNs`, above 0, if the deadline is later. To arm the timer for less, but not for less
   * than that, then needs no second event.
   */
  armFor(connection: Connection, timer: number, delayNs: number, lookNs = NEVER): void {
    const deadline = this.expiryAfter(this.clockOf(connection), delayNs)
    this.armWithLook(connection, timer, deadline, Math.min(deadline, this.timeline.now + Math.ceil(lookNs)))
  }

  /** Returns when a timer on the wheel of a clock fires that is armed now for `delayNs`. */
  private expiryAfter(clock: TickingClock, delayNs: number): number {
    const { latest } = this
    const { now } = this.timeline
    if (latest.clock === clock && latest.now === now && latest.delayNs === delayNs) return latest.expiry
    latest.clock = clock
    latest.now = now
    latest.delayNs = delayNs
    latest.expiry = clock.tickNs === 0 ? now + Math.round(delayNs) : wheelExpiry(clock, now, delayNs)
    return latest.expiry
  }

  /** Returns the time since `sinceTick` in ticks of the host's clock, in nanoseconds. */
  elapsedNs(connection: Connection, sinceTick: number): number {
    const { now } = this.timeline
    const clock = this.clockOf(connection)
    if (clock.tickNs === 0) return now - sinceTick
    return (ticksAt(clock, now) - ticksAt(clock, sinceTick)) * clock.tickNs
  }

  /** Arms a timer to the nanosecond: a high-resolution timer (hrtimer) of the kernel, or one of the user. */
  arm(connection: Connection, timer: number, deadline: number): void {
    this.armWithLook(connection, timer, deadline, deadline)
  }

  private armWithLook(connection: Connection, timer: number, deadline: number, lookTick: number): void {
    const events = this.events(timer)
    this.deadlines(timer)[connection] = deadline
    if (deadline >= events[connection]) return
    events[connection] = lookTick
    const { timeline, connections } = this
    const target = this.firstHostTarget + connections.host[connection]
    const argument = this.argumentOf(connection, timer)
    // A bulk transfer stops this timer and arms it again with every few segments: its event is best left pending.
    if (timer === DELAYED_ACK_TIMER && connections.isInteractive[connection] === 0)
      timeline.schedule(lookTick, target, CONNECTION_TIMER, argument)
    else timeline.scheduleProvisionally(lookTick, target, CONNECTION_TIMER, argument)
  }

  stop(connection: Connection, timer: number): void {
    this.deadlines(timer)[connection] = NEVER
  }

  isArmed(connection: Connection, timer: number): boolean {
    return this.deadlines(timer)[connection] !== NEVER
  }

  /**
   * Handles the event CONNECTION_TIMER: returns whether the timer is due now, and stops it then. If not, the event is an
   * idle wake-up.
   */
  isDue(connection: Connection, timer: number): boolean {
    const now = this.timeline.now
    const deadlines = this.deadlines(timer)
    const events = this.events(timer)
    if (events[connection] !== now) return this.noteIdleWakeUp()
    events[connection] = NEVER
    const deadline = deadlines[connection]
    if (deadline === now) {
      deadlines[connection] = NEVER
      return true
    }
    if (deadline !== NEVER) {
      events[connection] = deadline
      this.push(connection, timer, deadline)
    }
    return this.noteIdleWakeUp()
  }

  /** Returns whether a provisional event that lies at `tick` is needed, so that it is scheduled. */
  needsEvent(connection: Connection, timer: number, tick: number): boolean {
    const events = this.events(timer)
    if (events[connection] !== tick) return false
    if (this.isArmed(connection, timer)) return true
    events[connection] = NEVER
    return false
  }

  /** Notes that the present event is an idle wake-up. Returns false, for `isDue`. */
  private noteIdleWakeUp(): false {
    this.timeline.noteIdleWakeUp()
    return false
  }

  private clockOf(connection: Connection): TickingClock {
    return this.clocks[this.connections.host[connection]]
  }

  private push(connection: Connection, timer: number, tick: number): void {
    const target = this.firstHostTarget + this.connections.host[connection]
    this.timeline.schedule(tick, target, CONNECTION_TIMER, this.argumentOf(connection, timer))
  }

  private argumentOf(connection: Connection, timer: number): number {
    return this.connections.ordinal[connection] * TIMER_LIMIT + timer
  }

  private deadlines(timer: number): Float64Array {
    const { connections } = this
    if (timer === RETRANSMISSION_TIMER) return connections.retransmissionDeadline
    if (timer === DELAYED_ACK_TIMER) return connections.delayedAckDeadline
    if (timer === LINGER_TIMER) return connections.lingerDeadline
    return timer === PACING_TIMER ? connections.pacingDeadline : connections.keepaliveDeadline
  }

  private events(timer: number): Float64Array {
    const { connections } = this
    if (timer === RETRANSMISSION_TIMER) return connections.retransmissionEvent
    if (timer === DELAYED_ACK_TIMER) return connections.delayedAckEvent
    if (timer === LINGER_TIMER) return connections.lingerEvent
    return timer === PACING_TIMER ? connections.pacingEvent : connections.keepaliveEvent
  }
}
