import type { Arena } from '../engine/arena.ts'
import { IndexedTable, Table } from '../engine/table.ts'
import type { HttpConnection } from '../http/rows.ts'
import { PART_COUNT } from '../network/activity.ts'
import type { Account, Activity } from '../network/rows.ts'
import type { Path, PathConnection } from './rows.ts'

/** There is no connection, and none is being dialled. */
export const DOWN = 0
/** The path's tunnel is not up yet. */
export const WAITING_FOR_TUNNEL = 1
export const DIALLING = 2
export const UP = 3

/** The connections along each path, linked by `PathConnectionTable.next`. */
export class PathTable extends IndexedTable<Path> {
  readonly first = this.handle<PathConnection>()

  constructor(arena: Arena, count: number) {
    super(arena, Math.max(1, count))
    this.attach()
    for (let path = 0; path < count; path++) this.allocate()
  }
}

/**
 * Connections along paths, which can be dialled repeatedly. Each is a client's own, or shared by all clients of a path.
 */
export class PathConnectionTable extends Table<PathConnection> {
  /** The host that dials. */
  readonly host = this.int32()
  readonly state = this.int32()
  /** The HTTP connection; NONE if there is none. */
  readonly connection = this.handle<HttpConnection>()
  /**
   * The activity that the connection's time counts for: its own, the tunnel's, or the activity of the request that it
   * is dialled for.
   */
  readonly activity = this.handle<Activity>()
  /** 0: `earlierNs` are all 0, as those of most connections, and a request need not read them. */
  readonly hasEarlier = this.int32()
  readonly version = this.int32()
  readonly userKind = this.int32()
  readonly user = this.int32()
  readonly path = this.int32()
  /** The hash of a name. The name of each connection is derived from it and the number of dials. */
  readonly nameHigh = this.int32()
  readonly nameLow = this.int32()
  readonly account = this.handle<Account>()
  /** The order in which the users of connections are called for events of the same tick. */
  readonly order = this.float64()
  readonly dials = this.float64()
  readonly dialTick = this.float64()
  /**
   * The totals, by part, that are added to those of `activity` so that they go on from the activity of the dial before:
   * those of the activities until then, less those that each had when it was taken.
   */
  readonly earlierNs = this.float64(0, PART_COUNT)

  constructor(arena: Arena) {
    super(arena, 64)
    this.attach()
  }
}
