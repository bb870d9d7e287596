import type { Arena, Columns } from '../../engine/arena.ts'
import { NONE, Table } from '../../engine/table.ts'

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
export class TunnelEndTable extends Table {
  agent!: Int32Array
  isServer!: Uint8Array
  /** The stream of the HTTP/2 exchange; NONE: gone. */
  stream!: Int32Array
  /** Pays for what runs through it, and is told of the payload, at the server; NONE at the agent. */
  account!: Int32Array
  /** A process that starts anew has another id. */
  incarnation!: Int32Array
  /** Which registration of all at servers it was, from 1; 0 at the agent. */
  registration!: Float64Array
  firstConnection!: Int32Array
  /** The connection that may send next. */
  turn!: Int32Array
  /** Of dials at the server, of connections at the agent. */
  nextNumber!: Int32Array
  /** Packets are being taken, or connections brought up to date: one thing after the other. */
  isBusy!: Uint8Array
  /** Somebody reads again who did not. */
  hasResumed!: Uint8Array

  constructor(arena: Arena) {
    super(arena, 16)
    this.attach()
  }

  protected layOutColumns(columns: Columns): void {
    this.registration = columns.float64()
    this.agent = columns.int32()
    this.stream = columns.int32()
    this.account = columns.int32()
    this.incarnation = columns.int32()
    this.firstConnection = columns.int32()
    this.turn = columns.int32()
    this.nextNumber = columns.int32()
    this.isServer = columns.uint8()
    this.isBusy = columns.uint8()
    this.hasResumed = columns.uint8()
  }
}

/** Connections through tunnels, a row an end; linked by their tunnel's end in the order in which they began. */
export class TunnelledConnectionTable extends Table {
  isServer!: Uint8Array
  /** NONE: no agent is chosen yet, or its tunnel is gone. */
  end!: Int32Array
  /** The path whose far end is wanted. */
  target!: Int32Array
  /** What names it while it is being dialled, and from then on. */
  dial!: Int32Array
  number!: Int32Array
  stream!: Int32Array
  account!: Int32Array
  isOpen!: Uint8Array
  isClosing!: Uint8Array
  hasSentClose!: Uint8Array
  /** The agent has said that no more comes. */
  hasEnded!: Uint8Array
  /** Both ends have closed it; its user has yet to read what came before. */
  isOver!: Uint8Array
  /** The user holds back until there is room. */
  awaitsRoom!: Uint8Array
  sentBytes!: Float64Array
  /** Packets that the user does not take yet. */
  firstPacket!: Int32Array
  lastPacket!: Int32Array
  queuedPackets!: Int32Array
  queuedBytes!: Float64Array
  /** Since when the packet waits that its reader's channel has no place for. */
  waitTick!: Float64Array
  /** Names it among the pending events of its host; NONE: the row is not in use. */
  ordinal!: Float64Array

  constructor(arena: Arena) {
    super(arena, 32)
    this.attach()
  }

  protected layOutColumns(columns: Columns): void {
    this.sentBytes = columns.float64()
    this.queuedBytes = columns.float64()
    this.waitTick = columns.float64()
    this.ordinal = columns.float64()
    this.end = columns.int32()
    this.target = columns.int32()
    this.dial = columns.int32()
    this.number = columns.int32()
    this.stream = columns.int32()
    this.account = columns.int32()
    this.firstPacket = columns.int32()
    this.lastPacket = columns.int32()
    this.queuedPackets = columns.int32()
    this.isServer = columns.uint8()
    this.isOpen = columns.uint8()
    this.isClosing = columns.uint8()
    this.hasSentClose = columns.uint8()
    this.hasEnded = columns.uint8()
    this.isOver = columns.uint8()
    this.awaitsRoom = columns.uint8()
  }

  /** What a row begins with: at the server, with no agent chosen. */
  begin(row: number, target: number, stream: number, account: number, ordinal: number): void {
    this.isServer[row] = 1
    this.end[row] = NONE
    this.target[row] = target
    this.dial[row] = NONE
    this.number[row] = NONE
    this.stream[row] = stream
    this.account[row] = account
    this.isOpen[row] = 0
    this.isClosing[row] = 0
    this.hasSentClose[row] = 0
    this.hasEnded[row] = 0
    this.isOver[row] = 0
    this.awaitsRoom[row] = 0
    this.sentBytes[row] = 0
    this.firstPacket[row] = NONE
    this.lastPacket[row] = NONE
    this.queuedPackets[row] = 0
    this.queuedBytes[row] = 0
    this.waitTick[row] = 0
    this.ordinal[row] = ordinal
  }
}

export class QueuedPacketTable extends Table {
  lengthBytes!: Int32Array
  /** Whose bytes they are, held, and where in that the first lies. */
  content!: Int32Array
  contentOffset!: Float64Array

  constructor(arena: Arena) {
    super(arena, 64)
    this.attach()
  }

  protected layOutColumns(columns: Columns): void {
    this.contentOffset = columns.float64()
    this.lengthBytes = columns.int32()
    this.content = columns.int32()
  }
}
