import { NONE } from '../../engine/table.ts'
import type { Timeline } from '../../engine/timeline.ts'
import type { PacketTable } from '../../network/packet.ts'
import type { Packet } from '../../network/rows.ts'
import type { ConnectionTable } from '../connections/connection.ts'
import { ACK, PSH } from '../connections/flags.ts'
import type { SegmentTable } from '../connections/segment-table.ts'
import { receiveSequence, sendSequence } from '../connections/sequence-number.ts'
import { ENDS_BURST } from '../recovery/scoreboard.ts'
import type { Connection, Segment } from '../rows.ts'
import { noteEmptySegment } from '../segments/receive-window.ts'
import { isTimestampBefore } from '../timing/timestamps.ts'
import { setSendWindow } from './acknowledgement.ts'
import type { Sender } from './sender.ts'
import type { SendingParts } from './sending-parts.ts'

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

  constructor(parts: SendingParts, sender: Sender) {
    this.connections = parts.connections
    this.packets = parts.network.packets
    this.segments = parts.scoreboard.segments
    this.timeline = parts.timeline
    this.sender = sender
  }

  /** Takes an ACK of whole segments that were sent once, after which more may be sent. Returns false for any other packet. */
  take(connection: Connection, packet: Packet): boolean {
    const { connections, packets } = this
    const before = connections.sendUnacknowledged[connection]
    const bytes = (packets.acknowledgementNumber[packet] - sendSequence(connections, connection, before)) | 0
    const acknowledged = before + bytes
    const next = connections.receiveNext[connection]
    const isPlain =
      bytes > 0 &&
      packets.payloadBytes[packet] === 0 &&
      (packets.flags[packet] | PSH) === (ACK | PSH) &&
      packets.sackBlocks[packet] === 0 &&
      packets.sequenceNumber[packet] === receiveSequence(connections, connection, next) &&
      acknowledged <= connections.sendNext[connection] &&
      acknowledged <= connections.finOffset[connection] &&
      connections.newestBlockSegment[connection] === NONE &&
      connections.firstLostCandidate[connection] === NONE
    if (!isPlain) return false
    const last = this.lastOf(connection, acknowledged)
    if (last === NONE) return false
    const timestamp = packets.timestamp[packet]
    if (timestamp !== 0 && next <= connections.lastAckSent[connection]) this.noteTimestamp(connection, timestamp)
    setSendWindow(connections, connection, packets.window[packet] * (1 << connections.peerWindowScale[connection]))
    connections.lastAckTick[connection] = this.timeline.now
    connections.sendUnacknowledged[connection] = acknowledged
    this.remove(connection, last)
    noteEmptySegment(connections, connection, packets.timestampEcho[packet])
    return true
  }

  /** Returns the segment that ends at `acknowledged`, if it and those before it were sent once; or NONE. */
  private lastOf(connection: Connection, acknowledged: number): Segment {
    const { segments } = this
    let segment = this.connections.firstSegment[connection]
    while (segments.transmissions[segment] === 1 && segments.endOffset[segment] < acknowledged)
      segment = segments.next[segment]
    const isLast = segments.transmissions[segment] === 1 && segments.endOffset[segment] === acknowledged
    return isLast ? segment : NONE
  }

  /** Removes the segments up to `last`. Since they were sent and arrived in order, the last one tells what is known now. */
  private remove(connection: Connection, last: Segment): void {
    const { connections, segments } = this
    const { now } = this.timeline
    let segment = connections.firstSegment[connection]
    const oldestSentTick = segments.sentTick[segment]
    const newestSentTick = segments.sentTick[last]
    const endOffset = segments.endOffset[last]
    const rest = segments.next[last]
    let count = 0
    let bursts = 0
    while (segment !== rest) {
      const next = segments.next[segment]
      if ((segments.flags[segment] & ENDS_BURST) !== 0) bursts++
      count++
      segments.release(segment)
      segment = next
    }
    connections.firstSegment[connection] = rest
    if (rest === NONE) connections.lastSegment[connection] = NONE
    connections.segmentsOut[connection] -= count
    connections.buffersHeld[connection] -= bursts
    connections.deliveredSegments[connection] += count
    connections.latestArrivedRttNs[connection] = now - newestSentTick
    connections.priorDelivered[connection] = -1
    const latest = connections.latestArrivedSentTick[connection]
    if (
      newestSentTick > latest ||
      (newestSentTick === latest && endOffset > connections.latestArrivedEnd[connection])
    ) {
      connections.latestArrivedSentTick[connection] = newestSentTick
      connections.latestArrivedEnd[connection] = endOffset
      connections.priorDelivered[connection] = segments.deliveredAtSend[last]
    }
    if (connections.priorDelivered[connection] > 0 && connections.reorderingPersistence[connection] === 0)
      connections.reorderingSteps[connection] = 1
    this.sender.recoveryOf(connection).onPlainAdvance?.(connection, count, oldestSentTick, newestSentTick)
  }

  private noteTimestamp(connection: Connection, timestamp: number): void {
    const recent = this.connections.recentTimestamp[connection]
    if (recent === 0 || !isTimestampBefore(timestamp, recent)) this.connections.recentTimestamp[connection] = timestamp
  }
}
