import type { Arena } from '../engine/arena.ts'
import { Table } from '../engine/table.ts'
import type { Account, Activity } from '../network/rows.ts'
import type { Content, Stream } from '../transport/rows.ts'
import type { SshChannel, SshSession } from './rows.ts'

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
export class SshSessionTable extends Table<SshSession> {
  readonly isClient = this.uint8()
  readonly isReady = this.uint8()
  readonly host = this.int32()
  /** sshd has one for each connection. */
  readonly program = this.int32()
  readonly lower = this.handle<Stream>()
  /** Of SshClientParameters or SshServerParameters, by role. */
  readonly parameters = this.int32()
  /** Who is told when the client is logged in, or the connection fails. */
  readonly owner = this.int32()
  readonly activity = this.handle<Activity>()
  /** For what its channels carry, to and from the client. */
  readonly account = this.handle<Account>()
  readonly firstChannel = this.handle<SshChannel>()
  /** The channel that may send next. */
  readonly turn = this.handle<SshChannel>()
  readonly nextChannelNumber = this.int32()
  /** What the other end says, from its first byte on, held; NONE: it was not heard yet. */
  readonly peerContent = this.handle<Content>()
  /** Bytes of it that arrived as it said them, or so that only the exchange hash tells. */
  readonly arrivedBytes = this.float64()
  /** Where the packet ends that is not as the other end said it, in the stream below; Infinity: all are. */
  readonly brokenAt = this.float64()
  /** Whose bytes came in the other end's place before there were keys, a hash; 0: nobody's. */
  readonly changes = this.int32()
  readonly isOpening = this.uint8()
  /** The channel whose data is being sealed, and how much. */
  readonly sealingChannel = this.handle<SshChannel>()
  readonly sealingBytes = this.int32()
  readonly workUntilTick = this.float64()

  constructor(arena: Arena) {
    super(arena, 16)
    this.attach()
  }

  /** A row of which nothing has been said or heard; who it is for is to be set. */
  allocateNew(): SshSession {
    const session = this.allocate()
    this.brokenAt[session] = Number.POSITIVE_INFINITY
    return session
  }
}

/** Channels, a row an end, linked by `next` in the order in which they were opened. */
export class SshChannelTable extends Table<SshChannel> {
  readonly session = this.handle<SshSession>()
  /** Each end numbers its own (RFC 4254 section 5.1). */
  readonly number = this.int32()
  readonly peerNumber = this.int32()
  readonly stream = this.handle<Stream>()
  readonly account = this.handle<Account>()
  readonly isOpen = this.uint8()
  readonly isClosing = this.uint8()
  readonly hasSentEnd = this.uint8()
  readonly hasSentClose = this.uint8()
  readonly hasEnded = this.uint8()
  readonly isWindowClosed = this.uint8()
  /** The user holds back until there is room. */
  readonly awaitsRoom = this.uint8()
  readonly sentBytes = this.float64()
  /** sshd's buffer for what is to be sent (see ssh-buffer.ts): read into it, gone from its front, and its size. */
  readonly bufferedBytes = this.float64()
  readonly packedBytes = this.float64()
  readonly bufferSizeBytes = this.float64()
  readonly sendWindowBytes = this.float64()
  readonly receiveWindowBytes = this.float64()
  /** Read by the user, or to be when it reads again, and not granted anew. */
  readonly consumedBytes = this.float64()

  constructor(arena: Arena) {
    super(arena, 32)
    this.attach()
  }
}
