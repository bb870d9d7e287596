import type { Arena } from '../../engine/arena.ts'
import { Table } from '../../engine/table.ts'
import type { Account } from '../../network/rows.ts'
import type { Content, Stream } from '../../transport/rows.ts'
import type { QueuedPacket, TunnelEnd, TunnelledConnection } from '../rows.ts'

/**
 * Kinds of marks on a gRPC stream, one for each type of packet. A mark's `detail` is the dial's number for DIAL_*,
 * otherwise the connection's number.
 */
export const DIAL_REQUEST = 41
/** `value` is the connection's number, or a negative number for the reason of a failure (see `encodeFailure`). */
export const DIAL_RESPONSE = 42
export const DIAL_CLOSE = 43
/** The mark carries `value` bytes of a content. */
export const DATA = 44
export const CLOSE_REQUEST = 45
export const CLOSE_RESPONSE = 46

/**
 * The ends of agents' gRPC streams. Each stream has a row at the agent and one at the server; those at the server are
 * linked by agent in the order of registration.
 */
export class TunnelEndTable extends Table<TunnelEnd> {
  readonly agent = this.int32()
  readonly isServer = this.int32()
  /** The stream of the HTTP/2 exchange; NONE once it is lost. */
  readonly stream = this.handle<Stream>()
  /**
   * At the server, the account to which all bytes of the tunnel are charged, and which counts its payload; NONE at
   * the agent.
   */
  readonly account = this.handle<Account>()
  /**
   * The number of times that the agent's process had been restarted when the stream began. A restarted process has
   * another identifier.
   */
  readonly incarnation = this.int32()
  /** The number of this registration among all registrations at servers, from 1; 0 at the agent. */
  readonly registration = this.float64()
  readonly firstConnection = this.handle<TunnelledConnection>()
  readonly lastConnection = this.handle<TunnelledConnection>()
  /**
   * The number of connections with data to send. The next fields count connections that are closing, whose user waits
   * for room, and with queued packets. Connections are searched only if some are active.
   */
  readonly unsentConnections = this.int32()
  readonly closingConnections = this.int32()
  readonly waitingConnections = this.int32()
  readonly queueingConnections = this.int32()
  /** The connection whose turn to send is next. */
  readonly nextToSend = this.handle<TunnelledConnection>()
  /** The number of the next dial (at the server) or of the next connection (at the agent). */
  readonly nextNumber = this.int32()
  /** 1: packets are being handled; a nested call returns at once. */
  readonly isBusy = this.int32()
  /** 1: a user has resumed reading while packets were being handled, so all queues must be searched again. */
  readonly mustRepeat = this.int32()

  constructor(arena: Arena) {
    super(arena, 16)
    this.attach()
  }
}

/** The ends of connections through tunnels; linked by the tunnel's end in the order in which they began. */
export class TunnelledConnectionTable extends Table<TunnelledConnection> {
  readonly previous = this.handle<TunnelledConnection>()
  readonly isServer = this.int32()
  /** The tunnel's end; NONE before an agent is chosen, and once the tunnel is lost. */
  readonly end = this.handle<TunnelEnd>()
  /** Index of the path to whose far end the connection leads. */
  readonly target = this.int32()
  /** The number of the connection's dial, by which packets refer to it until it is open. */
  readonly dial = this.int32()
  readonly number = this.int32()
  readonly stream = this.handle<Stream>()
  readonly account = this.handle<Account>()
  readonly isOpen = this.int32()
  readonly isClosing = this.int32()
  /** 1: it is closing, and has not sent its close. */
  readonly mustClose = this.int32()
  readonly hasSentClose = this.int32()
  /** 1: the agent has sent CLOSE_RSP. */
  readonly hasEnded = this.int32()
  /** 1: both ends have closed the connection, but its user has not read all data yet. */
  readonly isClosed = this.int32()
  /** 1: the user waits until it may write more. */
  readonly awaitsRoom = this.int32()
  readonly sentBytes = this.float64()
  /** 1: more bytes than these have been written and flushed. */
  readonly hasUnsent = this.int32()
  /** Packets that the user has not read yet. */
  readonly firstPacket = this.handle<QueuedPacket>()
  readonly lastPacket = this.handle<QueuedPacket>()
  readonly queuedPackets = this.int32()
  readonly queuedBytes = this.float64()
  /** The tick since which a packet has waited because the reader's channel is full. */
  readonly waitTick = this.float64()
  /** Identifies the connection in pending events of its host; NONE while the row is not in use. */
  readonly ordinal = this.float64()

  constructor(arena: Arena) {
    super(arena, 32)
    this.attach()
  }
}

export class QueuedPacketTable extends Table<QueuedPacket> {
  readonly lengthBytes = this.int32()
  /** The content, on which the row keeps a hold, and the offset of the packet's first byte in it. */
  readonly content = this.handle<Content>()
  readonly contentOffset = this.float64()

  constructor(arena: Arena) {
    super(arena, 64)
    this.attach()
  }
}
