import { NONE } from '../../engine/table.ts'
import type { Worker } from '../../network/processor.ts'
import type { Packet } from '../../network/rows.ts'
import {
  CLOSE_WAIT,
  CLOSING,
  ESTABLISHED,
  FIN_WAIT_1,
  FIN_WAIT_2,
  LAST_ACK,
  TIME_WAIT,
} from '../connections/connection.ts'
import { QUICK_ACKS_AFTER_MARK, takeMark } from '../connections/ecn.ts'
import { FIN, PSH } from '../connections/flags.ts'
import { receiveOffset } from '../connections/sequence-number.ts'
import type { Connection, Content } from '../rows.ts'
import { extendDuplicate, noteDuplicate } from '../segments/duplicate-data.ts'
import {
  acknowledgesPushed,
  acknowledgesQuickly,
  endInteractiveMode,
  enterQuickAcks,
  noteDataReceived,
  noteSegmentSize,
} from '../segments/quick-acknowledgement.ts'
import {
  adjustReceiveSpace,
  freeReadMemory,
  growReceiveWindow,
  isBufferFull,
  makeRoomForDisorder,
  measureBuffer,
  measureByWindow,
  measureFromReceiver,
  noteEmptySegment,
  noteMerging,
  spanOfDisorder,
} from '../segments/receive-window.ts'
import { displacesBlock, dropBlocksInOrder, noteBlock } from '../segments/sack-blocks.ts'
import type { SegmentWriter } from '../segments/segment-writer.ts'
import { advertisedWindow, usesLinuxWindow } from '../segments/window-selection.ts'
import type { TcpParts } from '../timing/tcp-parts.ts'
import { DELAYED_ACK_TIMER } from '../timing/timers.ts'
import { canAckDisorderNow, compressesAcks, compressionNs } from './compressed-acknowledgement.ts'
import { acknowledgementDelayNs, isAboutToAcknowledge } from './delayed-acknowledgement.ts'
import type { Reassembly } from './reassembly.ts'

export interface ReceivingParts extends TcpParts {
  readonly reassembly: Reassembly
  readonly writer: SegmentWriter
}

/**
 * The receiving half of connections: reassembles the stream from segments, acknowledges them, and passes bytes in order
 * to the user, when the user has a core and has not paused the stream.
 *
 * The user may end the connection whenever something is reported. Methods that report return false then: the row is
 * released, and the caller must not use it.
 */
export class Receiver implements Worker {
  private readonly parts: ReceivingParts
  private readonly workerKind: number

  constructor(parts: ReceivingParts) {
    this.parts = parts
    this.workerKind = parts.processors.register(this)
  }

  /** Takes the data and FIN of a segment; `report` passes them to the user later. */
  take(connection: Connection, packet: Packet): boolean {
    const { connections, network } = this.parts
    const { packets } = network
    const hasFin = (packets.flags[packet] & FIN) !== 0
    const payloadBytes = packets.payloadBytes[packet]
    if (payloadBytes === 0 && !hasFin) {
      noteEmptySegment(connections, connection, packets.timestampEcho[packet])
      return true
    }
    const isLargest = payloadBytes > connections.receiveSegmentBytes[connection]
    if (payloadBytes > 0) {
      const ends = (packets.flags[packet] & (PSH | FIN)) !== 0
      noteSegmentSize(connections, connection, payloadBytes, ends)
      noteDataReceived(connections, connection, this.parts.timeline.now)
      if (takeMark(connections, connection, packets, packet))
        enterQuickAcks(connections, connection, QUICK_ACKS_AFTER_MARK)
      const echo = packets.timestampEcho[packet]
      measureFromReceiver(connections, connection, payloadBytes, echo, this.parts.timeline.now)
    }
    const start = receiveOffset(connections, connection, packets.sequenceNumber[packet])
    const end = start + payloadBytes
    const next = connections.receiveNext[connection]
    if (connections.receivedFinOffset[connection] === next) {
      if (start <= next) connections.mustAckNow[connection] = 1
      return true
    }
    connections.isAckDue[connection] = 1
    if (hasFin) this.noteFin(connection, end)
    if (start > next) {
      this.holdOutOfOrder(connection, packet, start, end, isLargest)
    } else if (end > next) {
      const besideBytes = this.parts.writer.heldBytes(connection)
      if (isBufferFull(connections, connection, besideBytes)) connections.mustAckNow[connection] = 1
      if (start < next) noteDuplicate(connections, connection, start, next)
      if (this.readsInPieces(connection)) {
        noteMerging(connections, connection, payloadBytes)
        if (connections.readOffset[connection] === next) connections.freedOffset[connection] = next
      }
      const offset = packets.contentOffset[packet] + (next - start)
      if (!this.takeInOrder(connection, packets.content[packet], offset, end - next)) return false
      if (isLargest) measureBuffer(connections, connection, payloadBytes)
      measureByWindow(connections, connection, this.parts.timeline.now)
      growReceiveWindow(connections, connection, payloadBytes, besideBytes, payloadBytes)
      this.parts.writer.freshBytes = connections.receiveNext[connection] - next
      this.requestTurn(connection)
    } else if (payloadBytes > 0 && !(hasFin && end === next)) {
      enterQuickAcks(connections, connection)
      connections.mustAckNow[connection] = 1
      noteDuplicate(connections, connection, start, end)
    }
    if (connections.receivedFinOffset[connection] === connections.receiveNext[connection])
      this.noteEndReached(connection)
    return true
  }

