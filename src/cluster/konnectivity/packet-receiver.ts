import type { Arena } from '../../engine/arena.ts'
import { NONE } from '../../engine/table.ts'
import type { Timeline } from '../../engine/timeline.ts'
import type { AccountTable } from '../../network/account.ts'
import type { Content, Stream } from '../../transport/rows.ts'
import type { ByteStreams } from '../../transport/streams/byte-stream.ts'
import type { TunnelEnd, TunnelledConnection } from '../rows.ts'
import { isReaderFull, isTargetFull, READER_CHANNEL_PACKETS, SERVER_CHANNEL_PACKETS } from './channel-sizes.ts'
import type { TunnelEnds } from './tunnel-ends.ts'
import { DATA, QueuedPacketTable, type TunnelEndTable, type TunnelledConnectionTable } from './tunnel-tables.ts'

/**
 * The user of a PacketReceiver: it handles control packets, and is notified of connections whose reader is too slow
 * or has caught up.
 */
export interface PacketTaker {
  takeControl(end: TunnelEnd, kind: number, value: number, detail: number): void
  /** Called when a packet is queued that does not fit into the reader's channel at the apiserver. */
  onReaderFull(connection: TunnelledConnection): void
  /** Called when the reader of a connection has taken all queued packets. */
  onQueueEmpty(connection: TunnelledConnection): void
}

export interface PacketReceiverParts {
  readonly arena: Arena
  readonly timeline: Timeline
  readonly streams: ByteStreams
  readonly accounts: AccountTable
  readonly connections: TunnelledConnectionTable
  readonly ends: TunnelEnds
  readonly taker: PacketTaker
}

/**
 * Reads the packets of a tunnel in order and delivers data to connections. If a connection's user does not read, a
 * limited number of its packets is queued; the next one blocks the tunnel with all its connections, until the HTTP/2
 * window closes and the sender stops.
 */
export class PacketReceiver {
  private readonly parts: PacketReceiverParts
  private readonly streams: ByteStreams
  private readonly connections: TunnelledConnectionTable
  private readonly ends: TunnelEndTable
  private readonly packets: QueuedPacketTable

  constructor(parts: PacketReceiverParts) {
    this.parts = parts
    this.streams = parts.streams
    this.connections = parts.connections
    this.ends = parts.ends.table
    this.packets = new QueuedPacketTable(parts.arena)
  }

  /** Handles all packets that have arrived completely, up to the first that cannot be queued. */
  take(end: TunnelEnd): void {
    const { ends } = this
    if (ends.isBusy[end] === 1) return
    ends.isBusy[end] = 1
    do {
      ends.mustRepeat[end] = 0
      this.deliverQueued(end)
      this.takePackets(end)
    } while (ends.mustRepeat[end] === 1)
    ends.isBusy[end] = 0
    this.pauseIfFull(end)
  }

  /** Continues after the user of a connection's stream has resumed reading. */
  resume(connection: TunnelledConnection): void {
    const end = this.connections.end[connection]
    if (end === NONE) return
    this.ends.mustRepeat[end] = 1
    this.take(end)
  }

  dropQueue(connection: TunnelledConnection): void {
    while (this.connections.firstPacket[connection] !== NONE) this.dequeue(connection)
  }

  private takePackets(end: TunnelEnd): void {
    const { ends, streams } = this
    const { contents, table } = streams
    for (let stream = ends.stream[end]; stream !== NONE; stream = ends.stream[end]) {
      const content = table.receiveContent[stream]
      if (content === NONE || contents.nextMarkEnd(content) > table.receivedUntil[stream]) return
      const mark = contents.nextMark(content)
      const { kind, value, detail, carried, carriedOffset } = contents.marks
      const connection = kind[mark] === DATA ? this.parts.ends.findByNumber(end, detail[mark]) : NONE
      if (connection !== NONE && this.isFull(connection)) return
      contents.detachMark(content)
      if (kind[mark] !== DATA) this.parts.taker.takeControl(end, kind[mark], value[mark], detail[mark])
      else if (connection !== NONE) this.takeData(connection, value[mark], carried[mark], carriedOffset[mark])
      contents.releaseMark(mark)
    }
  }

  private takeData(connection: TunnelledConnection, lengthBytes: number, content: Content, offset: number): void {
    const { connections } = this
    if (!this.isQueueing(connection)) return this.deliver(connection, lengthBytes, content, offset)
    this.enqueue(connection, lengthBytes, content, offset)
    if (
      connections.isServer[connection] === 1 &&
      connections.queuedPackets[connection] === READER_CHANNEL_PACKETS + 1
    ) {
      connections.waitTick[connection] = this.parts.timeline.now
      this.parts.taker.onReaderFull(connection)
    }
  }

