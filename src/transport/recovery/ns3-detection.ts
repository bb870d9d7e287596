import { NONE } from '../../engine/table.ts'
import { type ConnectionTable, FAST_RECOVERY } from '../connections/connection.ts'
import { NO_TOP } from '../connections/connection-ns3.ts'
import type { Connection, Segment } from '../rows.ts'
import { DUPLICATE_THRESHOLD, LOST, RETRANSMITTED, SACKED, type Scoreboard } from './scoreboard.ts'

/**
 * Finds losses as ns-3.43 does, after RFC 6675 (src/internet/model/tcp-tx-buffer.cc): a segment is lost when three
 * segments behind it have arrived, up to the highest selectively acknowledged one. Lost retransmissions are found by
 * the timer only. A retransmission that arrived out of order counts as in flight until it is cumulatively acknowledged.
 */
export class Ns3Detection {
  private readonly connections: ConnectionTable
  private readonly scoreboard: Scoreboard

  constructor(connections: ConnectionTable, scoreboard: Scoreboard) {
    this.connections = connections
    this.scoreboard = scoreboard
  }

  /** Marks lost segments (TcpTxBuffer::UpdateLostCount). Returns whether any was marked. */
  detectLosses(connection: Connection): boolean {
    const { connections, scoreboard } = this
    const { segments } = scoreboard
    if (connections.topSackedStart[connection] === NO_TOP) return false
    let sackedBehind = connections.segmentsSacked[connection] - connections.sackedAboveTop[connection]
    let hasMarked = false
    let segment = connections.firstSegment[connection]
    while (segment !== NONE && sackedBehind >= DUPLICATE_THRESHOLD) {
      const flags = segments.flags[segment]
      if ((flags & SACKED) !== 0) sackedBehind--
      else if ((flags & LOST) === 0) {
        scoreboard.markLost(connection, segment)
        if ((flags & RETRANSMITTED) !== 0) scoreboard.keepRetransmitted(connection, segment)
        hasMarked = true
      }
      segment = segments.next[segment]
    }
    return hasMarked
  }

  /** Marks segments lost at a timeout, keeping selective acknowledgements (TcpTxBuffer::SetSentListLost). */
  markAtTimeout(connection: Connection): void {
    const { connections, scoreboard } = this
    const { segments } = scoreboard
    for (let segment = connections.firstSegment[connection]; segment !== NONE; segment = segments.next[segment]) {
      if ((segments.flags[segment] & SACKED) === 0) scoreboard.markLost(connection, segment)
      else scoreboard.forgetRetransmitted(connection, segment)
    }
  }

  /**
   * Returns the next lost segment below the highest selectively acknowledged one, if there is one
   * (TcpTxBuffer::NextSeg, rule 1).
   */
  nextLost(connection: Connection): Segment {
    const { connections } = this
    const { segments } = this.scoreboard
    if (connections.segmentsLost[connection] === 0) return NONE
    const top = connections.topSackedStart[connection]
    const candidate = connections.firstLostCandidate[connection]
    let segment = candidate === NONE ? connections.firstSegment[connection] : candidate
    for (; segment !== NONE; segment = segments.next[segment]) {
      connections.firstLostCandidate[connection] = segment
      if (top !== NO_TOP && segments.startOffset[segment] >= top) return NONE
      if ((segments.flags[segment] & (LOST | RETRANSMITTED)) === LOST) return segment
    }
    return NONE
  }

  /**
   * Returns during recovery a segment that was sent once and has not arrived, in place of new data (NextSeg, rule 3).
   */
  nextDoubtful(connection: Connection): Segment {
    const { connections } = this
    const { segments } = this.scoreboard
    if (connections.recoveryState[connection] !== FAST_RECOVERY) return NONE
    const top = connections.topSackedStart[connection]
    for (let segment = connections.firstSegment[connection]; segment !== NONE; segment = segments.next[segment]) {
      if (top !== NO_TOP && segments.startOffset[segment] >= top) return NONE
      if ((segments.flags[segment] & (SACKED | RETRANSMITTED)) === 0) return segment
    }
    return NONE
  }

  /**
   * Marks a segment and updates the highest one (TcpTxBuffer::Update): the latest segment that does not end below the
   * start of the one before. A segment right below therefore replaces it.
   */
  markSacked(connection: Connection, segment: Segment, tick: number): void {
    const { connections, scoreboard } = this
    const { segments } = scoreboard
    const wasRetransmitted = (segments.flags[segment] & RETRANSMITTED) !== 0
    scoreboard.markSacked(connection, segment, tick)
    if (wasRetransmitted) scoreboard.keepRetransmitted(connection, segment)
    const top = connections.topSackedStart[connection]
    if (top !== NO_TOP && top > segments.endOffset[segment]) return
    connections.topSackedStart[connection] = segments.startOffset[segment]
    connections.sackedAboveTop[connection] = this.sackedBehind(connection, segment)
  }

  /** Forgets the highest segment once it is cumulatively acknowledged (TcpTxBuffer::DiscardUpTo). */
  noteAdvance(connection: Connection): void {
    const { connections } = this
    if (connections.topSackedStart[connection] > connections.sendUnacknowledged[connection]) return
    connections.topSackedStart[connection] = NO_TOP
    connections.sackedAboveTop[connection] = 0
  }

  /** Returns whether the oldest segment is lost (TcpTxBuffer::IsLost). */
  isOldestLost(connection: Connection): boolean {
    const { connections, scoreboard } = this
    const oldest = connections.firstSegment[connection]
    const isBelowTop = connections.sendUnacknowledged[connection] < connections.topSackedStart[connection]
    return isBelowTop && (scoreboard.segments.flags[oldest] & LOST) !== 0
  }

  private sackedBehind(connection: Connection, segment: Segment): number {
    const { segments } = this.scoreboard
    if (segments.endOffset[segment] >= this.connections.highestSacked[connection]) return 0
    let sacked = 0
    for (let behind = segments.next[segment]; behind !== NONE; behind = segments.next[behind])
      if ((segments.flags[behind] & SACKED) !== 0) sacked++
    return sacked
  }
}
