import { NONE } from '../../engine/table.ts'
import type { Timeline } from '../../engine/timeline.ts'
import { PACKET_PLACES, type PacketTable } from '../../network/packet.ts'
import type { Packet } from '../../network/rows.ts'
import { CONNECTION_PLACES, type ConnectionTable } from '../connections/connection.ts'
import { ACK, PSH } from '../connections/flags.ts'
import { SEGMENT_PLACES, type SegmentTable } from '../connections/segment-table.ts'
import { ENDS_BURST } from '../recovery/scoreboard.ts'
import type { Connection, Segment } from '../rows.ts'
import { noteEmptySegment } from '../segments/receive-window.ts'
import { isTimestampBefore } from '../timing/timestamps.ts'
import { setSendWindow } from './acknowledgement.ts'
import type { Sender } from './sender.ts'
import type { SendingParts } from './sending-parts.ts'

const {
  payloadBytes: PAYLOAD_BYTES,
  flags: FLAGS,
  sackBlocks: SACK_BLOCKS,
  sequenceNumber: SEQUENCE_NUMBER,
  acknowledgementNumber: ACKNOWLEDGEMENT_NUMBER,
  window: WINDOW,
  timestamp: TIMESTAMP,
  timestampEcho: TIMESTAMP_ECHO,
} = PACKET_PLACES
const {
  sendUnacknowledged: SEND_UNACKNOWLEDGED,
  sendNext: SEND_NEXT,
  receiveNext: RECEIVE_NEXT,
  finOffset: FIN_OFFSET,
  lastAckSent: LAST_ACK_SENT,
  lastAckTick: LAST_ACK_TICK,
  recentTimestamp: RECENT_TIMESTAMP,
  initialSendSequence: INITIAL_SEND_SEQUENCE,
  initialReceiveSequence: INITIAL_RECEIVE_SEQUENCE,
  peerWindowScale: PEER_WINDOW_SCALE,
  newestBlockSegment: NEWEST_BLOCK_SEGMENT,
  firstLostCandidate: FIRST_LOST_CANDIDATE,
  firstSegment: FIRST_SEGMENT,
  lastSegment: LAST_SEGMENT,
  segmentsOut: SEGMENTS_OUT,
  buffersHeld: BUFFERS_HELD,
  deliveredSegments: DELIVERED_SEGMENTS,
  latestArrivedRttNs: LATEST_ARRIVED_RTT_NS,
  latestArrivedSentTick: LATEST_ARRIVED_SENT_TICK,
  latestArrivedEnd: LATEST_ARRIVED_END,
  priorDelivered: PRIOR_DELIVERED,
  reorderingPersistence: REORDERING_PERSISTENCE,
  reorderingSteps: REORDERING_STEPS,
} = CONNECTION_PLACES
const {
  next: NEXT,
  flags: SEGMENT_FLAGS,
  transmissions: TRANSMISSIONS,
  endOffset: END_OFFSET,
  sentTick: SENT_TICK,
  deliveredAtSend: DELIVERED_AT_SEND,
} = SEGMENT_PLACES

/**
 * The way of an ACK at an end that only sends, in one place: what `HeaderPrediction` and `Scoreboard` do with it, without
 * what cannot apply.
 *
 * It may assume `connections.plainRole` SENDS: since `HeaderPrediction` took an ACK the long way, nothing but such ACKs has
 * come, no timer has expired, and nothing was sent again or lost. So no segment is lost or selectively acknowledged,
 * nothing is out of order or due to be acknowledged, and what an ACK resets was reset. Whatever else happens to a
 * connection changes that column. The state that it leaves is that of the full path.
 */
export class PlainAcks {
  private readonly connections: ConnectionTable
  private readonly packets: PacketTable
  private readonly segments: SegmentTable
  private readonly timeline: Timeline
  private readonly sender: Sender
  /** The segments that `lastOf` has passed, the last one included, and the bursts that end with one of them. */
  private count = 0
  private bursts = 0

  constructor(parts: SendingParts, sender: Sender) {
    this.connections = parts.connections
    this.packets = parts.network.packets
    this.segments = parts.scoreboard.segments
    this.timeline = parts.timeline
    this.sender = sender
  }

