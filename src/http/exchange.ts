import type { Arena } from '../engine/arena.ts'
import { Table } from '../engine/table.ts'
import type { Content, PieceList, Stream } from '../transport/rows.ts'
import type { Exchange, HttpConnection } from './rows.ts'

/**
 * One end's view of a request and its answer. What is said in the bodies, both ways, is a byte stream that the
 * connection carries, so that whoever passes bodies on couples streams, whatever version either side speaks.
 * Linked by connection, in the order of numbers.
 */
export class ExchangeTable extends Table<Exchange> {
  readonly connection = this.handle<HttpConnection>()
  readonly isClient = this.uint8()
  /** The same at both ends: a stream identifier in HTTP/2, a count in HTTP/1.1. */
  readonly number = this.int32()
  readonly request = this.int32()
  /** NONE: not answered yet. */
  readonly response = this.int32()
  readonly stream = this.handle<Stream>()
  /** Of the body that this end sends; UNKNOWN_LENGTH: it ends when the stream's user finishes. */
  readonly bodyBytes = this.float64()
  readonly sentBytes = this.float64()
  /** Of the far end's body: what came, and what the stream's user was told of. */
  readonly arrivedBytes = this.float64()
  readonly deliveredBytes = this.float64()
  /** The far end's body, held from its first byte on; or NONE. */
  readonly content = this.handle<Content>()
  /** The same where it is not one content from its start: a list of Pieces; or NONE. */
  readonly pieces = this.handle<PieceList>()
  /** HTTP/2 flow control; infinite in HTTP/1.1. */
  readonly sendWindowBytes = this.float64()
  readonly receiveWindowBytes = this.float64()
  readonly unreturnedBytes = this.float64()
  readonly hasSentHead = this.uint8()
  readonly hasSentEnd = this.uint8()
  readonly hasArrivedEnd = this.uint8()
  readonly hasDeliveredEnd = this.uint8()
  /** Switched to another protocol: no framing any more. */
  readonly isRaw = this.uint8()
  /** The user of its stream wants nothing more of it. */
  readonly isLetGo = this.uint8()
  readonly awaitsRoom = this.uint8()
  readonly isWindowClosed = this.uint8()

  constructor(arena: Arena) {
    super(arena, 64)
    this.attach()
  }
}
