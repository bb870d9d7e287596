import type { Connection, Segment } from '../rows.ts'
import type { TcpParts } from '../timing/tcp-parts.ts'
import type { AckSummary } from './ack-summary.ts'
import type { RetransmissionTimer } from './retransmission-timer.ts'
import type { Scoreboard } from './scoreboard.ts'

/** What a recovery asks of the sender, which is in a layer above it. */
export interface Transmitter {
  /** Sends a segment again, whatever the windows say. */
  retransmit(connection: Connection, segment: Segment): void
  /** Sends one segment whatever the congestion window: what was lost, else something new, else the oldest. */
  sendOne(connection: Connection): void
  /** Sends all that the windows let go. */
  output(connection: Connection): void
  /** Whether something new waits to be sent. */
  hasNewData(connection: Connection): boolean
}

export interface RecoveryParts extends TcpParts {
  readonly scoreboard: Scoreboard
  readonly timer: RetransmissionTimer
  readonly transmitter: Transmitter
}

/**
 * What acknowledgements and timeouts make of a sender's state: which segments are lost, when recovery begins and ends,
 * and what becomes of the congestion window meanwhile. A connection keeps its own as an index (`lossRecovery`).
 */
export interface LossRecovery {
  /** Whether its oldest segment, sent again, has a whole timeout to arrive. */
  readonly restartsTimer: boolean
  /** Whether congestion control begins anew when the handshake is over. */
  readonly beginsAfterHandshake: boolean

  /** The far end tells for the first time that it has this segment. */
  markSacked(connection: Connection, segment: Segment, tick: number): void

  /** An ACK was entered on the scoreboard, and in `news`. */
  onAck(connection: Connection, ack: AckSummary): void

  /** The retransmission timer went off, and the timeout was backed off. */
  onTimeout(connection: Connection): void

  /** The time is over that segments had which may only be out of order. */
  onReorderingTimeout(connection: Connection): void

  /** Whether segments may be waiting to be sent again. */
  hasLost(connection: Connection): boolean

  /** The segment to be sent again next; NONE: none. */
  nextLost(connection: Connection): Segment

  /** The segment that may be sent again for want of anything new; NONE: none. */
  nextDoubtful(connection: Connection): Segment

  /** Whether a tail that may be lost is to be probed (RFC 8985 section 7). */
  canProbeTail(connection: Connection): boolean

  /** A segment went out. */
  onSegmentSent(connection: Connection): void

  /** The sender stopped; `isLimited`: for want of congestion window. `hasSent`: something new went before. */
  onOutputEnd(connection: Connection, isLimited: boolean, hasSent: boolean): void
}

/** One way of recovering from losses, by name (loss-recoveries.ts). */
export interface LossRecoveryDescriptor {
  /** How it finds losses, for lists and the scenario's reference; null: only profiles choose it. */
  readonly description: string | null
  /** It probes lost tails, which `tcp.tail-loss-probe` switches off. */
  readonly probesTail?: true
  /** What it has in place of the reduction that `tcp.prr` chooses; absent: it obeys that. */
  readonly ownReduction?: string
  readonly create: (parts: RecoveryParts) => LossRecovery
}
