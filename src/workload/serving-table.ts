import type { Arena } from '../engine/arena.ts'
import { Table } from '../engine/table.ts'
import type { Exchange } from '../http/rows.ts'
import type { Serving } from './rows.ts'

/** Requests that a server is at work on. */
export class ServingTable extends Table<Serving> {
  readonly exchange = this.handle<Exchange>()
  /** Of a flow: its number among those of its workload, when it began, and how many chunks it has said. */
  readonly serial = this.float64()
  readonly startTick = this.float64()
  readonly chunks = this.float64()
  /** Of an upgraded connection: how many streams were opened in it. */
  readonly openings = this.int32()

  constructor(arena: Arena) {
    super(arena, 64)
    this.attach()
  }
}

export const NO_FLOW = -1
