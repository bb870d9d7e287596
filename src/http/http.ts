import type { Arena } from '../engine/arena.ts'
import { assert } from '../engine/assert.ts'
import { NONE } from '../engine/table.ts'
import type { Timeline } from '../engine/timeline.ts'
import type { Processors, Worker } from '../network/processor.ts'
import type { CpuProfile } from '../security/cpu-profile.ts'
import type { Content, Stream } from '../transport/rows.ts'
import type { ByteStreams, Carrier, StreamUser } from '../transport/streams/byte-stream.ts'
import type { FailureReason } from '../transport/streams/failure.ts'
import type { ExchangeTable } from './exchange.ts'
import { type ExchangeOwner, Exchanges } from './exchanges.ts'
import type { Framing } from './framing.ts'
import { HpackTables } from './hpack/hpack-tables.ts'
import { HTTP_1, HTTP_2, HttpConnectionTable } from './http-connection.ts'
import { HttpReceiver } from './http-receiver.ts'
import { Http1 } from './http1.ts'
import { Http2 } from './http2.ts'
import { Http2Health } from './http2-health.ts'
import type { Http2Parameters } from './http2-parameters.ts'
import type { HttpDirectory } from './message.ts'
import type { AnswerObserver, MessageObserver } from './message-observer.ts'
import type { Exchange, HttpConnection } from './rows.ts'

/** Who dials connections, and asks on them. */
export interface HttpConnectionOwner {
  /** It may ask. */
  onReady(owner: number): void
  /** One more exchange is over: a connection of HTTP/1.1 is free again. */
  onFree(owner: number): void
  /** The connection is gone, and with it all that was asked on it. */
  onLost(owner: number, reason: FailureReason): void
}

/** Who answers. It attaches a user to the exchange's stream if it wants to read the body, and calls `respond`. */
export interface HttpService {
  /** The head is there, and the work that reading it takes is done. */
  onRequest(exchange: Exchange): void
}

/** What a connection is to be. */
export interface HttpConnectionOptions {
  readonly version: typeof HTTP_1 | typeof HTTP_2
  readonly ownerKind: number
  readonly owner: number
  /** HTTP/2: index of Http2Parameters. */
  readonly parameters: number
  /** HTTP/2: a PING when nothing came for a while, and an end where none answers. */
  readonly hasHealthCheck: boolean
}

/** Part of a body, and the mark at its end. */
export interface BodyPiece {
  readonly bytes: number
  readonly kind: number
  readonly value: number
  readonly detail: number
}

export interface HttpParts {
  readonly arena: Arena
  readonly timeline: Timeline
  readonly streams: ByteStreams
  readonly processors: Processors
  readonly directory: HttpDirectory
  readonly parameters: readonly Http2Parameters[]
  /** By host. */
  readonly cpus: readonly CpuProfile[]
  readonly firstHostTarget: number
}

/**
 * HTTP over any stream: clients ask, servers answer, and the bodies of both are streams. A client's stream opens when
 * the head of the response is there.
 */
export class Http implements StreamUser, Carrier, Worker, ExchangeOwner {
  readonly connections: HttpConnectionTable
  readonly exchanges: ExchangeTable
  readonly directory: HttpDirectory
  answerObserver: AnswerObserver | null = null
  readObserver: MessageObserver | null = null
  private readonly all: Exchanges
  private readonly cpus: readonly CpuProfile[]
  private readonly timeline: Timeline
  readonly streams: ByteStreams
  private readonly processors: Processors
  private readonly http1: Http1
  private readonly http2: Http2
  private readonly receiver: HttpReceiver
  private readonly health: Http2Health
  private readonly hpack: HpackTables
  private readonly owners: HttpConnectionOwner[] = []
  private readonly services: HttpService[] = []
  private readonly userKind: number
  private readonly workerKind: number
  private readonly acceptKind: number

