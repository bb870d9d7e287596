/**
 * How a sender finds out what was lost. It marks segments on the scoreboard; the sender does the rest: it enters
 * recovery at the first new mark, asks the congestion control for a threshold, and sends again what is marked.
 */
export interface LossRecovery {
  readonly name: string

  /** An ACK changed the scoreboard: marks what is now believed lost. True when anything was marked. */
  detectLosses(connection: number, tick: number): boolean

  /** Which segment is to be sent again next; NONE: none. */
  nextLost(connection: number): number

  /** Which may be sent again for want of anything new; NONE: none. */
  nextDoubtful(connection: number): number

  /** The retransmission timer went off: marks what is believed lost then. */
  onTimeout(connection: number, tick: number): void
}
