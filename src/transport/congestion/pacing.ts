import { NONE } from '../../engine/table.ts'
import { NS_PER_S } from '../../engine/ticks.ts'
import type { ConnectionTable } from '../connection.ts'
import type { TcpParts } from '../tcp-parts.ts'
import { PACING_TIMER } from '../timers.ts'
import { isWorthWaiting, LARGEST_BURST_BYTES, largestBurst } from './bursts.ts'

/** So many go out unpaced at first (net/ipv4/tcp_output.c, tcp_update_skb_after_send). */
const UNPACED_SEGMENTS = 10
/** Below this rate a burst is one segment, else at least two (tcp_bbr.c, bbr_min_tso_rate: 1.2 Mbps). */
const SLOW_BYTES_PER_S = 1_200_000 / 8
/** sk_pacing_shift = 10: a burst is what the rate gives in a millisecond. */
const BURSTS_PER_S = 1024
const LARGEST_GOAL_SEGMENTS = 0x7f

/** What a congestion control reckons a burst to be (bbr_tso_segs_goal). */
export function burstGoal(connections: ConnectionTable, connection: number): number {
  const bytes = Math.min(Math.floor(connections.pacingBytesPerS[connection] / BURSTS_PER_S), LARGEST_BURST_BYTES)
  const segments = Math.floor(bytes / connections.maximumSegmentBytes[connection])
  const least = leastSegments(connections.pacingBytesPerS[connection])
  return Math.min(Math.max(segments, least), LARGEST_GOAL_SEGMENTS)
}

function leastSegments(bytesPerS: number): number {
  return bytesPerS < SLOW_BYTES_PER_S ? 1 : 2
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
    const bytesPerS = connections.pacingBytesPerS[connection]
    if (bytesPerS === 0 || this.goesOn(lost)) return true
    const due = connections.paceTick[connection]
    if (due > timeline.now) {
      timers.arm(connection, PACING_TIMER, due)
      return false
    }
    const window = Math.floor(connections.congestionWindow[connection])
    const room = window - connections.segmentsInFlight(connection)
    const largest = largestBurst(connections, connection, bytesPerS, leastSegments(bytesPerS))
    const { segments } = this.parts.scoreboard
    if (
      lost === NONE &&
      isWorthWaiting(connections, segments, connection, room, largest, unsentBytes, due, timeline.now)
    )
      return false
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
}
