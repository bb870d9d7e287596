import type { Arena } from '../../engine/arena.ts'
import { NONE, Table } from '../../engine/table.ts'
import type { Http, HttpConnectionOwner } from '../../http/http.ts'
import { HTTP_1 } from '../../http/http-connection.ts'
import { UNKNOWN_LENGTH } from '../../http/message.ts'
import type { Exchange, HttpConnection } from '../../http/rows.ts'
import type { Content, Stream } from '../../transport/rows.ts'
import type { ByteStreams, StreamUser } from '../../transport/streams/byte-stream.ts'
import type { Pipe, UpstreamCall } from '../rows.ts'
import type { Upstreams, UpstreamUser } from '../upstreams/upstreams.ts'

/**
 * The handling of both connections by an API server after the far end responded to an upgrade with a status other than
 * 101.
 */
export type AfterRefusedUpgrade =
  /**
   * It stops parsing HTTP before it sends the upgrade, and copies bytes in both directions, regardless of the response.
   */
  | 'piped'
  /** It forwards the response and closes (k/k#71411). */
  | 'closed'

class PipeTable extends Table<Pipe> {
  /** The user's HTTP connection; NONE after it is lost. */
  readonly connection = this.handle<HttpConnection>()
  /** The call in Upstreams; NONE after it has ended. */
  readonly call = this.handle<UpstreamCall>()
  /** The streams and exchanges of the pending request: the user's, then the far end's. */
  readonly streams = this.handle<Stream>(2)
  readonly exchanges = this.handle<Exchange>(2)

  constructor(arena: Arena) {
    super(arena, 8)
    this.attach()
  }
}

const USER = 0
const FAR = 1

/**
 * Connections of upgrades that the far end refused. UpgradeAwareHandler takes the user's connection away from its HTTP
 * server before it reads the response. Before 1.13, it then always coupled that connection with the one to the far end,
 * which is authenticated as the API server. From then on, the API server does not inspect what the user sends
 * (CVE-2018-1002105, k/k#71411).
 *
 * Requests on such a pipe are written again on the far connection, head for head and byte for byte. A body with a
 * Content-Length gets a few bytes of chunk framing that a copy would not have. Users of the streams are `pipe + side`.
 */
export class RefusedUpgrades implements StreamUser, UpstreamUser, HttpConnectionOwner {
  private readonly table: PipeTable
  private readonly streams: ByteStreams
  private readonly http: Http
  private readonly upstreams: Upstreams
  private readonly after: AfterRefusedUpgrade
  private readonly userKind: number
  private readonly callKind: number
  private readonly ownerKind: number
  private readonly service: number

  constructor(arena: Arena, streams: ByteStreams, http: Http, upstreams: Upstreams, after: AfterRefusedUpgrade) {
    this.table = new PipeTable(arena)
    this.streams = streams
    this.http = http
    this.upstreams = upstreams
    this.after = after
    this.userKind = streams.registerUser(this)
    this.callKind = upstreams.registerUser(this)
    this.ownerKind = http.registerOwner(this)
    this.service = http.registerService({ onRequest: (exchange) => this.onRequest(exchange) })
  }

  /**
   * Called once the refusal of `exchange` has been forwarded, except for its end.
   *
   * @param call the call on which the upgrade was sent
   * @returns whether the call stays open; if so, the caller must not close it
   */
  take(exchange: Exchange, call: UpstreamCall): boolean {
    const { connections, exchanges } = this.http
    const connection = exchanges.connection[exchange]
    if (connections.version[connection] !== HTTP_1) return false
    if (this.after === 'closed') {
      // As if the user had finished: the connection ends with the response.
      connections.hasEnded[connection] = 1
      return false
    }
    const { table } = this
    const pipe = table.allocate()
    table.connection[pipe] = connection
    table.call[pipe] = call
    this.clear(pipe)
    connections.service[connection] = this.service
    connections.ownerKind[connection] = this.ownerKind
    connections.owner[connection] = pipe
    this.upstreams.hold(call, this.callKind, pipe)
    return true
  }

  // Called by the user's connection, which has an owner besides its service.

  onReady(): void {}

  onFree(): void {}