  /**
   * Notes that the peer's stream is complete. An end that has not finished is expected to send something soon, at least
   * its FIN, which carries the ACK (net/ipv4/tcp_input.c, tcp_fin).
   */
  private noteEndReached(connection: Connection): void {
    const { connections } = this.parts
    if (isBufferFull(connections, connection, this.parts.writer.heldBytes(connection)))
      connections.mustAckNow[connection] = 1
    this.forgetDisorder(connection)
    this.requestTurn(connection)
    if (connections.state[connection] === ESTABLISHED && connections.profileOf(connection).hasLinuxChecks)
      connections.isInteractive[connection] = 1
    else connections.mustAckNow[connection] = 1
  }

  /** Forgets what arrived behind the end of the stream, and what was to be reported of duplicates. */
  private forgetDisorder(connection: Connection): void {
    const { connections, reassembly } = this.parts
    reassembly.clear(connection)
    connections.sackBlocks[connection] = 0
    connections.duplicateStart[connection] = connections.duplicateEnd[connection]
  }

  private acknowledgeLater(connection: Connection): void {
    const { connections, timeline, timers } = this.parts
    if (!timers.isArmed(connection, DELAYED_ACK_TIMER))
      timers.armFor(connection, DELAYED_ACK_TIMER, acknowledgementDelayNs(connections, connection))
    else if (isAboutToAcknowledge(connections, connection, timeline.now)) this.parts.writer.sendAck(connection)
  }

  /**
   * Returns whether the segment must be answered by a reset: it has data after the FIN, or new data for a closed
   * socket.
   */
  mustBeReset(connection: Connection, packet: Packet): boolean {
    return this.isAfterEnd(connection, packet) || this.isForClosedReceiver(connection, packet)
  }

  /**
   * Returns whether the segment has new data for a socket that was closed (net/ipv4/tcp_input.c,
   * tcp_rcv_state_process).
   */
  private isForClosedReceiver(connection: Connection, packet: Packet): boolean {
    const { connections, streams, network } = this.parts
    const state = connections.state[connection]
    const hasClosed = state === FIN_WAIT_1 || state === FIN_WAIT_2 || state === CLOSING
    if (!hasClosed || streams.table.userKind[connections.stream[connection]] !== NONE) return false
    const payloadBytes = network.packets.payloadBytes[packet]
    const start = receiveOffset(connections, connection, network.packets.sequenceNumber[packet])
    return payloadBytes > 0 && start + payloadBytes > connections.receiveNext[connection]
  }

  /** Returns whether the segment reaches from before the FIN, which has arrived, to after it. */
  private isAfterEnd(connection: Connection, packet: Packet): boolean {
    const { connections, network } = this.parts
    const next = connections.receiveNext[connection]
    if (connections.receivedFinOffset[connection] !== next || connections.state[connection] === TIME_WAIT) return false
    const start = receiveOffset(connections, connection, network.packets.sequenceNumber[packet])
    return start <= next && start + network.packets.payloadBytes[packet] > next + 1
  }

