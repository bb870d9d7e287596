import type { Arena } from '../engine/arena.ts'
import { IndexedTable } from '../engine/table.ts'
import { PART_COUNT } from '../network/activity.ts'
import type { Account } from '../network/rows.ts'
import { FAILURE_REASONS } from '../transport/streams/failure.ts'
import type { Failure, HttpClient, Sample, Setup, Workload } from './rows.ts'

/** How far each workload has come, and what it has measured. */
export class WorkloadTable extends IndexedTable<Workload> {
  readonly issued = this.float64()
  /** Of those issued, how many have come to their end. */
  readonly settled = this.float64()
  readonly completed = this.float64()
  /** Connections, and attempts at them, that failed while nothing was under way on them, by FAILURE_REASONS. */
  readonly idleLosses = this.float64(0, FAILURE_REASONS.length)
  readonly failed = this.float64()
  readonly failuresInARow = this.float64()
  /** By FAILURE_REASONS. */
  readonly failures = this.float64(0, FAILURE_REASONS.length)
  readonly nextClient = this.float64()
  readonly hasStarted = this.uint8()
  readonly hasAllArrivals = this.uint8()
  readonly isDone = this.uint8()
  /** The run does not wait for it. */
  readonly isBackground = this.uint8()
  /** One number: how many are not done. */
  private readonly remaining = this.sharedInt32(1)
  /** One number: when a workload that the run waits for last began, or came to the end of a request. */
  private readonly progress = this.sharedFloat64(1)
  /** When arrivals of an open loop begin. */
  readonly firstArrivalTick = this.float64()
  /** Of the next arrival, in nanoseconds since the first, before rounding. */
  readonly nextArrivalNs = this.float64()
  readonly firstStartTick = this.float64()
  readonly lastByteTick = this.float64()
  readonly deliveredBytes = this.float64()
  readonly account = this.handle<Account>()
  readonly firstClient = this.handle<HttpClient>()
  readonly firstSample = this.handle<Sample>()
  readonly lastSample = this.handle<Sample>()
  /** PART_COUNT a row. */
  readonly partsNs = this.float64(0, PART_COUNT)
  readonly digestHigh = this.int32()
  readonly digestLow = this.int32()

  constructor(arena: Arena, count: number) {
    super(arena, Math.max(1, count))
    this.attach()
  }

  /** It has started, and is not done. */
  hasBegun(workload: number): boolean {
    return this.hasStarted[workload] === 1 && this.isDone[workload] === 0 && this.isBackground[workload] === 0
  }

  get lastProgressTick(): number {
    return this.progress[0]
  }

  noteProgress(workload: number, tick: number): void {
    if (this.isBackground[workload] === 0) this.progress[0] = tick
  }

  get remainingCount(): number {
    return this.remaining[0]
  }

  expectOneMore(): void {
    this.remaining[0]++
  }

  /** It has no end of its own. */
  doNotWaitFor(workload: number): void {
    this.isBackground[workload] = 1
    this.remaining[0]--
  }

  markDone(workload: number): void {
    this.isDone[workload] = 1
    if (this.isBackground[workload] === 0) this.remaining[0]--
  }
}

/** A completed request: what its order statistics need. Linked by workload, in the order of completion. */
export class SampleTable extends IndexedTable<Sample> {
  readonly latencyNs = this.float64()
  /** When it was there. */
  readonly endTick = this.float64()

  constructor(arena: Arena) {
    super(arena, 256)
    this.attach()
  }
}

/** A request that failed, by workload, in the order in which they did. */
export class FailureTable extends IndexedTable<Failure> {
  readonly workload = this.int32()
  /** Of FAILURE_REASONS. */
  readonly reason = this.uint8()
  readonly startTick = this.float64()
  readonly endTick = this.float64()

  constructor(arena: Arena) {
    super(arena, 64)
    this.attach()
  }
}

/** A connection that was set up, by workload. */
export class SetupTable extends IndexedTable<Setup> {
  readonly workload = this.int32()
  readonly setupNs = this.float64()

  constructor(arena: Arena) {
    super(arena, 128)
    this.attach()
  }
}
