import type { Arena } from '../engine/arena.ts'
import { CHUNK_DUE } from '../engine/event-kinds.ts'
import { NONE } from '../engine/table.ts'
import { NS_PER_S } from '../engine/ticks.ts'
import type { Timeline } from '../engine/timeline.ts'
import type { Http, HttpService } from '../http/http.ts'
import { UNKNOWN_LENGTH } from '../http/message.ts'
import type { Exchange } from '../http/rows.ts'
import { verifyToken } from '../security/bearer-token.ts'
import type { Content } from '../transport/rows.ts'
import type { ByteStreams, StreamUser } from '../transport/streams/byte-stream.ts'
import { CHUNK, ECHO, KEY, MESSAGE, OPENED, OPENING } from './messages.ts'
import type { PlannedResponse, ResponseBody } from './planned-response.ts'
import type { Serving } from './rows.ts'
import { NO_FLOW, ServingTable } from './serving-table.ts'

/** The audience of Kubernetes' own tokens, unless a scenario sets another. */
const AUDIENCE = 'api'

/** A server with a planned response to each request. It responds when the request has arrived completely. */
export class Responder implements HttpService, StreamUser {
  readonly service: number
  private readonly table: ServingTable
  private readonly timeline: Timeline
  private readonly streams: ByteStreams
  private readonly http: Http
  private readonly responses: readonly PlannedResponse[]
  private readonly firstWorkloadTarget: number
  private readonly userKind: number

  /** `responses` has the planned response to each request, by index of the HttpRequest. */
  constructor(
    arena: Arena,
    timeline: Timeline,
    streams: ByteStreams,
    http: Http,
    responses: readonly PlannedResponse[],
    firstWorkloadTarget: number,
  ) {
    this.table = new ServingTable(arena)
    this.timeline = timeline
    this.streams = streams
    this.http = http
    this.responses = responses
    this.firstWorkloadTarget = firstWorkloadTarget
    this.userKind = streams.registerUser(this)
    this.service = http.registerService(this)
  }

  onRequest(exchange: Exchange): void {
    const row = this.take(exchange)
    const { http } = this
    // Nothing follows the head of an upgrade request before the response.
    if (http.directory.requests[http.exchanges.request[exchange]].isUpgrade) this.respondTo(row)
  }

  /** Responds to a client that has not authenticated itself. */
  refuse(exchange: Exchange): void {
    const { refused, refusalBodyBytes } = this.responses[this.http.exchanges.request[exchange]]
    this.respond(this.take(exchange), refused, refusalBodyBytes)
  }

  private take(exchange: Exchange): Serving {
    const { table, http, streams } = this
    const row = table.allocate()
    table.exchange[row] = exchange
    table.serial[row] = NO_FLOW
    streams.attach(http.exchanges.stream[exchange], this.userKind, row)
    return row
  }

  onOpen(): void {}

  onData(row: Serving, content: Content, offset: number, lengthBytes: number): void {
    const { contents } = this.streams
    const generation = this.table.generation[row]
    while (this.table.generation[row] === generation && contents.nextMarkEnd(content) <= offset + lengthBytes) {
      const mark = contents.nextMark(content)
      const kind = contents.marks.kind[mark]
      const value = contents.marks.value[mark]
      contents.takeMark(content)
      this.takeMessage(row, kind, value)
    }
  }

  onEnd(row: Serving): void {
    const exchange = this.table.exchange[row]
    if (this.http.exchanges.response[exchange] === NONE) this.respondTo(row)
    else this.end(row)
  }

  onFailure(row: Serving): void {
    this.forget(row)
  }

  onDrained(): void {}

  /** Handles the event CHUNK_DUE of a workload: continues the flow with this number. */
  onChunkDue(serial: number, workload: number): void {
    const row = this.findFlow(serial, workload)
    if (row !== NONE) this.writeChunk(row)
  }

