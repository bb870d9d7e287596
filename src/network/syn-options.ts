/** The options of a SYN, as bits (RFC 7323, RFC 2018). */

export const HAS_TIMESTAMPS = 1
export const PERMITS_SACK = 2
export const HAS_SCALE = 4
export const ALL_OPTIONS = HAS_TIMESTAMPS | PERMITS_SACK | HAS_SCALE
