import type { Arena } from '../engine/arena.ts'
import { NONE, Table } from '../engine/table.ts'
import type { Heartbeat, HttpClient } from './rows.ts'

/** The loop waits for its next heartbeat. */
export const WAITING = 0
export const RENEWING_LEASE = 1
export const GETTING_LEASE = 2
export const GETTING_NODE = 3
export const PATCHING_STATUS = 4

/** The messages of a loop that renews the lease. */
export const RENEW_LEASE = 0
export const GET_LEASE = 1
/** The messages of a loop that reports the status. `GET_CACHED` is the first attempt to read the node. */
export const GET_NODE = 0
export const GET_CACHED = 1
export const PATCH_STATUS = 2

/** The most messages of a loop. */
const MESSAGES = 3

/**
 * Loops of kubelets, two for each workload: one renews the lease, one reports the status. Rows are never released. What
 * each heartbeat needs of the plan lies in the row too: with thousands of nodes the plan is never in the cache. Flags
 * have 32 bits, so that they lie beside the other columns.
 */
export class HeartbeatTable extends Table<Heartbeat> {
  readonly workload = this.int32()
  readonly loop = this.int32()
  /** Index of the loop's LoopKind. */
  readonly kind = this.int32()
  /** The client of the loop; NONE before the loop begins. */
  readonly client = this.handle<HttpClient>()
  readonly step = this.int32()
  /** Consecutive failed attempts of this heartbeat. */
  readonly failures = this.int32()
  /** 1: the kubelet has read the lease again because it could not be renewed. */
  readonly hasReadLease = this.int32()
  readonly isOver = this.int32()
  /** The number of the loop's next random draw. */
  readonly draws = this.int32()
  /** The key of the random stream from which phases and jitter are drawn, and the hash of the workload's name. */
  readonly keyHigh = this.int32()
  readonly keyLow = this.int32()
  readonly nameHigh = this.int32()
  readonly nameLow = this.int32()
  /** The message that was sent last. */
  readonly message = this.int32()
  /**
   * Index of the HttpRequest of each message of the loop, and the sizes of its bodies; NONE if it has no such message.
   */
  readonly request = this.int32(NONE, MESSAGES)
  readonly requestBodyBytes = this.uint32(0, MESSAGES)
  readonly responseBodyBytes = this.uint32(0, MESSAGES)
  /** Index of the kubelet's node in the plan. */
  readonly node = this.int32()
  /** The tick from which on the loop sends no more heartbeats. */
  readonly endTick = this.float64()
  /**
   * The tick at which the last response arrived. The kubelet is assumed to know the changes of its Node up to this
   * tick, as from a watch.
   */
  readonly lastResponseTick = this.float64()
  /** The tick at which the next report of the status is due if nothing changes. */
  readonly reportTick = this.float64()
  readonly pauseNs = this.float64()

  constructor(arena: Arena, count: number) {
    super(arena, Math.max(1, count))
    this.attach()
  }
}
