/** One tick is one nanosecond. Times are whole ticks from 0 to the largest safe integer, about 104 days. */
export const LAST_TICK = Number.MAX_SAFE_INTEGER

export const NS_PER_MS = 1_000_000
export const NS_PER_S = 1_000_000_000
