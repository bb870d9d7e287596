/**
 * Milliseconds for which the machine's clock had ticked when a trace began, modulo its timers: up to 4 for timers of
 * less than 252 ms, else up to 32. They were not recorded, and are derived from the timers of a trace, one number for
 * both ends. Traces that are not listed agree with any number, or with 0.
 */
export const UPTIMES_MS: Readonly<Record<string, number>> = {
  'syn-lost': 7,
  'syn-ack-lost': 18.6,
  'handshake-ack-lost-server-speaks': 21.4,
  'syn-give-up': 30.4,
  'spurious-timeout': 2.1,
  'round-of-acks-lost': 2.6,
  'two-losses': 3.5,
  'tail-one': 2.3,
  'tail-two': 1.4,
  'tail-and-probe': 2,
  'window-lost': 2.8,
  'lone-answer-lost': 2.4,
  'zero-window': 2.5,
  'window-update-lost': 2.2,
  'zero-window-grown': 2.1,
  'keepalive-give-up': 7.8,
  'give-up': 13.4,
}
