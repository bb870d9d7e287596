import type { Arena } from '../engine/arena.ts'
import { Table } from '../engine/table.ts'
import type { Exchange } from '../http/rows.ts'
import type { Stream } from '../transport/rows.ts'
import type { Serving } from './rows.ts'

/** Requests that a server is working on. */
export class ServingTable extends Table<Serving> {
  readonly exchange = this.handle<Exchange>()
  /** The number of the flow (a streamed response) in events; NO_FLOW for other responses. */
  readonly serial = this.float64()
  /** The tick from which the chunks' times count. */
  readonly startTick = this.float64()
  /** The number of chunks sent. A flow that resumes includes the chunks of the flows before it. */
  readonly chunks = this.float64()
  /** The ticks at which the next chunk is due, and at which the last was; -1 before the first. */
  readonly dueTick = this.float64()
  readonly lastDueTick = this.float64()
  /** The stream of the response's body, or of the data of an upgraded connection. */
  readonly stream = this.handle<Stream>()

  constructor(arena: Arena) {
    super(arena, 64)
    this.attach()
  }
}

export const NO_FLOW = -1
