import type { Arena } from '../engine/arena.ts'
import { NONE, Table } from '../engine/table.ts'
import type { Content, Stream } from '../transport/rows.ts'
import type { Exchange, Hpack, HttpConnection } from './rows.ts'

/** Versions of HTTP, as column values. */
export const HTTP_1 = 1
export const HTTP_2 = 2
/** A server learns the version from the first bytes that the client sends. */
export const VERSION_UNKNOWN = 0

/**
 * One row for each end of a connection that carries HTTP. The columns that each request touches come first; flags have
 * 32 bits, so that they lie beside them.
 */
export class HttpConnectionTable extends Table<HttpConnection> {
  readonly isClient = this.int32()
  readonly version = this.int32()
  /** The stream below HTTP: TCP, TLS or a channel; NONE when the connection has ended. */
  readonly lower = this.handle<Stream>()
  readonly firstExchange = this.handle<Exchange>()
  /** The number of exchanges that have sent their head. */
  readonly sentHeads = this.int32()
  /** The exchange whose turn it is to send; NONE for the first. */
  readonly turn = this.handle<Exchange>()
  /** The content that was read last, held, and the offset at which it continues; NONE when nothing was read yet. */
  readonly readContent = this.handle<Content>()
  readonly readUntil = this.float64()
  /** The changed copy that contributed a byte to the message being read, held; NONE if there is none. */
  readonly alteredBy = this.handle<Content>()
  /** Bytes of the record being read that were delivered before its end, which only data after an upgrade are. */
  readonly deliveredPart = this.float64()
  readonly isReady = this.int32()
  /** 1 when the far end sends nothing more. */
  readonly hasEnded = this.int32()
  /** HTTP/2: the indices of this end's and the far end's Http2Parameters; NONE while unknown. */
  readonly parameters = this.int32()
  readonly peerParameters = this.int32()
  /** The row of HpackTables for data that this end sends. */
  readonly hpack = this.handle<Hpack>()
  readonly nextNumber = this.int32()
  /**
   * The owner of a client's connection: the kind that `registerOwner` returned, and the owner's own number for the
   * connection.
   */
  readonly ownerKind = this.int32()
  readonly owner = this.int32()
  /** The service of a server's connection. */
  readonly service = this.int32()
  readonly sendWindowBytes = this.float64()
  readonly receiveWindowBytes = this.float64()
  readonly unreturnedBytes = this.float64()
  /**
   * Health check: when anything was last read, and when the PING was sent that waits for its acknowledgement (-1 for
   * none).
   */
  readonly lastReadTick = this.float64()
  readonly pingTick = this.float64()
  readonly hasHealthCheck = this.int32()
  /** Identifies the connection among the connections of `healthHost` with a health check; NONE without one. */
  readonly ordinal = this.float64()
  readonly healthHost = this.int32()

  constructor(arena: Arena) {
    super(arena, 64)
    this.attach()
  }

  /** Adds a row for one end of a connection that runs over `lower`. */
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
