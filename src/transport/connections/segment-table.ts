import type { Arena, Columns } from '../../engine/arena.ts'
import { Table } from '../../engine/table.ts'

/** The scoreboard: every segment that was sent and not cumulatively acknowledged, linked by `next`, oldest first. */
export class SegmentTable extends Table {
  startOffset!: Float64Array
  endOffset!: Float64Array
  sentTick!: Float64Array
  /** `deliveredSegments` of the connection at that time. */
  deliveredAtSend!: Float64Array
  /** Of the connection's rate at that time, where it is measured (congestion/rate-sample.ts). */
  deliveredTickAtSend!: Float64Array
  firstSentAtSend!: Float64Array
  wasAppLimited!: Uint8Array
  /** 1 for the first time. */
  transmissions!: Uint16Array
  flags!: Uint8Array

  constructor(arena: Arena) {
    super(arena, 256)
    this.attach()
  }

  protected layOutColumns(columns: Columns): void {
    this.startOffset = columns.float64()
    this.endOffset = columns.float64()
    this.sentTick = columns.float64()
    this.deliveredAtSend = columns.float64()
    this.deliveredTickAtSend = columns.float64()
    this.firstSentAtSend = columns.float64()
    this.wasAppLimited = columns.uint8()
    this.transmissions = columns.uint16()
    this.flags = columns.uint8()
  }
}
