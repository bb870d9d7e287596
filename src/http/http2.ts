import { NONE } from '../engine/table.ts'
import { ExchangeSender } from './exchange-sender.ts'
import { type Exchanges, WRITE_BUFFER_BYTES } from './exchanges.ts'
import type { Framing } from './framing.ts'
import type { HpackTables } from './hpack/hpack-tables.ts'
import {
  dataFrameBytes,
  FRAME_HEADER_BYTES,
  headersBytes,
  RST_STREAM_BYTES,
  SETTINGS_ACK_BYTES,
} from './http2-frames.ts'
import { DEFAULT_MAX_FRAME_BYTES, DEFAULT_WINDOW_BYTES, type Http2Parameters } from './http2-parameters.ts'
import { Http2Windows } from './http2-windows.ts'
import {
  BODY,
  BODY_END,
  detailOf,
  REQUEST_HEAD,
  RESPONSE_HEAD,
  SETTINGS,
  SETTINGS_ACKNOWLEDGED,
  STREAM_RESET,
} from './marks.ts'
import type { HttpDirectory } from './message.ts'
import type { RequestHeads } from './request-heads.ts'
import type { Exchange, HttpConnection } from './rows.ts'

/** The buffer of a handler of Go's server (x/net/http2/server.go, handlerChunkWriteSize). */
const HANDLER_BUFFER_BYTES = 4096

/** HTTP/2 (RFC 9113): many exchanges on one connection, heads in HPACK, bodies in DATA frames under flow control. */
export class Http2 implements Framing {
  readonly windows: Http2Windows
  private readonly exchanges: Exchanges
  private readonly directory: HttpDirectory
  private readonly requestHeads: RequestHeads
  private readonly hpack: HpackTables
  private readonly parameters: readonly Http2Parameters[]
  private readonly sender: ExchangeSender

  constructor(
    exchanges: Exchanges,
    directory: HttpDirectory,
    requestHeads: RequestHeads,
    hpack: HpackTables,
    parameters: readonly Http2Parameters[],
  ) {
    this.exchanges = exchanges
    this.directory = directory
    this.requestHeads = requestHeads
    this.hpack = hpack
    this.parameters = parameters
    this.windows = new Http2Windows(exchanges, requestHeads, parameters)
    this.sender = new ExchangeSender(exchanges, this)
  }

  /**
   * Sends the first bytes of either end: a client its preface and SETTINGS, a server its SETTINGS when the client's
   * have arrived.
   */
  sendSettings(connection: HttpConnection): void {
    const { connections, streams } = this.exchanges
    const own = connections.parameters[connection]
    streams.write(connections.lower[connection], this.parameters[own].openingBytes, SETTINGS, own, 0, NONE)
  }

  takeSettings(connection: HttpConnection, parameters: number): void {
    const { connections, streams } = this.exchanges
    connections.peerParameters[connection] = parameters
    this.windows.takeSettings(connection)
    if (this.parameters[parameters].namesHeaderTableSize) this.hpack.onPeerTableSize(connections.hpack[connection])
    if (connections.isClient[connection] === 0) this.sendSettings(connection)
    streams.write(connections.lower[connection], SETTINGS_ACK_BYTES, SETTINGS_ACKNOWLEDGED, 0, 0, NONE)
    if (this.parameters[connections.parameters[connection]].awaitsSettings) this.sendWaiting(connection)
  }

  /**
   * Sends a request, unless the server allows no further stream now, or the client must wait for the server's SETTINGS.
   */
  sendRequest(exchange: Exchange): void {
    const { table, connections } = this.exchanges
    const connection = table.connection[exchange]
    const { awaitsSettings } = this.parameters[connections.parameters[connection]]
    if (awaitsSettings && connections.peerParameters[connection] === NONE) return
    if (!this.mayOpenStream(connection)) return
    const { fieldIds, firstField } = this.requestHeads
    const request = table.request[exchange]
    const blockBytes = this.blockBytes(connection, request, fieldIds, firstField[request], firstField[request + 1])
    this.sendHead(exchange, blockBytes, REQUEST_HEAD, request)
  }

  sendResponse(exchange: Exchange): void {
    const { table } = this.exchanges
    const response = table.response[exchange]
    const { http2Fields } = this.directory.responses[response]
    const blockBytes = this.blockBytes(table.connection[exchange], response, http2Fields, 0, http2Fields.length)
    this.sendHead(exchange, blockBytes, RESPONSE_HEAD, response)
  }

  /** Sends the requests that wait, after an exchange is over or SETTINGS have arrived. */
  sendWaiting(connection: HttpConnection): void {
    const { table, connections } = this.exchanges
    let exchange = connections.isClient[connection] === 1 ? connections.firstExchange[connection] : NONE
    while (exchange !== NONE && this.mayOpenStream(connection)) {
      if (table.hasSentHead[exchange] === 0) this.sendRequest(exchange)
      exchange = table.next[exchange]
    }
    this.pump(connection)
  }

  pump(connection: HttpConnection): void {
    const { connections, streams } = this.exchanges
    this.sender.pump(connection)
    if (connections.lower[connection] !== NONE) streams.flush(connections.lower[connection])
  }