  private respondTo(row: Serving): void {
    const { table, http } = this
    const exchange = table.exchange[row]
    const { token, body, accepted, refused, refusalBodyBytes } = this.responses[http.exchanges.request[exchange]]
    const isAccepted = token === null || verifyToken(token, AUDIENCE, this.nowS()) === null
    if (!isAccepted) return this.respond(row, refused, refusalBodyBytes)
    if (body.kind === 'body') return this.respond(row, accepted, body.bodyBytes)
    http.respond(exchange, accepted, UNKNOWN_LENGTH)
    http.flush(exchange)
    if (body.kind === 'flow') this.beginFlow(row)
    else if (body.kind === 'output' && body.openings === 0) this.writeOutput(row, body.outputBytes)
  }

  private respond(row: Serving, response: number, bodyBytes: number): void {
    const { table, streams, http } = this
    const exchange = table.exchange[row]
    http.respond(exchange, response, bodyBytes)
    if (bodyBytes > 0) streams.write(http.exchanges.stream[exchange], bodyBytes, MESSAGE, 0, 0, NONE)
    this.end(row)
  }

  /** Ends the server's part of the exchange. */
  private end(row: Serving): void {
    const exchange = this.table.exchange[row]
    this.forget(row)
    this.streams.close(this.http.exchanges.stream[exchange])
  }

  private forget(row: Serving): void {
    this.table.serial[row] = NO_FLOW
    this.table.release(row)
  }

  // Flows

  private beginFlow(row: Serving): void {
    const { table, timeline } = this
    table.serial[row] = this.flowName(row)
    table.startTick[row] = timeline.now
    this.scheduleChunk(row)
  }

  private writeChunk(row: Serving): void {
    const { table, streams, http, timeline } = this
    const body = this.bodyOf(row)
    if (body.kind !== 'flow') return
    if (timeline.now - table.startTick[row] >= body.forNs) return this.end(row)
    table.chunks[row]++
    streams.write(http.exchanges.stream[table.exchange[row]], body.chunkBytes, CHUNK, timeline.now, 0, NONE)
    this.scheduleChunk(row)
  }

  /**
   * Schedules the next chunk. Chunk n is due n intervals after the flow could begin; the flow ends with one more event.
   */
  private scheduleChunk(row: Serving): void {
    const { table, timeline } = this
    const body = this.bodyOf(row)
    if (body.kind !== 'flow') return
    const due = Math.min(Math.round((table.chunks[row] + 1) * body.intervalNs), body.forNs)
    const tick = Math.max(table.startTick[row] + due, timeline.now + 1)
    timeline.schedule(tick, this.firstWorkloadTarget + body.workload, CHUNK_DUE, table.serial[row])
  }

  /** Returns the number that identifies a flow in events, derived from its name. Arguments of events have 32 bits. */
  private flowName(row: Serving): number {
    return this.streams.table.nameHigh[this.http.exchanges.stream[this.table.exchange[row]]] >>> 0
  }

  private findFlow(serial: number, workload: number): Serving {
    const { table } = this
    for (const row of table.everyRow()) {
      if (table.serial[row] !== serial) continue
      const body = this.bodyOf(row)
      if (body.kind === 'flow' && body.workload === workload) return row
    }
    return NONE
  }

  private bodyOf(row: Serving): ResponseBody {
    return this.responses[this.http.exchanges.request[this.table.exchange[row]]].body
  }

  // Upgraded connections

  private takeMessage(row: Serving, kind: number, value: number): void {
    const { table, streams, http } = this
    const body = this.bodyOf(row)
    const stream = http.exchanges.stream[table.exchange[row]]
    if (kind === OPENING && (body.kind === 'echo' || body.kind === 'output')) {
      table.openings[row]++
      streams.write(stream, body.openedBytes, OPENED, value, 0, NONE)
      if (body.kind === 'output' && table.openings[row] === body.openings) this.writeOutput(row, body.outputBytes)
    } else if (kind === KEY && body.kind === 'echo') {
      streams.write(stream, body.echoBytes, ECHO, value, 0, NONE)
    }
  }

  private writeOutput(row: Serving, outputBytes: number): void {
    const { table, streams, http } = this
    if (outputBytes > 0) streams.write(http.exchanges.stream[table.exchange[row]], outputBytes, MESSAGE, 0, 0, NONE)
    this.end(row)
  }

  private nowS(): number {
    return Math.floor(this.timeline.now / NS_PER_S)
  }
}
