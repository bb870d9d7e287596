import type { Allowance } from './compare-traces.ts'

const BURSTS =
  'Linux hands several segments down as one buffer, whose last has PSH and is acknowledged when it is read. Where a burst ' +
  'is an odd number of segments, ACKs no longer go two by two, and segments behind them leave with another ACK.'
const TIMERS =
  'Timers of the kernel go off with a tick of 4 ms, where they were set for longer than 252 ms with one of 32 ms and ' +
  'beyond 2 s of 256 ms, always late (kernel/time/timer.c, calc_wheel_index); each doubling doubles that.'
const ESTIMATE =
  'The receive buffer grows when a round trip is over by an estimate in milliseconds, whose clock began when the machine ' +
  'did: one segment earlier or later.'

/** By trace; each says no more than what it needs, which a test looks after. */
export const ALLOWANCES: Readonly<Record<string, Allowance>> = {
  'syn-ack-lost': {
    why: `${TIMERS} Here the server's timer goes off in the nanosecond in which the SYN comes again, there after it.`,
    until: { a: 4, b: 2 },
  },
  'handshake-ack-lost-server-speaks': { why: TIMERS, lateMs: 4 },
  'request-lost': { why: TIMERS, lateMs: 3 },
  'syn-give-up': { why: TIMERS, lateMs: 9 },
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
  'round-of-acks-lost': { why: `${TIMERS} ${BURSTS}`, until: { a: 25 }, lateMs: 4 },
  'loss-late': { why: BURSTS, until: { a: 56 } },
  'two-losses': {
    why:
      `${BURSTS} Behind a full segment the kernel also sends, in the same buffer, the part of one that the window still ` +
      'has room for.',
    until: { a: 49, b: 86 },
    windowsUntil: { a: 22 },
    lateMs: 15,
  },
  'burst-loss': { why: BURSTS, until: { a: 72 } },
  'tail-one': { why: TIMERS, lateMs: 4 },
  'tail-two': { why: TIMERS, lateMs: 3 },
  'tail-and-probe': { why: TIMERS, lateMs: 12 },
  'window-lost': { why: TIMERS, lateMs: 7 },
  'lone-answer-lost': { why: TIMERS, lateMs: 6 },
  'loss-reno': { why: BURSTS, until: { a: 56 } },
  'zero-window': { why: TIMERS, lateMs: 24 },
  'zero-window-grown': {
    why:
      `${TIMERS} A part of a segment that fits a window goes with the timer of the window probe there, and here as soon as ` +
      'nothing is in flight: the first probe comes earlier, and one more of them fits in.',
    until: { a: 67 },
    lateMs: 256,
  },
  'window-update-lost': { why: TIMERS, lateMs: 32 },
  'receive-buffer': { why: BURSTS, until: { b: 14 }, lateMs: 16 },
  'idle-short': { why: BURSTS, until: { b: 23 }, lateMs: 17 },
  'idle-restart': { why: BURSTS, until: { b: 54 } },
  'idle-restart-once': { why: BURSTS, until: { b: 54 } },
  'keepalive-give-up': { why: TIMERS, lateMs: 2 },
  'late-finish': { why: TIMERS, lateMs: 4 },
  'data-after-close': { why: TIMERS, lateMs: 1 },
  'give-up': { why: TIMERS, lateMs: 37 },
}
