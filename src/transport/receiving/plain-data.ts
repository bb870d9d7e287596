import { NONE } from '../../engine/table.ts'
import type { Timeline } from '../../engine/timeline.ts'
import type { PacketTable } from '../../network/packet.ts'
import type { Packet } from '../../network/rows.ts'
import type { ConnectionTable } from '../connections/connection.ts'
import { ACK, PSH } from '../connections/flags.ts'
import { receiveSequence, sendSequence } from '../connections/sequence-number.ts'
import type { Connection } from '../rows.ts'
import { acknowledgesPushed, acknowledgesQuickly } from '../segments/quick-acknowledgement.ts'
import { adjustReceiveSpace, growReceiveWindow, measureFromReceiver } from '../segments/receive-window.ts'
import type { SegmentWriter } from '../segments/segment-writer.ts'
import { advertisedWindow, usesLinuxWindow } from '../segments/window-selection.ts'
import type { StreamTable } from '../streams/byte-stream.ts'
import { DELAYED_ACK_TIMER } from '../timing/timers.ts'
import { isTimestampBefore } from '../timing/timestamps.ts'
import { acknowledgementDelayNs, isAboutToAcknowledge } from './delayed-acknowledgement.ts'
import type { Receiver, ReceivingParts } from './receiver.ts'

/** The results of `PlainData.take`: the general path is needed; all is done; the user was called, and may have written. */
export const NOT_PLAIN = 0
const IS_TAKEN = 1
export const IS_REPORTED = 2
/** The user has ended the connection. */
const HAS_ENDED = 3

const NEVER = Number.POSITIVE_INFINITY

/**
 * The whole way of a full data segment at an end that only receives, in one place: what `HeaderPrediction` and `Receiver`
 * do with it, without what cannot apply.
 *
 * It may assume `connections.plainRole` RECEIVES: since `HeaderPrediction` took a data segment the long way, nothing but such
 * segments has come, and nothing but ACKs was sent. So nothing is in flight, lost, out of order or about to end, and what
 * an ACK resets was reset. Whatever else happens to a connection clears that column. The state that it leaves is that of
 * the full path.
 */
export class PlainData {
  private readonly parts: ReceivingParts
  private readonly connections: ConnectionTable
  private readonly packets: PacketTable
  private readonly streams: StreamTable
  private readonly timeline: Timeline
  private readonly writer: SegmentWriter
  private readonly receiver: Receiver

  constructor(parts: ReceivingParts, receiver: Receiver) {
    this.parts = parts
    this.connections = parts.connections
    this.packets = parts.network.packets
    this.streams = parts.streams.table
    this.timeline = parts.timeline
    this.writer = parts.writer
    this.receiver = receiver
  }

  take(connection: Connection, packet: Packet): number {
    if (!this.isPlain(connection, packet)) return NOT_PLAIN
    const { connections, packets, timeline, writer } = this
    const { now } = timeline
    const payloadBytes = packets.payloadBytes[packet]
    const next = connections.receiveNext[connection]
    const timestamp = packets.timestamp[packet]
    if (timestamp !== 0 && next <= connections.lastAckSent[connection]) this.noteTimestamp(connection, timestamp)
    connections.lastAckTick[connection] = now
    if (connections.unacknowledgedSegments[connection] < 255) connections.unacknowledgedSegments[connection]++
    connections.lastSmallSegmentBytes[connection] = 0
    const isPushed = (packets.flags[packet] & PSH) !== 0
    if (isPushed && connections.pushedSegments[connection] === 0) connections.pushedSegments[connection] = 1
    connections.lastDataReceivedTick[connection] = now
    const echo = packets.timestampEcho[packet]
    if (echo !== connections.receiverRttEcho[connection])
      measureFromReceiver(connections, connection, payloadBytes, echo, now)
    connections.isAckDue[connection] = 1
    connections.receiveNext[connection] = next + payloadBytes
    growReceiveWindow(connections, connection, payloadBytes, 0, payloadBytes)
    writer.freshBytes = payloadBytes
    this.acknowledge(connection)
    writer.freshBytes = 0
    return this.report(connection)
  }

