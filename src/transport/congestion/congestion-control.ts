import type { CongestionColumns, CongestionControl } from '../connections/congestion-control.ts'
import type { Connection } from '../rows.ts'

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
export function slowStart(connections: CongestionColumns, connection: Connection, segments: number): number {
  const window = connections.congestionWindow[connection]
  const threshold = connections.slowStartThreshold[connection]
  if (window >= threshold) return segments
  const grown = Math.min(window + segments, threshold)
  connections.congestionWindow[connection] = grown
  return segments - (grown - window)
}

/** Returns the larger of the present window and that before the loss (net/ipv4/tcp_cong.c, tcp_reno_undo_cwnd). */
export function windowBeforeLoss(connections: CongestionColumns, connection: Connection): number {
  return Math.max(connections.congestionWindow[connection], connections.windowBeforeLoss[connection])
}

/**
 * Returns the index of the connection's first number in the column `congestionState`, which holds 39 for each connection:
 * 0 at first, and kept for the control until the connection ends.
 */
export function congestionStateAt(connection: Connection): number {
  return connection
}