  /** Notes a FIN after missing data. Of several, the nearest counts. */
  private noteFin(connection: Connection, offset: number): void {
    const { connections } = this.parts
    const isNearer =
      offset < connections.receivedFinOffset[connection] ||
      connections.receivedFinOffset[connection] < connections.receiveNext[connection]
    if (isNearer) connections.receivedFinOffset[connection] = offset
  }

  /**
   * Sends an ACK now, or arms the timer of the delayed ACK. Called before the user reads, who has no influence on it.
   */
  acknowledge(connection: Connection): void {
    const { connections } = this.parts
    if (connections.mustAckNow[connection] === 0 && connections.isAckDue[connection] === 0) return
    const unacknowledged = connections.receiveNext[connection] - connections.lastAckSent[connection]
    const isDue =
      connections.mustAckNow[connection] === 1 ||
      connections.profileOf(connection).delayedAckNs === 0 ||
      this.hasEnoughForAck(connection, unacknowledged) ||
      acknowledgesQuickly(connections, connection)
    if (isDue) this.parts.writer.sendAck(connection)
    else if (connections.firstRange[connection] !== NONE) return this.compress(connection)
    if (!this.acknowledgeRead(connection) && !isDue) this.acknowledgeLater(connection)
  }

  /** Delays the ACK after three ACKs for data out of order (net/ipv4/tcp_input.c, tcp_comp_sack_*). */
  private compress(connection: Connection): void {
    const { connections, timeline, timers } = this.parts
    if (canAckDisorderNow(connections, connection)) return this.parts.writer.sendAck(connection)
    const tick = timeline.now + compressionNs(connections, connection)
    if (connections.delayedAckDeadline[connection] > tick) timers.arm(connection, DELAYED_ACK_TIMER, tick)
  }

  /**
   * Whether enough arrived for an ACK: at least every second full segment is acknowledged (RFC 9293 section 3.8.6.3).
   */
  private hasEnoughForAck(connection: Connection, unacknowledgedBytes: number): boolean {
    const { connections } = this.parts
    if (connections.profileOf(connection).ackEvery === 'second segment')
      return connections.unacknowledgedSegments[connection] >= 2
    return unacknowledgedBytes > connections.receiveSegmentBytes[connection] && this.wouldMoveWindow(connection)
  }

  /**
   * Whether an ACK would keep or move the window's edge. Linux delays one that would not (__tcp_ack_snd_check) until
   * the user reads, when an ACK for more than one segment is sent in any case (tcp_cleanup_rbuf).
   */
  private wouldMoveWindow(connection: Connection): boolean {
    const { connections } = this.parts
    if (!usesLinuxWindow(connections, connection)) return true
    return this.parts.writer.windowBytes(connection) >= advertisedWindow(connections, connection)
  }

  /** Handles the timer of delayed and compressed ACKs. */
  onDelayedAck(connection: Connection): void {
    const { connections } = this.parts
    if (connections.compressedAcks[connection] === 0) endInteractiveMode(connections, connection)
    this.parts.writer.sendAck(connection)
  }

  release(connection: Connection): void {
    const { connections, contents, reassembly } = this.parts
    reassembly.clear(connection)
    if (connections.pendingContent[connection] !== NONE) contents.drop(connections.pendingContent[connection])
    connections.pendingContent[connection] = NONE
  }

  private holdOutOfOrder(connection: Connection, packet: Packet, start: number, end: number, isLargest: boolean): void {
    const { connections, network, reassembly } = this.parts
    if (end === start || !compressesAcks(connections, connection)) connections.mustAckNow[connection] = 1
    if (end === start) return
    // The waiting ACK is sent before its blocks are forgotten, and does not report this segment
    // (tcp_sack_compress_send_ack).
    if (connections.compressedAcks[connection] > 0 && displacesBlock(connections, connection, start, end))
      this.parts.writer.sendAck(connection)
    noteBlock(connections, connection, start, end)
    if (isLargest) measureBuffer(connections, connection, end - start)
    growReceiveWindow(connections, connection, end - start, this.parts.writer.heldBytes(connection), 0)
    if (reassembly.covers(connection, start, end)) noteDuplicate(connections, connection, start, end)
    reassembly.insert(connection, start, end, network.packets.content[packet], network.packets.contentOffset[packet])
    connections.outOfOrderEnd[connection] = Math.max(connections.outOfOrderEnd[connection], end)
    // A socket that was not accepted, or is closed, keeps its buffer.
    if (this.parts.streams.table.userKind[connections.stream[connection]] !== NONE)
      makeRoomForDisorder(connections, connection, spanOfDisorder(connections, connection))
  }