  cancel(exchange: Exchange): void {
    const { table, connections, streams } = this.exchanges
    const connection = table.connection[exchange]
    const number = table.number[exchange]
    // The far end knows the exchange if its head was sent, or if it sent the request itself.
    const isKnown = table.hasSentHead[exchange] === 1 || table.isClient[exchange] === 0
    this.exchanges.release(exchange)
    if (isKnown && connections.lower[connection] !== NONE)
      streams.write(connections.lower[connection], RST_STREAM_BYTES, STREAM_RESET, 0, detailOf(number, true), NONE)
  }

  // Calls of the sender, for bodies.

  maxPieceBytes(exchange: Exchange): number {
    const { table, connections } = this.exchanges
    const connection = table.connection[exchange]
    const windowBytes = Math.min(table.sendWindowBytes[exchange], connections.sendWindowBytes[connection])
    return Math.max(0, Math.min(windowBytes, this.maxFrameBytes(connection), WRITE_BUFFER_BYTES))
  }

  writePiece(exchange: Exchange, lengthBytes: number, isLast: boolean): void {
    const { table, connections, streams } = this.exchanges
    const connection = table.connection[exchange]
    table.sendWindowBytes[exchange] -= lengthBytes
    connections.sendWindowBytes[connection] -= lengthBytes
    const endsApart = isLast && this.endsApart(exchange)
    const detail = detailOf(table.number[exchange], isLast && !endsApart)
    const content = streams.sendContentAt(table.stream[exchange], table.sentBytes[exchange] - lengthBytes)
    const offset = streams.sendOffset
    const request = table.request[exchange]
    const lower = connections.lower[connection]
    streams.write(lower, dataFrameBytes(lengthBytes), BODY, lengthBytes, detail, content, offset, request)
    if (!endsApart) return
    streams.flush(lower)
    this.writeEnd(exchange)
  }

  /**
   * Returns whether an empty frame ends the body. Go's server sends data that a handler flushes, and data beyond its
   * buffer, before it knows that the body ends (x/net/http2/server.go, responseWriter.write, handlerDone).
   */
  private endsApart(exchange: Exchange): boolean {
    const { table, connections } = this.exchanges
    const { implementation } = this.parameters[connections.parameters[table.connection[exchange]]]
    if (implementation !== 'go' || table.isClient[exchange] === 1) return false
    const isFlushed = this.requestHeads.isReadByLine[table.request[exchange]] === 1
    return isFlushed || table.bodyBytes[exchange] > HANDLER_BUFFER_BYTES
  }

  writeEnd(exchange: Exchange): void {
    const { table, connections, streams } = this.exchanges
    const lower = connections.lower[table.connection[exchange]]
    streams.write(lower, FRAME_HEADER_BYTES, BODY_END, 0, detailOf(table.number[exchange], true), NONE)
  }

  /** Returns the size of the header block of a head. Its fields are the list items from `begin` to before `end`. */
  private blockBytes(
    connection: HttpConnection,
    head: number,
    fieldIds: ArrayLike<number>,
    begin: number,
    end: number,
  ): number {
    return this.hpack.encodeHead(this.exchanges.connections.hpack[connection], head, fieldIds, begin, end)
  }

  private sendHead(exchange: Exchange, blockBytes: number, kind: number, value: number): void {
    const { table, connections, streams } = this.exchanges
    const connection = table.connection[exchange]
    const isEnd = table.bodyBytes[exchange] === 0
    this.exchanges.noteSentHead(exchange)
    table.sendWindowBytes[exchange] = this.initialWindowBytes(connection)
    if (table.isClient[exchange] === 1) this.openReceiveWindow(exchange)
    if (isEnd) table.hasSentEnd[exchange] = 1
    const bytes = headersBytes(blockBytes, this.maxFrameBytes(connection))
    const detail = detailOf(table.number[exchange], isEnd)
    streams.append(connections.lower[connection], bytes, kind, value, detail, NONE, 0, table.request[exchange])
    // Go flushes a head at once, so the body begins a TLS record of its own (x/net/http2/transport.go, writeHeaders).
    streams.flush(connections.lower[connection])
  }

  /** Opens the window for the far end's body. */
  openReceiveWindow(exchange: Exchange): void {
    const { table, connections } = this.exchanges
    const own = connections.parameters[table.connection[exchange]]
    table.receiveWindowBytes[exchange] = this.parameters[own].initialStreamWindowBytes
  }

  private initialWindowBytes(connection: HttpConnection): number {
    const peer = this.exchanges.connections.peerParameters[connection]
    return peer === NONE ? DEFAULT_WINDOW_BYTES : this.parameters[peer].initialStreamWindowBytes
  }

  private maxFrameBytes(connection: HttpConnection): number {
    const peer = this.exchanges.connections.peerParameters[connection]
    return peer === NONE ? DEFAULT_MAX_FRAME_BYTES : this.parameters[peer].maxFrameBytes
  }

  private maxStreams(connection: HttpConnection): number {
    const { parameters, peerParameters } = this.exchanges.connections
    const known = peerParameters[connection] === NONE ? parameters[connection] : peerParameters[connection]
    return this.parameters[known].maxConcurrentStreams
  }

  private mayOpenStream(connection: HttpConnection): boolean {
    return this.exchanges.connections.sentHeads[connection] < this.maxStreams(connection)
  }
}
