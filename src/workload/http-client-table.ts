import type { Arena, Columns } from '../engine/arena.ts'
import { Table } from '../engine/table.ts'
import { PART_COUNT } from '../network/activity.ts'

/** No connection, and none being dialled. */
export const DISCONNECTED = 0
/** The tunnel that the path goes through is not there yet. */
export const WAITING_FOR_TUNNEL = 1
export const DIALLING = 2
/** Connected, and nothing to ask. */
export const IDLE = 3
/** A request is on its way, or its answer. */
export const ASKING = 4

export const NO_REQUEST = -1

/** Clients: each has one connection at a time, and on it one request at a time. Linked by workload. */
export class HttpClientTable extends Table {
  workload!: Int32Array
  /** Its number in the workload, and how often it has dialled: they name its connections. */
  number!: Float64Array
  dials!: Float64Array
  state!: Uint8Array
  stream!: Int32Array
  /** Its connection's own, or the tunnel's. */
  activity!: Int32Array
  dialTick!: Float64Array
  request!: Float64Array
  /** When the request was meant to start. */
  startTick!: Float64Array
  /** PART_COUNT a row: the activity's totals when the request started. */
  partsAtStartNs!: Float64Array
  hasAnswer!: Uint8Array
  status!: Uint8Array

  constructor(arena: Arena) {
    super(arena, 64)
    this.attach()
  }

  protected layOutColumns(columns: Columns): void {
    this.number = columns.float64()
    this.dials = columns.float64()
    this.dialTick = columns.float64()
    this.request = columns.float64()
    this.startTick = columns.float64()
    this.partsAtStartNs = columns.float64(columns.capacity * PART_COUNT)
    this.workload = columns.int32()
    this.stream = columns.int32()
    this.activity = columns.int32()
    this.state = columns.uint8()
    this.hasAnswer = columns.uint8()
    this.status = columns.uint8()
  }
}
