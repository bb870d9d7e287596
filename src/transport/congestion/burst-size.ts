import { NS_PER_S, NS_PER_US } from '../../engine/ticks.ts'
import type { ConnectionTable } from '../connections/connection.ts'
import type { Connection } from '../rows.ts'

// Linux 6.18, net/ipv4/tcp_output.c and tcp_input.c, Documentation/networking/ip-sysctl.rst.
/** tcp_pacing_ss_ratio and tcp_pacing_ca_ratio: the rate that a window is taken to mean (tcp_update_pacing_rate). */
const SLOW_START_GAIN = 2
const AVOIDANCE_GAIN = 1.2
/** sk_pacing_shift = 10: a burst is what the rate gives in a millisecond. */
const BURSTS_PER_S = 1024
export const LARGEST_BURST_BYTES = 65_536 - 1 - 320 // GSO_LEGACY_MAX_SIZE less headers (MAX_TCP_HEADER)
/** tcp_tso_rtt_log = 9: near ends get as much more, halved for each so many microseconds of round trip. */
const NEAR_US = 512
const NEAR_STEPS = 32
/** tcp_min_tso_segs; of BBR below such a rate one (tcp_bbr.c, bbr_min_tso_rate: 1.2 Mbps). */
const LEAST_SEGMENTS = 2
const SLOW_BYTES_PER_S = 1_200_000 / 8
const LARGEST_GOAL_SEGMENTS = 0x7f

/** Segments that go out together at most, as one packet that is cut up below TCP (tcp_tso_autosize). */
export function largestBurst(connections: ConnectionTable, connection: Connection): number {
  const bytesPerS = connections.pacingBytesPerS[connection]
  return bytesPerS > 0
    ? sizeAt(connections, connection, bytesPerS, leastSegments(bytesPerS))
    : sizeAt(connections, connection, connections.impliedBytesPerS[connection], LEAST_SEGMENTS)
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

/** An ACK came: bytes a second that the window is taken to mean; Infinity before a round trip was measured. */
export function noteImpliedRate(connections: ConnectionTable, connection: Connection): void {
  const window = Math.floor(connections.congestionWindow[connection])
  const gain = window < connections.slowStartThreshold[connection] / 2 ? SLOW_START_GAIN : AVOIDANCE_GAIN
  const segments = Math.max(window, connections.segmentsOut[connection])
  const bytes = gain * segments * connections.maximumSegmentBytes[connection]
  connections.impliedBytesPerS[connection] = (bytes * NS_PER_S) / connections.smoothedRttNs[connection]
}

/** What a congestion control reckons a burst to be (bbr_tso_segs_goal). */
export function burstGoal(connections: ConnectionTable, connection: Connection): number {
  const bytes = Math.min(Math.floor(connections.pacingBytesPerS[connection] / BURSTS_PER_S), LARGEST_BURST_BYTES)
  const segments = Math.floor(bytes / connections.maximumSegmentBytes[connection])
  const least = leastSegments(connections.pacingBytesPerS[connection])
  return Math.min(Math.max(segments, least), LARGEST_GOAL_SEGMENTS)
}

function leastSegments(bytesPerS: number): number {
  return bytesPerS < SLOW_BYTES_PER_S ? 1 : LEAST_SEGMENTS
}
