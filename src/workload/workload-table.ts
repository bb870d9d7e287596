import type { Arena } from '../engine/arena.ts'
import { IndexedTable, Table } from '../engine/table.ts'
import { PART_COUNT } from '../network/activity.ts'
import type { Account } from '../network/rows.ts'
import { FAILURE_REASONS } from '../transport/streams/failure.ts'
import type { Attempt, DueChunk, Failure, HttpClient, IdleLosses, Sample, Setup, Workload } from './rows.ts'
import type { Arrivals } from './workload.ts'

/** The numbers of the kinds of arrivals in the table. */
export const ARRIVAL_KINDS = { closed: 0, open: 1, heartbeats: 2 } as const satisfies Record<Arrivals['kind'], number>

/**
 * The progress and the totals of each workload, in the order of the plan. What a request touches comes first in a row.
 */
export class WorkloadTable extends Table<Workload> {
  readonly issued = this.float64()
  /** The number of requests that have ended, out of those issued. */
  readonly settled = this.float64()
  readonly firstStartTick = this.float64()
  /** The number of requests that were written to a connection. */
  readonly sent = this.float64()
  readonly completed = this.float64()
  readonly deliveredBytes = this.float64()
  readonly lastByteTick = this.float64()
  /** The sum of the latencies of all completed requests. */
  readonly latencySumNs = this.float64()
  /** Time of requests by part of their connection's activity. */
  readonly partsNs = this.float64(0, PART_COUNT)
  /** The kind of arrivals, by its number in ARRIVAL_KINDS. */
  readonly arrivalKind = this.int32()
  readonly hasAllArrivals = this.int32()
  /** 1: the run does not wait for the workload to end. */
  readonly isBackground = this.int32()
  readonly failuresInARow = this.int32()
  readonly account = this.handle<Account>()
  /** The number of the scenario's workload that this instance belongs to. */
  readonly declared = this.int32()
  /** 1: each latency is kept, since verdicts are about these requests; 0: at most SAMPLES.most of all instances. */
  readonly isWhole = this.int32()
  readonly lastSample = this.handle<Sample>()
  readonly digestHigh = this.int32()
  readonly digestLow = this.int32()
  readonly hasStarted = this.int32()
  readonly isDone = this.int32()
  readonly failed = this.float64()
  readonly nextClient = this.float64()
  /** The tick at which the arrivals of an open loop begin. */
  readonly firstArrivalTick = this.float64()
  /** Time of the next arrival in nanoseconds since the first, before rounding. */
  readonly nextArrivalNs = this.float64()
  /** The tick at which the last chunk was due that the client of a flow has received. */
  readonly lastChunkTick = this.float64()
  /** The chunks of a flow that were due and may still arrive, in the order of their times. */
  readonly firstDueChunk = this.handle<DueChunk>()
  readonly lastDueChunk = this.handle<DueChunk>()
  readonly firstClient = this.handle<HttpClient>()
  /** The first of the clients without a request; see FreeClients. Only for workloads that ask for one. */
  readonly firstFreeClient = this.handle<HttpClient>()
  /** Number of workloads that the run waits for. */
  private readonly remaining = this.sharedInt32(1)
  /**
   * The tick of the last progress of a workload that the run waits for: it began, or a request ended. It is not before the
   * tick at which the last workload begins.
   */
  private readonly progress = this.sharedFloat64(1)

  constructor(arena: Arena, count: number) {
    super(arena, Math.max(1, count))
    this.attach()
  }

  /** Returns the row of a workload of the plan. */
  rowOf(workload: number): Workload {
    return this.nth(workload)
  }

  /** Returns whether the run waits for the workload, and the workload has started but not ended. */
  hasBegun(workload: Workload): boolean {
    return this.hasStarted[workload] === 1 && this.isDone[workload] === 0 && this.isBackground[workload] === 0
  }

  get lastProgressTick(): number {
    return this.progress[0]
  }

  /** Takes the tick at which the last workload begins as the earliest progress. */
  countSilenceFrom(lastStartTick: number): void {
    this.progress[0] = lastStartTick
  }

  noteProgress(workload: Workload, tick: number): void {
    if (this.isBackground[workload] === 0 && tick > this.progress[0]) this.progress[0] = tick
  }

  get remainingCount(): number {
    return this.remaining[0]
  }

  expectOneMore(): void {
    this.remaining[0]++
  }

  /** Marks a workload that has no end of its own, so that the run does not wait for it. */
  doNotWaitFor(workload: Workload): void {
    this.isBackground[workload] = 1
    this.remaining[0]--
  }

  markDone(workload: Workload): void {
    this.isDone[workload] = 1
    if (this.isBackground[workload] === 0) this.remaining[0]--
  }
}

/**
 * The numbers of connections and dials of each workload that failed while no request was pending on them, by reason in
 * the order of FAILURE_REASONS.
 */
export class IdleLossTable extends IndexedTable<IdleLosses> {
  readonly counts = this.float64(0, FAILURE_REASONS.length)

  constructor(arena: Arena, count: number) {
    super(arena, Math.max(1, count))
    this.attach()
  }
}

/** Failed requests, in the order in which they failed. */
export class FailureTable extends IndexedTable<Failure> {
  readonly workload = this.int32()
  /** Index into FAILURE_REASONS. */
  readonly reason = this.uint8()
  /** The number of the server's message; see proxy-error.ts. */
  readonly proxyError = this.uint8()
  readonly startTick = this.float64()
  readonly endTick = this.float64()

  constructor(arena: Arena) {
    super(arena, 64)
    this.attach()
  }
}

/** Handshakes that were refused, after which the same request was sent in another protocol. */
export class AttemptTable extends IndexedTable<Attempt> {
  readonly workload = this.int32()
  readonly startTick = this.float64()
  readonly endTick = this.float64()

  constructor(arena: Arena) {
    super(arena, 64)
    this.attach()
  }
}

/** Connections that were set up. */
export class SetupTable extends IndexedTable<Setup> {
  readonly workload = this.int32()
  readonly setupNs = this.float64()

  constructor(arena: Arena) {
    super(arena, 128)
    this.attach()
  }
}
