import type { Arena } from '../../engine/arena.ts'
import { Table } from '../../engine/table.ts'
import type { Segment } from '../rows.ts'

/** The scoreboard: every segment that was sent and not cumulatively acknowledged, linked by `next`, oldest first. */
export class SegmentTable extends Table<Segment> {
  readonly startOffset = this.float64()
  readonly endOffset = this.float64()
  readonly sentTick = this.float64()
  /** `deliveredSegments` of the connection at that time. */
  readonly deliveredAtSend = this.float64()
  /** Of the connection's rate at that time, where it is measured (congestion/rate-sample.ts). */
  readonly deliveredTickAtSend = this.float64()
  readonly firstSentAtSend = this.float64()
  readonly wasAppLimited = this.uint8()
  /** 1 for the first time. */
  readonly transmissions = this.uint16()
  readonly flags = this.uint8()

  constructor(arena: Arena) {
    super(arena, 256)
    this.attach()
  }
}
