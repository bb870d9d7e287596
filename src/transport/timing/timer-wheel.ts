/**
 * The timer wheel of Linux 6.18 (kernel/time/timer.c, calc_wheel_index). A timer fires at a tick of the clock, never
 * early. On the first level it may fire at any tick. Each further level begins eight times as far ahead as the one
 * before (LVL_START), and its timers fire only at every eighth tick of that one (LVL_CLK_DIV).
 */
const SECOND_LEVEL_TICKS = 63
const LEVEL_RATIO = 8
/** Ticks between timers of the last level: 8^8, for LVL_DEPTH = 9. */
const LAST_LEVEL_TICKS = 16_777_216

/** A clock that ticks every `tickNs`, and was started `uptimeNs` before the simulation began. */
export interface TickingClock {
  readonly tickNs: number
  readonly uptimeNs: number
}

/** Returns the number of clock ticks until `tick`. */
export function ticksAt({ tickNs, uptimeNs }: TickingClock, tick: number): number {
  return Math.floor((tick + uptimeNs) / tickNs)
}

/** Returns a duration in clock ticks, as usecs_to_jiffies: whole microseconds, rounded up. */
export function ticksFor(durationNs: number, tickNs: number): number {
  return Math.ceil((Math.floor(durationNs) - 999) / tickNs)
}

/** Returns when a timer fires that is set now for `delayNs`. */
export function wheelExpiry(clock: TickingClock, now: number, delayNs: number): number {
  const delayTicks = ticksFor(delayNs, clock.tickNs)
  if (delayTicks < SECOND_LEVEL_TICKS) return (ticksAt(clock, now) + delayTicks + 1) * clock.tickNs - clock.uptimeNs
  let everyTicks = 1
  let levelEnd = SECOND_LEVEL_TICKS
  while (delayTicks >= levelEnd && everyTicks < LAST_LEVEL_TICKS) {
    everyTicks *= LEVEL_RATIO
    levelEnd *= LEVEL_RATIO
  }
  const expires = ticksAt(clock, now) + delayTicks
  return (Math.floor(expires / everyTicks) + 1) * everyTicks * clock.tickNs - clock.uptimeNs
}
