import { NONE } from '../engine/table.ts'
import type { Content } from '../transport/rows.ts'
import type { FailureReason } from '../transport/streams/failure.ts'
import type { Exchanges } from './exchanges.ts'
import { HTTP_1, HTTP_2, VERSION_UNKNOWN } from './http-connection.ts'
import type { Http2 } from './http2.ts'
import {
  BODY,
  BODY_END,
  detailOf,
  isEnd,
  numberOf,
  PING,
  PING_ACKNOWLEDGED,
  REQUEST_HEAD,
  RESPONSE_HEAD,
  SETTINGS,
  STREAM_RESET,
  WINDOW_UPDATE,
} from './marks.ts'
import { type HttpDirectory, SWITCHING_PROTOCOLS } from './message.ts'
import type { MessageObserver } from './message-observer.ts'
import type { RequestHeads } from './request-heads.ts'
import type { Exchange, HttpConnection } from './rows.ts'

/** The part of Http that the receiver calls. */
export interface ReceiverOwner {
  readonly readObserver: MessageObserver | null
  beginHttp2(connection: HttpConnection): void
  serveExchange(exchange: Exchange): void
  onReleased(connection: HttpConnection): void
  failConnection(connection: HttpConnection, reason: FailureReason): void
}

/** Reads the data that arrives on connections: heads, bodies and the other frames of HTTP/2. */
export class HttpReceiver {
  private readonly exchanges: Exchanges
  private readonly directory: HttpDirectory
  private readonly requestHeads: RequestHeads
  private readonly http2: Http2
  private readonly end: ReceiverOwner

  constructor(
    exchanges: Exchanges,
    directory: HttpDirectory,
    requestHeads: RequestHeads,
    http2: Http2,
    end: ReceiverOwner,
  ) {
    this.exchanges = exchanges
    this.directory = directory
    this.requestHeads = requestHeads
    this.http2 = http2
    this.end = end
  }

  /**
   * Reads the messages and frames that are complete, now that `lengthBytes` of `content` from `offset` on have arrived.
   */
  receive(connection: HttpConnection, content: Content, offset: number, lengthBytes: number): void {
    const { connections, streams } = this.exchanges
    const { contents } = streams
    if (content !== connections.readContent[connection] && !this.switchContent(connection, content, offset)) return
    const generation = connections.generation[connection]
    const untilOffset = offset + lengthBytes
    connections.readUntil[connection] = untilOffset
    if (contents.isAltered(content)) this.setAltered(connection, content)
    while (connections.generation[connection] === generation && contents.nextMarkEnd(content) <= untilOffset) {
      const mark = contents.nextMark(content)
      const kind = contents.marks.kind[mark]
      const value = contents.marks.value[mark]
      const detail = contents.marks.detail[mark]
      const endOffset = contents.marks.endOffset[mark]
      const isLast = endOffset === untilOffset
      const altered = connections.alteredBy[connection]
      const author = altered === NONE ? content : altered
      const body = contents.holdCarried(mark, altered)
      const bodyOffset = contents.marks.carriedOffset[mark]
      if (altered !== NONE) contents.hold(altered)
      contents.takeMark(content)
      if (altered !== NONE && (isLast || !contents.isAltered(content))) this.setAltered(connection, NONE)
      const delivered = connections.deliveredPart[connection]
      connections.deliveredPart[connection] = 0
      this.takeMark(connection, author, endOffset, kind, value - delivered, detail, body, bodyOffset + delivered)
      if (altered !== NONE) contents.drop(altered)
      if (body !== NONE) contents.drop(body)
    }
    if (connections.generation[connection] === generation) this.receivePart(connection, content, untilOffset)
  }

