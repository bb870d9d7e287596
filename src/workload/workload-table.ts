import type { Arena, Columns } from '../engine/arena.ts'
import { Table } from '../engine/table.ts'
import { PART_COUNT } from '../network/activity.ts'
import { FAILURE_REASONS } from '../transport/streams/failure.ts'

/** How far each workload has come, and what it has measured. */
export class WorkloadTable extends Table {
  issued!: Float64Array
  /** Of those issued, how many have come to their end. */
  settled!: Float64Array
  completed!: Float64Array
  /** Connections, and attempts at them, that failed while nothing was under way on them, by FAILURE_REASONS. */
  idleLosses!: Float64Array
  failed!: Float64Array
  failuresInARow!: Float64Array
  /** By FAILURE_REASONS. */
  failures!: Float64Array
  nextClient!: Float64Array
  hasStarted!: Uint8Array
  hasAllArrivals!: Uint8Array
  isDone!: Uint8Array
  /** The run does not wait for it. */
  isBackground!: Uint8Array
  /** One number: how many are not done. */
  private remaining!: Int32Array
  /** One number: when a workload that the run waits for last began, or came to the end of a request. */
  private progress!: Float64Array
  /** When arrivals of an open loop begin. */
  firstArrivalTick!: Float64Array
  /** Of the next arrival, in nanoseconds since the first, before rounding. */
  nextArrivalNs!: Float64Array
  firstStartTick!: Float64Array
  lastByteTick!: Float64Array
  deliveredBytes!: Float64Array
  account!: Int32Array
  firstClient!: Int32Array
  firstSample!: Int32Array
  lastSample!: Int32Array
  /** PART_COUNT a row. */
  partsNs!: Float64Array
  digestHigh!: Int32Array
  digestLow!: Int32Array

  constructor(arena: Arena, count: number) {
    super(arena, Math.max(1, count))
    this.attach()
  }

  protected layOutColumns(columns: Columns): void {
    this.issued = columns.float64()
    this.settled = columns.float64()
    this.completed = columns.float64()
    this.idleLosses = columns.float64(columns.capacity * FAILURE_REASONS.length)
    this.failed = columns.float64()
    this.failuresInARow = columns.float64()
    this.failures = columns.float64(columns.capacity * FAILURE_REASONS.length)
    this.nextClient = columns.float64()
    this.firstArrivalTick = columns.float64()
    this.nextArrivalNs = columns.float64()
    this.firstStartTick = columns.float64()
    this.lastByteTick = columns.float64()
    this.deliveredBytes = columns.float64()
    this.progress = columns.float64(1)
    this.partsNs = columns.float64(columns.capacity * PART_COUNT)
    this.account = columns.int32()
    this.firstClient = columns.int32()
    this.firstSample = columns.int32()
    this.lastSample = columns.int32()
    this.digestHigh = columns.int32()
    this.digestLow = columns.int32()
    this.hasStarted = columns.uint8()
    this.hasAllArrivals = columns.uint8()
    this.isDone = columns.uint8()
    this.isBackground = columns.uint8()
    this.remaining = columns.int32(1)
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
export class SampleTable extends Table {
  latencyNs!: Float64Array
  /** When it was there. */
  endTick!: Float64Array

  constructor(arena: Arena) {
    super(arena, 256)
    this.attach()
  }

  protected layOutColumns(columns: Columns): void {
    this.latencyNs = columns.float64()
    this.endTick = columns.float64()
  }
}

/** A request that failed, by workload, in the order in which they did. */
export class FailureTable extends Table {
  workload!: Int32Array
  /** Of FAILURE_REASONS. */
  reason!: Uint8Array
  startTick!: Float64Array
  endTick!: Float64Array

  constructor(arena: Arena) {
    super(arena, 64)
    this.attach()
  }

  protected layOutColumns(columns: Columns): void {
    this.startTick = columns.float64()
    this.endTick = columns.float64()
    this.workload = columns.int32()
    this.reason = columns.uint8()
  }
}

/** A connection that was set up, by workload. */
export class SetupTable extends Table {
  workload!: Int32Array
  setupNs!: Float64Array

  constructor(arena: Arena) {
    super(arena, 128)
    this.attach()
  }

  protected layOutColumns(columns: Columns): void {
    this.setupNs = columns.float64()
    this.workload = columns.int32()
  }
}
