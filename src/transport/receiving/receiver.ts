import { NONE } from '../../engine/table.ts'
import type { Packet } from '../../network/rows.ts'
import { CLOSING, ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2, profileOf, TIME_WAIT } from '../connections/connection.ts'
import { FIN, PSH } from '../connections/flags.ts'
import { receiveOffset } from '../connections/sequence-number.ts'
import type { Connection, Content } from '../rows.ts'
import { noteDuplicate } from '../segments/duplicate-data.ts'
import {
  acknowledgesQuickly,
  enterQuickAcks,
  noteAckWaitedInVain,
  noteDataReceived,
  noteSegmentSize,
} from '../segments/quick-acknowledgement.ts'
import {
  growReceiveWindow,
  makeRoomForDisorder,
  measureBuffer,
  measureFromReceiver,
  noteEmptySegment,
  spanOfDisorder,
} from '../segments/receive-window.ts'
import { displacesBlock, dropBlocksInOrder, noteBlock } from '../segments/sack-blocks.ts'
import { selectsLikeLinux, toldWindow } from '../segments/window-selection.ts'
import { DELAYED_ACK_TIMER } from '../timing/timers.ts'
import { compresses, compressionNs, mayAckDisorder } from './compressed-acknowledgement.ts'
import { acknowledgementDelayNs, isAboutToAcknowledge } from './delayed-acknowledgement.ts'
import type { Reader } from './reader.ts'
import type { ReceivingParts } from './receiving-parts.ts'

/** Puts the stream together from segments, and acknowledges. */
export class Receiver {
  private readonly parts: ReceivingParts
  private readonly reader: Reader

  constructor(parts: ReceivingParts, reader: Reader) {
    this.parts = parts
    this.reader = reader
  }

