import { NONE } from '../../engine/table.ts'
import {
  CLOSE_WAIT,
  CLOSING,
  ESTABLISHED,
  FIN_WAIT_1,
  FIN_WAIT_2,
  LAST_ACK,
  TIME_WAIT,
} from '../connections/connection.ts'
import { receiveOffset } from '../connections/sequence-number.ts'
import { FIN, PSH } from '../flags.ts'
import type { SegmentWriter } from '../segment-writer.ts'
import type { TcpParts } from '../tcp-parts.ts'
import { profileOf } from '../timing/round-trip-time.ts'
import { DELAYED_ACK_TIMER } from '../timing/timers.ts'
import { compresses, compressionNs, mayAckDisorder } from './compressed-acknowledgement.ts'
import { acknowledgementDelayNs, isAboutToAcknowledge } from './delayed-acknowledgement.ts'
import { noteDuplicate } from './duplicate-data.ts'
import {
  acknowledgesPushed,
  acknowledgesQuickly,
  enterQuickAcks,
  noteAckWaitedInVain,
  noteDataReceived,
  noteSegmentSize,
} from './quick-acknowledgement.ts'
import {
  adjustReceiveSpace,
  growReceiveWindow,
  makeRoomForDisorder,
  measureBuffer,
  measureFromReceiver,
  noteEmptySegment,
} from './receive-window.ts'
import { displacesBlock, dropBlocksInOrder, noteBlock } from './sack-blocks.ts'
import { selectsLikeLinux, toldWindow } from './window-selection.ts'

/** Puts the stream together from segments, tells the user of it, and acknowledges. */
export class Receiver {
  private readonly parts: TcpParts
  private readonly writer: SegmentWriter

  constructor(parts: TcpParts, writer: SegmentWriter) {
    this.parts = parts
    this.writer = writer
  }

  /** Takes data and FIN; `report` tells the user of them. What somebody put in may have ended the connection. */
  take(connection: number, packet: number): void {
    const { connections, network } = this.parts
    const { packets } = network
    const hasFin = (packets.flags[packet] & FIN) !== 0
    const payloadBytes = packets.payloadBytes[packet]
    if (payloadBytes === 0 && !hasFin) return noteEmptySegment(connections, connection, packets.timestampEcho[packet])
    const isLargest = payloadBytes > connections.receiveSegmentBytes[connection]
    if (payloadBytes > 0) {
      const ends = (packets.flags[packet] & (PSH | FIN)) !== 0
      noteSegmentSize(connections, connection, payloadBytes, ends)
      noteDataReceived(connections, connection, this.parts.timeline.now)
      const echo = packets.timestampEcho[packet]
      measureFromReceiver(connections, connection, payloadBytes, echo, this.parts.timeline.now)
    }
    const start = receiveOffset(connections, connection, packets.sequenceNumber[packet])
    const end = start + payloadBytes
    const next = connections.receiveNext[connection]
    if (connections.receivedFinOffset[connection] === next) {
      if (start <= next) connections.mustAckNow[connection] = 1
      return
    }
    connections.isAckDue[connection] = 1
    if (hasFin) this.noteFin(connection, end)
    if (start > next) {
      this.keepForLater(connection, packet, start, end)
    } else if (end > next) {
      const generation = connections.generation[connection]
      const besideBytes = this.writer.heldBytes(connection)
      this.takeInOrder(connection, packets.content[packet], packets.contentOffset[packet] + (next - start), end - next)
      if (connections.generation[connection] !== generation) return
      if (isLargest) measureBuffer(connections, connection, payloadBytes)
      growReceiveWindow(connections, connection, payloadBytes, besideBytes, payloadBytes)
      this.writer.freshBytes = connections.receiveNext[connection] - next
    } else if (payloadBytes > 0) {
      enterQuickAcks(connections, connection)
      connections.mustAckNow[connection] = 1
      noteDuplicate(connections, connection, start, end)
    }
    if (connections.receivedFinOffset[connection] === connections.receiveNext[connection]) this.expectEnd(connection)
  }

  /**
   * The far end has said its last. An end that goes on will soon say something itself, be it a FIN, which carries the
   * ACK (net/ipv4/tcp_input.c, tcp_fin).
   */
  private expectEnd(connection: number): void {
    const { connections } = this.parts
    if (connections.state[connection] === ESTABLISHED && profileOf(connections, connection).hasLinuxChecks)
      connections.isInteractive[connection] = 1
    else connections.mustAckNow[connection] = 1
  }

