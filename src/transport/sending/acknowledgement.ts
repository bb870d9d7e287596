import { NONE } from '../../engine/table.ts'
import type { Packet } from '../../network/rows.ts'
import { beginRateSample } from '../congestion/rate-sample.ts'
import type { ConnectionTable } from '../connections/connection.ts'
import { hasEcho } from '../connections/ecn.ts'
import { FIN, SYN } from '../connections/flags.ts'
import { endMissing } from '../connections/missing-data.ts'
import { sendOffset } from '../connections/sequence-number.ts'
import { AckSummary, NO_SAMPLE } from '../recovery/ack-summary.ts'
import { takeDuplicate } from '../recovery/duplicate-reports.ts'
import { ENDS_BURST, RETRANSMITTED, SACKED } from '../recovery/scoreboard.ts'
import type { Connection, Segment } from '../rows.ts'
import { noteTimestamp } from '../timing/timestamps.ts'
import type { Sender } from './sender.ts'
import type { SendingParts } from './sending-parts.ts'

/** Processes the ACKs that a sender receives: which data have arrived, and how much more may be sent. */
export class Acknowledgement {
  private readonly parts: SendingParts
  private readonly sender: Sender
  private readonly ack = new AckSummary()

  constructor(parts: SendingParts, sender: Sender) {
    this.parts = parts
    this.sender = sender
  }

  /**
   * Processes an ACK. Returns false if it acknowledges data that were never sent, or is too old (RFC 5961 section 5.2).
   */
  take(connection: Connection, packet: Packet): boolean {
    const { connections, network } = this.parts
    const { packets } = network
    const before = connections.sendUnacknowledged[connection]
    const acknowledged = sendOffset(connections, connection, packets.acknowledgementNumber[packet], before)
    if (acknowledged > connections.sendNext[connection]) return false
    if (acknowledged < before) return acknowledged >= this.oldest(connection) && this.takeOld(connection, packet)
    noteTimestamp(connections, connection, packets, packet)
    connections.lastAckTick[connection] = this.parts.timeline.now
    connections.unansweredProbes[connection] = 0
    const isDuplicate = acknowledged === before && this.isDuplicateAck(connection, packet)
    this.takeWindow(connection, packet, acknowledged > before)
    this.begin(connection, before, packets.timestampEcho[packet])
    this.ack.hasMark = hasEcho(connections, connection, packets.flags[packet])
    if (packets.sackBlocks[packet] > 0) this.takeSackBlocks(connection, packet, acknowledged)
    if (isDuplicate) this.markNextArrived(connection)
    if (acknowledged > before) this.advance(connection, acknowledged)
    this.sender.recoveryOf(connection).onAck(connection, this.ack)
    return true
  }

  private begin(connection: Connection, acknowledged: number, echo: number): void {
    const { connections } = this.parts
    this.ack.begin(acknowledged, echo)
    this.parts.scoreboard.priorHighestSacked = connections.highestSacked[connection]
    connections.priorDelivered[connection] = -1
    this.ack.outBefore = connections.segmentsOut[connection] - connections.segmentsSacked[connection]
    this.ack.lostBefore = connections.lostSegments[connection]
    this.ack.sample.priorInFlight = connections.segmentsInFlight(connection)
    beginRateSample(connections, connection)
  }

  /** Takes the SACK blocks of an ACK that others have overtaken (tcp_ack, old_ack). Nothing else in it is new. */
  private takeOld(connection: Connection, packet: Packet): boolean {
    const { connections, network } = this.parts
    const { packets } = network
    const recovery = this.sender.recoveryOf(connection)
    if (packets.sackBlocks[packet] === 0 || recovery.onOldAck === undefined) return true
    const before = connections.sendUnacknowledged[connection]
    this.begin(connection, before, packets.timestampEcho[packet])
    this.takeSackBlocks(connection, packet, before)
    recovery.onOldAck(connection, this.ack)
    return true
  }

