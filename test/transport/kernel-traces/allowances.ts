import type { Allowance } from './compare-traces.ts'

const LATE_TICK =
  'What the relay hands in runs on its core, and so do the timers that are set there, which may look at a tick before the ' +
  'other core has counted it: they go off a whole tick later. (Of 60 delayed ACKs over the loopback of that machine, whose ' +
  'two cores were busy, 40 to 44 ms took 52, and the rest one tick or two more.)'
const ESTIMATE =
  'The receive buffer grows when a round trip is over by an estimate in whole milliseconds. Segments come 1.2 ms apart, ' +
  'so that 24 are over with the twentieth to the microsecond: here with that one, and there with the next.'

/** Tolerances by trace. A test checks that none is larger than needed. */
export const ALLOWANCES: Readonly<Record<string, Allowance>> = {
  'slow-link': { why: ESTIMATE, until: { a: 54, b: 91 }, windowsUntil: { a: 29 } },
  'queue-overflow': { why: ESTIMATE, until: { a: 54, b: 92 }, windowsUntil: { a: 29 } },
  'spurious-timeout': { why: LATE_TICK, lateMs: 8 },
  'two-losses': {
    why: `${LATE_TICK} Two windows there are told before the reader has come, which takes him a tenth of a millisecond.`,
    windowsUntil: { a: 22 },
    lateMs: 4,
  },
  'tail-one': { why: LATE_TICK, lateMs: 4 },
  'tail-and-probe': { why: LATE_TICK, lateMs: 8 },
  'zero-window': { why: LATE_TICK, lateMs: 8 },
  'zero-window-grown': { why: LATE_TICK, lateMs: 12 },
  'window-update-lost': { why: LATE_TICK, lateMs: 8 },
  'late-finish': { why: LATE_TICK, lateMs: 4 },
  'data-after-close': { why: LATE_TICK, lateMs: 4 },
}
