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
import { HTTP2_HEALTH_CHECK, Http2Health } from './http2-health.ts'
import type { Http2Parameters } from './http2-parameters.ts'
import { type HttpDirectory, SWITCHING_PROTOCOLS } from './message.ts'
import type { MessageObserver, ResponseObserver } from './message-observer.ts'
import { RequestHeads } from './request-heads.ts'
import type { Exchange, HttpConnection } from './rows.ts'

/** Opens connections and sends requests on them. */
export interface HttpConnectionOwner {
  /** Called when the connection is open, and requests can be sent. */
  onReady(owner: number): void
  /** Called when an exchange is over; a connection of HTTP/1.1 is free again. */
  onFree(owner: number): void
  /** Called when the connection and all its exchanges have failed. */
  onLost(owner: number, reason: FailureReason): void
}

/** Answers requests. It attaches a user to the exchange's stream if it reads the body, and calls `respond`. */
export interface HttpService {
  /** Called when the head of a request has arrived, and the work of reading it is done. */
  onRequest(exchange: Exchange): void
}

/** Options of a client's connection. */
export interface HttpConnectionOptions {
  readonly version: typeof HTTP_1 | typeof HTTP_2
  readonly ownerKind: number
  readonly owner: number
  /** HTTP/2: the index of its Http2Parameters. */
  readonly parameters: number
  /** HTTP/2: send a PING when nothing has arrived for a while, and fail the connection when it is not acknowledged. */
  readonly hasHealthCheck: boolean
}

/** A part of a body, and the mark at its end. */
export interface BodyPiece {
  readonly bytes: number
  readonly kind: number
  readonly value: number
  readonly detail: number
}

/** The parts on which Http is built. */
export interface HttpParts {
  readonly arena: Arena
  readonly timeline: Timeline
  readonly streams: ByteStreams
  readonly processors: Processors
  readonly directory: HttpDirectory
  readonly parameters: readonly Http2Parameters[]
  /** The CPU profile of each host. */
  readonly cpus: readonly CpuProfile[]
  readonly firstHostTarget: number
}

/**
 * HTTP over any stream: clients send requests, servers respond, and the bodies of both are streams. A client's stream
 * opens when the head of the response has arrived.
 */
