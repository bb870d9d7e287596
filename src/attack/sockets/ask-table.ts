import type { Arena, Columns } from '../../engine/arena.ts'
import { NONE, Table } from '../../engine/table.ts'

/** It is not its time yet, or it has nothing to show. */
export const WAITING = 0
/** The connection, or the answer, is on its way. */
export const ASKING = 1
export const OVER = 2

/** How far attackers' own requests are. A row for each. */
export class AskTable extends Table {
  state!: Uint8Array
  /** What it says after a refusal is being said. */
  isTail!: Uint8Array
  /** How many times it has been asked. */
  times!: Float64Array
  /** Of Upstreams; NONE: none is open. */
  call!: Int32Array
  exchange!: Int32Array
  exchangeGeneration!: Uint32Array
  activity!: Int32Array
  account!: Int32Array

  constructor(arena: Arena, count: number) {
    super(arena, Math.max(1, count))
    this.attach()
    for (let ask = 0; ask < count; ask++) {
      this.allocate()
      this.state[ask] = WAITING
      this.isTail[ask] = 0
      this.times[ask] = 0
      this.call[ask] = NONE
      this.exchange[ask] = NONE
      this.activity[ask] = NONE
    }
  }

  protected layOutColumns(columns: Columns): void {
    this.times = columns.float64()
    this.call = columns.int32()
    this.exchange = columns.int32()
    this.exchangeGeneration = columns.uint32()
    this.activity = columns.int32()
    this.account = columns.int32()
    this.state = columns.uint8()
    this.isTail = columns.uint8()
  }
}
