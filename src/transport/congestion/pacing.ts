import { NONE } from '../../engine/table.ts'
import { NS_PER_MS, NS_PER_S, NS_PER_US } from '../../engine/ticks.ts'
import { type ConnectionTable, OPEN } from '../connection.ts'
import type { TcpParts } from '../tcp-parts.ts'
import { PACING_TIMER } from '../timers.ts'

/** So many go out unpaced at first (net/ipv4/tcp_output.c, tcp_update_skb_after_send). */
const UNPACED_SEGMENTS = 10
/** Below this rate a burst is one segment, else at least two (tcp_bbr.c, bbr_min_tso_rate: 1.2 Mbps). */
const SLOW_BYTES_PER_S = 1_200_000 / 8
/** sk_pacing_shift = 10: a burst is what the rate gives in a millisecond. */
const BURSTS_PER_S = 1024
const LARGEST_BURST_BYTES = 65_536 - 1 - 320 // GSO_LEGACY_MAX_SIZE less headers (MAX_TCP_HEADER)
/** net.ipv4.tcp_tso_rtt_log = 9: near ends get as much more, halved for each so many microseconds of round trip. */
const NEAR_US = 512
const NEAR_STEPS = 32
const LARGEST_GOAL_SEGMENTS = 0x7f
/** net.ipv4.tcp_tso_win_divisor. */
const WINDOW_DIVISOR = 3
const LONGEST_DEFERRAL_NS = NS_PER_MS

/** What a congestion control reckons a burst to be (bbr_tso_segs_goal). */
export function burstGoal(connections: ConnectionTable, connection: number): number {
  const bytes = Math.min(Math.floor(connections.pacingBytesPerS[connection] / BURSTS_PER_S), LARGEST_BURST_BYTES)
  return Math.min(segmentsOf(connections, connection, bytes), LARGEST_GOAL_SEGMENTS)
}

/** Segments that go out together at most, as one packet that is cut up below TCP (tcp_tso_autosize). */
function largestBurst(connections: ConnectionTable, connection: number): number {
  let bytes = Math.floor(connections.pacingBytesPerS[connection] / BURSTS_PER_S)
  const steps = Math.floor(Math.floor(connections.minimumRttNs[connection] / NS_PER_US) / NEAR_US)
  if (steps < NEAR_STEPS) bytes += LARGEST_BURST_BYTES >> steps
  return segmentsOf(connections, connection, Math.min(bytes, LARGEST_BURST_BYTES))
}

function segmentsOf(connections: ConnectionTable, connection: number, bytes: number): number {
  const least = connections.pacingBytesPerS[connection] < SLOW_BYTES_PER_S ? 1 : 2
  return Math.max(Math.floor(bytes / connections.maximumSegmentBytes[connection]), least)
}

/**
 * Sends in bursts, and lets so much time go by after each as it takes at the connection's rate. A burst goes within one
 * event and is one packet to Linux: what the window lets go later is another burst. Its own numbers mean nothing
 * between events.
 */
export class Pacing {
  private readonly parts: TcpParts
  private left = 0
  private bytes = 0
  private beganTick = 0
  private creditNs = 0
  /** Where the burst's last retransmission ended, and when that was sent before; NONE: it sends what is new. */
  private repeatedEnd = NONE
  private repeatedSentTick = 0

  constructor(parts: TcpParts) {
    this.parts = parts
  }

  /** Whatever goes next begins a burst. */
  endBurst(): void {
    this.left = 0
  }

  /** Whether `lost`, or something new where that is NONE, may go now; `unsentBytes` are there. The window has room. */
  admits(connection: number, lost: number, unsentBytes: number): boolean {
    const { connections, timers, timeline } = this.parts
    if (connections.pacingBytesPerS[connection] === 0 || this.goesOn(lost)) return true
    const due = connections.paceTick[connection]
    if (due > timeline.now) {
      timers.arm(connection, PACING_TIMER, due)
      return false
    }
    const window = Math.floor(connections.congestionWindow[connection])
    const room = window - connections.segmentsInFlight(connection)
    const largest = largestBurst(connections, connection)
    if (lost === NONE && this.isWorthWaiting(connection, room, largest, unsentBytes)) return false
    this.begin(connection)
    // Of what is new at least two bursts are to be under way (tcp_cwnd_test).
    const half = lost === NONE ? Math.max(Math.floor(window / 2), 1) : room
    this.left = Math.min(largest, half, room)
    this.repeatedEnd = NONE
    this.goesOn(lost)
    return true
  }

  /** A segment went; half of its burst's time is let off to a sender that comes late. */
  noteSent(connection: number, payloadBytes: number): void {
    const { connections } = this.parts
    const bytesPerS = connections.pacingBytesPerS[connection]
    if (bytesPerS === 0) return
    if (this.left === 0) this.begin(connection)
    else this.left--
    this.bytes += payloadBytes
    connections.paceTick[connection] = this.beganTick
    // The SYN is not counted.
    const sent = connections.deliveredSegments[connection] + connections.segmentsOut[connection] - 1
    if (sent < UNPACED_SEGMENTS) return
    const lengthNs = Math.floor((this.bytes * NS_PER_S) / bytesPerS)
    connections.paceTick[connection] += lengthNs - Math.min(Math.floor(lengthNs / 2), this.creditNs)
  }

  private begin(connection: number): void {
    const { connections, timeline } = this.parts
    const due = connections.paceTick[connection]
    this.bytes = 0
    this.beganTick = Math.max(due, timeline.now)
    this.creditNs = this.beganTick - due
  }

  /** Of retransmissions only those make one burst that were one before, and are next to each other. */
  private goesOn(lost: number): boolean {
    if (this.left === 0) return false
    if (lost === NONE) return this.repeatedEnd === NONE
    const { segments } = this.parts.scoreboard
    const sentTick = segments.sentTick[lost]
    const isNext = this.repeatedEnd === segments.startOffset[lost] && this.repeatedSentTick === sentTick
    const isFirst = this.bytes === 0
    if (!isNext && !isFirst) return false
    this.repeatedEnd = segments.endOffset[lost]
    this.repeatedSentTick = sentTick
    return true
  }

  /** A burst that the window cuts short waits for the next ACK, if that is near (tcp_tso_should_defer). */
  private isWorthWaiting(connection: number, room: number, largest: number, unsentBytes: number): boolean {
    const { connections, scoreboard, timeline } = this.parts
    const segmentBytes = connections.maximumSegmentBytes[connection]
    const oldest = connections.firstSegment[connection]
    if (unsentBytes <= segmentBytes || oldest === NONE || connections.recoveryState[connection] !== OPEN) return false
    if (timeline.now - connections.paceTick[connection] > LONGEST_DEFERRAL_NS) return false
    const { sendUnacknowledged, sendWindowBytes, sendNext, congestionWindow, smoothedRttNs } = connections
    const windowBytes = sendWindowBytes[connection]
    const leftBytes = sendUnacknowledged[connection] + windowBytes - sendNext[connection]
    const limitBytes = Math.min(leftBytes, room * segmentBytes)
    if (limitBytes >= largest * segmentBytes) return false
    const wholeBytes = Math.min(windowBytes, congestionWindow[connection] * segmentBytes)
    if (limitBytes >= wholeBytes / WINDOW_DIVISOR) return false
    const smoothedNs = smoothedRttNs[connection]
    const aheadNs = scoreboard.segments.sentTick[oldest] + smoothedNs - timeline.now
    return aheadNs <= Math.min(smoothedNs / 2, LONGEST_DEFERRAL_NS)
  }
}