export class Http implements StreamUser, Carrier, Worker, ExchangeOwner {
  readonly connections: HttpConnectionTable
  readonly exchanges: ExchangeTable
  readonly directory: HttpDirectory
  readonly requestHeads: RequestHeads
  readonly responseObservers: ResponseObserver[] = []
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
    this.requestHeads = new RequestHeads(directory.requests)
    this.cpus = cpus
    this.timeline = timeline
    this.streams = streams
    this.processors = processors
    this.http1 = new Http1(
      this.all,
      directory,
      this.requestHeads,
      (connection) => this.failConnection(connection),
      (lower, costNs) => this.occupyCore(lower, costNs),
      cpus,
    )
    this.http2 = new Http2(this.all, directory, this.requestHeads, this.hpack, parameters)
    this.health = new Http2Health({
      arena,
      timeline,
      connections: this.connections,
      parameters,
      streams,
      firstHostTarget,
      hostCount: cpus.length,
    })
    this.receiver = new HttpReceiver(this.all, directory, this.requestHeads, this.http2, this)
    this.userKind = streams.registerUser(this)
    this.all.connectOwner(this, streams.registerCarrier(this))
    this.workerKind = processors.register(this)
    this.acceptKind = processors.register({ isPresent: () => false, onWorkDone: () => {} })
    timeline.handle(HTTP2_HEALTH_CHECK, firstHostTarget, (host, connection) => this.onHealthCheck(host, connection))
  }

  registerOwner(owner: HttpConnectionOwner): number {
    return this.owners.push(owner) - 1
  }

  registerService(service: HttpService): number {
    return this.services.push(service) - 1
  }

  // Calls of clients.

  /** Opens HTTP on a stream that is opening. `onReady` of the owner is called when requests can be sent. */
  connect(lower: Stream, options: HttpConnectionOptions): HttpConnection {
    const { connections } = this
    const connection = this.addConnection(lower, true)
    connections.version[connection] = options.version
    connections.ownerKind[connection] = options.ownerKind
    connections.owner[connection] = options.owner
    connections.parameters[connection] = options.parameters
    connections.hasHealthCheck[connection] = options.hasHealthCheck && options.version === HTTP_2 ? 1 : 0
    if (options.version === HTTP_2) this.beginHttp2(connection)
    return connection
  }

  /**
   * Sends a request and returns its exchange. `bodyBytes` of its body follow on the exchange's stream; with
   * UNKNOWN_LENGTH, the body lasts until the stream is finished.
   */
  request(connection: HttpConnection, request: number, bodyBytes: number): Exchange {
    const { connections, exchanges } = this
    assert(
      connections.isReady[connection] === 1 && connections.isClient[connection] === 1,
      'a client sends a request on a connection that is ready',
    )
    assert(
      connections.version[connection] === HTTP_2 || this.isFree(connection),
      'a connection of HTTP/1.1 has one exchange at a time',
    )
    const number = connections.nextNumber[connection]
    connections.nextNumber[connection] += 2
    const exchange = this.all.allocate(connection, number, request)
    exchanges.bodyBytes[exchange] = bodyBytes
    this.framingOf(exchange).sendRequest(exchange)
    return exchange
  }

  /** Returns whether the connection has no exchange. */
  isFree(connection: HttpConnection): boolean {
    return this.connections.firstExchange[connection] === NONE
  }

  /** Closes the connection and fails its exchanges. `onLost` of its owner is not called. */
  close(connection: HttpConnection): void {
    const { connections, streams } = this
    const lower = connections.lower[connection]
    connections.ownerKind[connection] = NONE
    connections.lower[connection] = NONE
    if (lower !== NONE) streams.close(lower)
    this.all.failAll(connection, 'connection reset')
    this.releaseConnection(connection)
  }

  /**
   * Fails the connection and its exchanges, and calls `onLost` of its owner. A user whose exchange fails may close the
   * connection itself; then `onLost` is not called.
   */
  failConnection(connection: HttpConnection, reason: FailureReason = 'connection reset'): void {
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

  // Calls of servers.

  /** Serves HTTP on a stream that is open or opening. */
  serve(lower: Stream, service: number, parameters: number): void {
    const { connections } = this
    const connection = this.addConnection(lower, false)
    connections.service[connection] = service
    connections.parameters[connection] = parameters
    connections.isReady[connection] = 1
    if (this.health.hasKeepalive(connection)) this.health.begin(connection)
    this.work(lower, lower, this.cpu(lower).acceptNs, this.acceptKind, connection, connections.generation[connection])
  }

  /**
   * Sends the head of the response. It leaves with the first bytes of the body or on `flush`, and at once when there is
   * no body.
   */
  respond(exchange: Exchange, response: number, bodyBytes: number): void {
    const { exchanges, directory } = this
    exchanges.response[exchange] = response
    exchanges.bodyBytes[exchange] = bodyBytes
    const host = this.streams.table.host[exchanges.stream[exchange]]
    const { status } = directory.responses[response]
    for (const observer of this.responseObservers)
      observer.onResponse(exchanges.request[exchange], status, host, exchange)
    const isUpgrade = this.requestHeads.isUpgrade[exchanges.request[exchange]] === 1
    if (isUpgrade && status !== SWITCHING_PROTOCOLS) exchanges.hasArrivedEnd[exchange] = 1
    this.framingOf(exchange).sendResponse(exchange)
    this.all.releaseIfOver(exchange)
  }

  /**
   * Responds with a body that is available as a whole, in pieces with a mark at the end of each, and closes the
   * exchange's stream.
   */
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

  /** Returns the status of the response, 0 while there is none. */
  statusOf(exchange: Exchange): number {
    const response = this.exchanges.response[exchange]
    return response === NONE ? 0 : this.directory.responses[response].status
  }

  /** Returns the stream below the exchange's connection. */
  lowerOf(exchange: Exchange): Stream {
    return this.connections.lower[this.exchanges.connection[exchange]]
  }

  // Calls of the stream below (StreamUser), whose rows are connections.

  onOpen(connection: HttpConnection): void {
    const { connections } = this
    if (connections.isClient[connection] === 0) return
    connections.isReady[connection] = 1
    if (connections.version[connection] === HTTP_2) this.http2.sendSettings(connection)
    if (connections.hasHealthCheck[connection] === 1) this.health.begin(connection)
    this.owners[connections.ownerKind[connection]].onReady(connections.owner[connection])
  }

  onData(connection: HttpConnection, content: Content, offset: number, lengthBytes: number): void {
    this.connections.lastReadTick[connection] = this.timeline.now
    this.receiver.receive(connection, content, offset, lengthBytes)
  }

  onEnd(connection: HttpConnection): void {
    const { connections } = this
    connections.hasEnded[connection] = 1
    const raw = this.all.rawExchangeOf(connection)
    if (raw !== NONE) return this.all.takeEnd(raw)
    const isOver = connections.isClient[connection] === 1 || connections.version[connection] === HTTP_2
    if (isOver) this.failConnection(connection, 'unexpected end')
    else this.closeIfDone(connection)
  }

  onFailure(connection: HttpConnection, reason: FailureReason): void {
    this.connections.lower[connection] = NONE
    this.failConnection(connection, reason)
  }

  onDrained(connection: HttpConnection): void {
    this.framing(connection).pump(connection)
  }

  // Calls of exchanges' streams (Carrier), whose rows are exchanges.

  flush(exchange: Exchange): void {
    const connection = this.exchanges.connection[exchange]
    this.exchanges.isSending[exchange] = 1
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
    this.all.deliver(exchange)
    if (connections.generation[connection] !== generation || connections.version[connection] !== HTTP_1) return
    if (connections.lower[connection] !== NONE) streams.setPaused(connections.lower[connection], false)
  }

  // Calls of the processors (Worker): a server has read a head.

  isPresent(exchange: Exchange, generation: number): boolean {
    return this.exchanges.generation[exchange] === generation
  }

  onWorkDone(exchange: Exchange): void {
    const { exchanges, connections } = this
    const generation = exchanges.generation[exchange]
    this.services[connections.service[exchanges.connection[exchange]]].onRequest(exchange)
    if (exchanges.generation[exchange] === generation) this.all.deliver(exchange)
  }

  /** Called when the head of a request has arrived. Its service is called when the work of reading it is done. */
  serveExchange(exchange: number): void {
    const { exchanges, connections } = this
    const connection = exchanges.connection[exchange]
    const lower = connections.lower[connection]
    const stream = connections.version[connection] === HTTP_1 ? lower : exchanges.stream[exchange]
    this.work(lower, stream, this.cpu(lower).serveNs, this.workerKind, exchange, exchanges.generation[exchange])
  }

  // Calls of exchanges (ExchangeOwner).

  onConsumed(exchange: Exchange, lengthBytes: number): void {
    const { connections, exchanges } = this
    if (connections.version[exchanges.connection[exchange]] === HTTP_2)
      this.http2.windows.onConsumed(exchange, lengthBytes)
  }

  onDiscarded(connection: HttpConnection, lengthBytes: number): void {
    if (this.connections.version[connection] === HTTP_2) this.http2.windows.onDiscarded(connection, lengthBytes)
  }

  onReleased(connection: HttpConnection): void {
    const { connections } = this
    const generation = connections.generation[connection]
    if (connections.isClient[connection] === 0) return this.closeIfDone(connection)
    if (connections.version[connection] === HTTP_2) this.http2.sendWaiting(connection)
    if (connections.generation[connection] !== generation || connections.ownerKind[connection] === NONE) return
    this.owners[connections.ownerKind[connection]].onFree(connections.owner[connection])
  }

  /** Handles the event HTTP2_HEALTH_CHECK of a host. */
  private onHealthCheck(host: number, ordinal: number): void {
    const connection = this.health.find(host, ordinal)
    if (connection !== NONE && !this.health.check(connection)) this.failConnection(connection, 'timed out')
  }

  private cancel(exchange: Exchange): void {
    const connection = this.exchanges.connection[exchange]
    const generation = this.connections.generation[connection]
    this.framingOf(exchange).cancel(exchange)
    if (this.connections.generation[connection] === generation) this.onReleased(connection)
  }

  private closeIfDone(connection: HttpConnection): void {
    const { connections } = this
    if (connections.hasEnded[connection] === 1 && this.isFree(connection))
      this.failConnection(connection, 'unexpected end')
  }

  private addConnection(lower: Stream, isClient: boolean): HttpConnection {
    const connection = this.connections.begin(lower, isClient, this.timeline.now)
    this.streams.attach(lower, this.userKind, connection)
    return connection
  }

  /** Begins HTTP/2: at a client when it dials, at a server when the client's preface arrives. */
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

  /**
   * Runs work of a connection. It is done one piece after the other, before and after the work of the stream below
   * (TLS).
   */
  private work(lower: Stream, stream: Stream, costNs: number, kind: number, row: number, generation: number): void {
    const { streams, processors } = this
    const { table } = streams
    const { now } = this.timeline
    const awake = streams.awakeTick(lower, table.workUntilTick[lower], this.cpu(lower).wakeNs, now)
    const done = processors.run(table.host[lower], costNs, awake, table.activity[lower], kind, row, generation, 0)
    if (done > now) table.workUntilTick[stream] = done
  }

  /** Runs work of the program of a stream which delays nothing of the stream itself. */
  private occupyCore(lower: Stream, costNs: number): void {
    const { table } = this.streams
    this.processors.run(table.host[lower], costNs, 0, table.activity[lower], this.acceptKind, lower, 0, 0)
  }

  private cpu(lower: Stream): CpuProfile {
    return this.cpus[this.streams.table.host[lower]]
  }
}