  /** Takes the next bytes in order. Parts that arrived before, out of order, stay as they are. */
  private takeInOrder(connection: Connection, content: Content, contentOffset: number, lengthBytes: number): boolean {
    const { connections, reassembly } = this.parts
    if (connections.firstRange[connection] === NONE) return this.accept(connection, content, contentOffset, lengthBytes)
    const next = connections.receiveNext[connection]
    this.noteHeldBefore(connection, next + lengthBytes)
    reassembly.insert(connection, next, next + lengthBytes, content, contentOffset)
    return this.takeReadyRanges(connection)
  }

  /** Notes what the next data, up to `end`, bring of ranges that are held already (tcp_ofo_queue). */
  private noteHeldBefore(connection: Connection, end: number): void {
    const { connections, reassembly } = this.parts
    const { startOffset, endOffset, next } = reassembly.ranges
    for (
      let range = connections.firstRange[connection];
      range !== NONE && startOffset[range] < end;
      range = next[range]
    )
      extendDuplicate(connections, connection, startOffset[range], Math.min(endOffset[range], end))
  }

  /**
   * Takes the ranges that are in order now. Filling a gap is acknowledged at once, in Linux only filling the last one
   * (RFC 5681 section 4.2).
   */
  private takeReadyRanges(connection: Connection): boolean {
    const { connections, reassembly } = this.parts
    const { ranges } = reassembly
    for (let range = reassembly.ready(connection); range !== NONE; range = reassembly.ready(connection)) {
      const next = connections.receiveNext[connection]
      const offset = ranges.contentOffset[range] + (next - ranges.startOffset[range])
      const length = ranges.endOffset[range] - next
      if (length > 0 && !this.accept(connection, ranges.content[range], offset, length)) return false
      reassembly.removeFirst(connection)
      if (connections.firstRange[connection] === NONE || !compressesAcks(connections, connection))
        connections.mustAckNow[connection] = 1
    }
    dropBlocksInOrder(connections, connection)
    return true
  }

  /** Takes the next bytes in order. Bytes of different contents are reported separately. */
  private accept(connection: Connection, content: Content, contentOffset: number, lengthBytes: number): boolean {
    const { connections, contents } = this.parts
    const pendingBytes = connections.receiveNext[connection] - connections.deliveredBytes[connection]
    const continues =
      connections.pendingContent[connection] === content &&
      connections.pendingOffset[connection] + pendingBytes === contentOffset
    if (!continues) {
      if (!this.reportPending(connection)) return false
      contents.hold(content)
      if (connections.pendingContent[connection] !== NONE) contents.drop(connections.pendingContent[connection])
      connections.pendingContent[connection] = content
      connections.pendingOffset[connection] = contentOffset
    }
    connections.receiveNext[connection] += lengthBytes
    return true
  }

  // Reading

  /**
   * Requests a core for the user where none is free, so that the data stay unread. A stream without user needs none.
   */
  requestTurn(connection: Connection): void {
    const { connections, processors, streams } = this.parts
    const { table } = streams
    const stream = connections.stream[connection]
    if (processors.hasTurn(table.program[stream]) || streams.isReadBlocked(stream) || table.userKind[stream] === NONE)
      return
    table.awaitsTurn[stream] = 1
    processors.awaitTurn(table.program[stream], this.workerKind, connection, connections.generation[connection], 0)
  }

  // Calls of the processors

  isPresent(connection: Connection, generation: number): boolean {
    return this.parts.connections.generation[connection] === generation
  }

  /** The user has a core now. */
  onWorkDone(connection: Connection): void {
    const { connections, streams } = this.parts
    const stream = connections.stream[connection]
    streams.table.awaitsTurn[stream] = 0
    if (streams.table.isPaused[stream] === 0) streams.resume(stream)
  }

  // Calls of TCP

