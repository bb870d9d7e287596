import type { Arena } from '../engine/arena.ts'
import { appendRow, removeRow } from '../engine/linked-rows.ts'
import { NONE } from '../engine/table.ts'
import type { ActivityTable } from '../network/activity.ts'
import type { Content, Stream } from '../transport/rows.ts'
import type { ByteStreams } from '../transport/streams/byte-stream.ts'
import { derivedName } from '../transport/streams/derived-name.ts'
import type { FailureReason } from '../transport/streams/failure.ts'
import { Pieces } from '../transport/streams/pieces.ts'
import { ExchangeTable } from './exchange.ts'
import type { HttpConnectionTable } from './http-connection.ts'
import { UNKNOWN_LENGTH } from './message.ts'
import type { Exchange, HttpConnection } from './rows.ts'

/** The most that Go's io.Copy writes at once: the size of its buffer (io/io.go, copyBuffer). */
export const WRITE_BUFFER_BYTES = 32 * 1024

/** The owner of connections. It grants window for data that was read, and may reuse a connection that is free. */
export interface ExchangeOwner {
  /** Called before the user of an exchange gets `lengthBytes` of its data. */
  onConsumed(exchange: Exchange, lengthBytes: number): void
  /** Called when an exchange ends whose user has not read all that arrived. */
  onDiscarded(connection: HttpConnection, lengthBytes: number): void
  /** Called when an exchange is over. */
  onReleased(connection: HttpConnection): void
}

/** The exchanges of all connections, and the data that arrives for each. */
export class Exchanges {
  readonly table: ExchangeTable
  readonly connections: HttpConnectionTable
  readonly streams: ByteStreams
  readonly activities: ActivityTable
  private readonly pieces: Pieces
  private carrierKind = 0
  private owner!: ExchangeOwner

  constructor(arena: Arena, connections: HttpConnectionTable, streams: ByteStreams, activities: ActivityTable) {
    this.table = new ExchangeTable(arena)
    this.connections = connections
    this.streams = streams
    this.activities = activities
    this.pieces = new Pieces(arena, streams.contents)
  }

  connectOwner(owner: ExchangeOwner, carrierKind: number): void {
    this.owner = owner
    this.carrierKind = carrierKind
  }

  allocate(connection: HttpConnection, number: number, request: number): Exchange {
    const { table, connections, streams } = this
    const lower = connections.lower[connection]
    const host = streams.table.host[lower]
    const activity = streams.table.activity[lower]
    const nameHigh = derivedName(streams.table.nameHigh[lower], number)
    const nameLow = derivedName(streams.table.nameLow[lower], number)
    const content = streams.contents.create(nameHigh, nameLow, host)
    const exchange = table.allocate()
    const stream = streams.open(host, this.carrierKind, exchange, activity, nameHigh, nameLow, content)
    table.connection[exchange] = connection
    table.isClient[exchange] = connections.isClient[connection]
    table.number[exchange] = number
    table.request[exchange] = request
    table.response[exchange] = NONE
    table.stream[exchange] = stream
    table.bodyBytes[exchange] = UNKNOWN_LENGTH
    table.sendWindowBytes[exchange] = Number.POSITIVE_INFINITY
    table.receiveWindowBytes[exchange] = Number.POSITIVE_INFINITY
    appendRow(connections.firstExchange, connection, table.next, exchange)
    return exchange
  }

  find(connection: HttpConnection, number: number): Exchange {
    let exchange = this.connections.firstExchange[connection]
    while (exchange !== NONE && this.table.number[exchange] !== number) exchange = this.table.next[exchange]
    return exchange
  }

  unsentBytes(exchange: Exchange): number {
    return this.streams.table.writtenBytes[this.table.stream[exchange]] - this.table.sentBytes[exchange]
  }

  /** Clears `isSending` of an exchange that has nothing to send or to end, and no writer to wake. */
  restIfIdle(exchange: Exchange): void {
    const { table, streams } = this
    if (table.awaitsRoom[exchange] === 1) return
    const hasFinished = streams.table.hasFinished[table.stream[exchange]] === 1
    if (table.hasSentEnd[exchange] === 1 || (!hasFinished && this.unsentBytes(exchange) === 0))
      table.isSending[exchange] = 0
  }

  /** Returns whether the exchange accepts more data. If not, the stream's `onDrained` is called when it does. */
  hasRoom(exchange: Exchange): boolean {
    const { table, connections, streams } = this
    const lower = connections.lower[table.connection[exchange]]
    const bufferBytes = streams.table.outputBufferBytes[table.stream[exchange]]
    const accepts = bufferBytes > 0 || (lower !== NONE && streams.hasRoom(lower))
    const hasRoom = accepts && this.unsentBytes(exchange) < (bufferBytes || WRITE_BUFFER_BYTES)
    table.awaitsRoom[exchange] = hasRoom ? 0 : 1
    if (!hasRoom) table.isSending[exchange] = 1
    return hasRoom
  }

  /**
   * Begins another protocol on the connection. Its writes come from its program and are not buffered, and its reads
   * return all arrived data, regardless of the boundaries of the far end's writes.
   */
  beginRaw(exchange: Exchange): void {
    const { table, connections, streams } = this
    const lower = connections.lower[table.connection[exchange]]
    table.isRaw[exchange] = 1
    streams.table.waitsForWrites[lower] = 1
    streams.table.isRelayed[lower] = 1
  }

  /** Returns the exchange that has switched a connection to another protocol; NONE if there is none. */
  rawExchangeOf(connection: HttpConnection): Exchange {
    const first = this.connections.firstExchange[connection]
    return first !== NONE && this.table.isRaw[first] === 1 ? first : NONE
  }

