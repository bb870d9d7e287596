import type { Arena } from '../engine/arena.ts'
import { assert } from '../engine/assert.ts'
import { NONE } from '../engine/table.ts'
import { NS_PER_S } from '../engine/ticks.ts'
import type { Timeline } from '../engine/timeline.ts'
import type { Http, HttpService } from '../http/http.ts'
import { UNKNOWN_LENGTH } from '../http/message.ts'
import type { Exchange } from '../http/rows.ts'
import { verifyToken } from '../security/bearer-token.ts'
import type { Content } from '../transport/rows.ts'
import type { ByteStreams, StreamUser } from '../transport/streams/byte-stream.ts'
import { CHUNK_DUE, type FlowObserver, Flows } from './flows.ts'
import { ECHO, KEY, MESSAGE } from './messages.ts'
import type { FlowBody, PlannedResponse, ResponseBody } from './planned-response.ts'
import type { Serving } from './rows.ts'
import { NO_FLOW, ServingTable } from './serving-table.ts'
import type { StreamSessions } from './streaming/stream-sessions.ts'
import type { WorkloadTable } from './workload-table.ts'

const ECHO_BYTES = 1

/** The audience of Kubernetes' own tokens, unless a scenario sets another. */
const AUDIENCE = 'api'

export interface ResponderParts {
  readonly arena: Arena
  readonly timeline: Timeline
  readonly streams: ByteStreams
  readonly http: Http
  readonly sessions: StreamSessions
  /** The planned response to each request, by index of the HttpRequest. */
  readonly responses: readonly PlannedResponse[]
  readonly workloads: WorkloadTable
  readonly workloadCount: number
  readonly firstWorkloadTarget: number
}

/** A server with a planned response to each request. It responds when the request has arrived completely. */
export class Responder implements HttpService, StreamUser {
  readonly service: number
  private readonly table: ServingTable
  private readonly timeline: Timeline
  private readonly streams: ByteStreams
  private readonly http: Http
  private readonly sessions: StreamSessions
  private readonly responses: readonly PlannedResponse[]
  private readonly flows: Flows
  private readonly userKind: number

  constructor(parts: ResponderParts) {
    const { arena, timeline, streams, http, sessions, responses } = parts
    this.table = new ServingTable(arena)
    this.timeline = timeline
    this.streams = streams
    this.http = http
    this.sessions = sessions
    this.responses = responses
    this.flows = new Flows({ ...parts, serving: this.table, bodyOf: (row) => this.flowOf(row) })
    this.userKind = streams.registerUser(this)
    this.service = http.registerService(this)
    timeline.handle(CHUNK_DUE, parts.firstWorkloadTarget, (workload, flow) => this.onChunkDue(flow, workload))
  }

  connectObserver(observer: FlowObserver): void {
    this.flows.observer = observer
  }

  onRequest(exchange: Exchange): void {
    const row = this.take(exchange)
    const { http } = this
    // Nothing follows the head of an upgrade request before the response.
    if (http.requestHeads.isUpgrade[http.exchanges.request[exchange]] === 1) this.respondTo(row)
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
    table.stream[row] = http.exchanges.stream[exchange]
    streams.attach(table.stream[row], this.userKind, row)
    return row
  }

  /** Called when all streams of an upgraded connection are open. */
  onOpen(row: Serving): void {
    const body = this.bodyOf(row)
    if (body.kind === 'output' && body.inputBytes === 0) this.writeOutput(row, body.outputBytes)
  }

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
  private onChunkDue(serial: number, workload: number): void {
    const ended = this.flows.onDue(serial, workload)
    if (ended !== NONE) this.end(ended)
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
    if (body.kind === 'flow') this.flows.begin(row)
    else this.beginUpgraded(row)
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
    const stream = this.table.stream[row]
    this.forget(row)
    this.streams.close(stream)
  }

  private forget(row: Serving): void {
    this.flows.end(row)
    this.table.release(row)
  }

  private flowOf(row: Serving): FlowBody {
    const body = this.bodyOf(row)
    assert(body.kind === 'flow', 'the response is a flow')
    return body
  }

  private bodyOf(row: Serving): ResponseBody {
    return this.responses[this.http.exchanges.request[this.table.exchange[row]]].body
  }

  // Upgraded connections

  /** Begins the session of an upgraded connection; without a planned one, its output comes as it is. */
  private beginUpgraded(row: Serving): void {
    const { table, http, streams, sessions } = this
    const request = http.exchanges.request[table.exchange[row]]
    if (!sessions.hasPlan(request)) return this.onOpen(row)
    const stream = sessions.open(table.stream[row], request, false)
    table.stream[row] = stream
    streams.attach(stream, this.userKind, row)
    sessions.begin(stream)
  }

  private takeMessage(row: Serving, kind: number, value: number): void {
    const body = this.bodyOf(row)
    if (kind === MESSAGE && body.kind === 'output') this.writeOutput(row, body.outputBytes)
    else if (kind === KEY && body.kind === 'echo')
      this.streams.write(this.table.stream[row], ECHO_BYTES, ECHO, value, 0, NONE)
  }

  private writeOutput(row: Serving, outputBytes: number): void {
    const stream = this.table.stream[row]
    if (outputBytes > 0) this.streams.append(stream, outputBytes, MESSAGE, 0, 0, NONE)
    this.end(row)
  }

  private nowS(): number {
    return Math.floor(this.timeline.now / NS_PER_S)
  }
}
