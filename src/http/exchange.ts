import type { Arena } from '../engine/arena.ts'
import { Table } from '../engine/table.ts'
import type { Content, PieceList, Stream } from '../transport/rows.ts'
import type { Exchange, HttpConnection } from './rows.ts'

/**
 * One end's state of a request and its response. The bodies, in both directions, are a byte stream that the connection
 * carries, so a proxy couples two streams, whichever versions of HTTP its two sides speak. The exchanges of a
 * connection form a list, in the order of their numbers.
 */
export class ExchangeTable extends Table<Exchange> {
  /** The number of the exchange, the same at both ends: the stream identifier in HTTP/2, a count in HTTP/1.1. */
  readonly number = this.int32()
  /**
   * 1: the exchange may have something to send, to end, or a writer to wake; 0: it has none of these until its stream
   * is flushed again. Loops over the exchanges of a connection pass it by then, such as a watch between its events.
   */
  readonly isSending = this.int32()
  readonly hasSentHead = this.int32()
  readonly connection = this.handle<HttpConnection>()
  readonly isClient = this.int32()
  readonly request = this.int32()
  /** The index of the response; NONE until there is one. */
  readonly response = this.int32()
  readonly stream = this.handle<Stream>()
  /** The length of the body that this end sends; UNKNOWN_LENGTH if the body ends when the stream's user finishes. */
  readonly bodyBytes = this.float64()
  readonly sentBytes = this.float64()
  /** Bytes of the far end's body that have arrived, and of these that were delivered to the stream's user. */
  readonly arrivedBytes = this.float64()
  readonly deliveredBytes = this.float64()
  /** The far end's body, held from its first byte on; NONE if none has arrived. */
  readonly content = this.handle<Content>()
  /** The far end's body as a list of Pieces, when it is not one content from its start; otherwise NONE. */
  readonly pieces = this.handle<PieceList>()
  /** Windows of HTTP/2 flow control; infinite in HTTP/1.1. */
  readonly sendWindowBytes = this.float64()
  readonly receiveWindowBytes = this.float64()
  readonly unreturnedBytes = this.float64()
  readonly hasSentEnd = this.int32()
  readonly hasArrivedEnd = this.int32()
  readonly hasDeliveredEnd = this.int32()
  /** 1 after a switch to another protocol: data is no longer framed. */
  readonly isRaw = this.int32()
  /** 1 when the user of the stream wants nothing more of it. */
  readonly isLetGo = this.int32()
  readonly awaitsRoom = this.int32()
  readonly isWindowClosed = this.int32()

  constructor(arena: Arena) {
    super(arena, 64)
    this.attach()
  }
}
