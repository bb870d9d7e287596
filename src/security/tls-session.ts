import type { Arena } from '../engine/arena.ts'
import { NONE, Table } from '../engine/table.ts'
import type { Content, Stream } from '../transport/rows.ts'
import type { TlsSession } from './rows.ts'

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
export class TlsSessionTable extends Table<TlsSession> {
  readonly isClient = this.uint8()
  readonly state = this.uint8()
  /** Below: carries records. Above: carries plaintext. */
  readonly lower = this.handle<Stream>()
  readonly upper = this.handle<Stream>()
  /** Of TlsClient or TlsServer, by role; of the other end, once its first flight came. */
  readonly parameters = this.int32()
  readonly peerParameters = this.int32()
  /** Plaintext that is in records already. */
  readonly sealedBytes = this.float64()
  readonly isSealing = this.uint8()
  /** The record being sealed. */
  readonly sealingBytes = this.int32()
  /** What the other end says, from its first byte on, held; NONE: it was not heard yet. */
  readonly peerContent = this.handle<Content>()
  /** Bytes of records that have arrived as the other end said them, or so that only the transcript tells. */
  readonly arrivedBytes = this.float64()
  /** Where the record ends that is not as the other end said it, in the stream below; Infinity: all are. */
  readonly brokenAt = this.float64()
  readonly isOpening = this.uint8()
  /** Of flights said and heard so far, a hash: what is sealed in a handshake opens where it is the same. */
  readonly transcript = this.int32()
  readonly wireBytesSent = this.float64()
  readonly recordsSent = this.float64()
  readonly hasCloseNotify = this.uint8()
  readonly hasLowerEnded = this.uint8()
  readonly isClosing = this.uint8()
  readonly awaitsRoom = this.uint8()
  /** Of a client whose handshake has a deadline: names that among the pending events of its host. */
  readonly ordinal = this.float64()

  constructor(arena: Arena) {
    super(arena, 64)
    this.attach()
  }

  /** Sets a new row for one end that runs over `lower`. */
  begin(row: TlsSession, isClient: boolean, lower: Stream, upper: Stream, parameters: number): void {
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
