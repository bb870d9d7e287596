import type { Arena } from '../engine/arena.ts'
import { NONE, Table } from '../engine/table.ts'
import type { Content, Stream } from '../transport/rows.ts'
import type { TlsSession } from './rows.ts'

/** The states of a session: the role of the end, and the message that it waits for. */
export const CLIENT_TRANSPORT = 0
export const CLIENT_SERVER_FLIGHT = 1
export const CLIENT_SERVER_FINISHED = 2
export const SERVER_CLIENT_HELLO = 3
export const SERVER_CLIENT_FLIGHT = 4
export const READY = 5
const OVER = 6

/** Kinds of marks on the stream below, for records and flights of records. */
export const CLIENT_HELLO = 1
export const SERVER_FLIGHT = 2
export const CLIENT_FLIGHT = 3
export const SERVER_FINISHED = 4
export const APPLICATION_DATA = 5
export const CLOSE_NOTIFY = 6
/**
 * `detail` is the alert's description if it is one of those below; otherwise 0, and the state of the receiver tells it.
 */
export const ALERT = 7

/** Values of AlertDescription (RFC 8446 section 6, RFC 5246 section 7.2). */
export const UNEXPECTED_MESSAGE = 10
export const BAD_RECORD_MAC = 20

/** The ends of TLS sessions, a row each. Their parameters are immutable and referred to by index. */
export class TlsSessionTable extends Table<TlsSession> {
  readonly isClient = this.int32()
  readonly state = this.int32()
  /** `lower` carries records, `upper` plaintext. */
  readonly lower = this.handle<Stream>()
  readonly upper = this.handle<Stream>()
  /** Indices of TlsClient or TlsServer, by role: this end's, and the other end's once its first flight has arrived. */
  readonly parameters = this.int32()
  readonly peerParameters = this.int32()
  /** The plaintext that was put into records. */
  readonly sealedBytes = this.float64()
  readonly isSealing = this.int32()
  /** The plaintext of the record that is being encrypted. */
  readonly sealingBytes = this.int32()
  /** The content that the other end writes, to which this row has a reference; NONE until its first byte arrives. */
  readonly peerContent = this.handle<Content>()
  /** The bytes of it that have arrived unaltered, or altered in plaintext where only the transcript shows it. */
  readonly arrivedBytes = this.float64()
  /** The offset in the stream below at which an altered record is detected; Infinity if there is none. */
  readonly brokenAt = this.float64()
  readonly isOpening = this.int32()
  /** A hash of the flights sent and received so far. Encrypted flights decrypt only if it is equal at both ends. */
  readonly transcript = this.int32()
  readonly wireBytesSent = this.float64()
  readonly recordsSent = this.float64()
  readonly hasCloseNotify = this.int32()
  readonly hasLowerEnded = this.int32()
  readonly isClosing = this.int32()
  readonly awaitsRoom = this.int32()
  /** Identifies the handshake deadline of a client among the events of its host. */
  readonly ordinal = this.float64()

  constructor(arena: Arena) {
    super(arena, 64)
    this.attach()
  }

  /** Initializes the row of a new session over `lower`. */
  begin(row: TlsSession, isClient: boolean, lower: Stream, upper: Stream, parameters: number): void {
    this.isClient[row] = isClient ? 1 : 0
    this.state[row] = isClient ? CLIENT_TRANSPORT : SERVER_CLIENT_HELLO
    this.lower[row] = lower
    this.upper[row] = upper
    this.parameters[row] = parameters
    this.peerParameters[row] = NONE
    this.brokenAt[row] = Number.POSITIVE_INFINITY
    this.ordinal[row] = NONE
  }

  /**
   * Ends a session. A user may end it, and begin another in the same row, while it is called. Then the session that
   * called goes on with a row that is over or new: there is nothing to seal or to open, and there is no room.
   */
  override release(row: TlsSession): void {
    this.state[row] = OVER
    this.lower[row] = NONE
    super.release(row)
  }
}
