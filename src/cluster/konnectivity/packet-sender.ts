import { NONE } from '../../engine/table.ts'
import type { AccountTable } from '../../network/account.ts'
import type { Content } from '../../transport/rows.ts'
import type { ByteStreams } from '../../transport/streams/byte-stream.ts'
import type { TunnelEnd, TunnelledConnection } from '../rows.ts'
import { AGENT_CHANNEL_PACKETS, AGENT_READ_BYTES, WRITE_BYTES } from './channel-sizes.ts'
import { dataBytes } from './packets.ts'
import { DATA, type TunnelEndTable, type TunnelledConnectionTable } from './tunnel-tables.ts'

/** Sends packets of all connections of a tunnel, round-robin, while the gRPC stream accepts more. */
export class PacketSender {
  private readonly streams: ByteStreams
  private readonly accounts: AccountTable
  private readonly connections: TunnelledConnectionTable
  private readonly ends: TunnelEndTable
  private readonly sendClose: (connection: TunnelledConnection) => void

  /** `sendClose` is called for a closing connection once its last byte has been sent. */
  constructor(
    streams: ByteStreams,
    accounts: AccountTable,
    connections: TunnelledConnectionTable,
    ends: TunnelEndTable,
    sendClose: (connection: TunnelledConnection) => void,
  ) {
    this.streams = streams
    this.accounts = accounts
    this.connections = connections
    this.ends = ends
    this.sendClose = sendClose
  }

  /**
   * Returns whether the user of a connection may write more. An agent buffers more data than it can send at once; at
   * the apiserver, each write waits until the previous one has been sent.
   */
  hasRoom(connection: TunnelledConnection): boolean {
    const { connections } = this
    const unsentBytes = this.unsentBytes(connection)
    const hasRoom =
      connections.isServer[connection] === 1
        ? unsentBytes < WRITE_BYTES && this.hasTunnelRoom(connections.end[connection])
        : unsentBytes < AGENT_CHANNEL_PACKETS * AGENT_READ_BYTES
    this.setAwaitsRoom(connection, !hasRoom)
    return hasRoom
  }

  /** Called when the user of a connection has written, or its data are no longer to be sent. */
  noteUnsent(connection: TunnelledConnection): void {
    const { connections, ends } = this
    const hasUnsent = this.unsentBytes(connection) > 0 ? 1 : 0
    const end = connections.end[connection]
    if (end !== NONE) ends.unsentConnections[end] += hasUnsent - connections.hasUnsent[connection]
    connections.hasUnsent[connection] = hasUnsent
  }

  /** Called when a connection begins to close, or has sent its close. */
  noteClosing(connection: TunnelledConnection): void {
    const { connections, ends } = this
    const mustClose = connections.isClosing[connection] === 1 && connections.hasSentClose[connection] === 0 ? 1 : 0
    const end = connections.end[connection]
    if (end !== NONE) ends.closingConnections[end] += mustClose - connections.mustClose[connection]
    connections.mustClose[connection] = mustClose
  }

  /** Sends the data of connections. `flushed` is the connection whose user has just written, if any. */
  pump(end: TunnelEnd, flushed: TunnelledConnection = NONE): void {
    const { ends, connections } = this
    this.closeDrained(end)
    while (this.hasTunnelRoom(end)) {
      const connection = this.nextToSend(end, flushed)
      if (connection === NONE) return this.wakeWriters(end)
      ends.nextToSend[end] = connections.next[connection]
      this.sendData(connection)
      this.closeDrained(end)
    }
  }

  /** Writes a packet to the tunnel. Does nothing if the tunnel is lost. */
  send(
    end: TunnelEnd,
    lengthBytes: number,
    kind: number,
    value: number,
    detail: number,
    carried: Content,
    carriedOffset = 0,
  ): void {
    const stream = end === NONE ? NONE : this.ends.stream[end]
    if (stream !== NONE && this.streams.table.hasFinished[stream] === 0)
      this.streams.write(stream, lengthBytes, kind, value, detail, carried, carriedOffset)
  }

  unsentBytes(connection: TunnelledConnection): number {
    return this.streams.table.writtenBytes[this.connections.stream[connection]] - this.connections.sentBytes[connection]
  }

