import type { Arena } from '../../engine/arena.ts'
import { placesOf, Table } from '../../engine/table.ts'
import type { Segment } from '../rows.ts'

/** Segments that were sent and not cumulatively acknowledged, linked by `next` from the oldest on. */
export class SegmentTable extends Table<Segment> {
  readonly startOffset = this.float64()
  readonly endOffset = this.float64()
  readonly sentTick = this.float64()
  /** The connection's `deliveredSegments` when the segment was sent last. */
  readonly deliveredAtSend = this.float64()
  /** State of the connection's rate sample at that time, where the rate is measured (congestion/rate-sample.ts). */
  readonly deliveredTickAtSend = this.float64()
  readonly firstSentAtSend = this.float64()
  readonly wasAppLimited = this.int32()
  /** The number of times that the segment was sent, from 1 on. */
  readonly transmissions = this.int32()
  readonly flags = this.int32()

  constructor(arena: Arena) {
    super(arena, 256)
    this.attach()
  }
}

/** The places of the columns of segments (`Table.int32s`). */
export const SEGMENT_PLACES = placesOf((arena) => new SegmentTable(arena))
