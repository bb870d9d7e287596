import { NONE } from '../engine/table.ts'
import type { CpuProfile } from '../security/cpu-profile.ts'
import type { Stream } from '../transport/rows.ts'
import { ExchangeSender } from './exchange-sender.ts'
import type { Exchanges } from './exchanges.ts'
import type { Framing } from './framing.ts'
import { BODY, BODY_END, detailOf, REQUEST_HEAD, RESPONSE_HEAD } from './marks.ts'
import { type HttpDirectory, SWITCHING_PROTOCOLS, UNKNOWN_LENGTH } from './message.ts'
import type { RequestHeads } from './request-heads.ts'
import type { Exchange, HttpConnection } from './rows.ts'

const LINE_END_BYTES = 2
/** The size of the last chunk, which is empty and has no trailers (RFC 9112 section 7.1). */
const LAST_CHUNK_BYTES = 1 + 2 * LINE_END_BYTES

/** HTTP/1.1 (RFC 9112): one exchange at a time; bodies unframed, or in chunks when their length is not known. */
export class Http1 implements Framing {
  private readonly exchanges: Exchanges
  private readonly directory: HttpDirectory
  private readonly requestHeads: RequestHeads
  private readonly sender: ExchangeSender
  private readonly closeConnection: (connection: HttpConnection) => void
  private readonly copyToSocket: (lower: Stream, costNs: number) => void
  private readonly cpus: readonly CpuProfile[]

  /**
   * `closeConnection` closes a connection on which an exchange was cancelled; `copyToSocket` is work of the writer of a
   * stream; `cpus` is by host.
   */
  constructor(
    exchanges: Exchanges,
    directory: HttpDirectory,
    requestHeads: RequestHeads,
    closeConnection: (connection: HttpConnection) => void,
    copyToSocket: (lower: Stream, costNs: number) => void,
    cpus: readonly CpuProfile[],
  ) {
    this.exchanges = exchanges
    this.directory = directory
    this.requestHeads = requestHeads
    this.sender = new ExchangeSender(exchanges, this)
    this.closeConnection = closeConnection
    this.copyToSocket = copyToSocket
    this.cpus = cpus
  }

  sendRequest(exchange: Exchange): void {
    const { table } = this.exchanges
    const request = table.request[exchange]
    this.sendHead(exchange, this.requestHeads.http1Bytes[request], REQUEST_HEAD, request)
  }

  sendResponse(exchange: Exchange): void {
    const { table } = this.exchanges
    const { http1HeadBytes, status } = this.directory.responses[table.response[exchange]]
    if (status === SWITCHING_PROTOCOLS) this.exchanges.beginRaw(exchange)
    this.sendHead(exchange, http1HeadBytes, RESPONSE_HEAD, table.response[exchange])
  }

  pump(connection: HttpConnection): void {
    this.sender.pump(connection)
  }

  /** Closes the connection: nothing else can arrive on it before the rest of this exchange. */
  cancel(exchange: Exchange): void {
    this.closeConnection(this.exchanges.table.connection[exchange])
  }

  // Calls of the sender, for bodies.

  /**
   * Returns the most that the next piece may hold. After a request for an upgrade, a client sends nothing until the
   * server has switched.
   */
  maxPieceBytes(exchange: Exchange): number {
    const { table } = this.exchanges
    const waits = table.isRaw[exchange] === 0 && this.requestHeads.isUpgrade[table.request[exchange]] === 1
    return waits && table.isClient[exchange] === 1 ? 0 : this.writeBytes(exchange)
  }

  /**
   * Returns the size of the next write. Bodies of unknown length, and data after an upgrade, are flushed as they come.
   */
  private writeBytes(exchange: Exchange): number {
    const { table, streams } = this.exchanges
    const { bodyWriteBytes, firstWriteBytes } = this.cpus[streams.table.host[table.stream[exchange]]]
    const isFirst = table.sentBytes[exchange] === 0 && table.bodyBytes[exchange] !== UNKNOWN_LENGTH
    if (!isFirst || table.isRaw[exchange] === 1) return bodyWriteBytes
    return Math.min(bodyWriteBytes, firstWriteBytes - (this.headBytes(exchange) % firstWriteBytes))
  }

  private headBytes(exchange: Exchange): number {
    const { table } = this.exchanges
    return table.isClient[exchange] === 1
      ? this.requestHeads.http1Bytes[table.request[exchange]]
      : this.directory.responses[table.response[exchange]].http1HeadBytes
  }

  writePiece(exchange: Exchange, lengthBytes: number, isLast: boolean): void {
    const { table, streams } = this.exchanges
    const isChunk = table.isRaw[exchange] === 0 && table.bodyBytes[exchange] === UNKNOWN_LENGTH
    const overheadBytes = isChunk ? lengthBytes.toString(16).length + 2 * LINE_END_BYTES : 0
    const detail = detailOf(table.number[exchange], isLast)
    const content = streams.sendContentAt(table.stream[exchange], table.sentBytes[exchange] - lengthBytes)
    const offset = streams.sendOffset
    const wireBytes = lengthBytes + overheadBytes
    const request = table.request[exchange]
    const lower = this.lowerOf(exchange)
    const { socketByteNs } = this.cpus[streams.table.host[lower]]
    if (socketByteNs > 0) this.copyToSocket(lower, Math.round(wireBytes * socketByteNs))
    streams.write(lower, wireBytes, BODY, lengthBytes, detail, content, offset, request)
  }

  writeEnd(exchange: Exchange): void {
    const { table, streams } = this.exchanges
    if (table.isRaw[exchange] === 1) return streams.finish(this.lowerOf(exchange))
    streams.write(this.lowerOf(exchange), LAST_CHUNK_BYTES, BODY_END, 0, detailOf(table.number[exchange], true), NONE)
  }

  private sendHead(exchange: Exchange, headBytes: number, kind: number, value: number): void {
    const { table, streams } = this.exchanges
    const isEnd = table.bodyBytes[exchange] === 0
    this.exchanges.noteSentHead(exchange)
    if (isEnd) table.hasSentEnd[exchange] = 1
    const detail = detailOf(table.number[exchange], isEnd)
    const lower = this.lowerOf(exchange)
    const request = table.request[exchange]
    streams.append(lower, headBytes, kind, value, detail, NONE, 0, request)
    const { isUpgrade, flushesHead } = this.requestHeads
    if (isEnd || isUpgrade[request] === 1 || (flushesHead[request] === 1 && kind === REQUEST_HEAD)) streams.flush(lower)
  }

  private lowerOf(exchange: Exchange): Stream {
    return this.exchanges.connections.lower[this.exchanges.table.connection[exchange]]
  }
}