  private sendData(connection: TunnelledConnection): void {
    const { connections, streams } = this
    const generation = connections.generation[connection]
    const mostBytes = connections.isServer[connection] === 1 ? WRITE_BYTES : AGENT_READ_BYTES
    const stream = connections.stream[connection]
    const sentBytes = connections.sentBytes[connection]
    const lengthBytes = streams.contiguousBytes(stream, sentBytes, Math.min(this.unsentBytes(connection), mostBytes))
    const content = streams.sendContentAt(stream, sentBytes)
    const offset = streams.sendOffset
    const number = connections.number[connection]
    connections.sentBytes[connection] += lengthBytes
    this.noteUnsent(connection)
    this.accounts.addCarriedBytes(connections.account[connection], lengthBytes)
    const end = connections.end[connection]
    this.accounts.addCarriedBytes(this.ends.account[end], lengthBytes)
    this.send(end, dataBytes(number, lengthBytes), DATA, lengthBytes, number, content, offset)
    if (connections.generation[connection] === generation) this.wakeWriter(connection)
  }

  private hasTunnelRoom(end: TunnelEnd): boolean {
    const stream = end === NONE ? NONE : this.ends.stream[end]
    return stream !== NONE && this.streams.hasRoom(stream)
  }

  /**
   * Returns the first connection with data to send, starting with the one whose turn it is; NONE if no connection has
   * data.
   */
  private nextToSend(end: TunnelEnd, flushed: TunnelledConnection): TunnelledConnection {
    const { ends, connections } = this
    if (ends.unsentConnections[end] === 0) return NONE
    const isAlone = ends.unsentConnections[end] === 1 && flushed !== NONE && connections.hasUnsent[flushed] === 1
    if (isAlone) return this.canSend(flushed) ? flushed : NONE
    const first = ends.firstConnection[end]
    const start = ends.nextToSend[end] === NONE ? first : ends.nextToSend[end]
    let connection = this.connections.rowAt(start)
    while (connection !== NONE) {
      if (this.canSend(connection)) return connection
      connection = connections.next[connection] === NONE ? first : connections.next[connection]
      if (connection === start) return NONE
    }
    return NONE
  }

  private canSend(connection: TunnelledConnection): boolean {
    const { connections } = this
    const isWritable = connections.isOpen[connection] === 1 && connections.hasSentClose[connection] === 0
    return isWritable && this.unsentBytes(connection) > 0
  }

  private closeDrained(end: TunnelEnd): void {
    let connection = this.nextToClose(end)
    for (; connection !== NONE; connection = this.nextToClose(end)) this.sendClose(connection)
  }

  private nextToClose(end: TunnelEnd): TunnelledConnection {
    const { connections } = this
    if (end === NONE || this.ends.closingConnections[end] === 0) return NONE
    let connection = this.ends.firstConnection[end]
    while (connection !== NONE && !this.isDrained(connection)) connection = connections.next[connection]
    return connection
  }

  private isDrained(connection: TunnelledConnection): boolean {
    const { connections } = this
    if (connections.isClosing[connection] === 0 || connections.hasSentClose[connection] === 1) return false
    return connections.isOpen[connection] === 1 && this.unsentBytes(connection) === 0
  }

  /** Called when no connection has data to send: lets writers continue that waited for room. */
  private wakeWriters(end: TunnelEnd): void {
    const { ends, connections } = this
    if (ends.waitingConnections[end] === 0) return
    for (let connection = ends.firstConnection[end]; connection !== NONE; ) {
      const next = connections.next[connection]
      const nextGeneration = next === NONE ? 0 : connections.generation[next]
      this.wakeWriter(connection)
      if (next !== NONE && connections.generation[next] !== nextGeneration) return
      connection = next
    }
  }

  private wakeWriter(connection: TunnelledConnection): void {
    const { connections } = this
    if (connections.awaitsRoom[connection] === 1 && this.hasRoom(connection))
      this.streams.drained(connections.stream[connection])
  }

  private setAwaitsRoom(connection: TunnelledConnection, awaits: boolean): void {
    const { connections, ends } = this
    const awaitsRoom = awaits ? 1 : 0
    const end = connections.end[connection]
    if (end !== NONE) ends.waitingConnections[end] += awaitsRoom - connections.awaitsRoom[connection]
    connections.awaitsRoom[connection] = awaitsRoom
  }
}
