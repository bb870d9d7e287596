import { NS_PER_S, NS_PER_US } from '../../engine/ticks.ts'
import type { CongestionColumns } from '../connections/congestion-control.ts'
import type { ConnectionTable } from '../connections/connection.ts'
import type { Connection } from '../rows.ts'

// After Linux 6.18, net/ipv4/tcp_output.c and tcp_input.c, Documentation/networking/ip-sysctl.rst.
/**
 * Ratio of the implied pacing rate to window per round trip: tcp_pacing_ss_ratio and tcp_pacing_ca_ratio
 * (tcp_update_pacing_rate).
 */
const SLOW_START_GAIN = 2
const AVOIDANCE_GAIN = 1.2
/** A burst is what the rate sends in about a millisecond (sk_pacing_shift = 10). */
const BURSTS_PER_S = 1024
export const LARGEST_BURST_BYTES = 65_536 - 1 - 320 // GSO_LEGACY_MAX_SIZE less headers (MAX_TCP_HEADER)
/**
 * Connections with short round trips send larger bursts, by a term that is halved for each 512 µs (tcp_tso_rtt_log =
 * 9).
 */
const NEAR_US = 512
const NEAR_STEPS = 32
/** Least segments of a burst under BBR, and the rate below which it is one (tcp_bbr.c, bbr_min_tso_segs). */
const LEAST_SEGMENTS = 2
const SLOW_BYTES_PER_S = 1_200_000 / 8
const LARGEST_GOAL_SEGMENTS = 0x7f

/** Returns the most segments that are handed to the device as one unit (tcp_tso_autosize). */
export function largestBurst(connections: ConnectionTable, connection: Connection): number {
  const bytesPerS = connections.pacingBytesPerS[connection]
  return bytesPerS > 0 && !isPacedByWindow(connections, connection)
    ? sizeAt(connections, connection, bytesPerS, leastSegments(bytesPerS))
    : sizeAt(
        connections,
        connection,
        connections.impliedBytesPerS[connection],
        connections.profileOf(connection).leastBurstSegments,
      )
}

function sizeAt(
  connections: ConnectionTable,
  connection: Connection,
  bytesPerS: number,
  leastSegments: number,
): number {
  let bytes = Math.floor(bytesPerS / BURSTS_PER_S)
  const steps = Math.floor(Math.floor(connections.minimumRttNs[connection] / NS_PER_US) / NEAR_US)
  if (steps < NEAR_STEPS) bytes += LARGEST_BURST_BYTES >> steps
  const segments = Math.floor(Math.min(bytes, LARGEST_BURST_BYTES) / connections.maximumSegmentBytes[connection])
  return Math.max(segments, leastSegments)
}

/**
 * Notes after an ACK the rate in bytes per second that the window implies; Infinity before the first round-trip time.
 */
export function noteImpliedRate(connections: ConnectionTable, connection: Connection): void {
  const window = Math.floor(connections.congestionWindow[connection])
  const gain = window < connections.slowStartThreshold[connection] / 2 ? SLOW_START_GAIN : AVOIDANCE_GAIN
  const segments = Math.max(window, connections.segmentsOut[connection])
  const bytes = gain * segments * connections.maximumSegmentBytes[connection]
  const bytesPerS = (bytes * NS_PER_S) / connections.smoothedRttNs[connection]
  connections.impliedBytesPerS[connection] = bytesPerS
  if (isPacedByWindow(connections, connection)) connections.pacingBytesPerS[connection] = bytesPerS
}

/** Returns whether the host paces segments and the congestion control sets no rate. */
function isPacedByWindow(connections: ConnectionTable, connection: Connection): boolean {
  const { control } = connections.congestionControls[connections.congestionControl[connection]]
  return control === undefined && connections.profileOf(connection).paces
}

/** Returns the burst size that a congestion control assumes (bbr_tso_segs_goal). */
export function burstGoal(connections: CongestionColumns, connection: Connection): number {
  const bytes = Math.min(Math.floor(connections.pacingBytesPerS[connection] / BURSTS_PER_S), LARGEST_BURST_BYTES)
  const segments = Math.floor(bytes / connections.maximumSegmentBytes[connection])
  const least = leastSegments(connections.pacingBytesPerS[connection])
  return Math.min(Math.max(segments, least), LARGEST_GOAL_SEGMENTS)
}

function leastSegments(bytesPerS: number): number {
  return bytesPerS < SLOW_BYTES_PER_S ? 1 : LEAST_SEGMENTS
}