  /** Delivers the arrived part of an incomplete record, if another protocol has begun on the connection. */
  private receivePart(connection: HttpConnection, content: Content, untilOffset: number): void {
    const { connections, streams } = this.exchanges
    const { contents } = streams
    const mark = contents.nextMark(content)
    if (mark === NONE || contents.marks.kind[mark] !== BODY || this.exchanges.rawExchangeOf(connection) === NONE) return
    const delivered = connections.deliveredPart[connection]
    const startOffset = contents.marks.endOffset[mark] - contents.marks.lengthBytes[mark]
    const lengthBytes = untilOffset - startOffset - delivered
    if (lengthBytes <= 0) return
    connections.deliveredPart[connection] += lengthBytes
    const altered = connections.alteredBy[connection]
    const author = altered === NONE ? content : altered
    const { detail, carriedOffset } = contents.marks
    const [number, offset] = [numberOf(detail[mark]), carriedOffset[mark] + delivered]
    const body = contents.holdCarried(mark, altered)
    if (altered !== NONE) contents.hold(altered)
    if (altered !== NONE && !contents.isAltered(content)) this.setAltered(connection, NONE)
    this.takeBody(connection, author, untilOffset, lengthBytes, detailOf(number, false), body, offset)
    if (altered !== NONE) contents.drop(altered)
    contents.drop(body)
  }

  /** Drops everything that it holds about a connection that has ended. */
  forget(connection: HttpConnection): void {
    const { connections, streams } = this.exchanges
    this.setAltered(connection, NONE)
    if (connections.readContent[connection] !== NONE) streams.contents.drop(connections.readContent[connection])
  }

  /**
   * Continues with another content. Returns false when this cuts a message, in which case the connection has failed.
   */
  private switchContent(connection: HttpConnection, content: Content, offset: number): boolean {
    const { connections, streams } = this.exchanges
    const { contents } = streams
    const known = connections.readContent[connection]
    if (this.cutsMessage(known, connections.readUntil[connection], content, offset)) {
      this.end.failConnection(connection, 'malformed message')
      return false
    }
    contents.hold(content)
    if (known !== NONE) contents.drop(known)
    connections.readContent[connection] = content
    return true
  }

  /**
   * Returns whether a message is incomplete, of what was read up to `readUntil` or of what is read from `offset` on.
   */
  private cutsMessage(known: Content, readUntil: number, content: Content, offset: number): boolean {
    const { contents } = this.exchanges.streams
    if (known === NONE) return contents.nextMark(content) === NONE
    if (contents.originalOf(known) === contents.originalOf(content)) return false
    return contents.recordStart(known, readUntil) < readUntil || contents.recordStart(content, offset) !== offset
  }

  private setAltered(connection: HttpConnection, content: Content): void {
    const { connections, streams } = this.exchanges
    const known = connections.alteredBy[connection]
    if (known === content) return
    if (content !== NONE) streams.contents.hold(content)
    connections.alteredBy[connection] = content
    if (known !== NONE) streams.contents.drop(known)
  }

  private takeMark(
    connection: HttpConnection,
    content: Content,
    endOffset: number,
    kind: number,
    value: number,
    detail: number,
    body: Content,
    bodyOffset: number,
  ): void {
    switch (kind) {
      case REQUEST_HEAD:
        return this.takeRequest(connection, content, endOffset, value, detail)
      case RESPONSE_HEAD:
        return this.takeResponse(connection, content, endOffset, value, detail)
      case BODY:
        return this.takeBody(connection, content, endOffset, value, detail, body, bodyOffset)
      case BODY_END:
        return this.takeEnd(connection, detail)
      case SETTINGS:
        return this.takeSettings(connection, value)
      case WINDOW_UPDATE:
        this.http2.windows.takeUpdate(connection, numberOf(detail), value)
        return this.http2.pump(connection)
      case PING:
        return this.answerPing(connection, value)
      case PING_ACKNOWLEDGED:
        this.exchanges.connections.pingTick[connection] = -1
        return
      case STREAM_RESET:
        return this.takeReset(connection, detail)
    }
  }

