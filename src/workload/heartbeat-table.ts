import type { Arena, Columns } from '../engine/arena.ts'
import { Table } from '../engine/table.ts'

/** Until the next beat. */
export const RESTING = 0
export const RENEWING_LEASE = 1
export const GETTING_LEASE = 2
export const GETTING_NODE = 3
export const PATCHING_STATUS = 4

/** Loops of kubelets, two a workload: of its lease and of its status. Rows are never released. */
export class HeartbeatTable extends Table {
  workload!: Int32Array
  loop!: Uint8Array
  /** Row of HttpClientTable; NONE: not there. */
  client!: Int32Array
  step!: Uint8Array
  /** Failures in a row of this beat. */
  failures!: Int32Array
  /** The lease was read again after it could not be renewed. */
  hasReadLease!: Uint8Array
  pauseNs!: Float64Array
  /** Names what is drawn for it. */
  draws!: Float64Array
  /** When the status is to be sent again if nothing changes. */
  reportTick!: Float64Array
  /** Its last answer came then; what a watch of its node would have said until then is known. */
  heardTick!: Float64Array
  isOver!: Uint8Array

  constructor(arena: Arena, count: number) {
    super(arena, Math.max(1, count))
    this.attach()
  }

  protected layOutColumns(columns: Columns): void {
    this.pauseNs = columns.float64()
    this.draws = columns.float64()
    this.reportTick = columns.float64()
    this.heardTick = columns.float64()
    this.workload = columns.int32()
    this.client = columns.int32()
    this.failures = columns.int32()
    this.loop = columns.uint8()
    this.step = columns.uint8()
    this.hasReadLease = columns.uint8()
    this.isOver = columns.uint8()
  }
}
