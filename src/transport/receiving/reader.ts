import { NONE } from '../../engine/table.ts'
import type { Worker } from '../../network/processor.ts'
import {
  CLOSE_WAIT,
  CLOSING,
  ESTABLISHED,
  FIN_WAIT_1,
  FIN_WAIT_2,
  LAST_ACK,
  profileOf,
  TIME_WAIT,
} from '../connections/connection.ts'
import type { Connection } from '../rows.ts'
import { acknowledgesPushed } from '../segments/quick-acknowledgement.ts'
import { adjustReceiveSpace, spanOfDisorder } from '../segments/receive-window.ts'
import { selectsLikeLinux } from '../segments/window-selection.ts'
import type { ReceivingParts } from './receiving-parts.ts'

/**
 * Lets users read what has come in order, when they have a core and do not hold back, and acknowledges what reading
 * makes room for.
 */
export class Reader implements Worker {
  private readonly parts: ReceivingParts
  private readonly workerKind: number

  constructor(parts: ReceivingParts) {
    this.parts = parts
    this.workerKind = parts.processors.register(this)
  }

  /** Where no core is free, what has come stays unread. Whoever listens no more needs none. */
  askForTurn(connection: Connection): void {
    const { connections, processors, streams } = this.parts
    const { table } = streams
    const stream = connections.stream[connection]
    if (processors.hasTurn(table.program[stream]) || streams.isUnread(stream) || table.userKind[stream] === NONE) return
    table.awaitsTurn[stream] = 1
    processors.awaitTurn(table.program[stream], this.workerKind, connection, connections.generation[connection], 0)
  }

  // From the processors.

  isPresent(connection: Connection, generation: number): boolean {
    return this.parts.connections.generation[connection] === generation
  }

  /** The user has a core. */
  onWorkDone(connection: Connection): void {
    const { connections, streams } = this.parts
    const stream = connections.stream[connection]
    streams.table.awaitsTurn[stream] = 0
    if (streams.table.isPaused[stream] === 0) streams.resume(stream)
  }

  // From TCP.

  /** Tells the user what is in order, where that completes a record or message. */
  report(connection: Connection): void {
    const { connections, streams } = this.parts
    const stream = connections.stream[connection]
    const { freshBytes } = this.parts.writer
    this.parts.writer.freshBytes = 0
    if (streams.isUnread(stream)) return
    if (freshBytes > 0) this.noteRead(connection, freshBytes)
    const generation = connections.generation[connection]
    if (this.isWorthReporting(connection)) {
      this.reportRead(connection)
      if (connections.generation[connection] !== generation || streams.isUnread(stream)) return
    }
    const isFinNext = connections.receivedFinOffset[connection] === connections.receiveNext[connection]
    if (!isFinNext || connections.hasReportedEnd[connection] === 1) return
    this.reportPending(connection)
    if (connections.generation[connection] !== generation) return
    if (connections.deliveredBytes[connection] !== connections.receiveNext[connection]) return
    this.noteEnd(connection)
  }

  /**
   * What the user, who is about to read it all, causes by that (tcp_cleanup_rbuf): an ACK for more than one segment, of
   * what ends a write, or with news of room. False where none is due.
   */
  acknowledgeRead(connection: Connection): boolean {
    const { connections, streams } = this.parts
    if (streams.isUnread(connections.stream[connection])) return false
    if (!profileOf(connections, connection).acknowledgesPushed) return false
    const { freshBytes } = this.parts.writer
    this.parts.writer.freshBytes = this.unreadAfterNext(connection)
    const isDue = this.mustAckRead(connection) || this.isNewsOfRoom(connection)
    if (isDue) this.parts.writer.sendAck(connection)
    this.parts.writer.freshBytes = freshBytes
    return isDue
  }

  /** What will still be unread when the user has read once. */
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

  /** Whoever has read frees room: the sender hears of it where that is twice what it knows of (tcp_cleanup_rbuf). */
  private isNewsOfRoom(connection: Connection): boolean {
    const { connections } = this.parts
    const leftBytes = connections.receiveWindowEdge[connection] - connections.receiveNext[connection]
    if (2 * leftBytes > connections.receiveBufferBytes[connection]) return false
    const window = this.parts.writer.windowBytes(connection)
    return window > 0 && window >= 2 * leftBytes
  }

