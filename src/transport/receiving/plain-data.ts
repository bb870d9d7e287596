import { NONE } from '../../engine/table.ts'
import type { Timeline } from '../../engine/timeline.ts'
import { PACKET_PLACES, type PacketTable } from '../../network/packet.ts'
import type { Packet } from '../../network/rows.ts'
import { CONNECTION_PLACES, type ConnectionTable } from '../connections/connection.ts'
import { ACK, PSH } from '../connections/flags.ts'
import type { Connection } from '../rows.ts'
import { acknowledgesPushed, acknowledgesQuickly } from '../segments/quick-acknowledgement.ts'
import { adjustReceiveSpace, growByRoom, measureFromReceiver, memoryShare } from '../segments/receive-window.ts'
import type { SegmentWriter } from '../segments/segment-writer.ts'
import { advertisedWindow, selectWindow, usesLinuxWindow } from '../segments/window-selection.ts'
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
const UNKNOWN = -1
/** Segments are counted up to here: no comparison needs more. */
const MOST_COUNTED = 255

const {
  payloadBytes: PAYLOAD_BYTES,
  timestamp: TIMESTAMP,
  timestampEcho: TIMESTAMP_ECHO,
  flags: FLAGS,
  sackBlocks: SACK_BLOCKS,
  sequenceNumber: SEQUENCE_NUMBER,
  acknowledgementNumber: ACKNOWLEDGEMENT_NUMBER,
  window: WINDOW,
  content: CONTENT,
  contentOffset: CONTENT_OFFSET,
} = PACKET_PLACES
const {
  receiveNext: RECEIVE_NEXT,
  lastAckSent: LAST_ACK_SENT,
  recentTimestamp: RECENT_TIMESTAMP,
  lastAckTick: LAST_ACK_TICK,
  lastDataReceivedTick: LAST_DATA_RECEIVED_TICK,
  unacknowledgedSegments: UNACKNOWLEDGED_SEGMENTS,
  lastSmallSegmentBytes: LAST_SMALL_SEGMENT_BYTES,
  pushedSegments: PUSHED_SEGMENTS,
  isAckDue: IS_ACK_DUE,
  receiverRttEcho: RECEIVER_RTT_ECHO,
  receiverRttNs: RECEIVER_RTT_NS,
  receiveSpaceTick: RECEIVE_SPACE_TICK,
  windowShare: WINDOW_SHARE,
  sendNext: SEND_NEXT,
  receiveSegmentBytes: RECEIVE_SEGMENT_BYTES,
  maximumSegmentBytes: MAXIMUM_SEGMENT_BYTES,
  initialReceiveSequence: INITIAL_RECEIVE_SEQUENCE,
  initialSendSequence: INITIAL_SEND_SEQUENCE,
  receiveWindowEdge: RECEIVE_WINDOW_EDGE,
  peerWindowScale: PEER_WINDOW_SCALE,
  sendWindowBytes: SEND_WINDOW_BYTES,
  mustAckNow: MUST_ACK_NOW,
  timeoutNs: TIMEOUT_NS,
  pendingContent: PENDING_CONTENT,
  pendingOffset: PENDING_OFFSET,
  deliveredBytes: DELIVERED_BYTES,
} = CONNECTION_PLACES