  constructor({ arena, timeline, streams, processors, directory, parameters, cpus, firstHostTarget }: HttpParts) {
    this.connections = new HttpConnectionTable(arena)
    this.all = new Exchanges(arena, this.connections, streams, processors.activities)
    this.exchanges = this.all.table
    this.hpack = new HpackTables(arena, directory.fields)
    this.directory = directory
    this.cpus = cpus
    this.timeline = timeline
    this.streams = streams
    this.processors = processors
    this.http1 = new Http1(this.all, directory, (connection) => this.breakOff(connection), cpus)
    this.http2 = new Http2(this.all, directory, this.hpack, parameters)
    this.health = new Http2Health({
      arena,
      timeline,
      connections: this.connections,
      parameters,
      streams,
      firstHostTarget,
      hostCount: cpus.length,
    })
    this.receiver = new HttpReceiver(this.all, directory, this.http2, this)
    this.userKind = streams.registerUser(this)
    this.all.connectOwner(this, streams.registerCarrier(this))
    this.workerKind = processors.register(this)
    this.acceptKind = processors.register({ isPresent: () => false, onWorkDone: () => {} })
  }

  registerOwner(owner: HttpConnectionOwner): number {
    return this.owners.push(owner) - 1
  }

  registerService(service: HttpService): number {
    return this.services.push(service) - 1
  }

  // For clients.

  /** Speaks HTTP over a stream that is opening; the owner hears when it may ask. */
  connect(lower: Stream, options: HttpConnectionOptions): HttpConnection {
    const { connections } = this
    const connection = this.addConnection(lower, true)
    connections.version[connection] = options.version
    connections.ownerKind[connection] = options.ownerKind
    connections.owner[connection] = options.owner
    connections.parameters[connection] = options.parameters
    connections.hasHealthCheck[connection] = options.hasHealthCheck ? 1 : 0
    if (options.version === HTTP_2) this.beginHttp2(connection)
    return connection
  }

  /** `bodyBytes` of the request's body follow on the exchange's stream (or UNKNOWN_LENGTH, until it is finished). */
  request(connection: HttpConnection, request: number, bodyBytes: number): Exchange {
    const { connections, exchanges } = this
    assert(connections.isReady[connection] === 1 && connections.isClient[connection] === 1, 'clients ask when they may')
    assert(connections.version[connection] === HTTP_2 || this.isFree(connection), 'HTTP/1.1 has one exchange at a time')
    const number = connections.nextNumber[connection]
    connections.nextNumber[connection] += 2
    const exchange = this.all.allocate(connection, number, request)
    exchanges.bodyBytes[exchange] = bodyBytes
    this.framingOf(exchange).sendRequest(exchange)
    return exchange
  }

  isFree(connection: HttpConnection): boolean {
    return this.connections.firstExchange[connection] === NONE
  }

  /** Ends the connection and all that is under way on it; its owner hears nothing more. */
  close(connection: HttpConnection): void {
    const { connections, streams } = this
    const lower = connections.lower[connection]
    connections.ownerKind[connection] = NONE
    connections.lower[connection] = NONE
    if (lower !== NONE) streams.close(lower)
    this.all.failAll(connection, 'connection reset')
    this.releaseConnection(connection)
  }

  /** Whoever hears that an exchange failed may close the connection by that; then there is nobody left to tell. */
  breakOff(connection: HttpConnection, reason: FailureReason = 'connection reset'): void {
    const { connections, streams } = this
    const generation = connections.generation[connection]
    const lower = connections.lower[connection]
    connections.lower[connection] = NONE
    if (lower !== NONE) streams.close(lower)
    this.all.failAll(connection, reason)
    if (connections.generation[connection] !== generation) return
    const ownerKind = connections.ownerKind[connection]
    const owner = connections.owner[connection]
    this.releaseConnection(connection)
    if (ownerKind !== NONE) this.owners[ownerKind].onLost(owner, reason)
  }

  // For servers.

  /** Serves a stream that is or will be open. */
  serve(lower: Stream, service: number, parameters: number): void {
    const { connections } = this
    const connection = this.addConnection(lower, false)
    connections.service[connection] = service
    connections.parameters[connection] = parameters
    connections.isReady[connection] = 1
    if (this.health.isKeptAlive(connection)) this.health.begin(connection)
    this.work(lower, lower, this.cpu(lower).acceptNs, this.acceptKind, connection, connections.generation[connection])
  }

