import type { Arena, Columns } from '../engine/arena.ts'
import { NONE, Table } from '../engine/table.ts'

/** The end that dialled is the client; each state waits for what its name says. */
export const CLIENT_TRANSPORT = 0
export const CLIENT_SERVER_FLIGHT = 1
export const CLIENT_SERVER_FINISHED = 2
export const SERVER_CLIENT_HELLO = 3
export const SERVER_CLIENT_FLIGHT = 4
export const READY = 5

/** Kinds of marks on the stream below: what a record or a flight of records is. */
export const CLIENT_HELLO = 1
export const SERVER_FLIGHT = 2
export const CLIENT_FLIGHT = 3
export const SERVER_FINISHED = 4
export const APPLICATION_DATA = 5
export const CLOSE_NOTIFY = 6
/** `detail`: its description, where that is one of these; else 0, and the state that it comes in tells it. */
export const ALERT = 7

/** AlertDescription (RFC 8446 section 6, RFC 5246 section 7.2). */
export const UNEXPECTED_MESSAGE = 10
export const BAD_RECORD_MAC = 20

/** TLS sessions, a row an end. What the ends are able and willing to do is in immutable parameters, by index. */
export class TlsSessionTable extends Table {
  isClient!: Uint8Array
  state!: Uint8Array
  /** Below: carries records. Above: carries plaintext. */
  lower!: Int32Array
  upper!: Int32Array
  /** Of TlsClient or TlsServer, by role; of the other end, once its first flight came. */
  parameters!: Int32Array
  peerParameters!: Int32Array
  /** Plaintext that is in records already. */
  sealedBytes!: Float64Array
  isSealing!: Uint8Array
  /** The record being sealed. */
  sealingBytes!: Int32Array
  /** What the other end says, from its first byte on, held; NONE: it was not heard yet. */
  peerContent!: Int32Array
  /** Bytes of records that have arrived as the other end said them, or so that only the transcript tells. */
  arrivedBytes!: Float64Array
  /** Where the record ends that is not as the other end said it, in the stream below; Infinity: all are. */
  brokenAt!: Float64Array
  isOpening!: Uint8Array
  /** Of flights said and heard so far, a hash: what is sealed in a handshake opens where it is the same. */
  transcript!: Int32Array
  wireBytesSent!: Float64Array
  recordsSent!: Float64Array
  hasCloseNotify!: Uint8Array
  hasLowerEnded!: Uint8Array
  isClosing!: Uint8Array
  awaitsRoom!: Uint8Array
  /** Of a client whose handshake has a deadline: names that among the pending events of its host. */
  ordinal!: Float64Array

  constructor(arena: Arena) {
    super(arena, 64)
    this.attach()
  }

  protected layOutColumns(columns: Columns): void {
    this.sealedBytes = columns.float64()
    this.ordinal = columns.float64()
    this.arrivedBytes = columns.float64()
    this.brokenAt = columns.float64()
    this.wireBytesSent = columns.float64()
    this.recordsSent = columns.float64()
    this.lower = columns.int32()
    this.upper = columns.int32()
    this.parameters = columns.int32()
    this.peerParameters = columns.int32()
    this.peerContent = columns.int32()
    this.transcript = columns.int32()
    this.sealingBytes = columns.int32()
    this.isClient = columns.uint8()
    this.state = columns.uint8()
    this.isSealing = columns.uint8()
    this.isOpening = columns.uint8()
    this.hasCloseNotify = columns.uint8()
    this.hasLowerEnded = columns.uint8()
    this.isClosing = columns.uint8()
    this.awaitsRoom = columns.uint8()
  }

  /** Sets a new row for one end that runs over `lower`. */
  begin(row: number, isClient: boolean, lower: number, upper: number, parameters: number): void {
    this.isClient[row] = isClient ? 1 : 0
    this.state[row] = isClient ? CLIENT_TRANSPORT : SERVER_CLIENT_HELLO
    this.lower[row] = lower
    this.upper[row] = upper
    this.parameters[row] = parameters
    this.peerParameters[row] = NONE
    this.sealedBytes[row] = 0
    this.isSealing[row] = 0
    this.sealingBytes[row] = 0
    this.arrivedBytes[row] = 0
    this.peerContent[row] = NONE
    this.brokenAt[row] = Number.POSITIVE_INFINITY
    this.transcript[row] = 0
    this.isOpening[row] = 0
    this.wireBytesSent[row] = 0
    this.recordsSent[row] = 0
    this.hasCloseNotify[row] = 0
    this.hasLowerEnded[row] = 0
    this.isClosing[row] = 0
    this.awaitsRoom[row] = 0
    this.ordinal[row] = NONE
  }
}