  /** RFC 9293 section 3.8.6.2.2: where there is room for two segments more, or half of the buffer. */
  private isRoomWorthAnAck(connection: Connection): boolean {
    const { connections } = this.parts
    if (selectsLikeLinux(connections, connection)) return this.isNewsOfRoom(connection)
    const edge = connections.receiveWindowEdge[connection]
    const free = connections.receiveNext[connection] + this.parts.writer.windowBytes(connection) - edge
    const half = connections.receiveBufferBytes[connection] / 2
    return free >= Math.min(half, 2 * connections.maximumSegmentBytes[connection])
  }

  /** The user reads again: tells what was kept back, and the far end that there is room. */
  resume(connection: Connection): void {
    const { connections, streams } = this.parts
    const generation = connections.generation[connection]
    this.askForTurn(connection)
    if (streams.isUnread(connections.stream[connection])) return
    this.parts.writer.freshBytes = connections.receiveNext[connection] - connections.readOffset[connection]
    const mayAcknowledge = connections.state[connection] >= ESTABLISHED
    if (mayAcknowledge) this.acknowledgeRead(connection)
    this.report(connection)
    if (connections.generation[connection] !== generation || !mayAcknowledge) return
    const unacknowledged = connections.receiveNext[connection] - connections.lastAckSent[connection]
    const waits = connections.isAckDue[connection] === 1 && unacknowledged > connections.receiveSegmentBytes[connection]
    if (waits || this.isRoomWorthAnAck(connection)) this.parts.writer.sendAck(connection)
  }

  /** RFC 2525 section 2.17; net/ipv4/tcp.c, __tcp_close. */
  hasUnread(connection: Connection): boolean {
    const { connections, streams } = this.parts
    const hasMore = connections.receiveNext[connection] > connections.readOffset[connection]
    return hasMore && streams.isUnread(connections.stream[connection])
  }

  /** Whoever does not pause reads as it comes, also what makes no whole message yet. */
  private noteRead(connection: Connection, freshBytes: number): void {
    const { connections, timeline } = this.parts
    connections.readOffset[connection] = connections.receiveNext[connection]
    adjustReceiveSpace(connections, connection, freshBytes, spanOfDisorder(connections, connection), timeline.now)
  }

  private isWorthReporting(connection: Connection): boolean {
    const { connections, contents, streams } = this.parts
    const pendingBytes = connections.receiveNext[connection] - connections.deliveredBytes[connection]
    if (pendingBytes === 0) return false
    if (streams.table.isRelayed[connections.stream[connection]] === 1) return true
    const content = connections.pendingContent[connection]
    const markEnd = contents.nextMarkEnd(content)
    // Who puts in bytes need not say where a record of theirs ends.
    return connections.pendingOffset[connection] + pendingBytes >= markEnd || markEnd === Number.POSITIVE_INFINITY
  }

  /** Whoever passes on what comes reads so much of it, does something with that, and reads again. */
  private reportRead(connection: Connection): void {
    const { connections, streams } = this.parts
    const stream = connections.stream[connection]
    const mostBytes = streams.table.mostReadBytes[stream]
    if (mostBytes === 0) return this.reportPending(connection)
    const generation = connections.generation[connection]
    while (true) {
      connections.readOffset[connection] = Math.min(
        connections.deliveredBytes[connection] + mostBytes,
        connections.receiveNext[connection],
      )
      this.reportUntil(connection, connections.readOffset[connection])
      if (connections.generation[connection] !== generation) return
      if (connections.deliveredBytes[connection] === connections.receiveNext[connection]) return
      this.askForTurn(connection)
      if (streams.isUnread(stream)) return
      this.acknowledgeRead(connection)
    }
  }

  reportPending(connection: Connection): void {
    this.reportUntil(connection, this.parts.connections.receiveNext[connection])
  }

  private reportUntil(connection: Connection, end: number): void {
    const { connections, streams } = this.parts
    const lengthBytes = end - connections.deliveredBytes[connection]
    if (lengthBytes === 0) return
    const offset = connections.pendingOffset[connection]
    connections.deliveredBytes[connection] += lengthBytes
    // What somebody else says makes what came before it known at once, read or not.
    if (connections.readOffset[connection] < end) connections.readOffset[connection] = end
    connections.pendingOffset[connection] += lengthBytes
    streams.received(connections.stream[connection], connections.pendingContent[connection], offset, lengthBytes)
  }

  /** RFC 9293 section 3.10.7.4, eighth: the FIN. */
  private noteEnd(connection: Connection): void {
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
