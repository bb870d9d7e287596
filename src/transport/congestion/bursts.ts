import { NONE } from '../../engine/table.ts'
import { NS_PER_MS, NS_PER_S, NS_PER_US } from '../../engine/ticks.ts'
import { type ConnectionTable, OPEN } from '../connection.ts'
import { profileOf } from '../round-trip-time.ts'
import type { SegmentTable } from '../segment.ts'

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
/** tcp_min_tso_segs. */
const LEAST_SEGMENTS = 2
/** tcp_tso_win_divisor: such a part of the window is a burst in any case. */
const WINDOW_DIVISOR = 3
/** Whoever has sent nothing for so long, or will hear nothing for so long, waits for nothing. */
const LONGEST_DEFERRAL_NS = NS_PER_MS

/**
 * A sender that hands several segments to its device as one (TSO, GSO) saves work with each, so it lets what an ACK has
 * made room for wait for the next one, until a burst is together. Short queues see bursts, and what waits is not in
 * flight. This is for senders without pacing; pacing.ts has those with.
 */
export class Bursts {
  /** After `next` has said 0: the congestion window is what it waits for. */
  waitsForWindow = false
  private readonly connections: ConnectionTable
  private readonly segments: SegmentTable

  constructor(connections: ConnectionTable, segments: SegmentTable) {
    this.connections = connections
    this.segments = segments
  }

  /** How many new segments go out before this is asked again; 0: they wait for the next ACK. The window has room. */
  next(connection: number, unsentBytes: number, tick: number): number {
    const { connections } = this
    if (!profileOf(connections, connection).defersBursts || connections.pacingBytesPerS[connection] > 0)
      return Number.POSITIVE_INFINITY
    // What arrives out of order lets something new out at once (RFC 3042), before recovery begins.
    if (connections.segmentsSacked[connection] > 0) return Number.POSITIVE_INFINITY
    const window = Math.floor(connections.congestionWindow[connection])
    const room = window - connections.segmentsInFlight(connection)
    const largest = largestBurst(connections, connection, rateOf(connections, connection), LEAST_SEGMENTS)
    const lastSentTick = connections.lastDataSentTick[connection]
    const { segments } = this
    if (!isWorthWaiting(connections, segments, connection, room, largest, unsentBytes, lastSentTick, tick))
      return Math.min(room, largest)
    const roomBytes = room * connections.maximumSegmentBytes[connection]
    this.waitsForWindow = roomBytes <= unsentBytes && roomBytes < farRoomBytes(connections, connection)
    return 0
  }
}

/** Bytes a second that the window is taken to mean; Infinity before a round trip was measured. */
function rateOf(connections: ConnectionTable, connection: number): number {
  const window = Math.floor(connections.congestionWindow[connection])
  const gain = window < connections.slowStartThreshold[connection] / 2 ? SLOW_START_GAIN : AVOIDANCE_GAIN
  const segments = Math.max(window, connections.segmentsOut[connection])
  const bytes = gain * segments * connections.maximumSegmentBytes[connection]
  return (bytes * NS_PER_S) / connections.smoothedRttNs[connection]
}

/** Segments that go out together at most, as one packet that is cut up below TCP (tcp_tso_autosize). */
export function largestBurst(
  connections: ConnectionTable,
  connection: number,
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
 * A burst that the window cuts short, of `room` segments where `largest` could go, waits for the next ACK, if that is
 * near (tcp_tso_should_defer); not in recovery, nor after a pause.
 */
export function isWorthWaiting(
  connections: ConnectionTable,
  segments: SegmentTable,
  connection: number,
  room: number,
  largest: number,
  unsentBytes: number,
  lastSentTick: number,
  tick: number,
): boolean {
  const segmentBytes = connections.maximumSegmentBytes[connection]
  const oldest = connections.firstSegment[connection]
  if (unsentBytes <= segmentBytes || oldest === NONE || connections.recoveryState[connection] !== OPEN) return false
  if (tick - lastSentTick > LONGEST_DEFERRAL_NS) return false
  const limitBytes = Math.min(farRoomBytes(connections, connection), room * segmentBytes)
  if (limitBytes >= largest * segmentBytes) return false
  const window = Math.floor(connections.congestionWindow[connection])
  const wholeBytes = Math.min(connections.sendWindowBytes[connection], window * segmentBytes)
  if (limitBytes >= wholeBytes / WINDOW_DIVISOR) return false
  const smoothedNs = connections.smoothedRttNs[connection]
  const aheadNs = segments.sentTick[oldest] + smoothedNs - tick
  if (aheadNs > Math.min(smoothedNs / 2, LONGEST_DEFERRAL_NS)) return false
  // Nothing more will join the last of a stream.
  return limitBytes <= unsentBytes || connections.finOffset[connection] === Number.POSITIVE_INFINITY
}

/** What the far end has room for. */
function farRoomBytes(connections: ConnectionTable, connection: number): number {
  const edge = connections.sendUnacknowledged[connection] + connections.sendWindowBytes[connection]
  return edge - connections.sendNext[connection]
}