  /** The head of the answer. It leaves with the body's first bytes or on `flush`, and at once where there is none. */
  respond(exchange: Exchange, response: number, bodyBytes: number): void {
    const { exchanges, directory } = this
    exchanges.response[exchange] = response
    exchanges.bodyBytes[exchange] = bodyBytes
    const host = this.streams.table.host[exchanges.stream[exchange]]
    this.answerObserver?.onAnswer(exchanges.request[exchange], directory.responses[response].status, host)
    const isRefusedUpgrade =
      directory.requests[exchanges.request[exchange]].isUpgrade && directory.responses[response].status !== 101
    if (isRefusedUpgrade) exchanges.hasArrivedEnd[exchange] = 1
    this.framingOf(exchange).sendResponse(exchange)
    this.all.releaseIfOver(exchange)
  }

  /** Responds with pieces that are there already, each with a mark at its end, and closes the exchange's stream. */
  respondWhole(exchange: Exchange, response: number, pieces: readonly BodyPiece[]): void {
    const { exchanges, streams } = this
    const stream = exchanges.stream[exchange]
    const generation = exchanges.generation[exchange]
    let bodyBytes = 0
    for (const { bytes } of pieces) bodyBytes += bytes
    this.respond(exchange, response, bodyBytes)
    for (const { bytes, kind, value, detail } of pieces) streams.append(stream, bytes, kind, value, detail, NONE)
    if (pieces.length > 0) streams.flush(stream)
    if (exchanges.generation[exchange] === generation) streams.close(stream)
  }

  /** The status of the answer, 0 where there is none yet. */
  statusOf(exchange: Exchange): number {
    const response = this.exchanges.response[exchange]
    return response === NONE ? 0 : this.directory.responses[response].status
  }

  /** What the exchange's connection runs over. */
  lowerOf(exchange: Exchange): Stream {
    return this.connections.lower[this.exchanges.connection[exchange]]
  }

  // From the stream below: rows are connections.

  onOpen(connection: HttpConnection): void {
    const { connections } = this
    if (connections.isClient[connection] === 0) return
    connections.isReady[connection] = 1
    if (connections.version[connection] === HTTP_2) this.http2.sayHello(connection)
    if (connections.hasHealthCheck[connection] === 1) this.health.begin(connection)
    this.owners[connections.ownerKind[connection]].onReady(connections.owner[connection])
  }

  onData(connection: HttpConnection, content: Content, offset: number, lengthBytes: number): void {
    this.connections.lastReadTick[connection] = this.timeline.now
    this.receiver.take(connection, content, offset, lengthBytes)
  }

  onEnd(connection: HttpConnection): void {
    const { connections, exchanges } = this
    connections.hasEnded[connection] = 1
    const first = connections.firstExchange[connection]
    if (first !== NONE && exchanges.isRaw[first] === 1) return this.all.takeEnd(first)
    const isOver = connections.isClient[connection] === 1 || connections.version[connection] === HTTP_2
    if (isOver) this.breakOff(connection, 'unexpected end')
    else this.closeIfDone(connection)
  }

  onFailure(connection: HttpConnection, reason: FailureReason): void {
    this.connections.lower[connection] = NONE
    this.breakOff(connection, reason)
  }

  onDrained(connection: HttpConnection): void {
    this.framing(connection).pump(connection)
  }

  // From the users of exchanges' streams: rows are exchanges.

  flush(exchange: Exchange): void {
    const connection = this.exchanges.connection[exchange]
    this.framing(connection).pump(connection)
    const lower = this.connections.lower[connection]
    if (lower !== NONE) this.streams.flush(lower)
  }

  finish(exchange: Exchange): void {
    const { exchanges, streams } = this
    const generation = exchanges.generation[exchange]
    if (exchanges.hasSentEnd[exchange] === 0) this.flush(exchange)
    if (exchanges.generation[exchange] !== generation) return
    if (streams.table.userKind[exchanges.stream[exchange]] === NONE) this.detach(exchange)
  }

  detach(exchange: Exchange): void {
    const { exchanges } = this
    exchanges.isLetGo[exchange] = 1
    const isOver = exchanges.hasArrivedEnd[exchange] === 1
    const isClient = exchanges.isClient[exchange] === 1
    const isAnswered = exchanges.hasSentHead[exchange] === 1
    if (!isOver && (isClient || exchanges.isRaw[exchange] === 1)) return this.cancel(exchange)
    if (!isClient && !isAnswered) return this.cancel(exchange)
    this.all.releaseIfOver(exchange)
  }

  abort(exchange: Exchange): void {
    this.cancel(exchange)
  }

