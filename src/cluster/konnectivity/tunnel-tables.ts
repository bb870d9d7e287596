import type { Arena } from '../../engine/arena.ts'
import { Table } from '../../engine/table.ts'
import type { Account } from '../../network/rows.ts'
import type { Content, Stream } from '../../transport/rows.ts'
import type { QueuedPacket, TunnelEnd, TunnelledConnection } from '../rows.ts'

/** Kinds of marks on a gRPC stream. `detail` is the dial of DIAL_*, else the connection's number. */
export const DIAL_REQUEST = 41
/** `value`: the connection's number, or what went wrong, see `encodeFailure`. */
export const DIAL_RESPONSE = 42
export const DIAL_CLOSE = 43
/** `value` bytes of the content that the mark carries. */
export const DATA = 44
export const CLOSE_REQUEST = 45
export const CLOSE_RESPONSE = 46

/** The stream of an agent's gRPC connection, a row an end. Those of the server are linked by agent as they registered. */
export class TunnelEndTable extends Table<TunnelEnd> {
  readonly agent = this.int32()
  readonly isServer = this.uint8()
  /** The stream of the HTTP/2 exchange; NONE: gone. */
  readonly stream = this.handle<Stream>()
  /** Pays for what runs through it, and is told of the payload, at the server; NONE at the agent. */
  readonly account = this.handle<Account>()
  /** A process that starts anew has another id. */
  readonly incarnation = this.int32()
  /** Which registration of all at servers it was, from 1; 0 at the agent. */
  readonly registration = this.float64()
  readonly firstConnection = this.handle<TunnelledConnection>()
  /** The connection that may send next. */
  readonly turn = this.handle<TunnelledConnection>()
  /** Of dials at the server, of connections at the agent. */
  readonly nextNumber = this.int32()
  /** Packets are being taken, or connections brought up to date: one thing after the other. */
  readonly isBusy = this.uint8()
  /** Somebody reads again who did not. */
  readonly hasResumed = this.uint8()

  constructor(arena: Arena) {
    super(arena, 16)
    this.attach()
  }
}

/** Connections through tunnels, a row an end; linked by their tunnel's end in the order in which they began. */
export class TunnelledConnectionTable extends Table<TunnelledConnection> {
  readonly isServer = this.uint8()
  /** NONE: no agent is chosen yet, or its tunnel is gone. */
  readonly end = this.handle<TunnelEnd>()
  /** The path whose far end is wanted. */
  readonly target = this.int32()
  /** What names it while it is being dialled, and from then on. */
  readonly dial = this.int32()
  readonly number = this.int32()
  readonly stream = this.handle<Stream>()
  readonly account = this.handle<Account>()
  readonly isOpen = this.uint8()
  readonly isClosing = this.uint8()
  readonly hasSentClose = this.uint8()
  /** The agent has said that no more comes. */
  readonly hasEnded = this.uint8()
  /** Both ends have closed it; its user has yet to read what came before. */
  readonly isOver = this.uint8()
  /** The user holds back until there is room. */
  readonly awaitsRoom = this.uint8()
  readonly sentBytes = this.float64()
  /** Packets that the user does not take yet. */
  readonly firstPacket = this.handle<QueuedPacket>()
  readonly lastPacket = this.handle<QueuedPacket>()
  readonly queuedPackets = this.int32()
  readonly queuedBytes = this.float64()
  /** Since when the packet waits that its reader's channel has no place for. */
  readonly waitTick = this.float64()
  /** Names it among the pending events of its host; NONE: the row is not in use. */
  readonly ordinal = this.float64()

  constructor(arena: Arena) {
    super(arena, 32)
    this.attach()
  }
}

export class QueuedPacketTable extends Table<QueuedPacket> {
  readonly lengthBytes = this.int32()
  /** Whose bytes they are, held, and where in that the first lies. */
  readonly content = this.handle<Content>()
  readonly contentOffset = this.float64()

  constructor(arena: Arena) {
    super(arena, 64)
    this.attach()
  }
}