  private deliver(connection: TunnelledConnection, lengthBytes: number, content: Content, offset: number): void {
    const { connections, streams } = this
    this.parts.accounts.addCarriedBytes(connections.account[connection], lengthBytes)
    this.parts.accounts.addCarriedBytes(this.ends.account[connections.end[connection]], lengthBytes)
    streams.received(connections.stream[connection], content, offset, lengthBytes)
  }

  /**
   * Delivers all queued packets that can be delivered now. The user of a delivered packet may pause or resume any
   * connection, so the search starts again after each packet.
   */
  private deliverQueued(end: TunnelEnd): void {
    let connection = this.nextToDeliver(end)
    for (; connection !== NONE; connection = this.nextToDeliver(end)) {
      this.connections.waitTick[connection] = this.parts.timeline.now
      this.deliverFirst(connection)
      if (this.connections.firstPacket[connection] === NONE) this.parts.taker.onQueueEmpty(connection)
    }
  }

  private deliverFirst(connection: TunnelledConnection): void {
    const { packets, streams } = this
    const packet = this.connections.firstPacket[connection]
    const content = packets.content[packet]
    const offset = packets.contentOffset[packet]
    streams.contents.hold(content)
    this.deliver(connection, this.dequeue(connection), content, offset)
    streams.contents.drop(content)
  }

  private nextToDeliver(end: TunnelEnd): TunnelledConnection {
    const { connections, streams } = this
    if (this.ends.queueingConnections[end] === 0) return NONE
    let connection = this.ends.firstConnection[end]
    while (connection !== NONE) {
      const isPaused = streams.table.isPaused[connections.stream[connection]] === 1
      if (connections.firstPacket[connection] !== NONE && !isPaused) return connection
      connection = connections.next[connection]
    }
    return NONE
  }

  private isQueueing(connection: TunnelledConnection): boolean {
    const { connections, streams } = this
    return connections.firstPacket[connection] !== NONE || streams.table.isPaused[connections.stream[connection]] === 1
  }

  private isFull(connection: TunnelledConnection): boolean {
    const { connections } = this
    if (!this.isQueueing(connection)) return false
    const queuedPackets = connections.queuedPackets[connection]
    return connections.isServer[connection] === 1
      ? isReaderFull(queuedPackets, connections.queuedBytes[connection])
      : isTargetFull(queuedPackets)
  }

  /**
   * Pauses the tunnel's stream while it is full. It is full when one packet is being handled and, at the server,
   * SERVER_CHANNEL_PACKETS more wait; an agent lets none wait.
   */
  private pauseIfFull(end: TunnelEnd): void {
    const stream = this.ends.stream[end]
    if (stream === NONE) return
    const mostPackets = 1 + (this.ends.isServer[end] === 1 ? SERVER_CHANNEL_PACKETS : 0)
    this.streams.setPaused(stream, this.waitingPackets(stream, mostPackets) >= mostPackets)
  }

  /** Counts the packets that have arrived completely, up to `mostPackets`. */
  private waitingPackets(stream: Stream, mostPackets: number): number {
    const { contents, table } = this.streams
    const content = table.receiveContent[stream]
    if (content === NONE) return 0
    let count = 0
    let mark = contents.nextMark(content)
    while (mark !== NONE && count < mostPackets && contents.marks.endOffset[mark] <= table.receivedUntil[stream]) {
      count++
      mark = contents.marks.next[mark]
    }
    return count
  }

  private enqueue(connection: TunnelledConnection, lengthBytes: number, content: Content, offset: number): void {
    const { connections, packets, streams } = this
    const packet = packets.allocate()
    packets.lengthBytes[packet] = lengthBytes
    packets.content[packet] = content
    packets.contentOffset[packet] = offset
    streams.contents.hold(content)
    const last = connections.lastPacket[connection]
    if (last === NONE) {
      connections.firstPacket[connection] = packet
      this.countQueueing(connection, 1)
    } else packets.next[last] = packet
    connections.lastPacket[connection] = packet
    connections.queuedPackets[connection]++
    connections.queuedBytes[connection] += lengthBytes
  }

  private dequeue(connection: TunnelledConnection): number {
    const { connections, packets } = this
    const packet = connections.firstPacket[connection]
    const lengthBytes = packets.lengthBytes[packet]
    connections.firstPacket[connection] = packets.next[packet]
    if (connections.firstPacket[connection] === NONE) {
      connections.lastPacket[connection] = NONE
      this.countQueueing(connection, -1)
    }
    connections.queuedPackets[connection]--
    connections.queuedBytes[connection] -= lengthBytes
    this.streams.contents.drop(packets.content[packet])
    packets.release(packet)
    return lengthBytes
  }

  private countQueueing(connection: TunnelledConnection, change: 1 | -1): void {
    const end = this.connections.end[connection]
    if (end !== NONE) this.ends.queueingConnections[end] += change
  }
}
