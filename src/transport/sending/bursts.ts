import { NONE } from '../../engine/table.ts'
import { NS_PER_MS } from '../../engine/ticks.ts'
import { largestBurst } from '../congestion/burst-size.ts'
import { segmentsHeldBack } from '../recovery/limited-transmit.ts'
import { ENDS_BURST, LOST, RETRANSMITTED, SACKED } from '../recovery/scoreboard.ts'
import { isRecovering } from '../recovery/undo.ts'
import type { Connection, Segment } from '../rows.ts'
import { largestSegmentBytes } from './half-window.ts'
import { holdsPartial } from './nagle.ts'
import type { SendingParts } from './sending-parts.ts'

/** A sender that has sent nothing for this long, or expects no ACK for this long, does not defer a burst. */
const LONGEST_DEFERRAL_NS = NS_PER_MS

const UNKNOWN = 0
/** Returned by `next` when nothing may be sent now. */
export const NO_BURST = -1

/**
 * Groups segments into bursts. A sender that hands several segments to its device as one unit (TSO, GSO) saves work. It
 * therefore defers what an ACK allows until a burst is complete, and marks its end with PSH, so that the peer reads and
 * acknowledges it. Bursts fill short queues, and deferred segments are not in flight (Linux 6.18,
 * net/ipv4/tcp_output.c, tcp_write_xmit).
 */
export class Bursts {
  /** Whether the sender waits for the congestion window. Valid after `next` has returned NO_BURST. */
  waitsForWindow = false
  private readonly parts: SendingParts
  /** Segments of the largest burst. Computed once for all bursts of an event, when the first is sent. */
  private largest = UNKNOWN

  constructor(parts: SendingParts) {
    this.parts = parts
  }

  begin(): void {
    this.largest = UNKNOWN
  }

  /**
   * Returns the bytes of the next burst of new data, or 0 for a FIN alone. The congestion window has room, except for a
   * probe. `canWait`: whether the burst may be deferred.
   */
  next(connection: Connection, canWait: boolean): number {
    const { connections, queue } = this.parts
    this.waitsForWindow = false
    if (connections.firstBuffer[connection] === NONE) return 0
    const segmentBytes = largestSegmentBytes(connections, connection)
    // At least two bursts should be in flight (tcp_cwnd_test).
    const half = Math.max(Math.floor(connections.congestionWindow[connection]) >> 1, 1)
    const room = this.room(connection)
    const most = Math.min(Math.max(room, 1), half, this.largestSegments(connection))
    const lengthBytes = queue.grow(connection, most * segmentBytes)
    const peerRoom = connections.peerRoomBytes(connection)
    if (Math.min(lengthBytes, segmentBytes) > peerRoom) return NO_BURST
    if (lengthBytes <= segmentBytes)
      return this.holdsBack(connection, lengthBytes, segmentBytes) ? NO_BURST : lengthBytes
    if (canWait && this.shouldDefer(connection, lengthBytes, segmentBytes, peerRoom, room * segmentBytes))
      return NO_BURST
    return this.splitPoint(connection, Math.min(lengthBytes, peerRoom), most * segmentBytes, segmentBytes)
  }

  /** Returns the number of segments to retransmit together with `first`: lost ones next to it in the same burst. */
  countToRetransmit(connection: Connection, first: Segment): number {
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

  /**
   * Returns whether Nagle's algorithm holds back the last bytes written. The last segment before a FIN is not held
   * back.
   */
  private holdsBack(connection: Connection, lengthBytes: number, segmentBytes: number): boolean {
    const { connections } = this.parts
    return (
      lengthBytes < segmentBytes &&
      this.isLast(connection) &&
      !this.hasFin(connection) &&
      holdsPartial(connections, connection)
    )
  }

  /** Returns the bytes to send: whole segments, and then as many as the peer has room for (tcp_mss_split_point). */
  private splitPoint(connection: Connection, neededBytes: number, mostBytes: number, segmentBytes: number): number {
    if (mostBytes <= neededBytes) return mostBytes
    const partialBytes = neededBytes % segmentBytes
    const isHeld = partialBytes > 0 && holdsPartial(this.parts.connections, connection)
    return isHeld ? neededBytes - partialBytes : neededBytes
  }

  /**
   * Whether a burst that the window cuts short should wait for the next ACK, because it is near (tcp_tso_should_defer).
   * Not during recovery or after a pause. `peerRoom` and `nearRoom`: the bytes for which the windows have room.
   */
  private shouldDefer(
    connection: Connection,
    lengthBytes: number,
    segmentBytes: number,
    peerRoom: number,
    nearRoom: number,
  ): boolean {
    const { connections, scoreboard, timeline } = this.parts
    if (isRecovering(connections, connection)) return false
    if (timeline.now - this.lastSentTick(connection) > LONGEST_DEFERRAL_NS) return false
    const room = Math.min(peerRoom, nearRoom)
    if (room >= this.largest * segmentBytes) return false
    if (!this.isLast(connection) && room >= lengthBytes) return false
    const window = Math.floor(connections.congestionWindow[connection])
    const wholeBytes = Math.min(connections.sendWindowBytes[connection], window * segmentBytes)
    if (room >= Math.floor(wholeBytes / connections.profileOf(connection).windowDivisor)) return false
    const oldest = connections.firstSegment[connection]
    if (oldest === NONE) return false
    const smoothedNs = connections.smoothedRttNs[connection]
    const aheadNs = scoreboard.segments.sentTick[oldest] + smoothedNs - timeline.now
    if (aheadNs > Math.min(smoothedNs / 2, LONGEST_DEFERRAL_NS)) return false
    this.waitsForWindow = nearRoom < peerRoom && nearRoom <= lengthBytes
    // Nothing follows the last data of a stream.
    return this.waitsForWindow || (peerRoom <= nearRoom && peerRoom <= lengthBytes) || !this.hasFin(connection)
  }

  private largestSegments(connection: Connection): number {
    if (this.largest === UNKNOWN) this.largest = largestBurst(this.parts.connections, connection)
    return this.largest
  }

  /** Returns when the sender sent last. A paced sender has sent what its rate allows. */
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

  /** Returns the segments that the congestion window has room for. */
  private room(connection: Connection): number {
    const { connections } = this.parts
    const inFlight = connections.segmentsInFlight(connection) + segmentsHeldBack(connections, connection)
    return Math.floor(connections.congestionWindow[connection]) - inFlight
  }
}