  /** Returns whether the segment is the next full one, of the same content, and its user reads at once. */
  private isPlain(connection: Connection, packet: Packet): boolean {
    const { connections, packets, streams } = this
    const next = connections.receiveNext[connection]
    const sent = connections.sendNext[connection]
    const stream = connections.stream[connection]
    const payloadBytes = packets.payloadBytes[packet]
    return (
      payloadBytes === connections.receiveSegmentBytes[connection] &&
      payloadBytes <= connections.maximumSegmentBytes[connection] &&
      (packets.flags[packet] | PSH) === (ACK | PSH) &&
      packets.sackBlocks[packet] === 0 &&
      packets.sequenceNumber[packet] === receiveSequence(connections, connection, next) &&
      packets.acknowledgementNumber[packet] === sendSequence(connections, connection, sent) &&
      next + payloadBytes <= connections.receiveWindowEdge[connection] &&
      packets.window[packet] * (1 << connections.peerWindowScale[connection]) <=
        connections.sendWindowBytes[connection] &&
      streams.writtenBytes[stream] === sent &&
      connections.mustAckNow[connection] === 0 &&
      this.timeline.now - connections.lastDataReceivedTick[connection] <= connections.timeoutNs[connection] &&
      connections.pendingContent[connection] === packets.content[packet] &&
      connections.pendingOffset[connection] + (next - connections.deliveredBytes[connection]) ===
        packets.contentOffset[packet] &&
      streams.isPaused[stream] === 0 &&
      streams.awaitsTurn[stream] === 0 &&
      streams.mostReadBytes[stream] === 0 &&
      (streams.userKind[stream] === NONE || this.parts.processors.hasTurn(streams.program[stream]))
    )
  }

  private noteTimestamp(connection: Connection, timestamp: number): void {
    const recent = this.connections.recentTimestamp[connection]
    if (recent === 0 || !isTimestampBefore(timestamp, recent)) this.connections.recentTimestamp[connection] = timestamp
  }

  /** Sends an ACK now, when the user has read, or later. */
  private acknowledge(connection: Connection): void {
    const { connections, receiver, writer } = this
    const profile = connections.profileOf(connection)
    const next = connections.receiveNext[connection]
    const hasSeveral = next - connections.lastAckSent[connection] > connections.receiveSegmentBytes[connection]
    const isDue = this.isAckDue(connection, hasSeveral)
    if (isDue) writer.sendPlainAck(connection, writer.windowBytes(connection))
    else if (profile.acknowledgesPushed && (hasSeveral || acknowledgesPushed(connections, connection))) {
      writer.freshBytes = 0
      return writer.sendPlainAck(connection, writer.windowBytes(connection))
    }
    const leftBytes = connections.receiveWindowEdge[connection] - next
    if (2 * leftBytes <= connections.receiveBufferBytes[connection] && receiver.acknowledgeRead(connection)) return
    if (!isDue) this.acknowledgeLater(connection)
  }

  private isAckDue(connection: Connection, hasSeveral: boolean): boolean {
    const { connections } = this
    const { ackEvery, delayedAckNs } = connections.profileOf(connection)
    const isEnough =
      delayedAckNs === 0 ||
      (ackEvery === 'second segment'
        ? connections.unacknowledgedSegments[connection] >= 2
        : hasSeveral && this.wouldMoveWindow(connection))
    return isEnough || acknowledgesQuickly(connections, connection)
  }

  private wouldMoveWindow(connection: Connection): boolean {
    const { connections } = this
    if (!usesLinuxWindow(connections, connection)) return true
    return this.writer.windowBytes(connection) >= advertisedWindow(connections, connection)
  }

  private acknowledgeLater(connection: Connection): void {
    const { connections } = this
    if (connections.delayedAckDeadline[connection] === NEVER)
      this.parts.timers.armFor(connection, DELAYED_ACK_TIMER, acknowledgementDelayNs(connections, connection))
    else if (isAboutToAcknowledge(connections, connection, this.timeline.now)) this.writer.sendAck(connection)
  }

  /** Lets the user read, and calls it where the data complete a record. */
  private report(connection: Connection): number {
    const { connections } = this
    const next = connections.receiveNext[connection]
    connections.readOffset[connection] = next
    adjustReceiveSpace(connections, connection, 0, 0, this.timeline.now)
    const isWaiting = connections.isWriterHeldBack[connection] === 1 || connections.awaitsRoom[connection] === 1
    if (!this.receiver.completesRecord(connection)) return isWaiting ? IS_REPORTED : IS_TAKEN
    return this.receiver.reportPending(connection) ? IS_REPORTED : HAS_ENDED
  }
}