  /** Passes bytes in order to the user, if they complete a record or message, and then the end of the stream. */
  report(connection: Connection): boolean {
    const { connections, streams } = this.parts
    const stream = connections.stream[connection]
    const { freshBytes } = this.parts.writer
    this.parts.writer.freshBytes = 0
    if (streams.isReadBlocked(stream)) return true
    if (freshBytes > 0 && connections.mergesWaiting[connection] === 0) this.noteRead(connection, freshBytes)
    if (this.completesRecord(connection)) {
      if (!this.reportInReads(connection)) return false
      if (streams.isReadBlocked(stream)) return true
    }
    const isFinNext = connections.receivedFinOffset[connection] === connections.receiveNext[connection]
    if (!isFinNext || connections.hasReportedEnd[connection] === 1) return true
    return this.reportPending(connection) && this.reportEnd(connection)
  }

  /**
   * Sends the ACK that is due when the user reads everything (tcp_cleanup_rbuf): for more than one segment, for the end
   * of a write, or to update the window. Returns false when none is due.
   */
  acknowledgeRead(connection: Connection): boolean {
    const { connections, streams } = this.parts
    if (streams.isReadBlocked(connections.stream[connection])) return false
    if (!connections.profileOf(connection).acknowledgesPushed) return false
    const { freshBytes } = this.parts.writer
    this.parts.writer.freshBytes = this.unreadAfterNext(connection)
    const isDue = this.mustAckRead(connection) || this.isWindowUpdateDue(connection)
    if (isDue) this.parts.writer.sendAck(connection)
    this.parts.writer.freshBytes = freshBytes
    return isDue
  }

  /** Returns the bytes that stay unread after the user's next read. */
  private unreadAfterNext(connection: Connection): number {
    const { connections, streams } = this.parts
    const mostBytes = streams.table.mostReadBytes[connections.stream[connection]]
    if (mostBytes === 0) return 0
    return Math.max(0, connections.receiveNext[connection] - connections.deliveredBytes[connection] - mostBytes)
  }

  private mustAckRead(connection: Connection): boolean {
    const { connections } = this.parts
    if (connections.isAckDue[connection] === 0) return false
    const unacknowledgedBytes = connections.receiveNext[connection] - connections.lastAckSent[connection]
    return (
      unacknowledgedBytes > connections.receiveSegmentBytes[connection] || acknowledgesPushed(connections, connection)
    )
  }

  /**
   * Whether reading frees so much of the buffer that the peer should know at once: twice what it knows of
   * (tcp_cleanup_rbuf).
   */
  private isWindowUpdateDue(connection: Connection): boolean {
    const { connections } = this.parts
    const leftBytes = connections.receiveWindowEdge[connection] - connections.receiveNext[connection]
    if (2 * leftBytes > connections.receiveBufferBytes[connection]) return false
    const window = this.parts.writer.windowBytes(connection)
    return window > 0 && window >= 2 * leftBytes
  }

  /** Returns whether the window may grow by two segments or half of the buffer (RFC 9293 section 3.8.6.2.2). */
  private isWindowUpdateWorthSending(connection: Connection): boolean {
    const { connections } = this.parts
    if (usesLinuxWindow(connections, connection)) return this.isWindowUpdateDue(connection)
    const edge = connections.receiveWindowEdge[connection]
    const free = connections.receiveNext[connection] + this.parts.writer.windowBytes(connection) - edge
    const half = connections.receiveBufferBytes[connection] / 2
    return free >= Math.min(half, 2 * connections.maximumSegmentBytes[connection])
  }

  /** Passes on what arrived while the user did not read, and updates the peer's window. */
  resume(connection: Connection): boolean {
    const { connections, streams } = this.parts
    this.requestTurn(connection)
    if (streams.isReadBlocked(connections.stream[connection])) return true
    this.parts.writer.freshBytes = connections.receiveNext[connection] - connections.readOffset[connection]
    const canAcknowledge = connections.state[connection] >= ESTABLISHED
    if (canAcknowledge) this.acknowledgeRead(connection)
    if (!this.report(connection)) return false
    if (!canAcknowledge) return true
    const unacknowledged = connections.receiveNext[connection] - connections.lastAckSent[connection]
    const waits = connections.isAckDue[connection] === 1 && unacknowledged > connections.receiveSegmentBytes[connection]
    if (waits || this.isWindowUpdateWorthSending(connection)) this.parts.writer.sendAck(connection)
    return true
  }

  /**
   * Whether closing must reset the connection, because data are unread (RFC 2525 section 2.17; net/ipv4/tcp.c,
   * __tcp_close).
   */
  hasUnread(connection: Connection): boolean {
    const { connections, streams } = this.parts
    const hasMore = connections.receiveNext[connection] > connections.readOffset[connection]
    return hasMore && streams.isReadBlocked(connections.stream[connection])
  }

