import type { Arena } from '../engine/arena.ts'
import { Table } from '../engine/table.ts'
import type { Exchange } from '../http/rows.ts'
import type { Serving } from './rows.ts'

/** Requests that a server is working on. */
export class ServingTable extends Table<Serving> {
  readonly exchange = this.handle<Exchange>()
  /** The number of the flow (a streamed response) in events, and below its first tick and the number of chunks sent. */
  readonly serial = this.float64()
  readonly startTick = this.float64()
  readonly chunks = this.float64()
  /** The number of streams opened in an upgraded connection. */
  readonly openings = this.int32()

  constructor(arena: Arena) {
    super(arena, 64)
    this.attach()
  }
}

export const NO_FLOW = -1
