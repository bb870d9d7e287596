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

/** What an apiserver does with both connections when the far end has answered an upgrade with anything but 101. */
export type AfterRefusedUpgrade =
  /** It had left HTTP before it asked, and copies bytes both ways whatever was answered. */
  | 'piped'
  /** It passes the answer on and closes (k/k#71411). */
  | 'closed'

class PipeTable extends Table<Pipe> {
  /** Of the user, an HTTP connection; NONE: gone. */
  readonly connection = this.handle<HttpConnection>()
  /** Of Upstreams; NONE: over. */
  readonly call = this.handle<UpstreamCall>()
  /** What is being said: the user's stream, and the far end's; and both exchanges. */
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
 * What is left of an upgrade that a far end refused. UpgradeAwareHandler takes the user's connection away from its
 * HTTP server before it reads the answer; until 1.13 it then coupled it to the far end's connection, which is
 * authenticated as the apiserver's, whatever the answer was. What the user says from then on nobody at the apiserver
 * reads (CVE-2018-1002105, kubernetes/kubernetes#71411).
 *
 * Requests that come down such a pipe are written anew on the far connection, head for head and byte for byte; bodies
 * whose length only their head tells have the few bytes of chunks around them that a copy would not have. Streams are
 * rows `pipe + side`.
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
   * The refusal of `exchange` has been passed on, but for its end.
   *
   * @param call on which the far end was asked
   * @returns whether the call goes on: nobody else is to close it
   */
  take(exchange: Exchange, call: UpstreamCall): boolean {
    const { connections, exchanges } = this.http
    const connection = exchanges.connection[exchange]
    if (connections.version[connection] !== HTTP_1) return false
    if (this.after === 'closed') {
      // As if the user had said all: the connection ends with the answer.
      connections.hasEnded[connection] = 1
      return false
    }
    const { table } = this
    const pipe = table.allocate()
    table.connection[pipe] = connection
    table.call[pipe] = call
    this.rest(pipe)
    connections.service[connection] = this.service
    connections.ownerKind[connection] = this.ownerKind
    connections.owner[connection] = pipe
    this.upstreams.hold(call, this.callKind, pipe)
    return true
  }

  // The user's connection, which has an owner beside its service.

  onReady(): void {}

  onFree(): void {}

  onLost(pipe: Pipe): void {
    this.table.connection[pipe] = NONE
    this.end(pipe)
  }

  private onRequest(exchange: Exchange): void {
    const { table, http, upstreams } = this
    const pipe = this.table.rowAt(http.connections.owner[http.exchanges.connection[exchange]])
    const call = table.call[pipe]
    // What comes before the last answer is whole would be mixed up with it.
    if (table.streams[pipe + USER] !== NONE || !upstreams.isFree(call)) return this.end(pipe)
    const hasBody = http.exchanges.hasArrivedEnd[exchange] === 0
    const onward = upstreams.request(call, http.exchanges.request[exchange], hasBody ? UNKNOWN_LENGTH : 0)
    this.attach(pipe, FAR, onward)
    this.attach(pipe, USER, exchange)
  }

  // The far end's.

  onUpstreamReady(): void {}

  onUpstreamFailed(pipe: Pipe): void {
    this.table.call[pipe] = NONE
    this.end(pipe)
  }

  // Both streams of what is being said.

  /** The head of an answer. */
  onOpen(row: number): void {
    const { table, http } = this
    if (row % 2 === USER) return
    const pipe = this.table.rowAt(row & ~1)
    const generation = table.generation[pipe]
    const exchange = table.exchanges[pipe + USER]
    http.respond(exchange, http.exchanges.response[table.exchanges[row]], UNKNOWN_LENGTH)
    if (table.generation[pipe] === generation && table.exchanges[pipe + USER] === exchange) http.flush(exchange)
  }

  onData(row: number, content: Content, offset: number, lengthBytes: number): void {
    const { table, streams } = this
    const other = table.streams[row ^ 1]
    if (other === NONE) return
    streams.forward(other, content, offset, lengthBytes)
    if (table.streams[row ^ 1] !== other || streams.hasRoom(other)) return
    streams.setPaused(table.streams[row], true)
  }

  onDrained(row: number): void {
    const other = this.table.streams[row ^ 1]
    if (other !== NONE) this.streams.setPaused(other, false)
  }

  /** An answer is whole, or an upgraded connection is over, which is then all that there was. */
  onEnd(row: number): void {
    const { table, streams, http } = this
    const pipe = this.table.rowAt(row & ~1)
    const generation = table.generation[pipe]
    const isRaw = http.exchanges.isRaw[table.exchanges[pipe + USER]] === 1
    const stream = table.streams[row]
    if (table.streams[row ^ 1] !== NONE) streams.finish(table.streams[row ^ 1])
    if (table.generation[pipe] !== generation || table.streams[row] !== stream) return
    if (isRaw && streams.table.hasFinished[stream] === 1) this.end(pipe)
    else if (!isRaw && row % 2 === FAR) this.goOn(pipe)
  }

  onFailure(row: number): void {
    this.table.streams[row] = NONE
    this.end(this.table.rowAt(row & ~1))
  }

  /** Ready for the next request. */
  private goOn(pipe: Pipe): void {
    const { table, streams, upstreams } = this
    const [user, far] = [table.streams[pipe + USER], table.streams[pipe + FAR]]
    this.rest(pipe)
    upstreams.hold(table.call[pipe], this.callKind, pipe)
    streams.close(far)
    streams.close(this.streams.table.rowAt(user))
  }

  /** Closes what is open of it. */
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
    // With an upgraded stream its connection goes.
    if (connection !== NONE && http.connections.generation[connection] === generation) http.breakOff(connection)
  }

  private rest(pipe: Pipe): void {
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