  private acknowledgeLater(connection: number): void {
    const { connections, timeline, timers } = this.parts
    if (!timers.isArmed(connection, DELAYED_ACK_TIMER))
      timers.armFor(connection, DELAYED_ACK_TIMER, acknowledgementDelayNs(connections, connection))
    else if (isAboutToAcknowledge(connections, connection, timeline.now)) this.writer.sendAck(connection)
  }

  /** Whether it is answered by a reset: it says more than the end that has come, or new things to who has left. */
  isUnwanted(connection: number, packet: number): boolean {
    return this.isBehindEnd(connection, packet) || this.isForNobody(connection, packet)
  }

  /** RFC 2525 section 2.17; net/ipv4/tcp.c, __tcp_close. */
  hasUnread(connection: number): boolean {
    const { connections, streams } = this.parts
    const isPaused = streams.table.isPaused[connections.stream[connection]] === 1
    return isPaused && connections.receiveNext[connection] > connections.deliveredBytes[connection]
  }

  /** New data for who has closed and listens no more (net/ipv4/tcp_input.c, tcp_rcv_state_process). */
  private isForNobody(connection: number, packet: number): boolean {
    const { connections, streams, network } = this.parts
    const state = connections.state[connection]
    const hasClosed = state === FIN_WAIT_1 || state === FIN_WAIT_2 || state === CLOSING
    if (!hasClosed || streams.table.userKind[connections.stream[connection]] !== NONE) return false
    const start = receiveOffset(connections, connection, network.packets.sequenceNumber[packet])
    return start + network.packets.payloadBytes[packet] > connections.receiveNext[connection]
  }

  /** Whether it says more than the end, which has come: the segment goes from before the FIN to behind it. */
  private isBehindEnd(connection: number, packet: number): boolean {
    const { connections, network } = this.parts
    const next = connections.receiveNext[connection]
    if (connections.receivedFinOffset[connection] !== next || connections.state[connection] === TIME_WAIT) return false
    const start = receiveOffset(connections, connection, network.packets.sequenceNumber[packet])
    return start <= next && start + network.packets.payloadBytes[packet] > next + 1
  }

  /** Of several that wait for what is before them, the nearest counts. */
  private noteFin(connection: number, offset: number): void {
    const { receivedFinOffset, receiveNext } = this.parts.connections
    const isNearer = offset < receivedFinOffset[connection] || receivedFinOffset[connection] < receiveNext[connection]
    if (isNearer) receivedFinOffset[connection] = offset
  }

  /** Whoever does not pause reads as it comes, also what makes no whole message yet. */
  private noteRead(connection: number, freshBytes: number): void {
    const { connections, timeline } = this.parts
    adjustReceiveSpace(connections, connection, freshBytes, this.spanOfDisorder(connection), timeline.now)
  }

  /** From what comes next to the end of what came out of order. */
  private spanOfDisorder(connection: number): number {
    const { firstRange, outOfOrderEnd, receiveNext } = this.parts.connections
    return firstRange[connection] === NONE ? 0 : outOfOrderEnd[connection] - receiveNext[connection]
  }

  /** Tells the user what is in order, where that completes a record or message. */
  report(connection: number): void {
    const { connections, streams } = this.parts
    const stream = connections.stream[connection]
    const { freshBytes } = this.writer
    this.writer.freshBytes = 0
    if (streams.table.isPaused[stream] === 1) return
    if (freshBytes > 0) this.noteRead(connection, freshBytes)
    const generation = connections.generation[connection]
    if (this.isWorthReporting(connection)) {
      this.reportPending(connection)
      if (connections.generation[connection] !== generation) return
    }
    const isFinNext = connections.receivedFinOffset[connection] === connections.receiveNext[connection]
    if (!isFinNext || connections.hasReportedEnd[connection] === 1) return
    this.reportPending(connection)
    if (connections.generation[connection] !== generation) return
    if (connections.deliveredBytes[connection] !== connections.receiveNext[connection]) return
    this.noteEnd(connection)
  }

  /** An ACK now, or later, unless data carry it before. The user, who is told next, has no say in what is due now. */
  acknowledge(connection: number): void {
    const { connections } = this.parts
    if (connections.mustAckNow[connection] === 0 && connections.isAckDue[connection] === 0) return
    const unacknowledged = connections.receiveNext[connection] - connections.lastAckSent[connection]
    const isDue =
      connections.mustAckNow[connection] === 1 ||
      profileOf(connections, connection).delayedAckNs === 0 ||
      this.isWorthAnAck(connection, unacknowledged) ||
      acknowledgesQuickly(connections, connection)
    if (isDue) this.writer.sendAck(connection)
    else if (connections.firstRange[connection] !== NONE) return this.compress(connection)
    if (!this.acknowledgeRead(connection) && !isDue) this.acknowledgeLater(connection)
  }

