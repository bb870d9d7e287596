import type { Arena } from '../engine/arena.ts'
import { Table } from '../engine/table.ts'
import type { HttpConnection } from '../http/rows.ts'
import type { Account, Activity } from '../network/rows.ts'
import type { PathConnection } from './rows.ts'

/** No connection, and none being dialled. */
export const DOWN = 0
/** The tunnel that the path goes through is not there yet. */
export const WAITING_FOR_TUNNEL = 1
export const DIALLING = 2
export const UP = 3

/** Connections along paths, dialled again and again: a client's own, or one that all who use a path share. */
export class PathConnectionTable extends Table<PathConnection> {
  readonly path = this.int32()
  readonly version = this.uint8()
  readonly state = this.uint8()
  readonly userKind = this.int32()
  readonly user = this.int32()
  /** Those that hear something at the same tick hear it in this order. */
  readonly order = this.float64()
  /** Of its name; with the number of dials they name its connections. */
  readonly nameHigh = this.int32()
  readonly nameLow = this.int32()
  readonly dials = this.float64()
  readonly dialTick = this.float64()
  /** Row of HttpConnectionTable. */
  readonly connection = this.handle<HttpConnection>()
  readonly account = this.handle<Account>()
  /** Its own, the tunnel's, or that of whoever it works for. */
  readonly activity = this.handle<Activity>()

  constructor(arena: Arena) {
    super(arena, 64)
    this.attach()
  }
}
