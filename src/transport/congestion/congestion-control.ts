import type { ConnectionTable } from '../connections/connection.ts'
import type { Connection } from '../rows.ts'
import type { RateSample } from './rate-sample.ts'

/**
 * Decides how much a sender may have in flight. A congestion control owns `congestionWindow`, `slowStartThreshold` and
 * CONGESTION_STATE_SIZE numbers of the connection. It sees no packets, and no clock except the tick that it is given.
 */
export interface CongestionControl {
  /** Congestion windows that a growing send buffer holds; absent: two. */
  readonly sendBufferWindows?: number

  /**
   * Prepares the state of a new connection, whose window has its initial value and whose threshold is Infinity. A
   * control with `control` is initialized again after the handshake, with a round-trip time.
   */
  initialize(connections: ConnectionTable, connection: Connection, tick: number): void

  /**
   * Takes a sample of the round-trip time: that of the newest acknowledged segment, which was sent once. Called before
   * `onAcknowledged`, in all states of recovery.
   */
  onRoundTrip(connections: ConnectionTable, connection: Connection, rttNs: number, tick: number): void

  /**
   * Grows the window: `segments` were newly acknowledged outside fast recovery, while the window limited the sender.
   */
  onAcknowledged(connections: ConnectionTable, connection: Connection, segments: number, tick: number): void

  /** Returns the new threshold after a loss, in segments, at least 2 (RFC 5681 section 3.1). */
  thresholdAfterLoss(connections: ConnectionTable, connection: Connection, tick: number): number

  /** Returns the window after a reduction that was not needed. `windowBeforeLoss` is the window before it. */
  windowAfterUndo(connections: ConnectionTable, connection: Connection): number

  /**
   * Sets window and pacing rate after each ACK, in all states of recovery. Absent: losses and `onAcknowledged` change
   * the window.
   */
  control?(connections: ConnectionTable, connection: Connection, sample: RateSample, tick: number): void

  /** Called before data are sent when nothing was in flight for `idleNs`. */
  onIdleEnd(connections: ConnectionTable, connection: Connection, idleNs: number, tick: number): void

  /** Called at a retransmission timeout, after `thresholdAfterLoss`. */
  onTimeout(connections: ConnectionTable, connection: Connection, tick: number): void
}

/** Implementations of TCP whose congestion control differs measurably from the standards. */
export type CongestionVariant = 'linux' | 'ns3'

/** An algorithm that scenarios select by `tcp.congestion`, with the implementations that profiles choose from. */
export interface CongestionControlDescriptor {
  /** A phrase for lists and reference pages: what it does, and where it is specified. */
  readonly description: string
  /** The algorithm as specified. TCP profiles use it when `variants` has no entry for them. */
  readonly standard: CongestionControl
  readonly variants?: Readonly<Partial<Record<CongestionVariant, CongestionControl>>>
  /** Whether `tcp.hystart` has an effect on it. */
  readonly hasHystart?: true
}

/** Hooks of a congestion control without state besides its window, to be spread into such a control. */
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

/** Returns the larger of the present window and that before the loss (net/ipv4/tcp_cong.c, tcp_reno_undo_cwnd). */
export function windowBeforeLoss(connections: ConnectionTable, connection: Connection): number {
  return Math.max(connections.congestionWindow[connection], connections.windowBeforeLoss[connection])
}

/** Returns the index of the connection's first number in the column `congestionState`. */
export function congestionStateAt(connection: Connection): number {
  return connection
}
