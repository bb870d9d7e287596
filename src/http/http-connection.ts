import type { Arena, Columns } from '../engine/arena.ts'
import { NONE, Table } from '../engine/table.ts'

export const HTTP_1 = 1
export const HTTP_2 = 2
/** A server finds out by what comes first. */
export const VERSION_UNKNOWN = 0

/** One end of a connection that carries HTTP. */
export class HttpConnectionTable extends Table {
  isClient!: Uint8Array
  version!: Uint8Array
  /** What it runs over: TCP, TLS, a channel; NONE: gone. */
  lower!: Int32Array
  /** Who dialled it (a client's). */
  ownerKind!: Int32Array
  owner!: Int32Array
  /** Who answers (a server's). */
  service!: Int32Array
  isReady!: Uint8Array
  /** Whose bytes were read last, held, and where in that the next would lie; NONE: none were. */
  readContent!: Int32Array
  readUntil!: Float64Array
  /** The changed copy that some byte of the message being read is of, held; or NONE. */
  alteredBy!: Int32Array
  /** The far end will send nothing more. */
  hasEnded!: Uint8Array
  firstExchange!: Int32Array
  /** Exchanges take turns in sending; NONE: from the first. */
  turn!: Int32Array
  nextNumber!: Int32Array
  /** HTTP/2: index of its own and of the far end's Http2Parameters; NONE: not known yet. */
  parameters!: Int32Array
  peerParameters!: Int32Array
  sendWindowBytes!: Float64Array
  receiveWindowBytes!: Float64Array
  unreturnedBytes!: Float64Array
  /** Row of the HPACK table of what this end sends. */
  hpack!: Int32Array
  /** Health check: when anything was last read, and since when a PING waits for its answer (-1: none). */
  lastReadTick!: Float64Array
  pingTick!: Float64Array
  hasHealthCheck!: Uint8Array
  /** Names it among the pending events of its host. */
  ordinal!: Float64Array

  constructor(arena: Arena) {
    super(arena, 64)
    this.attach()
  }

  protected layOutColumns(columns: Columns): void {
    this.sendWindowBytes = columns.float64()
    this.receiveWindowBytes = columns.float64()
    this.unreturnedBytes = columns.float64()
    this.lastReadTick = columns.float64()
    this.pingTick = columns.float64()
    this.ordinal = columns.float64()
    this.readUntil = columns.float64()
    this.lower = columns.int32()
    this.readContent = columns.int32()
    this.alteredBy = columns.int32()
    this.ownerKind = columns.int32()
    this.owner = columns.int32()
    this.service = columns.int32()
    this.firstExchange = columns.int32()
    this.turn = columns.int32()
    this.nextNumber = columns.int32()
    this.parameters = columns.int32()
    this.peerParameters = columns.int32()
    this.hpack = columns.int32()
    this.isClient = columns.uint8()
    this.version = columns.uint8()
    this.isReady = columns.uint8()
    this.hasEnded = columns.uint8()
    this.hasHealthCheck = columns.uint8()
  }

  /** A row for one end that runs over `lower`. */
  begin(lower: number, isClient: boolean, tick: number): number {
    const connection = this.allocate()
    this.isClient[connection] = isClient ? 1 : 0
    this.version[connection] = VERSION_UNKNOWN
    this.lower[connection] = lower
    this.ownerKind[connection] = NONE
    this.owner[connection] = NONE
    this.service[connection] = NONE
    this.isReady[connection] = 0
    this.readContent[connection] = NONE
    this.readUntil[connection] = 0
    this.alteredBy[connection] = NONE
    this.hasEnded[connection] = 0
    this.firstExchange[connection] = NONE
    this.turn[connection] = NONE
    this.nextNumber[connection] = 1
    this.parameters[connection] = NONE
    this.peerParameters[connection] = NONE
    this.hpack[connection] = NONE
    this.hasHealthCheck[connection] = 0
    this.lastReadTick[connection] = tick
    this.pingTick[connection] = -1
    this.ordinal[connection] = NONE
    return connection
  }
}
