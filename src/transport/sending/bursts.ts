import { NONE } from '../../engine/table.ts'
import { NS_PER_MS } from '../../engine/ticks.ts'
import { largestBurst } from '../congestion/burst-size.ts'
import { OPEN } from '../connections/connection.ts'
import { segmentsHeldBack } from '../recovery/limited-transmit.ts'
import { ENDS_BURST, LOST, RETRANSMITTED, SACKED } from '../recovery/scoreboard.ts'
import type { Connection, Segment } from '../rows.ts'
import { largestSegmentBytes } from './half-window.ts'
import { holdsPartial } from './nagle.ts'
import type { SendingParts } from './sending-parts.ts'

/** tcp_tso_win_divisor: such a part of the window is a burst in any case. */
const WINDOW_DIVISOR = 3
/** Whoever has sent nothing for so long, or will hear nothing for so long, waits for nothing. */
const LONGEST_DEFERRAL_NS = NS_PER_MS

const UNKNOWN = 0
/** `next` where nothing may go now. */
export const NO_BURST = -1

/**
 * A sender that hands several segments to its device as one (TSO, GSO) saves work with each. So it lets what an ACK has
 * made room for wait for the next one, until a burst is together, and marks the end of each with PSH, so that the far
 * end reads and acknowledges it. Short queues see bursts, and what waits is not in flight (Linux 6.18,
 * net/ipv4/tcp_output.c, tcp_write_xmit).
 */
export class Bursts {
  /** After `next` has said NO_BURST: the congestion window is what it waits for. */
  waitsForWindow = false
  private readonly parts: SendingParts
  /** Segments of the largest burst; worked out once, for all that go within one event, and only if some do. */
  private largest = UNKNOWN

  constructor(parts: SendingParts) {
    this.parts = parts
  }

  begin(): void {
    this.largest = UNKNOWN
  }

  /**
   * Bytes of the next burst of what is new, 0 for a lone FIN. The congestion window has room, except for a probe.
   * `mayWait`: for company.
   */
  next(connection: Connection, mayWait: boolean): number {
    const { connections, queue } = this.parts
    this.waitsForWindow = false
    if (connections.firstBuffer[connection] === NONE) return 0
    const segmentBytes = largestSegmentBytes(connections, connection)
    // At least two bursts are to be under way (tcp_cwnd_test).
    const half = Math.max(Math.floor(connections.congestionWindow[connection]) >> 1, 1)
    const most = Math.min(Math.max(this.room(connection), 1), half, this.largestSegments(connection))
    const lengthBytes = queue.grow(connection, most * segmentBytes)
    const farRoom = connections.peerRoomBytes(connection)
    if (Math.min(lengthBytes, segmentBytes) > farRoom) return NO_BURST
    if (lengthBytes <= segmentBytes)
      return this.holdsBack(connection, lengthBytes, segmentBytes) ? NO_BURST : lengthBytes
    if (mayWait && this.isWorthWaiting(connection, lengthBytes, segmentBytes)) return NO_BURST
    return this.splitPoint(connection, Math.min(lengthBytes, farRoom), most * segmentBytes, segmentBytes)
  }

  /** Segments that are sent again together with `first`: of its burst, and next to each other. */
  lengthAgain(connection: Connection, first: Segment): number {
    const { segments } = this.parts.scoreboard
    const most = Math.min(this.room(connection), this.largestSegments(connection))
    let length = 1
    let segment = first
    while (length < most && (segments.flags[segment] & ENDS_BURST) === 0) {
      segment = segments.next[segment]
      if (segment === NONE || (segments.flags[segment] & (LOST | RETRANSMITTED | SACKED)) !== LOST) break
      length++
    }
    return length
  }

  /** Nagle's algorithm is for the last of what was written, and not for the end of all. */
  private holdsBack(connection: Connection, lengthBytes: number, segmentBytes: number): boolean {
    const { connections } = this.parts
    return (
      lengthBytes < segmentBytes &&
      this.isLast(connection) &&
      !this.hasFin(connection) &&
      holdsPartial(connections, connection)
    )
  }

  /** Whole segments, and behind them what the far end has room for (tcp_mss_split_point). */
  private splitPoint(connection: Connection, neededBytes: number, mostBytes: number, segmentBytes: number): number {
    if (mostBytes <= neededBytes) return mostBytes
    const partialBytes = neededBytes % segmentBytes
    const isHeld = partialBytes > 0 && holdsPartial(this.parts.connections, connection)
    return isHeld ? neededBytes - partialBytes : neededBytes
  }

  /**
   * A burst that the window cuts short waits for the next ACK, if that is near (tcp_tso_should_defer); not in recovery,
   * nor after a pause.
   */
  private isWorthWaiting(connection: Connection, lengthBytes: number, segmentBytes: number): boolean {
    const { connections, scoreboard, timeline } = this.parts
    if (connections.recoveryState[connection] !== OPEN) return false
    if (timeline.now - this.lastSentTick(connection) > LONGEST_DEFERRAL_NS) return false
    const farRoom = connections.peerRoomBytes(connection)
    const nearRoom = this.room(connection) * segmentBytes
    const room = Math.min(farRoom, nearRoom)
    if (room >= this.largest * segmentBytes) return false
    if (!this.isLast(connection) && room >= lengthBytes) return false
    const window = Math.floor(connections.congestionWindow[connection])
    const wholeBytes = Math.min(connections.sendWindowBytes[connection], window * segmentBytes)
    if (room >= Math.floor(wholeBytes / WINDOW_DIVISOR)) return false
    const oldest = connections.firstSegment[connection]
    if (oldest === NONE) return false
    const smoothedNs = connections.smoothedRttNs[connection]
    const aheadNs = scoreboard.segments.sentTick[oldest] + smoothedNs - timeline.now
    if (aheadNs > Math.min(smoothedNs / 2, LONGEST_DEFERRAL_NS)) return false
    this.waitsForWindow = nearRoom < farRoom && nearRoom <= lengthBytes
    // Nothing more will join the last of a stream.
    return this.waitsForWindow || (farRoom <= nearRoom && farRoom <= lengthBytes) || !this.hasFin(connection)
  }

  private largestSegments(connection: Connection): number {
    if (this.largest === UNKNOWN) this.largest = largestBurst(this.parts.connections, connection)
    return this.largest
  }

  /** A paced sender has sent what it has time for. */
  private lastSentTick(connection: Connection): number {
    const { connections } = this.parts
    return connections.pacingBytesPerS[connection] > 0
      ? connections.paceTick[connection]
      : connections.lastDataSentTick[connection]
  }

  private isLast(connection: Connection): boolean {
    const { connections } = this.parts
    return connections.firstBuffer[connection] === connections.lastBuffer[connection]
  }

  private hasFin(connection: Connection): boolean {
    const { connections } = this.parts
    return this.isLast(connection) && connections.finOffset[connection] === connections.bufferedEnd[connection]
  }

  /** Segments that the congestion window has room for. */
  private room(connection: Connection): number {
    const { connections } = this.parts
    const inFlight = connections.segmentsInFlight(connection) + segmentsHeldBack(connections, connection)
    return Math.floor(connections.congestionWindow[connection]) - inFlight
  }
}