  /**
   * Takes an ACK of whole segments that were sent once, after which more may be sent. Returns false for any other
   * packet.
   */
  take(connection: Connection, packet: Packet): boolean {
    const { connections } = this
    const { float64s: numbers, int32s: words } = connections
    const header = this.packets.int32s
    const before = numbers[connection + SEND_UNACKNOWLEDGED]
    // Sequence numbers count modulo 2^32.
    const newBytes =
      (header[packet + ACKNOWLEDGEMENT_NUMBER] - (words[connection + INITIAL_SEND_SEQUENCE] + 1 + before)) | 0
    const acknowledged = before + newBytes
    const next = numbers[connection + RECEIVE_NEXT]
    const isPlain =
      newBytes > 0 &&
      header[packet + PAYLOAD_BYTES] === 0 &&
      (header[packet + FLAGS] | PSH) === (ACK | PSH) &&
      header[packet + SACK_BLOCKS] === 0 &&
      header[packet + SEQUENCE_NUMBER] === ((words[connection + INITIAL_RECEIVE_SEQUENCE] + 1 + next) | 0) &&
      acknowledged <= numbers[connection + SEND_NEXT] &&
      acknowledged <= numbers[connection + FIN_OFFSET] &&
      words[connection + NEWEST_BLOCK_SEGMENT] === NONE &&
      words[connection + FIRST_LOST_CANDIDATE] === NONE
    if (!isPlain) return false
    const last = this.lastOf(connections.firstSegment[connection], acknowledged)
    if (last === NONE) return false
    const timestamp = header[packet + TIMESTAMP]
    if (timestamp !== 0 && next <= numbers[connection + LAST_ACK_SENT]) {
      const recent = words[connection + RECENT_TIMESTAMP]
      if (recent === 0 || !isTimestampBefore(timestamp, recent)) words[connection + RECENT_TIMESTAMP] = timestamp
    }
    setSendWindow(connections, connection, header[packet + WINDOW] * (1 << words[connection + PEER_WINDOW_SCALE]))
    numbers[connection + LAST_ACK_TICK] = this.timeline.now
    numbers[connection + SEND_UNACKNOWLEDGED] = acknowledged
    const echo = header[packet + TIMESTAMP_ECHO] >>> 0
    this.remove(connection, last)
    noteEmptySegment(connections, connection, echo)
    return true
  }

  /** Returns the segment that ends at `acknowledged`, if it and those from `first` on were sent once; or NONE. */
  private lastOf(first: Segment, acknowledged: number): Segment {
    const { float64s: numbers, int32s: words } = this.segments
    let segment: number = first
    let count = 1
    let bursts = 0
    while (segment !== NONE && words[segment + TRANSMISSIONS] === 1 && numbers[segment + END_OFFSET] < acknowledged) {
      if ((words[segment + SEGMENT_FLAGS] & ENDS_BURST) !== 0) bursts++
      count++
      segment = words[segment + NEXT]
    }
    if (segment === NONE || words[segment + TRANSMISSIONS] !== 1 || numbers[segment + END_OFFSET] !== acknowledged)
      return this.segments.rowAt(NONE)
    if ((words[segment + SEGMENT_FLAGS] & ENDS_BURST) !== 0) bursts++
    this.count = count
    this.bursts = bursts
    return this.segments.rowAt(segment)
  }

  /** Removes the segments up to `last`. Since they were sent and arrived in order, the last one tells what is known now. */
  private remove(connection: Connection, last: Segment): void {
    const { connections, segments, count } = this
    const { float64s: numbers, int32s: words } = connections
    const { float64s: segmentNumbers, int32s: segmentWords } = segments
    const first = connections.firstSegment[connection]
    const newestSentTick = segmentNumbers[last + SENT_TICK]
    const endOffset = segmentNumbers[last + END_OFFSET]
    const rest = segmentWords[last + NEXT]
    words[connection + FIRST_SEGMENT] = rest
    if (rest === NONE) words[connection + LAST_SEGMENT] = NONE
    words[connection + SEGMENTS_OUT] -= count
    words[connection + BUFFERS_HELD] -= this.bursts
    numbers[connection + DELIVERED_SEGMENTS] += count
    numbers[connection + LATEST_ARRIVED_RTT_NS] = this.timeline.now - newestSentTick
    numbers[connection + PRIOR_DELIVERED] = -1
    const latest = numbers[connection + LATEST_ARRIVED_SENT_TICK]
    if (
      newestSentTick > latest ||
      (newestSentTick === latest && endOffset > numbers[connection + LATEST_ARRIVED_END])
    ) {
      numbers[connection + LATEST_ARRIVED_SENT_TICK] = newestSentTick
      numbers[connection + LATEST_ARRIVED_END] = endOffset
      numbers[connection + PRIOR_DELIVERED] = segmentNumbers[last + DELIVERED_AT_SEND]
    }
    if (numbers[connection + PRIOR_DELIVERED] > 0 && words[connection + REORDERING_PERSISTENCE] === 0)
      words[connection + REORDERING_STEPS] = 1
    segments.releaseList(first, count)
    this.sender.recoveryOf(connection).onPlainAdvance?.(connection, count, first, last)
  }
}
