import type { Arena, Columns } from '../engine/arena.ts'
import { NONE, Table } from '../engine/table.ts'
import { NS_PER_S } from '../engine/ticks.ts'
import type { Timeline } from '../engine/timeline.ts'
import type { Http, HttpService } from '../http/http.ts'
import { type Token, verifyToken } from '../security/bearer-token.ts'
import type { ByteStreams, StreamUser } from '../transport/byte-stream.ts'
import { MESSAGE } from './messages.ts'

/** What a server says to a request, whose index it has. Immutable. */
export interface Answer {
  readonly bodyBytes: number
  /** Indices of HttpResponses. */
  readonly accepted: number
  readonly refused: number
  readonly refusalBodyBytes: number
  /** What the request carries, and must be good; null: nothing is asked for. */
  readonly token: Token | null
}

/** What Kubernetes' own tokens are for, unless a scenario says otherwise. */
const AUDIENCE = 'api'

class ServingTable extends Table {
  exchange!: Int32Array

  constructor(arena: Arena) {
    super(arena, 64)
    this.attach()
  }

  protected layOutColumns(columns: Columns): void {
    this.exchange = columns.int32()
  }
}

/** A server that knows an answer to each request, and gives it when the request is there as a whole. */
export class Answers implements HttpService, StreamUser {
  readonly service: number
  private readonly table: ServingTable
  private readonly timeline: Timeline
  private readonly streams: ByteStreams
  private readonly http: Http
  private readonly answers: readonly Answer[]
  private readonly userKind: number

  constructor(arena: Arena, timeline: Timeline, streams: ByteStreams, http: Http, answers: readonly Answer[]) {
    this.table = new ServingTable(arena)
    this.timeline = timeline
    this.streams = streams
    this.http = http
    this.answers = answers
    this.userKind = streams.registerUser(this)
    this.service = http.registerService(this)
  }

  onRequest(exchange: number): void {
    const row = this.table.allocate()
    this.table.exchange[row] = exchange
    this.streams.attach(this.http.exchanges.stream[exchange], this.userKind, row)
  }

  onOpen(): void {}

  onData(_row: number, content: number, offset: number, lengthBytes: number): void {
    const { contents } = this.streams
    while (contents.nextMarkEnd(content) <= offset + lengthBytes) contents.takeMark(content)
  }

  onEnd(row: number): void {
    const { streams, http } = this
    const exchange = this.table.exchange[row]
    const stream = http.exchanges.stream[exchange]
    const { bodyBytes, accepted, refused, refusalBodyBytes, token } = this.answers[http.exchanges.request[exchange]]
    const isAccepted = token === null || verifyToken(token, AUDIENCE, this.nowS()) === null
    const answerBytes = isAccepted ? bodyBytes : refusalBodyBytes
    const generation = http.exchanges.generation[exchange]
    this.table.release(row)
    http.respond(exchange, isAccepted ? accepted : refused, answerBytes)
    if (answerBytes > 0) streams.write(stream, answerBytes, MESSAGE, 0, 0, NONE)
    if (http.exchanges.generation[exchange] === generation) streams.close(stream)
  }

  onFailure(row: number): void {
    this.table.release(row)
  }

  onDrained(): void {}

  private nowS(): number {
    return Math.floor(this.timeline.now / NS_PER_S)
  }
}
