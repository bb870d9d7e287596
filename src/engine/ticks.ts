/** One tick is one nanosecond. Times are whole ticks from 0 to the largest safe integer, about 104 days. */
export const LAST_TICK = Number.MAX_SAFE_INTEGER

/** 100 days. A run ends here at the latest, so that whatever is under way has room before the last tick. */
export const LONGEST_RUN_NS = 8_640_000_000_000_000

export const NS_PER_US = 1_000
export const NS_PER_MS = 1_000_000
export const NS_PER_S = 1_000_000_000
