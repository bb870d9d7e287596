import { NONE } from '../engine/table.ts'
import type { Timeline } from '../engine/timeline.ts'
import type { PacketTable } from '../network/packet.ts'
import type { Packet } from '../network/rows.ts'
import { noteImpliedRate } from './congestion/burst-size.ts'
import { beginRateSample } from './congestion/rate-sample.ts'
import {
  type ConnectionTable,
  ESTABLISHED,
  FIN_WAIT_1,
  NO_ROLE,
  OPEN,
  RECEIVES,
  SENDS,
} from './connections/connection.ts'
import { ACK, PSH } from './connections/flags.ts'
import { receiveOffset, sendOffset } from './connections/sequence-number.ts'
import type { LifecycleParts } from './lifecycle/lifecycle-parts.ts'
import { NO_PROBE } from './recovery/tail-loss-probe.ts'
import type { Connection } from './rows.ts'
import { noteEmptySegment } from './segments/receive-window.ts'
import { setSendWindow } from './sending/acknowledgement.ts'
import { noteTimestamp } from './timing/timestamps.ts'

/** The results of `HeaderPrediction.take`. */
export const NOT_PREDICTED = 0
export const NEW_DATA = 1
export const PLAIN_ACK = 2

/**
 * The short path of segments that bring nothing but data, next or behind a gap, or nothing but an advance of what is
 * acknowledged (header prediction; net/ipv4/tcp_input.c, tcp_rcv_established). Of a bulk transfer these are nearly all.
 *
 * It is chosen segment by segment, by what the connection and the segment are. It leaves the connection in the state in
 * which the full path of `Tcp` would, which remains the reference: it skips only what has no effect where its
 * preconditions hold. It therefore touches nothing that belongs to lost segments, or to the beginning and the end of a
 * connection, and calls no user of a stream.
 */
export class HeaderPrediction {
  private readonly parts: LifecycleParts
  private readonly connections: ConnectionTable
  private readonly packets: PacketTable
  private readonly timeline: Timeline

  constructor(parts: LifecycleParts) {
    this.parts = parts
    this.connections = parts.connections
    this.packets = parts.network.packets
    this.timeline = parts.timeline
  }

  /**
   * Takes a segment as far as its ACK. NEW_DATA: the receiver must take its data, and there is nothing to send.
   * PLAIN_ACK: more may be sent, and there is nothing to acknowledge or to report. NOT_PREDICTED: nothing was done.
   */
  take(connection: Connection, packet: Packet): number {
    const { connections, packets } = this
    const receiveNext = connections.receiveNext[connection]
    const start = receiveOffset(connections, connection, packets.sequenceNumber[packet])
    const payloadBytes = packets.payloadBytes[packet]
    const isPlain =
      connections.predictsHeaders[connection] === 1 &&
      (connections.state[connection] === ESTABLISHED || connections.state[connection] === FIN_WAIT_1) &&
      (packets.flags[packet] | PSH) === (ACK | PSH) &&
      packets.sackBlocks[packet] === 0 &&
      start >= receiveNext &&
      start + payloadBytes <= connections.receiveWindowEdge[connection] &&
      connections.receivedFinOffset[connection] === Number.POSITIVE_INFINITY &&
      connections.recoveryState[connection] === OPEN &&
      connections.probeEnd[connection] === NO_PROBE
    if (!isPlain) return NOT_PREDICTED
    const isNext = start === receiveNext && connections.firstRange[connection] === NONE
    if (payloadBytes > 0) return this.takeData(connection, packet, isNext)
    return isNext ? this.takeAck(connection, packet) : NOT_PREDICTED
  }

