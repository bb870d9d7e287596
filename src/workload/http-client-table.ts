import type { Arena } from '../engine/arena.ts'
import { Table } from '../engine/table.ts'
import type { Exchange } from '../http/rows.ts'
import { PART_COUNT } from '../network/activity.ts'
import type { HttpClient, PathConnection } from './rows.ts'

/** No connection, and none being dialled. */
export const DISCONNECTED = 0
/** Its connection is being dialled, or waits for a tunnel. */
export const CONNECTING = 1
/** Connected, and nothing to ask. */
export const IDLE = 2
/** A request is on its way, or its answer. */
export const REQUESTING = 3

export const NO_REQUEST = -1

/** Clients: each has one request at a time, on a connection of its own or on one that it shares. Linked by workload. */
export class HttpClientTable extends Table<HttpClient> {
  readonly workload = this.int32()
  /** Its number in the workload: with how often it dials it names its connections. */
  readonly number = this.float64()
  readonly state = this.uint8()
  /** Row of PathConnectionTable. */
  readonly via = this.handle<PathConnection>()
  readonly exchange = this.handle<Exchange>()
  /** How many requests it has begun: tells work for one from work for another. */
  readonly turns = this.float64()
  readonly request = this.float64()
  /** Index of the HttpRequest that it asks with, and how large its body is. */
  readonly message = this.int32()
  readonly messageBodyBytes = this.float64()
  /** When the request was meant to start. */
  readonly startTick = this.float64()
  /** PART_COUNT a row: the activity's totals when the request started. */
  readonly partsAtStartNs = this.float64(0, PART_COUNT)
  readonly hasResponse = this.uint8()
  readonly status = this.int32()

  constructor(arena: Arena) {
    super(arena, 64)
    this.attach()
  }
}
