import type { Arena } from '../../engine/arena.ts'
import { NONE } from '../../engine/table.ts'
import { noteRateAtArrival, noteRateAtSend } from '../congestion/rate-sample.ts'
import { type ConnectionTable, LARGEST_REORDERING, NO_ROLE } from '../connections/connection.ts'
import { SegmentTable } from '../connections/segment-table.ts'
import type { Connection, Segment } from '../rows.ts'

/** Flags of a segment in flight */
export const SACKED = 1
/** The segment is believed lost. It is not in flight, unless it was retransmitted. */
export const LOST = 2
/** The segment was retransmitted since it was believed lost. */
export const RETRANSMITTED = 4
/** The last segment of a burst, which Linux keeps as one unit; and a segment with PSH because a write ends there. */
export const ENDS_BURST = 8
export const ENDS_WRITE = 16

/** Segments behind a missing one that must have arrived before it is believed lost (RFC 6675 section 2, DupThresh). */
export const DUPLICATE_THRESHOLD = 3
/** The reordering window as a fraction of the smallest round-trip time (RFC 8985 section 6.2, step 4). */
export const REORDERING_FRACTION = 1 / 4

/**
 * The segments in flight of all connections. Keeps each connection's counts of segments consistent with their flags.
 */
export class Scoreboard {
  readonly segments: SegmentTable
  private readonly connections: ConnectionTable

  /** The `highestSacked` of a connection before the ACK that is being processed. Between packets it means nothing. */
  priorHighestSacked = 0

  constructor(arena: Arena, connections: ConnectionTable) {
    this.segments = new SegmentTable(arena)
    this.connections = connections
  }

  /** Adds a segment that is sent for the first time, behind all others. */
  push(connection: Connection, startOffset: number, endOffset: number, tick: number, flags = 0): Segment {
    const { connections, segments } = this
    const segment = segments.allocateUnset()
    segments.startOffset[segment] = startOffset
    segments.endOffset[segment] = endOffset
    segments.sentTick[segment] = tick
    segments.deliveredAtSend[segment] = connections.deliveredSegments[connection]
    if (connections.pacingBytesPerS[connection] > 0) noteRateAtSend(connections, connection, segments, segment, tick)
    segments.transmissions[segment] = 1
    segments.flags[segment] = flags
    const last = connections.lastSegment[connection]
    if (last === NONE) connections.firstSegment[connection] = segment
    else segments.next[last] = segment
    connections.lastSegment[connection] = segment
    connections.segmentsOut[connection]++
    return segment
  }

  /**
   * Adds a burst of `count` segments of `segmentBytes` each, from `startOffset` on, behind all others, of a connection that
   * is not paced. `lastFlags`: those of the last one.
   */
  pushBurst(
    connection: Connection,
    startOffset: number,
    segmentBytes: number,
    count: number,
    tick: number,
    lastFlags: number,
  ): void {
    const { connections, segments } = this
    segments.makeRoom(count)
    const delivered = connections.deliveredSegments[connection]
    let last = connections.lastSegment[connection]
    let offset = startOffset
    for (let nth = 1; nth <= count; nth++) {
      const segment = segments.allocateReserved()
      segments.startOffset[segment] = offset
      offset += segmentBytes
      segments.endOffset[segment] = offset
      segments.sentTick[segment] = tick
      segments.deliveredAtSend[segment] = delivered
      segments.transmissions[segment] = 1
      segments.flags[segment] = nth === count ? lastFlags : 0
      if (last === NONE) connections.firstSegment[connection] = segment
      else segments.next[last] = segment
      last = segment
    }
    segments.next[last] = NONE
    connections.lastSegment[connection] = last
    connections.segmentsOut[connection] += count
  }