  /**
   * What the user, who is about to read it all, causes by that (tcp_cleanup_rbuf): an ACK for more than one segment, of
   * what ends a write, or with news of room. False where none is due.
   */
  private acknowledgeRead(connection: number): boolean {
    const { connections, streams } = this.parts
    if (streams.table.isPaused[connections.stream[connection]] === 1) return false
    if (!profileOf(connections, connection).acknowledgesPushed) return false
    const { freshBytes } = this.writer
    this.writer.freshBytes = 0
    const isDue = this.mustAckRead(connection) || this.isNewsOfRoom(connection)
    if (isDue) this.writer.sendAck(connection)
    this.writer.freshBytes = freshBytes
    return isDue
  }

  private mustAckRead(connection: number): boolean {
    const { connections } = this.parts
    if (connections.isAckDue[connection] === 0) return false
    const unacknowledgedBytes = connections.receiveNext[connection] - connections.lastAckSent[connection]
    return (
      unacknowledgedBytes > connections.receiveSegmentBytes[connection] || acknowledgesPushed(connections, connection)
    )
  }

  /** After three ACKs for what is out of order, the next wait for each other (net/ipv4/tcp_input.c, tcp_comp_sack_*). */
  private compress(connection: number): void {
    const { connections, timeline, timers } = this.parts
    if (mayAckDisorder(connections, connection)) return this.writer.sendAck(connection)
    const tick = timeline.now + compressionNs(connections, connection)
    if (connections.delayedAckDeadline[connection] > tick) timers.arm(connection, DELAYED_ACK_TIMER, tick)
  }

  /** RFC 9293 section 3.8.6.3: at least every second full segment. */
  private isWorthAnAck(connection: number, unacknowledgedBytes: number): boolean {
    const { connections } = this.parts
    if (profileOf(connections, connection).ackEvery === 'second segment')
      return connections.unacknowledgedSegments[connection] >= 2
    return unacknowledgedBytes > connections.receiveSegmentBytes[connection] && this.mayAdvance(connection)
  }

  /**
   * Whether an ACK would move the window's edge; Linux lets one that would not wait (__tcp_ack_snd_check) until
   * something is read, when an ACK for more than one segment goes out all the same (tcp_cleanup_rbuf).
   */
  private mayAdvance(connection: number): boolean {
    const { connections } = this.parts
    if (!selectsLikeLinux(connections, connection)) return true
    return this.writer.windowBytes(connection) >= toldWindow(connections, connection)
  }

  /** Whoever has read frees room: the sender hears of it where that is twice what it knows of (tcp_cleanup_rbuf). */
  private isNewsOfRoom(connection: number): boolean {
    const { connections } = this.parts
    const leftBytes = connections.receiveWindowEdge[connection] - connections.receiveNext[connection]
    if (2 * leftBytes > connections.receiveBufferBytes[connection]) return false
    const window = this.writer.windowBytes(connection)
    return window > 0 && window >= 2 * leftBytes
  }

  /** The delayed ACK's timer went off. */
  onDelayedAck(connection: number): void {
    const { connections } = this.parts
    if (connections.compressedAcks[connection] === 0) noteAckWaitedInVain(connections, connection)
    this.writer.sendAck(connection)
  }

  /** The user reads again: tells what was kept back, and the far end that there is room. */
  resume(connection: number): void {
    const { connections } = this.parts
    const generation = connections.generation[connection]
    this.writer.freshBytes = connections.receiveNext[connection] - connections.deliveredBytes[connection]
    this.report(connection)
    if (connections.generation[connection] !== generation) return
    if (connections.state[connection] < ESTABLISHED) return
    const unacknowledged = connections.receiveNext[connection] - connections.lastAckSent[connection]
    const waits = connections.isAckDue[connection] === 1 && unacknowledged > connections.receiveSegmentBytes[connection]
    if (waits || this.isRoomWorthAnAck(connection)) this.writer.sendAck(connection)
  }

  /** RFC 9293 section 3.8.6.2.2: where there is room for two segments more, or half of the buffer. */
  private isRoomWorthAnAck(connection: number): boolean {
    const { connections } = this.parts
    if (selectsLikeLinux(connections, connection)) return this.isNewsOfRoom(connection)
    const edge = connections.receiveWindowEdge[connection]
    const free = connections.receiveNext[connection] + this.writer.windowBytes(connection) - edge
    const half = connections.receiveBufferBytes[connection] / 2
    return free >= Math.min(half, 2 * connections.maximumSegmentBytes[connection])
  }

  release(connection: number): void {
    const { connections, contents, reassembly } = this.parts
    reassembly.clear(connection)
    if (connections.pendingContent[connection] !== NONE) contents.drop(connections.pendingContent[connection])
    connections.pendingContent[connection] = NONE
  }