  /**
   * Takes a data segment at an end that has nothing to send, and nothing in flight. `isNext`: its data are the next ones,
   * and no others have arrived out of order.
   */
  private takeData(connection: Connection, packet: Packet, isNext: boolean): number {
    const { connections, packets } = this
    const sent = connections.sendNext[connection]
    const isAtRest =
      connections.state[connection] === ESTABLISHED &&
      connections.segmentsOut[connection] === 0 &&
      connections.sendUnacknowledged[connection] === sent &&
      connections.bufferedEnd[connection] === sent &&
      this.parts.streams.table.writtenBytes[connections.stream[connection]] === sent &&
      sendOffset(connections, connection, packets.acknowledgementNumber[packet], sent) === sent &&
      connections.isWindowClosed[connection] === 0 &&
      connections.retransmissionDeadline[connection] === Number.POSITIVE_INFINITY
    if (!isAtRest) return NOT_PREDICTED
    noteTimestamp(connections, connection, packets, packet)
    const windowBytes = this.windowBytes(connection, packet)
    if (windowBytes > connections.sendWindowBytes[connection]) setSendWindow(connections, connection, windowBytes)
    this.noteAck(connection)
    connections.reorderingWaitNs[connection] = 0
    connections.retransmissionTimestamp[connection] = 0
    noteImpliedRate(connections, connection)
    connections.plainRole[connection] = isNext ? RECEIVES : NO_ROLE
    return NEW_DATA
  }

  /** Takes an ACK of segments that were sent once and have arrived in order. */
  private takeAck(connection: Connection, packet: Packet): number {
    const { connections, packets } = this
    const { scoreboard, sender } = this.parts
    const { segments } = scoreboard
    const before = connections.sendUnacknowledged[connection]
    const acknowledged = sendOffset(connections, connection, packets.acknowledgementNumber[packet], before)
    const missingEnd = connections.lossEndOffset[connection]
    const isPlain =
      acknowledged > before &&
      acknowledged <= connections.sendNext[connection] &&
      acknowledged <= connections.finOffset[connection] &&
      connections.highestSacked[connection] <= before &&
      connections.segmentsSacked[connection] === 0 &&
      connections.segmentsLost[connection] === 0 &&
      connections.segmentsRetransmitted[connection] === 0 &&
      connections.hasDuplicateReport[connection] === 0 &&
      (missingEnd < 0 || acknowledged < missingEnd) &&
      connections.isAckDue[connection] === 0 &&
      connections.mustAckNow[connection] === 0 &&
      connections.deliveredBytes[connection] === connections.receiveNext[connection] &&
      this.wereSentOnce(connection, acknowledged)
    if (!isPlain) return NOT_PREDICTED
    noteTimestamp(connections, connection, packets, packet)
    setSendWindow(connections, connection, this.windowBytes(connection, packet))
    this.noteAck(connection)
    connections.sendUnacknowledged[connection] = acknowledged
    connections.retries[connection] = 0
    const { now } = this.timeline
    const oldest = connections.firstSegment[connection]
    let newest = oldest
    let count = 0
    for (
      let segment = connections.firstSegment[connection];
      segment !== NONE && segments.endOffset[segment] <= acknowledged;
      segment = connections.firstSegment[connection]
    ) {
      newest = segment
      count++
      scoreboard.shift(connection, now)
    }
    // What `reviewReordering` does while the peer reports no duplicates.
    if (connections.priorDelivered[connection] > 0 && connections.reorderingPersistence[connection] === 0)
      connections.reorderingSteps[connection] = 1
    sender.recoveryOf(connection).onPlainAdvance?.(connection, count, oldest, newest)
    noteEmptySegment(connections, connection, packets.timestampEcho[packet])
    // `PlainAcks` would not notice when data that the network has lost are acknowledged.
    connections.plainRole[connection] = missingEnd < 0 ? SENDS : NO_ROLE
    return PLAIN_ACK
  }

  /** Returns whether the segments up to `acknowledged` were each sent once, and whether it is the end of one. */
  private wereSentOnce(connection: Connection, acknowledged: number): boolean {
    const { segments } = this.parts.scoreboard
    let segment = this.connections.firstSegment[connection]
    while (segment !== NONE && segments.transmissions[segment] === 1 && segments.endOffset[segment] < acknowledged)
      segment = segments.next[segment]
    return segment !== NONE && segments.transmissions[segment] === 1 && segments.endOffset[segment] === acknowledged
  }

  /** Notes what every acceptable ACK changes, whatever it acknowledges. */
  private noteAck(connection: Connection): void {
    const { connections } = this
    connections.lastAckTick[connection] = this.timeline.now
    connections.unansweredProbes[connection] = 0
    this.parts.scoreboard.priorHighestSacked = connections.highestSacked[connection]
    connections.priorDelivered[connection] = -1
    beginRateSample(connections, connection)
  }

  private windowBytes(connection: Connection, packet: Packet): number {
    return this.packets.window[packet] * (1 << this.connections.peerWindowScale[connection])
  }
}
