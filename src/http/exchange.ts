import type { Arena, Columns } from '../engine/arena.ts'
import { Table } from '../engine/table.ts'

/**
 * One end's view of a request and its answer. What is said in the bodies, both ways, is a byte stream that the
 * connection carries, so that whoever passes bodies on couples streams, whatever version either side speaks.
 * Linked by connection, in the order of numbers.
 */
export class ExchangeTable extends Table {
  connection!: Int32Array
  isClient!: Uint8Array
  /** The same at both ends: a stream identifier in HTTP/2, a count in HTTP/1.1. */
  number!: Int32Array
  request!: Int32Array
  /** NONE: not answered yet. */
  response!: Int32Array
  stream!: Int32Array
  /** Of the body that this end sends; UNKNOWN_LENGTH: it ends when the stream's user finishes. */
  bodyBytes!: Float64Array
  sentBytes!: Float64Array
  /** Of the far end's body: what came, and what the stream's user was told of. */
  arrivedBytes!: Float64Array
  deliveredBytes!: Float64Array
  /** The far end's body, held from its first byte on; or NONE. */
  content!: Int32Array
  /** The same where it is not one content from its start: a list of Pieces; or NONE. */
  pieces!: Int32Array
  /** HTTP/2 flow control; infinite in HTTP/1.1. */
  sendWindowBytes!: Float64Array
  receiveWindowBytes!: Float64Array
  unreturnedBytes!: Float64Array
  hasSentHead!: Uint8Array
  hasSentEnd!: Uint8Array
  hasArrivedEnd!: Uint8Array
  hasDeliveredEnd!: Uint8Array
  /** Switched to another protocol: no framing any more. */
  isRaw!: Uint8Array
  /** The user of its stream wants nothing more of it. */
  isLetGo!: Uint8Array
  awaitsRoom!: Uint8Array
  isWindowClosed!: Uint8Array

  constructor(arena: Arena) {
    super(arena, 64)
    this.attach()
  }

  protected layOutColumns(columns: Columns): void {
    this.bodyBytes = columns.float64()
    this.sentBytes = columns.float64()
    this.arrivedBytes = columns.float64()
    this.deliveredBytes = columns.float64()
    this.sendWindowBytes = columns.float64()
    this.receiveWindowBytes = columns.float64()
    this.unreturnedBytes = columns.float64()
    this.connection = columns.int32()
    this.number = columns.int32()
    this.request = columns.int32()
    this.response = columns.int32()
    this.stream = columns.int32()
    this.content = columns.int32()
    this.pieces = columns.int32()
    this.isClient = columns.uint8()
    this.hasSentHead = columns.uint8()
    this.hasSentEnd = columns.uint8()
    this.hasArrivedEnd = columns.uint8()
    this.hasDeliveredEnd = columns.uint8()
    this.isRaw = columns.uint8()
    this.isLetGo = columns.uint8()
    this.awaitsRoom = columns.uint8()
    this.isWindowClosed = columns.uint8()
  }
}