  onLost(pipe: Pipe): void {
    this.table.connection[pipe] = NONE
    this.end(pipe)
  }

  private onRequest(exchange: Exchange): void {
    const { table, http, upstreams } = this
    const pipe = table.rowAt(http.connections.owner[http.exchanges.connection[exchange]])
    const call = table.call[pipe]
    // A request that arrives before the last response is complete would be mixed with that response.
    if (table.streams[pipe + USER] !== NONE || !upstreams.isFree(call)) return this.end(pipe)
    const hasBody = http.exchanges.hasArrivedEnd[exchange] === 0
    const onward = upstreams.request(call, http.exchanges.request[exchange], hasBody ? UNKNOWN_LENGTH : 0)
    this.attach(pipe, FAR, onward)
    this.attach(pipe, USER, exchange)
  }

  // Called by Upstreams.

  onUpstreamReady(): void {}

  onUpstreamFailed(pipe: Pipe): void {
    this.table.call[pipe] = NONE
    this.end(pipe)
  }

  // Called by both streams.

  /** Called when the head of a response has arrived. */
  onOpen(row: number): void {
    const { table, http } = this
    if (row % 2 === USER) return
    const exchange = table.exchanges[row ^ 1]
    http.respond(exchange, http.exchanges.response[table.exchanges[row]], UNKNOWN_LENGTH)
    http.flush(exchange)
  }

  onData(row: number, content: Content, offset: number, lengthBytes: number): void {
    const { table, streams } = this
    if (table.streams[row ^ 1] !== NONE)
      streams.forwardFrom(table.streams[row], table.streams[row ^ 1], content, offset, lengthBytes)
  }

  onDrained(row: number): void {
    const other = this.table.streams[row ^ 1]
    if (other !== NONE) this.streams.setPaused(other, false)
  }

  /** Called when a request or response is complete, or one direction of an upgraded connection has ended. */
  onEnd(row: number): void {
    const { table, streams, http } = this
    const pipe = table.rowAt(row & ~1)
    if (table.streams[row ^ 1] !== NONE) streams.finish(table.streams[row ^ 1])
    if (http.exchanges.isRaw[table.exchanges[pipe + USER]] === 1) {
      if (streams.table.hasFinished[table.streams[row]] === 1) this.end(pipe)
    } else if (row % 2 === FAR) this.awaitNext(pipe)
  }

  onFailure(row: number): void {
    this.table.streams[row] = NONE
    this.end(this.table.rowAt(row & ~1))
  }

  /** Makes the pipe ready for the next request. */
  private awaitNext(pipe: Pipe): void {
    const { table, streams, upstreams } = this
    const [user, far] = [table.streams[pipe + USER], table.streams[pipe + FAR]]
    this.clear(pipe)
    upstreams.hold(table.call[pipe], this.callKind, pipe)
    streams.close(far)
    streams.close(this.streams.table.rowAt(user))
  }

  /** Releases the row, and closes its call, streams and connection where they are still open. */
  private end(pipe: Pipe): void {
    const { table, streams, upstreams, http } = this
    const [user, far] = [table.streams[pipe + USER], table.streams[pipe + FAR]]
    const [connection, call] = [table.connection[pipe], table.call[pipe]]
    const generation = connection === NONE ? 0 : http.connections.generation[connection]
    if (connection !== NONE) http.connections.ownerKind[connection] = NONE
    table.release(pipe)
    if (call !== NONE) upstreams.close(call)
    if (far !== NONE) streams.close(far)
    if (user !== NONE) streams.close(this.streams.table.rowAt(user))
    // Closing an upgraded stream has closed its connection already.
    if (connection !== NONE && http.connections.generation[connection] === generation) http.failConnection(connection)
  }

  private clear(pipe: Pipe): void {
    const { table } = this
    for (const side of [USER, FAR]) {
      table.streams[pipe + side] = NONE
      table.exchanges[pipe + side] = NONE
    }
  }

  private attach(pipe: Pipe, side: number, exchange: Exchange): void {
    const { table, streams, http } = this
    const stream = http.exchanges.stream[exchange]
    table.exchanges[pipe + side] = exchange
    table.streams[pipe + side] = stream
    streams.attach(stream, this.userKind, pipe + side)
  }
}
