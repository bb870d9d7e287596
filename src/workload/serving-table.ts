import type { Arena, Columns } from '../engine/arena.ts'
import { Table } from '../engine/table.ts'

/** Requests that a server is at work on. */
export class ServingTable extends Table {
  exchange!: Int32Array
  /** Of a flow: its number among those of its workload, when it began, and how many chunks it has said. */
  serial!: Float64Array
  startTick!: Float64Array
  chunks!: Float64Array
  /** Of an upgraded connection: how many streams were opened in it. */
  openings!: Int32Array

  constructor(arena: Arena) {
    super(arena, 64)
    this.attach()
  }

  protected layOutColumns(columns: Columns): void {
    this.serial = columns.float64()
    this.startTick = columns.float64()
    this.chunks = columns.float64()
    this.exchange = columns.int32()
    this.openings = columns.int32()
  }
}

export const NO_FLOW = -1
