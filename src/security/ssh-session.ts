import type { Arena, Columns } from '../engine/arena.ts'
import { NONE, Table } from '../engine/table.ts'

/**
 * Kinds of marks on the TCP stream of an SSH connection. That of the server's key exchange has as its subject the
 * exchange hash that the server has signed.
 */
export const LOGIN_ROUND = 11
export const CHANNEL_OPEN = 12
export const CHANNEL_CONFIRMATION = 13
export const CHANNEL_FAILURE = 14
export const CHANNEL_DATA = 15
export const WINDOW_ADJUST = 16
export const CHANNEL_EOF = 17
export const CHANNEL_CLOSE = 18

/** SSH connections, a row an end. */
export class SshSessionTable extends Table {
  isClient!: Uint8Array
  isReady!: Uint8Array
  host!: Int32Array
  /** sshd has one for each connection. */
  program!: Int32Array
  lower!: Int32Array
  /** Of SshClientParameters or SshServerParameters, by role. */
  parameters!: Int32Array
  /** Who is told when the client is logged in, or the connection fails. */
  owner!: Int32Array
  activity!: Int32Array
  /** For what its channels carry, to and from the client. */
  account!: Int32Array
  firstChannel!: Int32Array
  /** The channel that may send next. */
  turn!: Int32Array
  nextChannelNumber!: Int32Array
  /** What the other end says, from its first byte on, held; NONE: it was not heard yet. */
  peerContent!: Int32Array
  /** Bytes of it that arrived as it said them, or so that only the exchange hash tells. */
  arrivedBytes!: Float64Array
  /** Where the packet ends that is not as the other end said it, in the stream below; Infinity: all are. */
  brokenAt!: Float64Array
  /** Whose bytes came in the other end's place before there were keys, a hash; 0: nobody's. */
  changes!: Int32Array
  isOpening!: Uint8Array
  /** The channel whose data is being sealed, and how much. */
  sealingChannel!: Int32Array
  sealingBytes!: Int32Array
  workUntilTick!: Float64Array

  constructor(arena: Arena) {
    super(arena, 16)
    this.attach()
  }

  protected layOutColumns(columns: Columns): void {
    this.arrivedBytes = columns.float64()
    this.brokenAt = columns.float64()
    this.workUntilTick = columns.float64()
    this.host = columns.int32()
    this.program = columns.int32()
    this.peerContent = columns.int32()
    this.changes = columns.int32()
    this.lower = columns.int32()
    this.parameters = columns.int32()
    this.owner = columns.int32()
    this.activity = columns.int32()
    this.account = columns.int32()
    this.firstChannel = columns.int32()
    this.turn = columns.int32()
    this.nextChannelNumber = columns.int32()
    this.sealingChannel = columns.int32()
    this.sealingBytes = columns.int32()
    this.isClient = columns.uint8()
    this.isReady = columns.uint8()
    this.isOpening = columns.uint8()
  }

  /** A row of which nothing has been said or heard; who it is for is to be set. */
  allocateNew(): number {
    const session = this.allocate()
    this.isReady[session] = 0
    this.firstChannel[session] = NONE
    this.turn[session] = NONE
    this.nextChannelNumber[session] = 0
    this.peerContent[session] = NONE
    this.arrivedBytes[session] = 0
    this.brokenAt[session] = Number.POSITIVE_INFINITY
    this.changes[session] = 0
    this.isOpening[session] = 0
    this.sealingChannel[session] = NONE
    this.sealingBytes[session] = 0
    this.workUntilTick[session] = 0
    return session
  }
}

/** Channels, a row an end, linked by `next` in the order in which they were opened. */
export class SshChannelTable extends Table {
  session!: Int32Array
  /** Each end numbers its own (RFC 4254 section 5.1). */
  number!: Int32Array
  peerNumber!: Int32Array
  stream!: Int32Array
  account!: Int32Array
  isOpen!: Uint8Array
  isClosing!: Uint8Array
  hasSentEnd!: Uint8Array
  hasSentClose!: Uint8Array
  hasEnded!: Uint8Array
  isWindowClosed!: Uint8Array
  /** The user holds back until there is room. */
  awaitsRoom!: Uint8Array
  sentBytes!: Float64Array
  /** sshd's buffer for what is to be sent (see ssh-buffer.ts): read into it, gone from its front, and its size. */
  bufferedBytes!: Float64Array
  packedBytes!: Float64Array
  bufferSizeBytes!: Float64Array
  sendWindowBytes!: Float64Array
  receiveWindowBytes!: Float64Array
  /** Read by the user, or to be when it reads again, and not granted anew. */
  consumedBytes!: Float64Array

  constructor(arena: Arena) {
    super(arena, 32)
    this.attach()
  }

  protected layOutColumns(columns: Columns): void {
    this.sentBytes = columns.float64()
    this.bufferedBytes = columns.float64()
    this.packedBytes = columns.float64()
    this.bufferSizeBytes = columns.float64()
    this.sendWindowBytes = columns.float64()
    this.receiveWindowBytes = columns.float64()
    this.consumedBytes = columns.float64()
    this.session = columns.int32()
    this.number = columns.int32()
    this.peerNumber = columns.int32()
    this.stream = columns.int32()
    this.account = columns.int32()
    this.isOpen = columns.uint8()
    this.isClosing = columns.uint8()
    this.hasSentEnd = columns.uint8()
    this.hasSentClose = columns.uint8()
    this.hasEnded = columns.uint8()
    this.isWindowClosed = columns.uint8()
    this.awaitsRoom = columns.uint8()
  }
}