  /** Removes the oldest segment: it is acknowledged, or the connection has ended. */
  shift(connection: Connection, tick: number): void {
    const segment = this.connections.firstSegment[connection]
    const flags = this.segments.flags[segment]
    if ((flags & SACKED) === 0) this.noteArrival(connection, segment, tick)
    if ((flags & ENDS_BURST) !== 0) this.connections.buffersHeld[connection]--
    this.connections.segmentsOut[connection]--
    if ((flags & SACKED) !== 0) this.connections.segmentsSacked[connection]--
    if ((flags & LOST) !== 0) this.connections.segmentsLost[connection]--
    if ((flags & RETRANSMITTED) !== 0) this.connections.segmentsRetransmitted[connection]--
    if (this.connections.newestBlockSegment[connection] === segment)
      this.connections.newestBlockSegment[connection] = NONE
    if (this.connections.firstLostCandidate[connection] === segment)
      this.connections.firstLostCandidate[connection] = NONE
    this.connections.firstSegment[connection] = this.segments.next[segment]
    if (this.segments.next[segment] === NONE) this.connections.lastSegment[connection] = NONE
    this.segments.release(segment)
  }

  lengthOf(segment: Segment): number {
    return this.segments.endOffset[segment] - this.segments.startOffset[segment]
  }

  clear(connection: Connection): void {
    while (this.connections.firstSegment[connection] !== NONE) this.shift(connection, 0)
  }

  markSacked(connection: Connection, segment: Segment, tick: number): void {
    this.unmark(connection, segment, LOST | RETRANSMITTED)
    this.segments.flags[segment] |= SACKED
    this.connections.segmentsSacked[connection]++
    this.noteArrival(connection, segment, tick)
    const endOffset = this.segments.endOffset[segment]
    if (endOffset > this.connections.highestSacked[connection]) this.connections.highestSacked[connection] = endOffset
  }

  /**
   * Takes the next segment for arrived in the place of the oldest, which an ACK has shown not to have arrived: a peer
   * without SACK does not say which segments cause its duplicate ACKs (tcp_remove_reno_sacks).
   */
  moveArrivalFromOldest(connection: Connection): void {
    const { connections, segments } = this
    const oldest = connections.firstSegment[connection]
    if (oldest === NONE || (segments.flags[oldest] & SACKED) === 0) return
    segments.flags[oldest] &= ~SACKED
    let segment = segments.next[oldest]
    while (segment !== NONE && (segments.flags[segment] & SACKED) !== 0) segment = segments.next[segment]
    if (segment === NONE) {
      connections.segmentsSacked[connection]--
      return
    }
    this.unmark(connection, segment, LOST | RETRANSMITTED)
    segments.flags[segment] |= SACKED
    const endOffset = segments.endOffset[segment]
    if (endOffset > connections.highestSacked[connection]) connections.highestSacked[connection] = endOffset
  }

  /** Takes no segment for arrived any more (tcp_reset_reno_sack). */
  forgetArrivals(connection: Connection): void {
    let segment = this.connections.firstSegment[connection]
    for (; segment !== NONE; segment = this.segments.next[segment]) this.segments.flags[segment] &= ~SACKED
    this.connections.segmentsSacked[connection] = 0
  }

  /** Marks a segment lost, for the first time or because its retransmission was lost. It waits to be retransmitted. */
  markLost(connection: Connection, segment: Segment): void {
    const candidate = this.connections.firstLostCandidate[connection]
    const isBefore = candidate !== NONE && this.segments.startOffset[segment] < this.segments.startOffset[candidate]
    if (isBefore) this.connections.firstLostCandidate[connection] = segment
    this.connections.lostSegments[connection]++
    this.unmark(connection, segment, RETRANSMITTED)
    if ((this.segments.flags[segment] & LOST) !== 0) return
    this.segments.flags[segment] |= LOST
    this.connections.segmentsLost[connection]++
  }

  /** Returns the oldest segment that is believed lost and was not retransmitted since, or NONE. */
  oldestLost(connection: Connection): Segment {
    const { connections, segments } = this
    const candidate = connections.firstLostCandidate[connection]
    let segment = candidate === NONE ? connections.firstSegment[connection] : candidate
    while (segment !== NONE && (segments.flags[segment] & (LOST | RETRANSMITTED)) !== LOST)
      segment = segments.next[segment]
    connections.firstLostCandidate[connection] = segment
    return segment
  }

