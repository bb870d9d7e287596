import type { Allowance } from './compare-traces.ts'

const BURSTS =
  'Linux hands several segments down as one buffer, whose last has PSH and is acknowledged when it is read. Where a burst ' +
  'is an odd number of segments, ACKs no longer go two by two, and segments behind them leave with another ACK.'
const LATE_TICK =
  'What the relay hands in runs on its core, and so do the timers that are set there, which may look at a tick before the ' +
  'other core has counted it: they go off a whole tick later. (Of 60 delayed ACKs over the loopback of that machine, whose ' +
  'two cores were busy, 40 to 44 ms took 52, and the rest one tick or two more.)'
const ESTIMATE =
  'The receive buffer grows when a round trip is over by an estimate in milliseconds, whose clock began when the machine ' +
  'did: one segment earlier or later.'

/** By trace; each says no more than what it needs, which a test looks after. */
export const ALLOWANCES: Readonly<Record<string, Allowance>> = {
  'slow-start': { why: BURSTS, until: { a: 56 } },
  'slow-start-reno': { why: BURSTS, until: { a: 56 } },
  'slow-link': { why: `${ESTIMATE} ${BURSTS}`, until: { a: 54 }, windowsUntil: { a: 29 }, lateMs: 1 },
  'queue-overflow': { why: `${ESTIMATE} ${BURSTS}`, until: { a: 54 }, windowsUntil: { a: 29 }, lateMs: 1 },
  'reordering-small': { why: BURSTS, until: { a: 54 } },
  'spurious-recovery': { why: BURSTS, until: { a: 31 }, lateMs: 11 },
  'spurious-timeout': {
    why: `${BURSTS} The probe finds other bytes to send, since the user here writes ten segments at a time.`,
    until: { a: 31, b: 32 },
  },
  'acks-lost': { why: BURSTS, until: { a: 56 } },
  'round-of-acks-lost': { why: BURSTS, until: { a: 25 } },
  'loss-late': { why: BURSTS, until: { a: 56 } },
  'two-losses': {
    why:
      `${BURSTS} ${LATE_TICK} Behind a full segment the kernel also sends, in the same buffer, the part of one that the window still ` +
      'has room for.',
    until: { a: 49, b: 86 },
    windowsUntil: { a: 22 },
    lateMs: 4,
  },
  'burst-loss': { why: BURSTS, until: { a: 72 } },
  'tail-one': { why: LATE_TICK, lateMs: 4 },
  'tail-and-probe': { why: LATE_TICK, lateMs: 8 },
  'loss-reno': { why: BURSTS, until: { a: 56 } },
  'zero-window': { why: LATE_TICK, lateMs: 8 },
  'zero-window-grown': {
    why:
      `${LATE_TICK} A part of a segment that fits a window goes with the timer of the window probe there, and here as soon as ` +
      'nothing is in flight: the first probe comes earlier, and one more of them fits in.',
    until: { a: 67, b: 26 },
    lateMs: 256,
  },
  'window-update-lost': { why: LATE_TICK, lateMs: 8 },
  'receive-buffer': { why: BURSTS, until: { b: 14 }, lateMs: 16 },
  'idle-short': { why: BURSTS, until: { b: 23 }, lateMs: 17 },
  'idle-restart': { why: BURSTS, until: { b: 54 } },
  'idle-restart-once': { why: BURSTS, until: { b: 54 } },
  'late-finish': { why: LATE_TICK, lateMs: 4 },
  'data-after-close': { why: LATE_TICK, lateMs: 4 },
}