  private takeRequest(
    connection: HttpConnection,
    content: Content,
    endOffset: number,
    request: number,
    detail: number,
  ): void {
    const { table, connections, streams } = this.exchanges
    if (connections.version[connection] === VERSION_UNKNOWN) connections.version[connection] = HTTP_1
    const exchange = this.exchanges.allocate(connection, numberOf(detail), request)
    if (connections.version[connection] === HTTP_2) this.http2.openReceiveWindow(exchange)
    if (isEnd(detail)) table.hasArrivedEnd[exchange] = 1
    this.end.readObserver?.onRequestRead(exchange, content, endOffset, streams.contents.isAltered(content))
    this.end.serveExchange(exchange)
  }

  private takeResponse(
    connection: HttpConnection,
    content: Content,
    endOffset: number,
    response: number,
    detail: number,
  ): void {
    const { table, streams } = this.exchanges
    const exchange = this.exchanges.find(connection, numberOf(detail))
    if (exchange === NONE) return
    const generation = table.generation[exchange]
    const hasSwitched = this.directory.responses[response].status === SWITCHING_PROTOCOLS
    table.response[exchange] = response
    if (hasSwitched) this.exchanges.beginRaw(exchange)
    // The client sends no data for a protocol that the server did not switch to.
    else if (this.requestHeads.isUpgrade[table.request[exchange]] === 1) table.hasSentEnd[exchange] = 1
    this.end.readObserver?.onResponseRead(exchange, content, endOffset, streams.contents.isAltered(content))
    streams.opened(table.stream[exchange])
    if (table.generation[exchange] === generation && isEnd(detail)) this.exchanges.takeEnd(exchange)
  }

  private takeBody(
    connection: HttpConnection,
    content: Content,
    endOffset: number,
    lengthBytes: number,
    detail: number,
    body: Content,
    bodyOffset: number,
  ): void {
    const { table, connections, streams } = this.exchanges
    const exchange = this.exchanges.find(connection, numberOf(detail))
    if (connections.version[connection] === HTTP_2) this.http2.windows.onArrived(connection, exchange, lengthBytes)
    if (exchange === NONE) return
    const generation = table.generation[exchange]
    if (isEnd(detail)) table.hasArrivedEnd[exchange] = 1
    const isAltered = streams.contents.isAltered(body)
    this.end.readObserver?.onBodyRead(exchange, content, endOffset, lengthBytes, isAltered, body, bodyOffset)
    this.exchanges.takeBody(exchange, lengthBytes, body, bodyOffset)
    if (table.generation[exchange] !== generation) return
    const holdsBack = streams.table.isPaused[table.stream[exchange]] === 1
    if (holdsBack && connections.version[connection] === HTTP_1) streams.setPaused(connections.lower[connection], true)
  }

  private takeEnd(connection: HttpConnection, detail: number): void {
    const exchange = this.exchanges.find(connection, numberOf(detail))
    if (exchange !== NONE) this.exchanges.takeEnd(exchange)
  }

  private takeSettings(connection: HttpConnection, parameters: number): void {
    const { connections } = this.exchanges
    if (connections.version[connection] === VERSION_UNKNOWN) this.end.beginHttp2(connection)
    this.http2.takeSettings(connection, parameters)
  }

  private answerPing(connection: HttpConnection, answerBytes: number): void {
    const { connections, streams } = this.exchanges
    const lower = connections.lower[connection]
    if (streams.table.hasFinished[lower] === 0) streams.write(lower, answerBytes, PING_ACKNOWLEDGED, 0, 0, NONE)
  }

  private takeReset(connection: HttpConnection, detail: number): void {
    const { connections } = this.exchanges
    const exchange = this.exchanges.find(connection, numberOf(detail))
    if (exchange === NONE) return
    const generation = connections.generation[connection]
    this.exchanges.fail(exchange, 'unexpected end')
    if (connections.generation[connection] === generation) this.end.onReleased(connection)
  }
}
