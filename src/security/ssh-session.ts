import type { Arena } from '../engine/arena.ts'
import { Table } from '../engine/table.ts'
import type { Account, Activity } from '../network/rows.ts'
import type { Content, Stream } from '../transport/rows.ts'
import type { SshChannel, SshSession } from './rows.ts'

/**
 * Kinds of marks on the TCP stream of an SSH connection. The subject of the mark of the server's key exchange is the
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

/** The ends of SSH connections, a row each. */
export class SshSessionTable extends Table<SshSession> {
  readonly isClient = this.int32()
  readonly isReady = this.int32()
  readonly host = this.int32()
  /** The program of Processors that does the work; each connection of sshd has one. */
  readonly program = this.int32()
  readonly lower = this.handle<Stream>()
  /** An index of SshClientParameters or SshServerParameters, by role. */
  readonly parameters = this.int32()
  /** The number by which SshOwner knows a client's connection. */
  readonly owner = this.int32()
  readonly activity = this.handle<Activity>()
  /** Counts the bytes that its channels carry; of a client. */
  readonly account = this.handle<Account>()
  readonly firstChannel = this.handle<SshChannel>()
  readonly lastChannel = this.handle<SshChannel>()
  /** Its channels with `hasUnsent`, with `awaitsRoom`, and with `isEnding`, each in the order of their numbers. */
  readonly firstUnsent = this.handle<SshChannel>()
  readonly lastUnsent = this.handle<SshChannel>()
  readonly firstWaiting = this.handle<SshChannel>()
  readonly lastWaiting = this.handle<SshChannel>()
  readonly firstEnding = this.handle<SshChannel>()
  readonly lastEnding = this.handle<SshChannel>()
  /** The channel that may send next, and the first from it on with `hasUnsent`. */
  readonly turn = this.handle<SshChannel>()
  readonly unsentTurn = this.handle<SshChannel>()
  readonly nextChannelNumber = this.int32()
  /** The content that the other end writes, to which this row has a reference; NONE until its first byte arrives. */
  readonly peerContent = this.handle<Content>()
  /** The bytes of it that have arrived unaltered, or altered in plaintext where only the exchange hash shows it. */
  readonly arrivedBytes = this.float64()
  /** The offset in the stream below at which an altered packet is detected; Infinity if there is none. */
  readonly brokenAt = this.float64()
  /** A hash of the altered contents that have arrived before there were keys; 0 for none. */
  readonly changes = this.int32()
  readonly isOpening = this.int32()
  /** The channel whose data is being encrypted, and the length of that. */
  readonly sealingChannel = this.handle<SshChannel>()
  readonly sealingBytes = this.int32()
  readonly workUntilTick = this.float64()

  constructor(arena: Arena) {
    super(arena, 16)
    this.attach()
  }

  /** Takes a row for a connection on which nothing was sent or received. */
  allocateNew(): SshSession {
    const session = this.allocate()
    this.brokenAt[session] = Number.POSITIVE_INFINITY
    return session
  }
}

/**
 * The ends of channels. They are linked by `next` in the order in which they were opened, which is the order of their
 * numbers.
 */
export class SshChannelTable extends Table<SshChannel> {
  readonly previous = this.handle<SshChannel>()
  readonly session = this.handle<SshSession>()
  /** Each end numbers its own channels (RFC 4254 section 5.1). */
  readonly number = this.int32()
  readonly peerNumber = this.int32()
  /** The target that was requested, see ChannelRequest. */
  readonly target = this.int32()
  readonly stream = this.handle<Stream>()
  readonly account = this.handle<Account>()
  readonly isOpen = this.int32()
  readonly isClosing = this.int32()
  readonly hasSentEnd = this.int32()
  readonly hasSentClose = this.int32()
  readonly hasEnded = this.int32()
  readonly isWindowClosed = this.int32()
  /** The user waits until `drained` is called. */
  readonly awaitsRoom = this.int32()
  readonly previousWaiting = this.handle<SshChannel>()
  readonly nextWaiting = this.handle<SshChannel>()
  /** 1 if data was flushed that was not sent. */
  readonly hasUnsent = this.int32()
  readonly previousUnsent = this.handle<SshChannel>()
  readonly nextUnsent = this.handle<SshChannel>()
  /** 1 if EOF or CLOSE is to be sent when all data is. */
  readonly mustEnd = this.int32()
  /** 1 if it is to be sent now. */
  readonly isEnding = this.int32()
  readonly previousEnding = this.handle<SshChannel>()
  readonly nextEnding = this.handle<SshChannel>()
  readonly sentBytes = this.float64()
  /**
   * sshd's send buffer (see ssh-buffer.ts): offsets up to which data was read into it and removed from it, and its
   * size.
   */
  readonly bufferedBytes = this.float64()
  readonly packedBytes = this.float64()
  readonly bufferSizeBytes = this.float64()
  readonly sendWindowBytes = this.float64()
  readonly receiveWindowBytes = this.float64()
  /** Received data for which no window was granted again yet. */
  readonly consumedBytes = this.float64()

  constructor(arena: Arena) {
    super(arena, 32)
    this.attach()
  }
}
