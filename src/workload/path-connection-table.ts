import type { Arena, Columns } from '../engine/arena.ts'
import { Table } from '../engine/table.ts'

/** No connection, and none being dialled. */
export const DOWN = 0
/** The tunnel that the path goes through is not there yet. */
export const WAITING_FOR_TUNNEL = 1
export const DIALLING = 2
export const UP = 3

/** Connections along paths, dialled again and again: a client's own, or one that all who use a path share. */
export class PathConnectionTable extends Table {
  path!: Int32Array
  version!: Uint8Array
  state!: Uint8Array
  userKind!: Int32Array
  user!: Int32Array
  /** Those that hear something at the same tick hear it in this order. */
  order!: Float64Array
  /** Of its name; with the number of dials they name its connections. */
  nameHigh!: Int32Array
  nameLow!: Int32Array
  dials!: Float64Array
  dialTick!: Float64Array
  /** Row of HttpConnectionTable. */
  connection!: Int32Array
  account!: Int32Array
  /** Its own, the tunnel's, or that of whoever it works for. */
  activity!: Int32Array

  constructor(arena: Arena) {
    super(arena, 64)
    this.attach()
  }

  protected layOutColumns(columns: Columns): void {
    this.order = columns.float64()
    this.dials = columns.float64()
    this.dialTick = columns.float64()
    this.path = columns.int32()
    this.userKind = columns.int32()
    this.user = columns.int32()
    this.nameHigh = columns.int32()
    this.nameLow = columns.int32()
    this.connection = columns.int32()
    this.account = columns.int32()
    this.activity = columns.int32()
    this.version = columns.uint8()
    this.state = columns.uint8()
  }
}
