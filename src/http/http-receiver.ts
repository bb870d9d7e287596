import { NONE } from '../engine/table.ts'
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

/** What the receiver leaves to the connection's owner. */
export interface ReceivingEnd {
  beginHttp2(connection: number): void
  serveExchange(exchange: number): void
  onReleased(connection: number): void
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

  /** Takes all that is there as a whole, up to `endOffset` of the content. */
  take(connection: number, content: number, endOffset: number): void {
    const { connections, streams } = this.exchanges
    const { contents } = streams
    const generation = connections.generation[connection]
    while (connections.generation[connection] === generation && contents.nextMarkEnd(content) <= endOffset) {
      const mark = contents.nextMark(content)
      const kind = contents.marks.kind[mark]
      const value = contents.marks.value[mark]
      const detail = contents.marks.detail[mark]
      const carried = contents.marks.carried[mark]
      // The mark may be the last to hold the body.
      if (carried !== NONE) contents.hold(carried)
      contents.takeMark(content)
      this.takeMark(connection, kind, value, detail, carried)
      if (carried !== NONE) contents.drop(carried)
    }
  }

  /** Tells the stream's user of what came before it was there or wanted to hear. */
  deliver(exchange: number): void {
    const { table } = this.exchanges
    const generation = table.generation[exchange]
    const before = table.deliveredBytes[exchange]
    this.exchanges.deliver(exchange)
    if (table.generation[exchange] === generation) this.noteConsumed(exchange, before)
  }

  private takeMark(connection: number, kind: number, value: number, detail: number, carried: number): void {
    switch (kind) {
      case REQUEST_HEAD:
        return this.takeRequest(connection, value, detail)
      case RESPONSE_HEAD:
        return this.takeResponse(connection, value, detail)
      case BODY:
        return this.takeBody(connection, value, detail, carried)
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

  private takeRequest(connection: number, request: number, detail: number): void {
    const { table, connections } = this.exchanges
    if (connections.version[connection] === VERSION_UNKNOWN) connections.version[connection] = HTTP_1
    const exchange = this.exchanges.allocate(connection, numberOf(detail), request)
    if (connections.version[connection] === HTTP_2) this.http2.openReceiveWindow(exchange)
    if (isEnd(detail)) table.hasArrivedEnd[exchange] = 1
    this.end.serveExchange(exchange)
  }

  private takeResponse(connection: number, response: number, detail: number): void {
    const { table, streams } = this.exchanges
    const exchange = this.exchanges.find(connection, numberOf(detail))
    if (exchange === NONE) return
    const generation = table.generation[exchange]
    const hasSwitched = this.directory.responses[response].status === SWITCHING_PROTOCOLS
    table.response[exchange] = response
    if (hasSwitched) table.isRaw[exchange] = 1
    // What would have followed a switch never will.
    else if (this.directory.requests[table.request[exchange]].isUpgrade) table.hasSentEnd[exchange] = 1
    streams.opened(table.stream[exchange])
    if (table.generation[exchange] === generation && isEnd(detail)) this.exchanges.takeEnd(exchange)
  }

  private takeBody(connection: number, lengthBytes: number, detail: number, carried: number): void {
    const { table, connections, streams } = this.exchanges
    const exchange = this.exchanges.find(connection, numberOf(detail))
    if (exchange === NONE) return
    const generation = table.generation[exchange]
    const before = table.deliveredBytes[exchange]
    if (connections.version[connection] === HTTP_2) this.http2.windows.onArrived(exchange, lengthBytes)
    if (isEnd(detail)) table.hasArrivedEnd[exchange] = 1
    this.exchanges.takeBody(exchange, lengthBytes, carried)
    if (table.generation[exchange] !== generation) return
    this.noteConsumed(exchange, before)
    if (table.generation[exchange] !== generation) return
    const holdsBack = streams.table.isPaused[table.stream[exchange]] === 1
    if (holdsBack && connections.version[connection] === HTTP_1) streams.setPaused(connections.lower[connection], true)
  }

  private takeEnd(connection: number, detail: number): void {
    const exchange = this.exchanges.find(connection, numberOf(detail))
    if (exchange !== NONE) this.exchanges.takeEnd(exchange)
  }

  private takeSettings(connection: number, parameters: number): void {
    const { connections } = this.exchanges
    if (connections.version[connection] === VERSION_UNKNOWN) this.end.beginHttp2(connection)
    this.http2.takeSettings(connection, parameters)
  }

  private answerPing(connection: number): void {
    const { connections, streams } = this.exchanges
    streams.write(connections.lower[connection], PING_BYTES, PING_ACKNOWLEDGED, 0, 0, NONE)
  }

  private takeReset(connection: number, detail: number): void {
    const { connections } = this.exchanges
    const exchange = this.exchanges.find(connection, numberOf(detail))
    if (exchange === NONE) return
    const generation = connections.generation[connection]
    this.exchanges.fail(exchange, 'unexpected end')
    if (connections.generation[connection] === generation) this.end.onReleased(connection)
  }

  private noteConsumed(exchange: number, deliveredBefore: number): void {
    const { table, connections } = this.exchanges
    const lengthBytes = table.deliveredBytes[exchange] - deliveredBefore
    if (lengthBytes > 0 && connections.version[table.connection[exchange]] === HTTP_2)
      this.http2.onConsumed(exchange, lengthBytes)
  }
}
