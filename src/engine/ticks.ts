/**
 * The last tick. One tick is one nanosecond; times are whole ticks from 0 to the largest safe integer, about 104 days.
 */
export const LAST_TICK = Number.MAX_SAFE_INTEGER

/** The longest run, 100 days, so that events that are under way when it ends still lie before the last tick. */
export const LONGEST_RUN_NS = 8_640_000_000_000_000

export const NS_PER_US = 1_000
export const NS_PER_MS = 1_000_000
export const NS_PER_S = 1_000_000_000
