import { NONE } from '../engine/table.ts'
import type { Content, Mark } from '../transport/rows.ts'
import { derivedName } from '../transport/streams/derived-name.ts'
import type { FailureReason } from '../transport/streams/failure.ts'
import type { Exchanges } from './exchanges.ts'
import { HTTP_1, HTTP_2, VERSION_UNKNOWN } from './http-connection.ts'
import type { Http2 } from './http2.ts'
import { PING_BYTES } from './http2-frames.ts'
import {
  BODY,
  BODY_END,
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
import type { Exchange, HttpConnection } from './rows.ts'

/** What the receiver leaves to the connection's owner. */
export interface ReceivingEnd {
  readonly readObserver: MessageObserver | null
  beginHttp2(connection: HttpConnection): void
  serveExchange(exchange: Exchange): void
  onReleased(connection: HttpConnection): void
  breakOff(connection: HttpConnection, reason: FailureReason): void
}

/** Reads what comes on a connection: heads, bodies, and what HTTP/2 says besides. */
export class HttpReceiver {
  private readonly exchanges: Exchanges
  private readonly directory: HttpDirectory
  private readonly http2: Http2
  private readonly end: ReceivingEnd

  constructor(exchanges: Exchanges, directory: HttpDirectory, http2: Http2, end: ReceivingEnd) {
    this.exchanges = exchanges
    this.directory = directory
    this.http2 = http2
    this.end = end
  }

  /** Takes all that is there as a whole, now that `lengthBytes` of `content` from `offset` on have come. */
  take(connection: HttpConnection, content: Content, offset: number, lengthBytes: number): void {
    const { connections, streams } = this.exchanges
    const { contents } = streams
    if (content !== connections.readContent[connection] && !this.turnTo(connection, content, offset)) return
    const generation = connections.generation[connection]
    const endOffset = offset + lengthBytes
    connections.readUntil[connection] = endOffset
    if (contents.isAltered(content)) this.noteAltered(connection, content)
    while (connections.generation[connection] === generation && contents.nextMarkEnd(content) <= endOffset) {
      const mark = contents.nextMark(content)
      const kind = contents.marks.kind[mark]
      const value = contents.marks.value[mark]
      const detail = contents.marks.detail[mark]
      const isLast = contents.marks.endOffset[mark] === endOffset
      const altered = connections.alteredBy[connection]
      const author = altered === NONE ? content : altered
      const body = this.bodyOf(mark, altered)
      const bodyOffset = contents.marks.carriedOffset[mark]
      if (altered !== NONE) contents.hold(altered)
      contents.takeMark(content)
      if (altered !== NONE && (isLast || !contents.isAltered(content))) this.noteAltered(connection, NONE)
      this.takeMark(connection, author, kind, value, detail, body, bodyOffset)
      if (altered !== NONE) contents.drop(altered)
      if (body !== NONE) contents.drop(body)
    }
  }

  /** The connection is gone. */
  forget(connection: HttpConnection): void {
    const { connections, streams } = this.exchanges
    this.noteAltered(connection, NONE)
    if (connections.readContent[connection] !== NONE) streams.contents.drop(connections.readContent[connection])
  }

  /** Somebody else speaks, or speaks again. False where a message is cut by that: then the connection is gone. */
  private turnTo(connection: HttpConnection, content: Content, offset: number): boolean {
    const { connections, streams } = this.exchanges
    const { contents } = streams
    const known = connections.readContent[connection]
    if (this.isCut(known, connections.readUntil[connection], content, offset)) {
      this.end.breakOff(connection, 'malformed message')
      return false
    }
    contents.hold(content)
    if (known !== NONE) contents.drop(known)
    connections.readContent[connection] = content
    return true
  }

  /** Whether a message of either, what was read up to now and what is read from here on, lacks a part. */
  private isCut(known: Content, readUntil: number, content: Content, offset: number): boolean {
    const { contents } = this.exchanges.streams
    if (known === NONE) return contents.nextMark(content) === NONE
    if (contents.originalOf(known) === contents.originalOf(content)) return false
    return contents.recordStart(known, readUntil) < readUntil || contents.recordStart(content, offset) !== offset
  }

  private noteAltered(connection: HttpConnection, content: Content): void {
    const { connections, streams } = this.exchanges
    const known = connections.alteredBy[connection]
    if (known === content) return
    if (content !== NONE) streams.contents.hold(content)
    connections.alteredBy[connection] = content
    if (known !== NONE) streams.contents.drop(known)
  }

  /** What a mark carries, held, since the mark may be the last to do so; a changed copy where the message was changed. */
  private bodyOf(mark: Mark, altered: Content): Content {
    const { contents } = this.exchanges.streams
    const { table, marks } = contents
    const carried = marks.carried[mark]
    if (carried === NONE) return NONE
    if (altered === NONE) {
      contents.hold(carried)
      return carried
    }
    const nameHigh = derivedName(table.nameHigh[altered], table.nameHigh[carried])
    const nameLow = derivedName(table.nameLow[altered], table.nameLow[carried])
    return contents.alter(carried, table.author[altered], nameHigh, nameLow)
  }

  /** Tells the stream's user of what came before it was there or wanted to hear. */
  deliver(exchange: Exchange): void {
    const { table } = this.exchanges
    const generation = table.generation[exchange]
    const before = table.deliveredBytes[exchange]
    this.exchanges.deliver(exchange)
    if (table.generation[exchange] === generation) this.noteConsumed(exchange, before)
  }

  private takeMark(
    connection: HttpConnection,
    content: Content,
    kind: number,
    value: number,
    detail: number,
    body: Content,
    bodyOffset: number,
  ): void {
    switch (kind) {
      case REQUEST_HEAD:
        return this.takeRequest(connection, content, value, detail)
      case RESPONSE_HEAD:
        return this.takeResponse(connection, content, value, detail)
      case BODY:
        return this.takeBody(connection, content, value, detail, body, bodyOffset)
      case BODY_END:
        return this.takeEnd(connection, detail)
      case SETTINGS:
        return this.takeSettings(connection, value)
      case WINDOW_UPDATE:
        this.http2.windows.takeUpdate(connection, numberOf(detail), value)
        return this.http2.pump(connection)
      case PING:
        return this.answerPing(connection)
      case PING_ACKNOWLEDGED:
        this.exchanges.connections.pingTick[connection] = -1
        return
      case STREAM_RESET:
        return this.takeReset(connection, detail)
    }
  }

  private takeRequest(connection: HttpConnection, content: Content, request: number, detail: number): void {
    const { table, connections, streams } = this.exchanges
    if (connections.version[connection] === VERSION_UNKNOWN) connections.version[connection] = HTTP_1
    const exchange = this.exchanges.allocate(connection, numberOf(detail), request)
    if (connections.version[connection] === HTTP_2) this.http2.openReceiveWindow(exchange)
    if (isEnd(detail)) table.hasArrivedEnd[exchange] = 1
    this.end.readObserver?.onRequestRead(exchange, content, streams.contents.isAltered(content))
    this.end.serveExchange(exchange)
  }

  private takeResponse(connection: HttpConnection, content: Content, response: number, detail: number): void {
    const { table, streams } = this.exchanges
    const exchange = this.exchanges.find(connection, numberOf(detail))
    if (exchange === NONE) return
    const generation = table.generation[exchange]
    const hasSwitched = this.directory.responses[response].status === SWITCHING_PROTOCOLS
    table.response[exchange] = response
    if (hasSwitched) table.isRaw[exchange] = 1
    // What would have followed a switch never will.
    else if (this.directory.requests[table.request[exchange]].isUpgrade) table.hasSentEnd[exchange] = 1
    this.end.readObserver?.onAnswerRead(exchange, content, streams.contents.isAltered(content))
    streams.opened(table.stream[exchange])
    if (table.generation[exchange] === generation && isEnd(detail)) this.exchanges.takeEnd(exchange)
  }

  private takeBody(
    connection: HttpConnection,
    content: Content,
    lengthBytes: number,
    detail: number,
    body: Content,
    bodyOffset: number,
  ): void {
    const { table, connections, streams } = this.exchanges
    const exchange = this.exchanges.find(connection, numberOf(detail))
    if (exchange === NONE) return
    const generation = table.generation[exchange]
    const before = table.deliveredBytes[exchange]
    if (connections.version[connection] === HTTP_2) this.http2.windows.onArrived(exchange, lengthBytes)
    if (isEnd(detail)) table.hasArrivedEnd[exchange] = 1
    const isAltered = streams.contents.isAltered(body)
    this.end.readObserver?.onBodyRead(exchange, content, lengthBytes, isAltered, body, bodyOffset)
    this.exchanges.takeBody(exchange, lengthBytes, body, bodyOffset)
    if (table.generation[exchange] !== generation) return
    this.noteConsumed(exchange, before)
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

  private answerPing(connection: HttpConnection): void {
    const { connections, streams } = this.exchanges
    streams.write(connections.lower[connection], PING_BYTES, PING_ACKNOWLEDGED, 0, 0, NONE)
  }

  private takeReset(connection: HttpConnection, detail: number): void {
    const { connections } = this.exchanges
    const exchange = this.exchanges.find(connection, numberOf(detail))
    if (exchange === NONE) return
    const generation = connections.generation[connection]
    this.exchanges.fail(exchange, 'unexpected end')
    if (connections.generation[connection] === generation) this.end.onReleased(connection)
  }

  private noteConsumed(exchange: Exchange, deliveredBefore: number): void {
    const { table, connections } = this.exchanges
    const lengthBytes = table.deliveredBytes[exchange] - deliveredBefore
    if (lengthBytes > 0 && connections.version[table.connection[exchange]] === HTTP_2)
      this.http2.windows.onConsumed(exchange, lengthBytes)
  }
}
