/**
 * The kernel's timer wheel (Linux 6.18, kernel/time/timer.c, calc_wheel_index): a timer goes off with a tick of the
 * clock, never early. What is set for fewer ticks than a level begins at goes off with any tick; each level begins
 * eight times as far ahead as the one before (LVL_START), and its timers go off with every eighth tick of that one
 * (LVL_CLK_DIV) only.
 */
const SECOND_LEVEL_TICKS = 63
const LEVEL_RATIO = 8
/** LVL_DEPTH = 9: eight times by eight. */
const LAST_LEVEL_TICKS = 16_777_216

/** Ticks every `tickNs` since `uptimeNs` before the simulation began. */
export interface TickingClock {
  readonly tickNs: number
  readonly uptimeNs: number
}

/** Ticks that have come. */
export function ticksAt({ tickNs, uptimeNs }: TickingClock, tick: number): number {
  return Math.floor((tick + uptimeNs) / tickNs)
}

/** usecs_to_jiffies: whole microseconds, rounded up to ticks (which are whole microseconds). */
export function ticksFor(durationNs: number, tickNs: number): number {
  return Math.ceil((Math.floor(durationNs) - 999) / tickNs)
}

/** When a timer goes off that is set now for so long. */
export function wheelExpiry(clock: TickingClock, now: number, delayNs: number): number {
  const delayTicks = ticksFor(delayNs, clock.tickNs)
  let everyTicks = 1
  let levelEnd = SECOND_LEVEL_TICKS
  while (delayTicks >= levelEnd && everyTicks < LAST_LEVEL_TICKS) {
    everyTicks *= LEVEL_RATIO
    levelEnd *= LEVEL_RATIO
  }
  const expires = ticksAt(clock, now) + delayTicks
  return (Math.floor(expires / everyTicks) + 1) * everyTicks * clock.tickNs - clock.uptimeNs
}
