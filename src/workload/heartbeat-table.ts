import type { Arena } from '../engine/arena.ts'
import { Table } from '../engine/table.ts'
import type { Heartbeat, HttpClient } from './rows.ts'

/** The loop waits for its next heartbeat. */
export const WAITING = 0
export const RENEWING_LEASE = 1
export const GETTING_LEASE = 2
export const GETTING_NODE = 3
export const PATCHING_STATUS = 4

/** Loops of kubelets, two for each workload: one renews the lease, one reports the status. Rows are never released. */
export class HeartbeatTable extends Table<Heartbeat> {
  readonly workload = this.int32()
  readonly loop = this.uint8()
  /** The client of the loop; NONE before the loop begins. */
  readonly client = this.handle<HttpClient>()
  readonly step = this.uint8()
  /** Consecutive failed attempts of this heartbeat. */
  readonly failures = this.int32()
  /** 1: the kubelet has read the lease again because it could not be renewed. */
  readonly hasReadLease = this.uint8()
  readonly pauseNs = this.float64()
  /** The number of the loop's next random draw. */
  readonly draws = this.float64()
  /** The tick at which the next report of the status is due if nothing changes. */
  readonly reportTick = this.float64()
  /**
   * The tick at which the last response arrived. The kubelet is assumed to know the changes of its Node up to this
   * tick, as from a watch.
   */
  readonly lastResponseTick = this.float64()
  readonly isOver = this.uint8()
  /** The tick from which on the loop sends no more heartbeats. */
  readonly endTick = this.float64()

  constructor(arena: Arena, count: number) {
    super(arena, Math.max(1, count))
    this.attach()
  }
}
