import type { Allowance } from './compare-traces.ts'

const TIMERS =
  'Timers of the kernel go off with a tick of 4 ms, where they were set for longer than 252 ms with one of 32 ms and ' +
  'beyond 2 s of 256 ms, always late (kernel/time/timer.c, calc_wheel_index); each doubling doubles that.'
const ESTIMATE =
  'The receive buffer grows when a round trip is over by an estimate in whole milliseconds. Segments come 1.2 ms apart, ' +
  'so that 24 are over with the twentieth to the microsecond: here with that one, and there with the next.'

/** By trace; each says no more than what it needs, which a test looks after. */
export const ALLOWANCES: Readonly<Record<string, Allowance>> = {
  'syn-ack-lost': {
    why: `${TIMERS} Here the server's timer goes off in the nanosecond in which the SYN comes again, there after it.`,
    until: { a: 4, b: 2 },
  },
  'handshake-ack-lost-server-speaks': { why: TIMERS, lateMs: 4 },
  'request-lost': { why: TIMERS, lateMs: 3 },
  'syn-give-up': { why: TIMERS, lateMs: 9 },
  'slow-link': { why: ESTIMATE, until: { a: 54, b: 91 }, windowsUntil: { a: 29 } },
  'queue-overflow': { why: ESTIMATE, until: { a: 54, b: 92 }, windowsUntil: { a: 29 } },
  'spurious-timeout': { why: TIMERS, lateMs: 12 },
  'round-of-acks-lost': { why: TIMERS, lateMs: 4 },
  'two-losses': {
    why: `${TIMERS} Two windows there are told before the reader has come, which takes him a tenth of a millisecond.`,
    windowsUntil: { a: 22 },
    lateMs: 8,
  },
  'tail-one': { why: TIMERS, lateMs: 4 },
  'tail-two': { why: TIMERS, lateMs: 3 },
  'tail-and-probe': { why: TIMERS, lateMs: 12 },
  'window-lost': { why: TIMERS, lateMs: 7 },
  'lone-answer-lost': { why: TIMERS, lateMs: 6 },
  'zero-window': { why: TIMERS, lateMs: 24 },
  'zero-window-grown': {
    why: `${TIMERS} A late ACK makes the round trip longer, and with it the bursts shorter.`,
    until: { a: 69 },
    lateMs: 19,
  },
  'window-update-lost': { why: TIMERS, lateMs: 32 },
  'keepalive-give-up': { why: TIMERS, lateMs: 2 },
  'late-finish': { why: TIMERS, lateMs: 4 },
  'data-after-close': { why: TIMERS, lateMs: 1 },
  'give-up': { why: TIMERS, lateMs: 37 },
}