  /**
   * Returns whether an ACK that acknowledges nothing shows that a segment has arrived, where the peer does not say which
   * (RFC 5681 section 2).
   */
  private isDuplicateAck(connection: Connection, packet: Packet): boolean {
    const { connections, network } = this.parts
    const { packets } = network
    if (connections.hasSelectiveAcks(connection) || connections.segmentsOut[connection] === 0) return false
    if (this.sender.recoveryOf(connection).takesDuplicateAcks === undefined) return false
    const isBare = packets.payloadBytes[packet] === 0 && (packets.flags[packet] & (SYN | FIN)) === 0
    const windowBytes = packets.window[packet] * (1 << connections.peerWindowScale[connection])
    return isBare && windowBytes === connections.sendWindowBytes[connection]
  }

  /** Takes the next segment behind the oldest for the one that has arrived (tcp_add_reno_sack). */
  private markNextArrived(connection: Connection): void {
    const { connections, scoreboard, timeline } = this.parts
    const { segments } = scoreboard
    let segment = segments.next[connections.firstSegment[connection]]
    while (segment !== NONE && (segments.flags[segment] & SACKED) !== 0) segment = segments.next[segment]
    if (segment === NONE) return
    this.sender.recoveryOf(connection).markSacked(connection, segment, timeline.now)
    this.ack.hasSacked = true
  }

  /** Returns the oldest acceptable acknowledgement. Linux never goes back before the first byte. */
  private oldest(connection: Connection): number {
    const { connections } = this.parts
    const unacknowledged = connections.sendUnacknowledged[connection]
    return unacknowledged - Math.min(connections.largestSendWindowBytes[connection], Math.max(unacknowledged, 0))
  }

  /**
   * Updates the peer's window. Windows do not shrink: of two ACKs for the same offset, the one with the smaller window
   * is older.
   */
  private takeWindow(connection: Connection, packet: Packet, isAdvance: boolean): void {
    const { connections, network } = this.parts
    // A SYN's window is not scaled (RFC 7323 section 2.2).
    const scale = (network.packets.flags[packet] & SYN) === 0 ? connections.peerWindowScale[connection] : 0
    const windowBytes = network.packets.window[packet] * (1 << scale)
    if (isAdvance || windowBytes > connections.sendWindowBytes[connection])
      setSendWindow(connections, connection, windowBytes)
  }

  /** Removes acknowledged segments from the scoreboard. */
  private advance(connection: Connection, acknowledged: number): void {
    const { connections, scoreboard, timeline } = this.parts
    const { segments } = scoreboard
    const { ack } = this
    ack.isAdvance = true
    connections.sendUnacknowledged[connection] = acknowledged
    connections.retries[connection] = 0
    let segment = connections.firstSegment[connection]
    while (segment !== NONE && segments.endOffset[segment] <= acknowledged) {
      if ((segments.flags[segment] & (RETRANSMITTED | SACKED)) === RETRANSMITTED) ack.hasRepeated = true
      if (segments.transmissions[segment] > 1) ack.isAmbiguous = true
      // Of several segments the oldest counts: the delay of a delayed ACK belongs to the estimate
      // (tcp_clean_rtx_queue).
      else if ((segments.flags[segment] & SACKED) === 0) {
        ack.newestSentTick = segments.sentTick[segment]
        if (ack.oldestSentTick === NO_SAMPLE) ack.oldestSentTick = ack.newestSentTick
        if (segments.endOffset[segment] <= connections.recoveryPoint[connection]) ack.hasOriginal = true
      }
      scoreboard.shift(connection, timeline.now)
      segment = connections.firstSegment[connection]
    }
    if (segment !== NONE && segments.startOffset[segment] < acknowledged)
      this.takePart(connection, segment, acknowledged)
    if (!connections.hasSelectiveAcks(connection)) scoreboard.moveArrivalFromOldest(connection)
    this.endLoss(connection)
  }

  /**
   * Takes the ACK of a part of a segment. Of the last segment of a burst, Linux takes the ACK of the rest for reordering, if it
   * was sent once (tcp_clean_rtx_queue, tcp_check_sack_reordering); of others it forgets the part (tcp_tso_acked).
   */
  private takePart(connection: Connection, segment: Segment, acknowledged: number): void {
    const { connections, scoreboard } = this.parts
    const { segments } = scoreboard
    segments.startOffset[segment] = acknowledged
    const isWhole = segments.transmissions[segment] === 1 && (segments.flags[segment] & ENDS_BURST) !== 0
    if (isWhole && connections.hasSelectiveAcks(connection)) connections.hasReordering[connection] = 1
  }