  /** Takes data and FIN; the reader tells the user of them. What somebody put in may have ended the connection. */
  take(connection: Connection, packet: Packet): void {
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
      const besideBytes = this.parts.writer.heldBytes(connection)
      this.takeInOrder(connection, packets.content[packet], packets.contentOffset[packet] + (next - start), end - next)
      if (connections.generation[connection] !== generation) return
      if (isLargest) measureBuffer(connections, connection, payloadBytes)
      growReceiveWindow(connections, connection, payloadBytes, besideBytes, payloadBytes)
      this.parts.writer.freshBytes = connections.receiveNext[connection] - next
      this.reader.askForTurn(connection)
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
  private expectEnd(connection: Connection): void {
    const { connections } = this.parts
    this.reader.askForTurn(connection)
    if (connections.state[connection] === ESTABLISHED && profileOf(connections, connection).hasLinuxChecks)
      connections.isInteractive[connection] = 1
    else connections.mustAckNow[connection] = 1
  }

  private acknowledgeLater(connection: Connection): void {
    const { connections, timeline, timers } = this.parts
    if (!timers.isArmed(connection, DELAYED_ACK_TIMER))
      timers.armFor(connection, DELAYED_ACK_TIMER, acknowledgementDelayNs(connections, connection))
    else if (isAboutToAcknowledge(connections, connection, timeline.now)) this.parts.writer.sendAck(connection)
  }

  /** Whether it is answered by a reset: it says more than the end that has come, or new things to who has left. */
  isUnwanted(connection: Connection, packet: Packet): boolean {
    return this.isBehindEnd(connection, packet) || this.isForNobody(connection, packet)
  }

  /** New data for who has closed and listens no more (net/ipv4/tcp_input.c, tcp_rcv_state_process). */
  private isForNobody(connection: Connection, packet: Packet): boolean {
    const { connections, streams, network } = this.parts
    const state = connections.state[connection]
    const hasClosed = state === FIN_WAIT_1 || state === FIN_WAIT_2 || state === CLOSING
    if (!hasClosed || streams.table.userKind[connections.stream[connection]] !== NONE) return false
    const start = receiveOffset(connections, connection, network.packets.sequenceNumber[packet])
    return start + network.packets.payloadBytes[packet] > connections.receiveNext[connection]
  }

  /** Whether it says more than the end, which has come: the segment goes from before the FIN to behind it. */
  private isBehindEnd(connection: Connection, packet: Packet): boolean {
    const { connections, network } = this.parts
    const next = connections.receiveNext[connection]
    if (connections.receivedFinOffset[connection] !== next || connections.state[connection] === TIME_WAIT) return false
    const start = receiveOffset(connections, connection, network.packets.sequenceNumber[packet])
    return start <= next && start + network.packets.payloadBytes[packet] > next + 1
  }

  /** Of several that wait for what is before them, the nearest counts. */
  private noteFin(connection: Connection, offset: number): void {
    const { connections } = this.parts
    const isNearer =
      offset < connections.receivedFinOffset[connection] ||
      connections.receivedFinOffset[connection] < connections.receiveNext[connection]
    if (isNearer) connections.receivedFinOffset[connection] = offset
  }

  /** An ACK now, or later, unless data carry it before. The user, who is told next, has no say in what is due now. */
  acknowledge(connection: Connection): void {
    const { connections } = this.parts
    if (connections.mustAckNow[connection] === 0 && connections.isAckDue[connection] === 0) return
    const unacknowledged = connections.receiveNext[connection] - connections.lastAckSent[connection]
    const isDue =
      connections.mustAckNow[connection] === 1 ||
      profileOf(connections, connection).delayedAckNs === 0 ||
      this.isWorthAnAck(connection, unacknowledged) ||
      acknowledgesQuickly(connections, connection)
    if (isDue) this.parts.writer.sendAck(connection)
    else if (connections.firstRange[connection] !== NONE) return this.compress(connection)
    if (!this.reader.acknowledgeRead(connection) && !isDue) this.acknowledgeLater(connection)
  }

  /** After three ACKs for what is out of order, the next wait for each other (net/ipv4/tcp_input.c, tcp_comp_sack_*). */
  private compress(connection: Connection): void {
    const { connections, timeline, timers } = this.parts
    if (mayAckDisorder(connections, connection)) return this.parts.writer.sendAck(connection)
    const tick = timeline.now + compressionNs(connections, connection)
    if (connections.delayedAckDeadline[connection] > tick) timers.arm(connection, DELAYED_ACK_TIMER, tick)
  }

  /** RFC 9293 section 3.8.6.3: at least every second full segment. */
  private isWorthAnAck(connection: Connection, unacknowledgedBytes: number): boolean {
    const { connections } = this.parts
    if (profileOf(connections, connection).ackEvery === 'second segment')
      return connections.unacknowledgedSegments[connection] >= 2
    return unacknowledgedBytes > connections.receiveSegmentBytes[connection] && this.mayAdvance(connection)
  }

  /**
   * Whether an ACK would move the window's edge; Linux lets one that would not wait (__tcp_ack_snd_check) until
   * something is read, when an ACK for more than one segment goes out all the same (tcp_cleanup_rbuf).
   */
  private mayAdvance(connection: Connection): boolean {
    const { connections } = this.parts
    if (!selectsLikeLinux(connections, connection)) return true
    return this.parts.writer.windowBytes(connection) >= toldWindow(connections, connection)
  }

  /** The delayed ACK's timer went off. */
  onDelayedAck(connection: Connection): void {
    const { connections } = this.parts
    if (connections.compressedAcks[connection] === 0) noteAckWaitedInVain(connections, connection)
    this.parts.writer.sendAck(connection)
  }

  release(connection: Connection): void {
    const { connections, contents, reassembly } = this.parts
    reassembly.clear(connection)
    if (connections.pendingContent[connection] !== NONE) contents.drop(connections.pendingContent[connection])
    connections.pendingContent[connection] = NONE
  }

  private keepForLater(connection: Connection, packet: Packet, start: number, end: number): void {
    const { connections, network, reassembly } = this.parts
    if (end === start || !compresses(connections, connection)) connections.mustAckNow[connection] = 1
    if (end === start) return
    // What waits is told before it is forgotten, and says nothing of this segment (tcp_sack_compress_send_ack).
    if (connections.compressedAcks[connection] > 0 && displacesBlock(connections, connection, start, end))
      this.parts.writer.sendAck(connection)
    noteBlock(connections, connection, start, end)
    growReceiveWindow(connections, connection, end - start, this.parts.writer.heldBytes(connection), 0)
    if (reassembly.covers(connection, start, end)) noteDuplicate(connections, connection, start, end)
    reassembly.insert(connection, start, end, network.packets.content[packet], network.packets.contentOffset[packet])
    connections.outOfOrderEnd[connection] = Math.max(connections.outOfOrderEnd[connection], end)
    makeRoomForDisorder(connections, connection, spanOfDisorder(connections, connection))
  }

  /** Where a part of it came before, out of order, that part stays as it came. */
  private takeInOrder(connection: Connection, content: Content, contentOffset: number, lengthBytes: number): void {
    const { connections, reassembly } = this.parts
    if (connections.firstRange[connection] === NONE) return this.accept(connection, content, contentOffset, lengthBytes)
    const next = connections.receiveNext[connection]
    reassembly.insert(connection, next, next + lengthBytes, content, contentOffset)
    this.takeReadyRanges(connection)
  }

  /** What fills a gap is acknowledged at once, by Linux what fills the last of them (RFC 5681 section 4.2). */
  private takeReadyRanges(connection: Connection): void {
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
  private accept(connection: Connection, content: Content, contentOffset: number, lengthBytes: number): void {
    const { connections, contents } = this.parts
    const pendingBytes = connections.receiveNext[connection] - connections.deliveredBytes[connection]
    const continues =
      connections.pendingContent[connection] === content &&
      connections.pendingOffset[connection] + pendingBytes === contentOffset
    if (!continues) {
      const generation = connections.generation[connection]
      if (pendingBytes > 0) this.reader.reportPending(connection)
      if (connections.generation[connection] !== generation) return
      contents.hold(content)
      if (connections.pendingContent[connection] !== NONE) contents.drop(connections.pendingContent[connection])
      connections.pendingContent[connection] = content
      connections.pendingOffset[connection] = contentOffset
    }
    connections.receiveNext[connection] += lengthBytes
  }
}
