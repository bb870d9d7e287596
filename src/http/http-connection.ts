import type { Arena } from '../engine/arena.ts'
import { NONE, Table } from '../engine/table.ts'
import type { Content, Stream } from '../transport/rows.ts'
import type { Exchange, Hpack, HttpConnection } from './rows.ts'

export const HTTP_1 = 1
export const HTTP_2 = 2
/** A server finds out by what comes first. */
export const VERSION_UNKNOWN = 0

/** One end of a connection that carries HTTP. */
export class HttpConnectionTable extends Table<HttpConnection> {
  readonly isClient = this.uint8()
  readonly version = this.uint8()
  /** What it runs over: TCP, TLS, a channel; NONE: gone. */
  readonly lower = this.handle<Stream>()
  /** Who dialled it (a client's). */
  readonly ownerKind = this.int32()
  readonly owner = this.int32()
  /** Who answers (a server's). */
  readonly service = this.int32()
  readonly isReady = this.uint8()
  /** Whose bytes were read last, held, and where in that the next would lie; NONE: none were. */
  readonly readContent = this.handle<Content>()
  readonly readUntil = this.float64()
  /** The changed copy that some byte of the message being read is of, held; or NONE. */
  readonly alteredBy = this.handle<Content>()
  /** The far end will send nothing more. */
  readonly hasEnded = this.uint8()
  readonly firstExchange = this.handle<Exchange>()
  /** Exchanges take turns in sending; NONE: from the first. */
  readonly turn = this.handle<Exchange>()
  readonly nextNumber = this.int32()
  /** HTTP/2: index of its own and of the far end's Http2Parameters; NONE: not known yet. */
  readonly parameters = this.int32()
  readonly peerParameters = this.int32()
  readonly sendWindowBytes = this.float64()
  readonly receiveWindowBytes = this.float64()
  readonly unreturnedBytes = this.float64()
  /** Row of the HPACK table of what this end sends. */
  readonly hpack = this.handle<Hpack>()
  /** Health check: when anything was last read, and since when a PING waits for its answer (-1: none). */
  readonly lastReadTick = this.float64()
  readonly pingTick = this.float64()
  readonly hasHealthCheck = this.uint8()
  /** Its number among the connections of `healthHost` that are checked, which the events of its checks carry; or NONE. */
  readonly ordinal = this.float64()
  readonly healthHost = this.int32()

  constructor(arena: Arena) {
    super(arena, 64)
    this.attach()
  }

  /** A row for one end that runs over `lower`. */
  begin(lower: Stream, isClient: boolean, tick: number): HttpConnection {
    const connection = this.allocate()
    this.isClient[connection] = isClient ? 1 : 0
    this.lower[connection] = lower
    this.ownerKind[connection] = NONE
    this.owner[connection] = NONE
    this.service[connection] = NONE
    this.nextNumber[connection] = 1
    this.parameters[connection] = NONE
    this.peerParameters[connection] = NONE
    this.lastReadTick[connection] = tick
    this.pingTick[connection] = -1
    this.ordinal[connection] = NONE
    return connection
  }
}