  // Data that arrives.

  takeBody(exchange: Exchange, lengthBytes: number, content: Content, offset: number): void {
    const { table, streams } = this
    if (table.content[exchange] === NONE) {
      streams.contents.hold(content)
      table.content[exchange] = content
    }
    const isNext = table.content[exchange] === content && table.arrivedBytes[exchange] === offset
    if (!isNext || table.pieces[exchange] !== NONE) this.addPiece(exchange, content, offset)
    table.arrivedBytes[exchange] += lengthBytes
    this.deliver(exchange)
  }

  private addPiece(exchange: Exchange, content: Content, offset: number): void {
    const { table, pieces } = this
    const arrived = table.arrivedBytes[exchange]
    if (table.pieces[exchange] === NONE) {
      const list = pieces.begin()
      table.pieces[exchange] = list
      if (arrived > 0) pieces.append(list, 0, table.content[exchange], 0)
    }
    pieces.append(table.pieces[exchange], arrived, content, offset)
  }

  takeEnd(exchange: Exchange): void {
    this.table.hasArrivedEnd[exchange] = 1
    this.deliver(exchange)
  }

  /**
   * Delivers arrived data to the stream's user. If there is no user yet, or the user has paused the stream, the data
   * waits.
   */
  deliver(exchange: Exchange): void {
    const { table, streams } = this
    const generation = table.generation[exchange]
    const stream = table.stream[exchange]
    const hasReceiver = streams.table.userKind[stream] !== NONE || table.isLetGo[exchange] === 1
    if (!hasReceiver || streams.table.isPaused[stream] === 1) return
    while (table.deliveredBytes[exchange] < table.arrivedBytes[exchange]) {
      this.deliverPiece(exchange, stream)
      if (table.generation[exchange] !== generation) return
      if (streams.table.isPaused[stream] === 1) break
    }
    if (table.hasArrivedEnd[exchange] === 0 || table.hasDeliveredEnd[exchange] === 1) return
    if (table.deliveredBytes[exchange] < table.arrivedBytes[exchange]) return
    table.hasDeliveredEnd[exchange] = 1
    streams.ended(stream)
    if (table.generation[exchange] === generation) this.releaseIfOver(exchange)
  }

  /** Delivers as much of the waiting data as belongs to one content. */
  private deliverPiece(exchange: Exchange, stream: Stream): void {
    const { table, pieces } = this
    const delivered = table.deliveredBytes[exchange]
    const waiting = table.arrivedBytes[exchange] - delivered
    const list = table.pieces[exchange]
    if (list === NONE) {
      table.deliveredBytes[exchange] += waiting
      this.owner.onConsumed(exchange, waiting)
      return this.streams.received(stream, table.content[exchange], delivered, waiting)
    }
    pieces.seek(list, delivered)
    const { content, contentOffset } = pieces
    const lengthBytes = Math.min(waiting, pieces.lengthBytes)
    table.deliveredBytes[exchange] += lengthBytes
    this.owner.onConsumed(exchange, lengthBytes)
    this.streams.received(stream, content, contentOffset, lengthBytes)
  }

  // The end of an exchange.

  releaseIfOver(exchange: Exchange): void {
    const { table } = this
    const isOver =
      table.isLetGo[exchange] === 1 && table.hasSentEnd[exchange] === 1 && table.hasArrivedEnd[exchange] === 1
    if (!isOver) return
    const connection = table.connection[exchange]
    this.release(exchange)
    this.owner.onReleased(connection)
  }

  fail(exchange: Exchange, reason: FailureReason): void {
    const { table, streams } = this
    const generation = table.generation[exchange]
    streams.failed(table.stream[exchange], reason)
    if (table.generation[exchange] === generation) this.release(exchange)
  }

  failAll(connection: HttpConnection, reason: FailureReason): void {
    const { connections } = this
    const generation = connections.generation[connection]
    while (connections.generation[connection] === generation && connections.firstExchange[connection] !== NONE)
      this.fail(connections.firstExchange[connection], reason)
  }

  release(exchange: Exchange): void {
    const { table, streams } = this
    const unreadBytes = table.arrivedBytes[exchange] - table.deliveredBytes[exchange]
    if (unreadBytes > 0) this.owner.onDiscarded(table.connection[exchange], unreadBytes)
    this.setWindowClosed(exchange, false)
    this.unlink(exchange)
    if (table.content[exchange] !== NONE) streams.contents.drop(table.content[exchange])
    if (table.pieces[exchange] !== NONE) this.pieces.release(table.pieces[exchange])
    const stream = table.stream[exchange]
    table.release(exchange)
    streams.release(stream)
  }

  /** Records whether data waits for the far end to grant more window. */
  setWindowClosed(exchange: Exchange, isClosed: boolean): void {
    const { table, streams, activities } = this
    if ((table.isWindowClosed[exchange] === 1) === isClosed) return
    table.isWindowClosed[exchange] = isClosed ? 1 : 0
    activities.changeClosedWindows(streams.table.activity[table.stream[exchange]], isClosed ? 1 : -1)
  }

  /** Records that the head was sent, which HTTP/2 counts as an open stream until the exchange is released. */
  noteSentHead(exchange: Exchange): void {
    this.table.hasSentHead[exchange] = 1
    this.connections.sentHeads[this.table.connection[exchange]]++
  }

  private unlink(exchange: Exchange): void {
    const { table, connections } = this
    const connection = table.connection[exchange]
    connections.sentHeads[connection] -= table.hasSentHead[exchange]
    if (connections.turn[connection] === exchange) connections.turn[connection] = table.next[exchange]
    removeRow(connections.firstExchange, connection, table.next, exchange)
  }
}