  private keepForLater(connection: number, packet: number, start: number, end: number): void {
    const { connections, network, reassembly } = this.parts
    if (end === start || !compresses(connections, connection)) connections.mustAckNow[connection] = 1
    if (end === start) return
    // What waits is told before it is forgotten, and says nothing of this segment (tcp_sack_compress_send_ack).
    if (connections.compressedAcks[connection] > 0 && displacesBlock(connections, connection, start, end))
      this.writer.sendAck(connection)
    noteBlock(connections, connection, start, end)
    growReceiveWindow(connections, connection, end - start, this.writer.heldBytes(connection), 0)
    if (reassembly.covers(connection, start, end)) noteDuplicate(connections, connection, start, end)
    reassembly.insert(connection, start, end, network.packets.content[packet], network.packets.contentOffset[packet])
    connections.outOfOrderEnd[connection] = Math.max(connections.outOfOrderEnd[connection], end)
    makeRoomForDisorder(connections, connection, this.spanOfDisorder(connection))
  }

  /** Where a part of it came before, out of order, that part stays as it came. */
  private takeInOrder(connection: number, content: number, contentOffset: number, lengthBytes: number): void {
    const { connections, reassembly } = this.parts
    if (connections.firstRange[connection] === NONE) return this.accept(connection, content, contentOffset, lengthBytes)
    const next = connections.receiveNext[connection]
    reassembly.insert(connection, next, next + lengthBytes, content, contentOffset)
    this.takeReadyRanges(connection)
  }

  /** What fills a gap is acknowledged at once, by Linux what fills the last of them (RFC 5681 section 4.2). */
  private takeReadyRanges(connection: number): void {
    const { connections, reassembly } = this.parts
    const { ranges } = reassembly
    const generation = connections.generation[connection]
    for (let range = reassembly.ready(connection); range !== NONE; range = reassembly.ready(connection)) {
      const next = connections.receiveNext[connection]
      const skipped = next - ranges.startOffset[range]
      const length = ranges.endOffset[range] - next
      if (length > 0) this.accept(connection, ranges.content[range], ranges.contentOffset[range] + skipped, length)
      if (connections.generation[connection] !== generation) return
      reassembly.removeFirst(connection)
      if (connections.firstRange[connection] === NONE || !compresses(connections, connection))
        connections.mustAckNow[connection] = 1
    }
    dropBlocksInOrder(connections, connection)
  }

  /** The next bytes in order. What another content says is reported apart, and the user may end the connection by it. */
  private accept(connection: number, content: number, contentOffset: number, lengthBytes: number): void {
    const { connections, contents } = this.parts
    const pendingBytes = connections.receiveNext[connection] - connections.deliveredBytes[connection]
    const continues =
      connections.pendingContent[connection] === content &&
      connections.pendingOffset[connection] + pendingBytes === contentOffset
    if (!continues) {
      const generation = connections.generation[connection]
      if (pendingBytes > 0) this.reportPending(connection)
      if (connections.generation[connection] !== generation) return
      contents.hold(content)
      if (connections.pendingContent[connection] !== NONE) contents.drop(connections.pendingContent[connection])
      connections.pendingContent[connection] = content
      connections.pendingOffset[connection] = contentOffset
    }
    connections.receiveNext[connection] += lengthBytes
  }

  private isWorthReporting(connection: number): boolean {
    const { connections, contents, streams } = this.parts
    const pendingBytes = connections.receiveNext[connection] - connections.deliveredBytes[connection]
    if (pendingBytes === 0) return false
    if (streams.table.isRelayed[connections.stream[connection]] === 1) return true
    const content = connections.pendingContent[connection]
    const markEnd = contents.nextMarkEnd(content)
    // Who puts in bytes need not say where a record of theirs ends.
    return connections.pendingOffset[connection] + pendingBytes >= markEnd || markEnd === Number.POSITIVE_INFINITY
  }

  private reportPending(connection: number): void {
    const { connections, streams } = this.parts
    const lengthBytes = connections.receiveNext[connection] - connections.deliveredBytes[connection]
    if (lengthBytes === 0) return
    const offset = connections.pendingOffset[connection]
    connections.deliveredBytes[connection] += lengthBytes
    connections.pendingOffset[connection] += lengthBytes
    streams.received(connections.stream[connection], connections.pendingContent[connection], offset, lengthBytes)
  }

  /** RFC 9293 section 3.10.7.4, eighth: the FIN. */
  private noteEnd(connection: number): void {
    const { connections, streams } = this.parts
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
        return
    }
    streams.ended(connections.stream[connection])
  }
}