  /** Marks segments that SACK blocks cover completely. */
  private takeSackBlocks(connection: Connection, packet: Packet, acknowledged: number): void {
    const { connections, network } = this.parts
    const { packets } = network
    const near = connections.sendUnacknowledged[connection]
    for (let block = 0; block < packets.sackBlocks[packet]; block++) {
      const left = sendOffset(connections, connection, packets.sackLeft(packet, block), near)
      const right = sendOffset(connections, connection, packets.sackRight(packet, block), near)
      if (block === 0 && this.isDuplicate(connection, packet, left, right, acknowledged)) {
        takeDuplicate(connections, this.parts.scoreboard, connection, this.ack, left, right)
        continue
      }
      if (left > near && left < right && right <= connections.sendNext[connection])
        this.sackRange(connection, left, right)
    }
  }

  /**
   * Whether the first block reports a duplicate (RFC 2883 section 4): it is acknowledged already, or within the second
   * block.
   */
  private isDuplicate(
    connection: Connection,
    packet: Packet,
    left: number,
    right: number,
    acknowledged: number,
  ): boolean {
    const { connections, network } = this.parts
    const { packets } = network
    if (left < acknowledged) return true
    if (packets.sackBlocks[packet] < 2) return false
    const outerLeft = sendOffset(connections, connection, packets.sackLeft(packet, 1), left)
    return outerLeft <= left && right <= sendOffset(connections, connection, packets.sackRight(packet, 1), left)
  }

  /**
   * Marks the segments in a block. A block that has grown since the last ACK is searched from its former end on, since
   * the ACKs of a burst repeat the same blocks.
   */
  private sackRange(connection: Connection, left: number, right: number): void {
    const { connections, scoreboard, timeline } = this.parts
    const { segments } = scoreboard
    const known = this.lastKnownSegment(connection, left, right)
    const recovery = this.sender.recoveryOf(connection)
    let hasSacked = false
    let last = known
    let segment = known === NONE ? connections.firstSegment[connection] : segments.next[known]
    while (segment !== NONE && segments.endOffset[segment] <= right) {
      if (segments.startOffset[segment] >= left) {
        if ((segments.flags[segment] & SACKED) === 0) {
          if (segments.transmissions[segment] === 1) this.noteSackedOnce(connection, segment)
          recovery.markSacked(connection, segment, timeline.now)
          hasSacked = true
        }
        last = segment
      }
      segment = segments.next[segment]
    }
    if (hasSacked) {
      this.ack.hasSacked = true
      connections.newestBlockLeft[connection] = left
      connections.newestBlockRight[connection] = right
      connections.newestBlockSegment[connection] = last
    }
  }

  private noteSackedOnce(connection: Connection, segment: Segment): void {
    const { connections, scoreboard } = this.parts
    const { ack } = this
    const sentTick = scoreboard.segments.sentTick[segment]
    if (ack.oldestSackedTick === NO_SAMPLE || sentTick < ack.oldestSackedTick) ack.oldestSackedTick = sentTick
    ack.newestSackedTick = Math.max(ack.newestSackedTick, sentTick)
    if (scoreboard.segments.endOffset[segment] <= connections.recoveryPoint[connection]) ack.hasOriginal = true
  }

  /** Returns the last segment of the part of the block that the ACK before has reported, or NONE. */
  private lastKnownSegment(connection: Connection, left: number, right: number): Segment {
    const { connections } = this.parts
    const isGrown =
      connections.newestBlockLeft[connection] === left && connections.newestBlockRight[connection] <= right
    return isGrown ? connections.newestBlockSegment[connection] : NONE
  }

  private endLoss(connection: Connection): void {
    const { connections, network } = this.parts
    if (connections.lossEndOffset[connection] < 0) return
    if (connections.sendUnacknowledged[connection] < connections.lossEndOffset[connection]) return
    connections.lossEndOffset[connection] = -1
    endMissing(connections, network.activities, connection)
  }
}

export function setSendWindow(connections: ConnectionTable, connection: Connection, windowBytes: number): void {
  connections.sendWindowBytes[connection] = windowBytes
  if (windowBytes > connections.largestSendWindowBytes[connection])
    connections.largestSendWindowBytes[connection] = windowBytes
}