  /**
   * Marks no segment lost any more. Retransmissions stay in flight beside the originals (Linux:
   * tcp_undo_cwnd_reduction).
   */
  forgetLosses(connection: Connection): void {
    let segment = this.connections.firstSegment[connection]
    for (; segment !== NONE; segment = this.segments.next[segment]) this.segments.flags[segment] &= ~LOST
    this.connections.segmentsLost[connection] = 0
    this.connections.firstLostCandidate[connection] = NONE
  }

  /** Notes that a segment that is not believed lost was sent again, as a probe. */
  markResent(connection: Connection, segment: Segment, tick: number): void {
    this.noteSent(connection, segment, tick)
    this.connections.plainRole[connection] = NO_ROLE
    this.segments.transmissions[segment]++
    this.connections.retransmittedSegments[connection]++
  }

  markRetransmitted(connection: Connection, segment: Segment, tick: number): void {
    this.markResent(connection, segment, tick)
    if ((this.segments.flags[segment] & RETRANSMITTED) !== 0) return
    this.segments.flags[segment] |= RETRANSMITTED
    this.connections.segmentsRetransmitted[connection]++
  }

  /** Sets RETRANSMITTED again after another mark has cleared it, where the retransmission still counts as in flight. */
  keepRetransmitted(connection: Connection, segment: Segment): void {
    this.segments.flags[segment] |= RETRANSMITTED
    this.connections.segmentsRetransmitted[connection]++
  }

  forgetRetransmitted(connection: Connection, segment: Segment): void {
    this.unmark(connection, segment, RETRANSMITTED)
  }

  /** Notes that a segment is sent again. */
  private noteSent(connection: Connection, segment: Segment, tick: number): void {
    this.segments.sentTick[segment] = tick
    this.segments.deliveredAtSend[segment] = this.connections.deliveredSegments[connection]
    if (this.connections.pacingBytesPerS[connection] > 0)
      noteRateAtSend(this.connections, connection, this.segments, segment, tick)
  }

  /** Notes the arrival of a segment (RFC 8985 section 6.2, steps 1 to 3). */
  private noteArrival(connection: Connection, segment: Segment, tick: number): void {
    const { connections } = this
    const sentTick = this.segments.sentTick[segment]
    const rttNs = tick - sentTick
    connections.deliveredSegments[connection]++
    if (connections.pacingBytesPerS[connection] > 0) noteRateAtArrival(connections, connection, this.segments, segment)
    if (this.segments.transmissions[segment] === 1) {
      if (this.segments.startOffset[segment] < this.priorHighestSacked) this.noteReordering(connection, segment)
    } else if (rttNs < connections.minimumRttNs[connection]) return // It was the original that arrived.
    connections.latestArrivedRttNs[connection] = rttNs
    const endOffset = this.segments.endOffset[segment]
    const latest = connections.latestArrivedSentTick[connection]
    if (sentTick < latest || (sentTick === latest && endOffset <= connections.latestArrivedEnd[connection])) return
    connections.latestArrivedSentTick[connection] = sentTick
    connections.latestArrivedEnd[connection] = endOffset
    connections.priorDelivered[connection] = this.segments.deliveredAtSend[segment]
  }

  /** Notes that a segment arrived behind later ones (tcp_check_sack_reordering). Without SACK nobody knows that. */
  private noteReordering(connection: Connection, segment: Segment): void {
    const { connections } = this
    if (!connections.hasSelectiveAcks(connection)) return
    connections.hasReordering[connection] = 1
    const bytes = connections.highestSacked[connection] - this.segments.startOffset[segment]
    const segments = Math.min(Math.ceil(bytes / connections.maximumSegmentBytes[connection]), LARGEST_REORDERING)
    if (segments > connections.reorderingSegments[connection]) connections.reorderingSegments[connection] = segments
  }

  private unmark(connection: Connection, segment: Segment, flags: number): void {
    const cleared = this.segments.flags[segment] & flags
    if ((cleared & LOST) !== 0) this.connections.segmentsLost[connection]--
    if ((cleared & RETRANSMITTED) !== 0) this.connections.segmentsRetransmitted[connection]--
    this.segments.flags[segment] &= ~flags
  }
}
