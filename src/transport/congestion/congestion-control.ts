import type { ConnectionTable } from '../connections/connection.ts'
import type { Connection } from '../rows.ts'
import type { RateSample } from './rate-sample.ts'

/**
 * Decides how much a sender may have in flight. A congestion control owns `congestionWindow`, `slowStartThreshold` and
 * the connection's CONGESTION_STATE_SIZE numbers; it sees neither packets nor clocks other than the tick it is given.
 */
export interface CongestionControl {
  /** Windows that the send buffer holds where it grows; absent: two. */
  readonly sendBufferWindows?: number

  /**
   * The window has its initial value; the threshold is Infinity. Where there is a `control`, once more after the
   * handshake, with a round-trip time.
   */
  initialize(connections: ConnectionTable, connection: Connection, tick: number): void

  /** The newest segment that an ACK is about took so long, sent once; told before `onAcknowledged`, in any state. */
  onRoundTrip(connections: ConnectionTable, connection: Connection, rttNs: number, tick: number): void

  /** `segments` were newly acknowledged, outside fast recovery, while the window was what held the sender back. */
  onAcknowledged(connections: ConnectionTable, connection: Connection, segments: number, tick: number): void

  /** The network lost something: the threshold from now on, in segments, at least 2 (RFC 5681 section 3.1). */
  thresholdAfterLoss(connections: ConnectionTable, connection: Connection, tick: number): number

  /** The window, after a reduction turned out to have had no cause; `windowBeforeLoss` is what it was. */
  windowAfterUndo(connections: ConnectionTable, connection: Connection): number

  /** After each ACK, in place of all else that would change the window; absent: losses and `onAcknowledged` do. */
  control?(connections: ConnectionTable, connection: Connection, sample: RateSample, tick: number): void

  /** Nothing was in flight for `idleNs`; data are about to be sent. */
  onIdleEnd(connections: ConnectionTable, connection: Connection, idleNs: number, tick: number): void

  /** The retransmission timer went off, after `thresholdAfterLoss`. */
  onTimeout(connections: ConnectionTable, connection: Connection, tick: number): void
}

/** Implementations of TCP that differ from the standards in ways that a trace shows. */
export type CongestionVariant = 'linux' | 'ns3'

/** What a scenario names by `tcp.congestion`: one algorithm, and the implementations of it that a profile may choose. */
export interface CongestionControlDescriptor {
  /** What it does and where it is specified, in a phrase for lists and reference pages. */
  readonly description: string
  /** As its specification has it: for each profile that chooses no variant, or one that is not listed here. */
  readonly standard: CongestionControl
  readonly variants?: Readonly<Partial<Record<CongestionVariant, CongestionControl>>>
  /** `tcp.hystart` switches something in it. */
  readonly hasHystart?: true
}

/** Hooks of a congestion control that keeps nothing but its window, for such a control to spread and add to. */
export const WINDOW_ONLY = {
  initialize() {},
  onRoundTrip() {},
  windowAfterUndo: windowBeforeLoss,
  onIdleEnd() {},
  onTimeout() {},
} satisfies Partial<CongestionControl>

/**
 * Doubles the window each round trip up to the threshold (RFC 5681 section 3.1, counted in segments). Returns the
 * acknowledged segments that the threshold left for congestion avoidance.
 */
export function slowStart(connections: ConnectionTable, connection: Connection, segments: number): number {
  const window = connections.congestionWindow[connection]
  const threshold = connections.slowStartThreshold[connection]
  if (window >= threshold) return segments
  const grown = Math.min(window + segments, threshold)
  connections.congestionWindow[connection] = grown
  return segments - (grown - window)
}

/** The window to return to when a reduction had no cause (Linux: net/ipv4/tcp_cong.c, tcp_reno_undo_cwnd). */
export function windowBeforeLoss(connections: ConnectionTable, connection: Connection): number {
  return Math.max(connections.congestionWindow[connection], connections.windowBeforeLoss[connection])
}

/** Where the connection's own numbers of a congestion control begin. */
export function congestionStateAt(connection: Connection): number {
  return connection
}
