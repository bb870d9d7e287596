import type { Arena } from '../../engine/arena.ts'
import { IndexedTable, Table } from '../../engine/table.ts'
import type { Activity } from '../../network/rows.ts'
import type { PathConnection } from '../../workload/rows.ts'
import type { Pooled, UpstreamCall, UpstreamCount } from '../rows.ts'

/** Its connection does not stand yet. */
export const WAITING = 0
/** It stands, and the request is being written. */
export const WRITING = 1
export const REQUESTED = 2
/** Answered, and the connection is kept for more. */
export const HELD = 3

/** Requests that servers make in turn: who wants to ask, and on which connection. */
export class CallTable extends Table<UpstreamCall> {
  readonly path = this.int32()
  /** Row of PathConnectionTable. */
  readonly via = this.handle<PathConnection>()
  /** Row of PooledTable; NONE: the connection is shared. */
  readonly pooled = this.handle<Pooled>()
  readonly state = this.uint8()
  readonly userKind = this.int32()
  readonly user = this.int32()
  /** The activity of whoever waits for it, and the one that counts for it meanwhile. */
  readonly waiting = this.handle<Activity>()
  readonly serving = this.handle<Activity>()
  /** Calls that hear something at the same tick hear it in this order. */
  readonly order = this.float64()

  constructor(arena: Arena) {
    super(arena, 32)
    this.attach()
  }
}

/** Connections of HTTP/1.1, each for one call at a time. Linked by path, the newest first. */
export class PooledTable extends Table<Pooled> {
  readonly path = this.int32()
  readonly via = this.handle<PathConnection>()
  /** NONE: idle, or still being dialled for a call that is over. */
  readonly call = this.handle<UpstreamCall>()
  readonly isIdle = this.uint8()
  readonly idleTick = this.float64()
  /** It is used once and closed. */
  readonly isFresh = this.uint8()
  /** Names its event among those of its host. */
  readonly ordinal = this.float64()
  readonly hasEvent = this.uint8()

  constructor(arena: Arena) {
    super(arena, 32)
    this.attach()
  }
}

const COUNTS = 2

/** Counts, for names that nothing else moves. */
export class UpstreamCounts extends IndexedTable<UpstreamCount> {
  /** Of calls and of pooled connections, in all. */
  readonly counts = this.float64()

  constructor(arena: Arena) {
    super(arena, COUNTS)
    this.attach()
    for (let i = 0; i < COUNTS; i++) this.allocate()
  }
}