  /**
   * A user that does not pause reads data as they arrive, even if they complete no message yet. Linux adjusts the buffer
   * after the first packet, when the rest of `freshBytes` are waiting.
   */
  private noteRead(connection: Connection, freshBytes: number): void {
    const { connections } = this.parts
    connections.readOffset[connection] = connections.receiveNext[connection]
    this.adjustSpace(connection, Math.max(0, freshBytes - connections.receiveSegmentBytes[connection]))
  }

  private adjustSpace(connection: Connection, waitingBytes: number): void {
    const { connections, timeline } = this.parts
    adjustReceiveSpace(connections, connection, waitingBytes, spanOfDisorder(connections, connection), timeline.now)
  }

  /** Returns whether the user must be called: a record is complete, or data stand outside of records. */
  completesRecord(connection: Connection): boolean {
    const { connections, contents, streams } = this.parts
    const pendingBytes = connections.receiveNext[connection] - connections.deliveredBytes[connection]
    if (pendingBytes === 0) return false
    if (streams.table.isRelayed[connections.stream[connection]] === 1) return true
    const content = connections.pendingContent[connection]
    const markEnd = contents.nextMarkEnd(content)
    // Bytes of an attacker need not end in a record, so they are reported at once.
    return connections.pendingOffset[connection] + pendingBytes >= markEnd || markEnd === Number.POSITIVE_INFINITY
  }

  private readsInPieces(connection: Connection): boolean {
    const { connections, streams } = this.parts
    return streams.table.mostReadBytes[connections.stream[connection]] > 0
  }

  /** A relay reads a limited number of bytes, forwards them, and reads again. */
  private reportInReads(connection: Connection): boolean {
    const { connections, streams } = this.parts
    const stream = connections.stream[connection]
    const mostBytes = streams.table.mostReadBytes[stream]
    if (mostBytes === 0) return this.reportPending(connection)
    while (true) {
      const next = connections.receiveNext[connection]
      connections.readOffset[connection] = Math.min(connections.deliveredBytes[connection] + mostBytes, next)
      if (connections.mergesWaiting[connection] === 1) {
        freeReadMemory(connections, connection)
        this.adjustSpace(connection, next - connections.readOffset[connection])
      }
      if (!this.reportUntil(connection, connections.readOffset[connection])) return false
      if (connections.deliveredBytes[connection] === connections.receiveNext[connection]) return true
      this.requestTurn(connection)
      if (streams.isReadBlocked(stream)) return true
      this.acknowledgeRead(connection)
    }
  }

  reportPending(connection: Connection): boolean {
    return this.reportUntil(connection, this.parts.connections.receiveNext[connection])
  }

  private reportUntil(connection: Connection, end: number): boolean {
    const { connections, streams } = this.parts
    const lengthBytes = end - connections.deliveredBytes[connection]
    if (lengthBytes === 0) return true
    const generation = connections.generation[connection]
    const offset = connections.pendingOffset[connection]
    connections.deliveredBytes[connection] += lengthBytes
    // When the content changes, all bytes before count as read.
    if (connections.readOffset[connection] < end) connections.readOffset[connection] = end
    connections.pendingOffset[connection] += lengthBytes
    streams.received(connections.stream[connection], connections.pendingContent[connection], offset, lengthBytes)
    return connections.generation[connection] === generation
  }

  /** Moves to the state after the peer's FIN, and reports the end of the stream (RFC 9293 section 3.10.7.4, eighth). */
  private reportEnd(connection: Connection): boolean {
    const { connections, streams } = this.parts
    const generation = connections.generation[connection]
    connections.hasReportedEnd[connection] = 1
    switch (connections.state[connection]) {
      case ESTABLISHED:
        connections.state[connection] = CLOSE_WAIT
        break
      case FIN_WAIT_1:
        connections.state[connection] = CLOSING
        break
      case FIN_WAIT_2:
        connections.state[connection] = TIME_WAIT
        break
      case CLOSE_WAIT:
      case CLOSING:
      case LAST_ACK:
      case TIME_WAIT:
        return true
    }
    streams.ended(connections.stream[connection])
    return connections.generation[connection] === generation
  }
}