/**
 * The whole way of a full data segment at an end that only receives, in one place: what `HeaderPrediction` and `Receiver`
 * do with it, without what cannot apply.
 *
 * It may assume `connections.plainRole` RECEIVES: since `HeaderPrediction` took a data segment the long way, nothing
 * but such segments has come, and nothing but ACKs was sent. So nothing is in flight, lost, out of order or about to
 * end, and what an ACK resets was reset. Whatever else happens to a connection clears that column. The state that it
 * leaves is that of the full path.
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
    const { connections, packets, writer } = this
    const { now } = this.timeline
    const { float64s: numbers, int32s: words } = connections
    const header = packets.int32s
    const start = numbers[connection + RECEIVE_NEXT]
    const sent = numbers[connection + SEND_NEXT]
    const payloadBytes = header[packet + PAYLOAD_BYTES]
    const next = start + payloadBytes
    const flags = header[packet + FLAGS]
    // The next full segment, of the same content. Sequence numbers count modulo 2^32.
    const isNext =
      payloadBytes === words[connection + RECEIVE_SEGMENT_BYTES] &&
      payloadBytes <= words[connection + MAXIMUM_SEGMENT_BYTES] &&
      (flags | PSH) === (ACK | PSH) &&
      header[packet + SACK_BLOCKS] === 0 &&
      header[packet + SEQUENCE_NUMBER] === ((words[connection + INITIAL_RECEIVE_SEQUENCE] + 1 + start) | 0) &&
      header[packet + ACKNOWLEDGEMENT_NUMBER] === ((words[connection + INITIAL_SEND_SEQUENCE] + 1 + sent) | 0) &&
      next <= numbers[connection + RECEIVE_WINDOW_EDGE] &&
      header[packet + WINDOW] * (1 << words[connection + PEER_WINDOW_SCALE]) <=
        numbers[connection + SEND_WINDOW_BYTES] &&
      words[connection + MUST_ACK_NOW] === 0 &&
      now - numbers[connection + LAST_DATA_RECEIVED_TICK] <= numbers[connection + TIMEOUT_NS] &&
      words[connection + PENDING_CONTENT] === header[packet + CONTENT] &&
      numbers[connection + PENDING_OFFSET] + (start - numbers[connection + DELIVERED_BYTES]) ===
        packets.float64s[packet + CONTENT_OFFSET]
    if (!isNext || !this.isReadAtOnce(connection)) return NOT_PLAIN
    const timestamp = header[packet + TIMESTAMP]
    if (timestamp !== 0 && start <= numbers[connection + LAST_ACK_SENT]) {
      const recent = words[connection + RECENT_TIMESTAMP]
      if (recent === 0 || !isTimestampBefore(timestamp, recent)) words[connection + RECENT_TIMESTAMP] = timestamp
    }
    numbers[connection + LAST_ACK_TICK] = now
    numbers[connection + LAST_DATA_RECEIVED_TICK] = now
    numbers[connection + RECEIVE_NEXT] = next
    if (words[connection + UNACKNOWLEDGED_SEGMENTS] < MOST_COUNTED) words[connection + UNACKNOWLEDGED_SEGMENTS]++
    words[connection + LAST_SMALL_SEGMENT_BYTES] = 0
    if ((flags & PSH) !== 0 && words[connection + PUSHED_SEGMENTS] === 0) words[connection + PUSHED_SEGMENTS] = 1
    words[connection + IS_ACK_DUE] = 1
    const echo = header[packet + TIMESTAMP_ECHO]
    if (echo !== words[connection + RECEIVER_RTT_ECHO])
      measureFromReceiver(connections, connection, payloadBytes, echo >>> 0, now)
    // The data are in the buffer until the user has read them, which Linux counts by their memory.
    const heldBytes = words[connection + WINDOW_SHARE] === 0 ? 0 : memoryShare(connections, connection, payloadBytes)
    if (heldBytes > 0) growByRoom(connections, connection, payloadBytes, heldBytes)
    writer.freshBytes = payloadBytes
    this.acknowledge(connection, payloadBytes, heldBytes)
    writer.freshBytes = 0
    return this.report(connection)
  }

  /** Returns whether all that the user has written was sent, and the user reads at once. */
  private isReadAtOnce(connection: Connection): boolean {
    const { connections, streams } = this
    const stream = connections.stream[connection]
    return (
      streams.writtenBytes[stream] === connections.sendNext[connection] &&
      connections.mergesWaiting[connection] === 0 &&
      (streams.isPaused[stream] | streams.awaitsTurn[stream] | streams.mostReadBytes[stream]) === 0 &&
      (streams.userKind[stream] === NONE || this.parts.processors.hasTurn(streams.program[stream]))
    )
  }

  /** Sends an ACK now, when the user has read, or later. The new data use up `heldBytes` of the window until then. */
  private acknowledge(connection: Connection, payloadBytes: number, heldBytes: number): void {
    const { connections, writer } = this
    const { float64s: numbers, int32s: words } = connections
    const profile = connections.profileOf(connection)
    const unacknowledgedBytes = numbers[connection + RECEIVE_NEXT] - numbers[connection + LAST_ACK_SENT]
    const hasSeveral = unacknowledgedBytes > payloadBytes
    let windowBytes = UNKNOWN
    let isDue = profile.delayedAckNs === 0
    if (!isDue && profile.ackEvery === 'second segment') isDue = words[connection + UNACKNOWLEDGED_SEGMENTS] >= 2
    else if (!isDue && hasSeveral) {
      windowBytes = this.windowBytes(connection, heldBytes)
      isDue = heldBytes === 0 || windowBytes >= advertisedWindow(connections, connection)
    }
    isDue ||= acknowledgesQuickly(connections, connection)
    if (isDue) {
      if (windowBytes === UNKNOWN) windowBytes = this.windowBytes(connection, heldBytes)
      writer.sendPlainAck(connection, windowBytes)
    } else if (profile.acknowledgesPushed && (hasSeveral || acknowledgesPushed(connections, connection))) {
      writer.freshBytes = 0
      return writer.sendPlainAck(connection, this.windowBytes(connection, 0))
    }
    const leftBytes = connections.receiveWindowEdge[connection] - connections.receiveNext[connection]
    if (2 * leftBytes <= connections.receiveBufferBytes[connection] && this.receiver.acknowledgeRead(connection)) return
    if (!isDue) this.acknowledgeLater(connection)
  }

  /** Returns the window while the buffer holds nothing but `heldBytes`. */
  private windowBytes(connection: Connection, heldBytes: number): number {
    const { connections } = this
    return usesLinuxWindow(connections, connection)
      ? selectWindow(connections, connection, heldBytes)
      : connections.receiveBufferBytes[connection]
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
    const { float64s: numbers } = connections
    const { now } = this.timeline
    // Before that nothing is adjusted.
    if (now - numbers[connection + RECEIVE_SPACE_TICK] >= numbers[connection + RECEIVER_RTT_NS])
      adjustReceiveSpace(connections, connection, 0, 0, now)
    const isWaiting = connections.isWriterHeldBack[connection] === 1 || connections.awaitsRoom[connection] === 1
    if (!this.receiver.completesRecord(connection)) return isWaiting ? IS_REPORTED : IS_TAKEN
    return this.receiver.reportPending(connection) ? IS_REPORTED : HAS_ENDED
  }
}
