import type { Arena, Columns } from '../../engine/arena.ts'
import { Table } from '../../engine/table.ts'

/** Its connection does not stand yet. */
export const WAITING = 0
/** It stands, and the request is being written. */
export const WRITING = 1
export const ASKED = 2
/** Answered, and the connection is kept for more. */
export const HELD = 3

/** Requests that servers make in turn: who wants to ask, and on which connection. */
export class CallTable extends Table {
  path!: Int32Array
  /** Row of PathConnectionTable. */
  via!: Int32Array
  /** Row of PooledTable; NONE: the connection is shared. */
  pooled!: Int32Array
  state!: Uint8Array
  userKind!: Int32Array
  user!: Int32Array
  /** The activity of whoever waits for it, and the one that counts for it meanwhile. */
  waiting!: Int32Array
  serving!: Int32Array
  /** Calls that hear something at the same tick hear it in this order. */
  order!: Float64Array

  constructor(arena: Arena) {
    super(arena, 32)
    this.attach()
  }

  protected layOutColumns(columns: Columns): void {
    this.order = columns.float64()
    this.path = columns.int32()
    this.via = columns.int32()
    this.pooled = columns.int32()
    this.userKind = columns.int32()
    this.user = columns.int32()
    this.waiting = columns.int32()
    this.serving = columns.int32()
    this.state = columns.uint8()
  }
}

/** Connections of HTTP/1.1, each for one call at a time. Linked by path, the newest first. */
export class PooledTable extends Table {
  path!: Int32Array
  via!: Int32Array
  /** NONE: idle, or still being dialled for a call that is over. */
  call!: Int32Array
  isIdle!: Uint8Array
  idleTick!: Float64Array
  /** It is used once and closed. */
  isFresh!: Uint8Array
  /** Names its event among those of its host. */
  ordinal!: Float64Array
  hasEvent!: Uint8Array

  constructor(arena: Arena) {
    super(arena, 32)
    this.attach()
  }

  protected layOutColumns(columns: Columns): void {
    this.idleTick = columns.float64()
    this.ordinal = columns.float64()
    this.path = columns.int32()
    this.via = columns.int32()
    this.call = columns.int32()
    this.isIdle = columns.uint8()
    this.isFresh = columns.uint8()
    this.hasEvent = columns.uint8()
  }
}

const COUNTS = 2

/** Counts, for names that nothing else moves. */
export class UpstreamCounts extends Table {
  /** Of calls and of pooled connections, in all. */
  counts!: Float64Array

  constructor(arena: Arena) {
    super(arena, COUNTS)
    this.attach()
    for (let i = 0; i < COUNTS; i++) this.allocate()
  }

  protected layOutColumns(columns: Columns): void {
    this.counts = columns.float64()
  }
}
