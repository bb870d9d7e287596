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
import type { Answer, Said } from './answer.ts'
import { CHUNK, ECHO, KEY, MESSAGE, OPENED, OPENING } from './messages.ts'
import type { Serving } from './rows.ts'
import { NO_FLOW, ServingTable } from './serving-table.ts'

/** What Kubernetes' own tokens are for, unless a scenario says otherwise. */
const AUDIENCE = 'api'

/** A server that knows an answer to each request, and gives it when the request is there as a whole. */
export class Answers implements HttpService, StreamUser {
  readonly service: number
  private readonly table: ServingTable
  private readonly timeline: Timeline
  private readonly streams: ByteStreams
  private readonly http: Http
  private readonly answers: readonly Answer[]
  private readonly firstWorkloadTarget: number
  private readonly userKind: number

  /** `answers` by request. */
  constructor(
    arena: Arena,
    timeline: Timeline,
    streams: ByteStreams,
    http: Http,
    answers: readonly Answer[],
    firstWorkloadTarget: number,
  ) {
    this.table = new ServingTable(arena)
    this.timeline = timeline
    this.streams = streams
    this.http = http
    this.answers = answers
    this.firstWorkloadTarget = firstWorkloadTarget
    this.userKind = streams.registerUser(this)
    this.service = http.registerService(this)
  }

  onRequest(exchange: Exchange): void {
    const row = this.take(exchange)
    const { http } = this
    // Nothing follows the head of an upgrade before its answer.
    if (http.directory.requests[http.exchanges.request[exchange]].isUpgrade) this.answer(row)
  }

  /** Whoever asks has not shown who it is. */
  refuse(exchange: Exchange): void {
    const { refused, refusalBodyBytes } = this.answers[this.http.exchanges.request[exchange]]
    this.sayBody(this.take(exchange), refused, refusalBodyBytes)
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
    if (this.http.exchanges.response[exchange] === NONE) this.answer(row)
    else this.end(row)
  }

  onFailure(row: Serving): void {
    this.forget(row)
  }

  onDrained(): void {}

  /** The event CHUNK_DUE of a workload: its flow of this number goes on. */
  onChunkDue(serial: number, workload: number): void {
    const row = this.findFlow(serial, workload)
    if (row !== NONE) this.sayChunk(row)
  }

  private answer(row: Serving): void {
    const { table, http } = this
    const exchange = table.exchange[row]
    const { token, says, accepted, refused, refusalBodyBytes } = this.answers[http.exchanges.request[exchange]]
    const isAccepted = token === null || verifyToken(token, AUDIENCE, this.nowS()) === null
    if (!isAccepted) return this.sayBody(row, refused, refusalBodyBytes)
    if (says.kind === 'body') return this.sayBody(row, accepted, says.bodyBytes)
    http.respond(exchange, accepted, UNKNOWN_LENGTH)
    http.flush(exchange)
    if (says.kind === 'flow') this.beginFlow(row)
    else if (says.kind === 'output' && says.openings === 0) this.sayOutput(row, says.outputBytes)
  }

  private sayBody(row: Serving, response: number, bodyBytes: number): void {
    const { table, streams, http } = this
    const exchange = table.exchange[row]
    http.respond(exchange, response, bodyBytes)
    if (bodyBytes > 0) streams.write(http.exchanges.stream[exchange], bodyBytes, MESSAGE, 0, 0, NONE)
    this.end(row)
  }

  /** Its part in the exchange is over. */
  private end(row: Serving): void {
    const exchange = this.table.exchange[row]
    this.forget(row)
    this.streams.close(this.http.exchanges.stream[exchange])
  }

  private forget(row: Serving): void {
    this.table.serial[row] = NO_FLOW
    this.table.release(row)
  }

  // Flows.

  private beginFlow(row: Serving): void {
    const { table, timeline } = this
    table.serial[row] = this.flowName(row)
    table.startTick[row] = timeline.now
    this.scheduleChunk(row)
  }

  private sayChunk(row: Serving): void {
    const { table, streams, http, timeline } = this
    const says = this.saidTo(row)
    if (says.kind !== 'flow') return
    if (timeline.now - table.startTick[row] >= says.forNs) return this.end(row)
    table.chunks[row]++
    streams.write(http.exchanges.stream[table.exchange[row]], says.chunkBytes, CHUNK, timeline.now, 0, NONE)
    this.scheduleChunk(row)
  }

  /** Chunk n is said n intervals after the first could be; at its end the flow has one more turn. */
  private scheduleChunk(row: Serving): void {
    const { table, timeline } = this
    const says = this.saidTo(row)
    if (says.kind !== 'flow') return
    const due = Math.min(Math.round((table.chunks[row] + 1) * says.intervalNs), says.forNs)
    const tick = Math.max(table.startTick[row] + due, timeline.now + 1)
    timeline.schedule(tick, this.firstWorkloadTarget + says.workload, CHUNK_DUE, table.serial[row])
  }

  /** Its events are known by it, so it comes from its name; arguments of events have 32 bits. */
  private flowName(row: Serving): number {
    return this.streams.table.nameHigh[this.http.exchanges.stream[this.table.exchange[row]]] >>> 0
  }

  private findFlow(serial: number, workload: number): Serving {
    const { table } = this
    for (const row of table.everyRow()) {
      if (table.serial[row] !== serial) continue
      const says = this.saidTo(row)
      if (says.kind === 'flow' && says.workload === workload) return row
    }
    return NONE
  }

  private saidTo(row: Serving): Said {
    return this.answers[this.http.exchanges.request[this.table.exchange[row]]].says
  }

  // Upgraded connections.

  private takeMessage(row: Serving, kind: number, value: number): void {
    const { table, streams, http } = this
    const says = this.saidTo(row)
    const stream = http.exchanges.stream[table.exchange[row]]
    if (kind === OPENING && (says.kind === 'echo' || says.kind === 'output')) {
      table.openings[row]++
      streams.write(stream, says.openedBytes, OPENED, value, 0, NONE)
      if (says.kind === 'output' && table.openings[row] === says.openings) this.sayOutput(row, says.outputBytes)
    } else if (kind === KEY && says.kind === 'echo') {
      streams.write(stream, says.echoBytes, ECHO, value, 0, NONE)
    }
  }

  private sayOutput(row: Serving, outputBytes: number): void {
    const { table, streams, http } = this
    if (outputBytes > 0) streams.write(http.exchanges.stream[table.exchange[row]], outputBytes, MESSAGE, 0, 0, NONE)
    this.end(row)
  }

  private nowS(): number {
    return Math.floor(this.timeline.now / NS_PER_S)
  }
}