  hasRoom(exchange: Exchange): boolean {
    return this.all.hasRoom(exchange)
  }

  resume(exchange: Exchange): void {
    const { exchanges, connections, streams } = this
    const connection = exchanges.connection[exchange]
    const generation = connections.generation[connection]
    this.receiver.deliver(exchange)
    if (connections.generation[connection] !== generation || connections.version[connection] !== HTTP_1) return
    if (connections.lower[connection] !== NONE) streams.setPaused(connections.lower[connection], false)
  }

  // Work that is done: a server has read a head.

  isPresent(exchange: Exchange, generation: number): boolean {
    return this.exchanges.generation[exchange] === generation
  }

  onWorkDone(exchange: Exchange): void {
    const { exchanges, connections } = this
    const generation = exchanges.generation[exchange]
    this.services[connections.service[exchanges.connection[exchange]]].onRequest(exchange)
    if (exchanges.generation[exchange] === generation) this.receiver.deliver(exchange)
  }

  /** The head of a request came. */
  serveExchange(exchange: number): void {
    const { exchanges, connections } = this
    const connection = exchanges.connection[exchange]
    const lower = connections.lower[connection]
    const stream = connections.version[connection] === HTTP_1 ? lower : exchanges.stream[exchange]
    this.work(lower, stream, this.cpu(lower).serveNs, this.workerKind, exchange, exchanges.generation[exchange])
  }

  onReleased(connection: HttpConnection): void {
    const { connections } = this
    const generation = connections.generation[connection]
    if (connections.isClient[connection] === 0) return this.closeIfDone(connection)
    if (connections.version[connection] === HTTP_2) this.http2.sendWaiting(connection)
    if (connections.generation[connection] !== generation || connections.ownerKind[connection] === NONE) return
    this.owners[connections.ownerKind[connection]].onFree(connections.owner[connection])
  }

  /** The event HTTP2_HEALTH_CHECK of a host. */
  onHealthCheck(host: number, ordinal: number): void {
    const connection = this.health.find(host, ordinal)
    if (connection !== NONE && !this.health.check(connection)) this.breakOff(connection, 'timed out')
  }

  private cancel(exchange: Exchange): void {
    const connection = this.exchanges.connection[exchange]
    const generation = this.connections.generation[connection]
    this.framingOf(exchange).cancel(exchange)
    if (this.connections.generation[connection] === generation) this.onReleased(connection)
  }

  private closeIfDone(connection: HttpConnection): void {
    const { connections } = this
    if (connections.hasEnded[connection] === 1 && this.isFree(connection)) this.breakOff(connection, 'unexpected end')
  }

  private addConnection(lower: Stream, isClient: boolean): HttpConnection {
    const connection = this.connections.begin(lower, isClient, this.timeline.now)
    this.streams.attach(lower, this.userKind, connection)
    return connection
  }

  /** For a client when it dials, for a server when it hears the preface. */
  beginHttp2(connection: HttpConnection): void {
    const table = this.hpack.allocate()
    this.connections.hpack[connection] = table
    this.connections.version[connection] = HTTP_2
    this.http2.windows.begin(connection)
  }

  private releaseConnection(connection: HttpConnection): void {
    const { connections } = this
    if (connections.hpack[connection] !== NONE) this.hpack.release(connections.hpack[connection])
    this.receiver.forget(connection)
    this.health.forget(connection)
    connections.release(connection)
  }

  private framingOf(exchange: Exchange): Framing {
    return this.framing(this.exchanges.connection[exchange])
  }

  private framing(connection: HttpConnection): Framing {
    return this.connections.version[connection] === HTTP_2 ? this.http2 : this.http1
  }

  /** What a connection does comes one after the other, before and after what its stream does (TLS). */
  private work(lower: Stream, stream: Stream, costNs: number, kind: number, row: number, generation: number): void {
    const { streams, processors } = this
    const { table } = streams
    const { now } = this.timeline
    const awake = streams.awakeTick(lower, table.workUntilTick[lower], this.cpu(lower).wakeNs, now)
    const done = processors.run(table.host[lower], costNs, awake, table.activity[lower], kind, row, generation, 0)
    if (done > now) table.workUntilTick[stream] = done
  }

  private cpu(lower: Stream): CpuProfile {
    return this.cpus[this.streams.table.host[lower]]
  }
}
