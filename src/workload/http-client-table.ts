import type { Arena, Columns } from '../engine/arena.ts'
import { Table } from '../engine/table.ts'
import { PART_COUNT } from '../network/activity.ts'

/** No connection, and none being dialled. */
export const DISCONNECTED = 0
/** Its connection is being dialled, or waits for a tunnel. */
export const CONNECTING = 1
/** Connected, and nothing to ask. */
export const IDLE = 2
/** A request is on its way, or its answer. */
export const ASKING = 3

export const NO_REQUEST = -1

/** Clients: each has one request at a time, on a connection of its own or on one that it shares. Linked by workload. */
export class HttpClientTable extends Table {
  workload!: Int32Array
  /** Its number in the workload: with how often it dials it names its connections. */
  number!: Float64Array
  state!: Uint8Array
  /** Row of PathConnectionTable. */
  via!: Int32Array
  exchange!: Int32Array
  /** How many requests it has begun: tells work for one from work for another. */
  turns!: Float64Array
  request!: Float64Array
  /** Index of the HttpRequest that it asks with, and how large its body is. */
  message!: Int32Array
  messageBodyBytes!: Float64Array
  /** When the request was meant to start. */
  startTick!: Float64Array
  /** PART_COUNT a row: the activity's totals when the request started. */
  partsAtStartNs!: Float64Array
  hasAnswer!: Uint8Array
  status!: Int32Array

  constructor(arena: Arena) {
    super(arena, 64)
    this.attach()
  }

  protected layOutColumns(columns: Columns): void {
    this.number = columns.float64()
    this.turns = columns.float64()
    this.request = columns.float64()
    this.messageBodyBytes = columns.float64()
    this.startTick = columns.float64()
    this.partsAtStartNs = columns.float64(columns.capacity * PART_COUNT)
    this.workload = columns.int32()
    this.via = columns.int32()
    this.exchange = columns.int32()
    this.message = columns.int32()
    this.status = columns.int32()
    this.state = columns.uint8()
    this.hasAnswer = columns.uint8()
  }
}
