import type { Arena } from '../../engine/arena.ts'
import { NONE } from '../../engine/table.ts'
import type { Timeline } from '../../engine/timeline.ts'
import type { AccountTable } from '../../network/account.ts'
import type { Content, Stream } from '../../transport/rows.ts'
import type { ByteStreams } from '../../transport/streams/byte-stream.ts'
import type { TunnelEnd, TunnelledConnection } from '../rows.ts'
import { isReaderFull, isTargetFull, READER_CHANNEL_PACKETS, SERVER_CHANNEL_PACKETS } from './channels.ts'
import type { TunnelEnds } from './tunnel-ends.ts'
import { DATA, QueuedPacketTable, type TunnelEndTable, type TunnelledConnectionTable } from './tunnel-tables.ts'

/** Handles what the receiver does not: control packets, and connections whose reader is slow or has caught up. */
export interface PacketTaker {
  takeControl(end: TunnelEnd, kind: number, value: number, detail: number): void
  /** A packet waits that does not fit into the reader's channel at the apiserver. */
  noteReaderWaits(connection: TunnelledConnection): void
  /** The reader of a connection has read all packets that waited. */
  noteQueueEmpty(connection: TunnelledConnection): void
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
 * Takes packets off a tunnel, one after the other. A connection whose user does not read is kept a certain number of
 * them; the next one holds up the tunnel, and everybody in it, until the HTTP/2 window closes behind it.
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

  /** Takes all that has arrived as a whole and finds a place. */
  take(end: TunnelEnd): void {
    const { ends } = this
    if (ends.isBusy[end] === 1) return
    ends.isBusy[end] = 1
    do {
      ends.hasResumed[end] = 0
      this.deliverQueued(end)
      this.takePackets(end)
    } while (ends.hasResumed[end] === 1)
    ends.isBusy[end] = 0
    this.holdBack(end)
  }

  /** The user of a connection's stream reads again. */
  resume(connection: TunnelledConnection): void {
    const end = this.connections.end[connection]
    if (end === NONE) return
    this.ends.hasResumed[end] = 1
    this.take(end)
  }

  dropQueue(connection: TunnelledConnection): void {
    while (this.connections.firstPacket[connection] !== NONE) this.takeQueued(connection)
  }

  private takePackets(end: TunnelEnd): void {
    const { ends, streams } = this
    const { contents, table } = streams
    for (let stream = ends.stream[end]; stream !== NONE; stream = ends.stream[end]) {
      const content = table.receiveContent[stream]
      if (content === NONE || contents.nextMarkEnd(content) > table.receivedUntil[stream]) return
      const mark = contents.nextMark(content)
      const kind = contents.marks.kind[mark]
      const value = contents.marks.value[mark]
      const detail = contents.marks.detail[mark]
      const carried = contents.marks.carried[mark]
      const offset = contents.marks.carriedOffset[mark]
      const connection = kind === DATA ? this.parts.ends.findByNumber(end, detail) : NONE
      if (connection !== NONE && this.isFull(connection)) return
      if (carried !== NONE) contents.hold(carried)
      contents.takeMark(content)
      if (kind !== DATA) this.parts.taker.takeControl(end, kind, value, detail)
      else if (connection !== NONE) this.takeData(connection, value, carried, offset)
      if (carried !== NONE) contents.drop(carried)
    }
  }

  private takeData(connection: TunnelledConnection, lengthBytes: number, content: Content, offset: number): void {
    const { connections } = this
    if (!this.isHoldingBack(connection)) return this.deliver(connection, lengthBytes, content, offset)
    this.enqueue(connection, lengthBytes, content, offset)
    if (
      connections.isServer[connection] === 1 &&
      connections.queuedPackets[connection] === READER_CHANNEL_PACKETS + 1
    ) {
      connections.waitTick[connection] = this.parts.timeline.now
      this.parts.taker.noteReaderWaits(connection)
    }
  }

  private deliver(connection: TunnelledConnection, lengthBytes: number, content: Content, offset: number): void {
    const { connections, streams } = this
    this.parts.accounts.carry(connections.account[connection], lengthBytes)
    this.parts.accounts.carry(this.ends.account[connections.end[connection]], lengthBytes)
    streams.received(connections.stream[connection], content, offset, lengthBytes)
  }

  /** What waited goes first. Whatever users do meanwhile, nobody is told twice. */
  private deliverQueued(end: TunnelEnd): void {
    let connection = this.nextToDeliver(end)
    for (; connection !== NONE; connection = this.nextToDeliver(end)) {
      this.connections.waitTick[connection] = this.parts.timeline.now
      this.deliverFirst(connection)
      if (this.connections.firstPacket[connection] === NONE) this.parts.taker.noteQueueEmpty(connection)
    }
  }

  private deliverFirst(connection: TunnelledConnection): void {
    const { packets, streams } = this
    const packet = this.connections.firstPacket[connection]
    const content = packets.content[packet]
    const offset = packets.contentOffset[packet]
    streams.contents.hold(content)
    this.deliver(connection, this.takeQueued(connection), content, offset)
    streams.contents.drop(content)
  }

  private nextToDeliver(end: TunnelEnd): TunnelledConnection {
    const { connections, streams } = this
    let connection = this.ends.firstConnection[end]
    while (connection !== NONE) {
      const isPaused = streams.table.isPaused[connections.stream[connection]] === 1
      if (connections.firstPacket[connection] !== NONE && !isPaused) return connection
      connection = connections.next[connection]
    }
    return NONE
  }

  private isHoldingBack(connection: TunnelledConnection): boolean {
    const { connections, streams } = this
    return connections.firstPacket[connection] !== NONE || streams.table.isPaused[connections.stream[connection]] === 1
  }

  private isFull(connection: TunnelledConnection): boolean {
    const { connections } = this
    if (!this.isHoldingBack(connection)) return false
    const queuedPackets = connections.queuedPackets[connection]
    return connections.isServer[connection] === 1
      ? isReaderFull(queuedPackets, connections.queuedBytes[connection])
      : isTargetFull(queuedPackets)
  }

  /** One packet is in hand; the server takes some more off the stream behind it, the agent none. */
  private holdBack(end: TunnelEnd): void {
    const stream = this.ends.stream[end]
    if (stream === NONE) return
    const mostPackets = 1 + (this.ends.isServer[end] === 1 ? SERVER_CHANNEL_PACKETS : 0)
    this.streams.setPaused(stream, this.waitingPackets(stream, mostPackets) >= mostPackets)
  }

  /** Those that have arrived whole, counted as far as `mostPackets`. */
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
    if (last === NONE) connections.firstPacket[connection] = packet
    else packets.next[last] = packet
    connections.lastPacket[connection] = packet
    connections.queuedPackets[connection]++
    connections.queuedBytes[connection] += lengthBytes
  }

  private takeQueued(connection: TunnelledConnection): number {
    const { connections, packets } = this
    const packet = connections.firstPacket[connection]
    const lengthBytes = packets.lengthBytes[packet]
    connections.firstPacket[connection] = packets.next[packet]
    if (connections.firstPacket[connection] === NONE) connections.lastPacket[connection] = NONE
    connections.queuedPackets[connection]--
    connections.queuedBytes[connection] -= lengthBytes
    this.streams.contents.drop(packets.content[packet])
    packets.release(packet)
    return lengthBytes
  }
}
