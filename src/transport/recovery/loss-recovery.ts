import type { Connection, Segment } from '../rows.ts'
import type { TcpParts } from '../timing/tcp-parts.ts'
import type { AckSummary } from './ack-summary.ts'
import type { RetransmissionTimer } from './retransmission-timer.ts'
import type { Scoreboard } from './scoreboard.ts'

/** The sender as a loss recovery uses it. Its class is in a folder above. */
export interface Transmitter {
  /** Retransmits a segment, regardless of windows. */
  retransmit(connection: Connection, segment: Segment): void
  /** Sends one segment regardless of the congestion window: a lost one, else a new one, else the oldest. */
  sendOne(connection: Connection): void
  /** Sends everything that the windows allow. */
  output(connection: Connection): void
}

export interface RecoveryParts extends TcpParts {
  readonly scoreboard: Scoreboard
  readonly timer: RetransmissionTimer
  readonly transmitter: Transmitter
}

/**
 * Decides from ACKs and timeouts which segments are lost, when recovery begins and ends, and what becomes of the
 * congestion window. A connection refers to its recovery by the index in `lossRecovery`.
 */
export interface LossRecovery {
  /** Whether retransmitting the oldest segment restarts the timer. */
  readonly restartsTimer: boolean
  /** Whether the congestion control is initialized again after the handshake. */
  readonly beginsAfterHandshake: boolean

  /**
   * Whether duplicate ACKs of a peer without SACK mark the segments that may have caused them as arrived. Absent: losses
   * are then found by timeouts only.
   */
  readonly takesDuplicateAcks?: true

  /** Marks a segment that the peer has selectively acknowledged for the first time. */
  markSacked(connection: Connection, segment: Segment, tick: number): void

  /** Handles an ACK after it was entered on the scoreboard and in `ack`. */
  onAck(connection: Connection, ack: AckSummary): void

  /** Handles an ACK that later ones have overtaken, whose SACK blocks are in `ack`. Absent: such ACKs are ignored. */
  onOldAck?(connection: Connection, ack: AckSummary): void

  /**
   * Does what `onAck` does for an ACK that acknowledges the oldest `segments` and brings nothing else, outside recovery and
   * with nothing lost, retransmitted or selectively acknowledged. They were sent once; the oldest and the newest of
   * them, as rows that may be free already, tell when. Absent: all ACKs are given to `onAck`.
   */
  onPlainAdvance?(connection: Connection, segments: number, oldest: Segment, newest: Segment): void

  /** Handles a retransmission timeout, after the timeout was backed off. */
  onTimeout(connection: Connection): void

  /** Handles the end of the reordering window of segments that may only be out of order. */
  onReorderingTimeout(connection: Connection): void

  /** Returns whether segments may wait to be retransmitted. */
  hasLost(connection: Connection): boolean

  /** Returns the next segment to retransmit, or NONE. */
  nextLost(connection: Connection): Segment

  /** Returns a segment to retransmit when there are no new data, or NONE. */
  nextDoubtful(connection: Connection): Segment

  /** Returns whether a tail that may be lost should be probed (RFC 8985 section 7). */
  canProbeTail(connection: Connection): boolean

  /** Called when a segment was sent. */
  onSegmentSent?(connection: Connection): void

  /** Called when the sender stops. `isLimited`: the congestion window is full. `hasSent`: new data were sent before. */
  onOutputEnd(connection: Connection, isLimited: boolean, hasSent: boolean): void
}

/** A way of recovering from losses, in the registry loss-recoveries.ts. */
export interface LossRecoveryDescriptor {
  /** The way it finds losses, for lists and the scenario reference; null: only profiles select it. */
  readonly description: string | null
  /** It probes lost tails, which `tcp.tail-loss-probe` can switch off. */
  readonly probesTail?: true
  /** The reduction that it uses in place of the one that `tcp.prr` selects; absent: it uses the selected one. */
  readonly ownReduction?: string
  readonly create: (parts: RecoveryParts) => LossRecovery
}
