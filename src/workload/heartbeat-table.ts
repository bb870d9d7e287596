import type { Arena } from '../engine/arena.ts'
import { IndexedTable } from '../engine/table.ts'
import type { Heartbeat, HttpClient } from './rows.ts'

/** Until the next beat. */
export const WAITING = 0
export const RENEWING_LEASE = 1
export const GETTING_LEASE = 2
export const GETTING_NODE = 3
export const PATCHING_STATUS = 4

/** Loops of kubelets, two a workload: of its lease and of its status. Rows are never released. */
export class HeartbeatTable extends IndexedTable<Heartbeat> {
  readonly workload = this.int32()
  readonly loop = this.uint8()
  /** Row of HttpClientTable; NONE: not there. */
  readonly client = this.handle<HttpClient>()
  readonly step = this.uint8()
  /** Failures in a row of this beat. */
  readonly failures = this.int32()
  /** The lease was read again after it could not be renewed. */
  readonly hasReadLease = this.uint8()
  readonly pauseNs = this.float64()
  /** Names what is drawn for it. */
  readonly draws = this.float64()
  /** When the status is to be sent again if nothing changes. */
  readonly reportTick = this.float64()
  /** Its last answer came then; what a watch of its node would have said until then is known. */
  readonly lastResponseTick = this.float64()
  readonly isOver = this.uint8()

  constructor(arena: Arena, count: number) {
    super(arena, Math.max(1, count))
    this.attach()
  }
}
