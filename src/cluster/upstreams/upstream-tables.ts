import type { Arena } from '../../engine/arena.ts'
import { IndexedTable, Table } from '../../engine/table.ts'
import type { Activity } from '../../network/rows.ts'
import type { PathConnection } from '../../workload/rows.ts'
import type { Pooled, UpstreamCall, UpstreamCount } from '../rows.ts'

/** The connection is not established yet. */
export const WAITING = 0
/** The connection is established, and the CPU time for writing the request is being spent. */
export const WRITING = 1
export const REQUESTED = 2
/** The response has arrived, and the connection is kept for further requests. */
export const HELD = 3

/** Requests that a server sends in order to answer one of its own, and the connection of each. */
export class CallTable extends Table<UpstreamCall> {
  readonly path = this.int32()
  readonly via = this.handle<PathConnection>()
  /** The pooled connection; NONE if the connection is shared. */
  readonly pooled = this.handle<Pooled>()
  readonly state = this.int32()
  readonly userKind = this.int32()
  readonly user = this.int32()
  /**
   * The activity of the request that waits for this one. The next field is the activity of the connection, which counts
   * for the request meanwhile.
   */
  readonly waiting = this.handle<Activity>()
  readonly serving = this.handle<Activity>()
  /** Calls that are notified at the same tick are notified in this order. */
  readonly order = this.float64()

  constructor(arena: Arena) {
    super(arena, 32)
    this.attach()
  }
}

/** Connections of HTTP/1.1, each used by one call at a time. Linked by path, newest first. */
export class PooledTable extends Table<Pooled> {
  readonly path = this.int32()
  readonly via = this.handle<PathConnection>()
  /**
   * The call that uses the connection; NONE if the connection is idle, or still being dialled for a call that has
   * ended.
   */
  readonly call = this.handle<UpstreamCall>()
  readonly isIdle = this.int32()
  readonly idleTick = this.float64()
  /** 1: the connection is used once and then closed. */
  readonly isFresh = this.int32()
  /** Identifies the connection in events of its host. */
  readonly ordinal = this.float64()
  readonly hasEvent = this.int32()

  constructor(arena: Arena) {
    super(arena, 32)
    this.attach()
  }
}

const COUNTS = 2

/** Counters from which orders and ordinals derive, so that they do not depend on which rows are reused. */
export class UpstreamCounts extends IndexedTable<UpstreamCount> {
  /** The number of calls (row 0) and of pooled connections (row 1) that were ever made. */
  readonly counts = this.float64()

  constructor(arena: Arena) {
    super(arena, COUNTS)
    this.attach()
    for (let i = 0; i < COUNTS; i++) this.allocate()
  }
}
