import type { Arena, Columns } from './arena.ts'
import { Table } from './table.ts'

export const CHUNK_BITS = 4
/** Events a chunk: 16 of 16 bytes are four cache lines, and few enough that sparse slots waste little. */
export const CHUNK_EVENTS = 1 << CHUNK_BITS
const INITIAL_CHUNKS = 64

/** Events by value, in chunks; a row is a chunk. The n-th event of a chunk stands at `chunk * CHUNK_EVENTS + n`. */
export class EventChunks extends Table {
  ticks!: Float64Array
  keys!: Int32Array
  arguments!: Uint32Array

  constructor(arena: Arena) {
    super(arena, INITIAL_CHUNKS)
    this.attach()
  }

  protected layOutColumns(columns: Columns): void {
    const events = columns.capacity * CHUNK_EVENTS
    this.ticks = columns.float64(events)
    this.keys = columns.int32(events)
    this.arguments = columns.uint32(events)
  }
}
