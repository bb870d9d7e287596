import type { Arena } from '../engine/arena.ts'
import { foldHigh, foldHighNumber, foldLow, foldLowNumber } from '../engine/digest.ts'
import { NONE } from '../engine/table.ts'
import type { Timeline } from '../engine/timeline.ts'
import { FAILURE_REASONS, type FailureReason } from '../transport/streams/failure.ts'
import { type CountedLatencies, LatencyCounts } from './latency-counts.ts'
import type { Workload } from './rows.ts'
import { SampleLog } from './sample-log.ts'
import { AttemptTable, FailureTable, IdleLossTable, SetupTable, type WorkloadTable } from './workload-table.ts'

/** The most latencies of a workload that are kept, on all instances of its path. */
export const SAMPLES = { most: 1_000_000 }

/** The latencies of a workload that are kept one by one. */
export interface Keeping {
  /** The number of the scenario's workload that this instance belongs to. */
  readonly declared: number
  /** True if each latency is kept, since verdicts are about these requests; false if at most SAMPLES.most. */
  readonly isWhole: boolean
}

/**
 * Records the outcome of connections and requests, by workload. The results of a run are computed from these records.
 */
export class Measurements {
  readonly samples: SampleLog
  readonly setups: SetupTable
  readonly failures: FailureTable
  readonly attempts: AttemptTable
  private readonly counts: LatencyCounts
  private readonly idleLosses: IdleLossTable
  private readonly timeline: Timeline
  private readonly table: WorkloadTable
  private readonly keeping: readonly Keeping[]

  /** `keeping` says of each workload which of its latencies are kept. */
  constructor(arena: Arena, timeline: Timeline, table: WorkloadTable, keeping: readonly Keeping[]) {
    this.keeping = keeping
    this.counts = new LatencyCounts(
      arena,
      keeping.reduce((count, { declared }) => Math.max(count, declared + 1), 0),
    )
    this.samples = new SampleLog(arena)
    this.idleLosses = new IdleLossTable(arena, keeping.length)
    for (let workload = 0; workload < keeping.length; workload++) this.idleLosses.allocate()
    this.setups = new SetupTable(arena)
    this.failures = new FailureTable(arena)
    this.attempts = new AttemptTable(arena)
    this.timeline = timeline
    this.table = table
  }

  noteSetup(workload: number, setupNs: number): void {
    const { setups } = this
    const setup = setups.allocate()
    setups.workload[setup] = workload
    setups.setupNs[setup] = setupNs
  }

  /** Records a response. `bodyBytes` counts both directions. */
  noteResponse(workload: number, request: number, startTick: number, bodyBytes: number): void {
    const { table, timeline } = this
    const row = table.rowOf(workload)
    const latencyNs = timeline.now - startTick
    table.completed[row]++
    table.noteProgress(row, timeline.now)
    table.failuresInARow[row] = 0
    table.deliveredBytes[row] += bodyBytes
    table.lastByteTick[row] = timeline.now
    table.latencySumNs[row] += latencyNs
    const declared = table.declared[row]
    if (table.isWhole[row] === 1 || this.counts.sampledOf(declared) < SAMPLES.most) {
      this.counts.noteSample(declared)
      this.addSample(row, latencyNs)
    } else this.counts.add(declared, latencyNs)
    this.fold(row, request, latencyNs, NONE)
  }

  /** Records a handshake that was refused, and after which the request goes on. */
  noteRefusedHandshake(workload: number, startTick: number): void {
    const { attempts } = this
    const attempt = attempts.allocate()
    attempts.workload[attempt] = workload
    attempts.startTick[attempt] = startTick
    attempts.endTick[attempt] = this.timeline.now
  }

  /** Records a failed request. `proxyError`: the number of the server's message; see proxy-error.ts. */
  noteFailure(workload: number, request: number, startTick: number, reason: FailureReason, proxyError = 0): void {
    const { table, timeline } = this
    const cause = FAILURE_REASONS.indexOf(reason)
    const row = table.rowOf(workload)
    table.failed[row]++
    table.failuresInARow[row]++
    this.addFailure(workload, startTick, cause, proxyError)
    this.fold(row, request, timeline.now - startTick, cause)
  }

  /** Returns the latencies of all instances of a workload that are no samples. */
  countedOf(workload: number): CountedLatencies {
    return this.counts.of(this.keeping[workload].declared)
  }

  /** Returns the number of instances of the workload that this instance belongs to. */
  instancesOf(workload: number): number {
    return this.keeping.filter(({ declared }) => declared === this.keeping[workload].declared).length
  }

  /** Records a connection, or a dial, that failed while no request was pending on it. */
  noteIdleLoss(workload: number, reason: FailureReason): void {
    this.idleLosses.counts[workload * FAILURE_REASONS.length + FAILURE_REASONS.indexOf(reason)]++
  }

  /** Returns the number of such losses of a workload for each of FAILURE_REASONS. */
  idleLossesOf(workload: number): Float64Array {
    const first = workload * FAILURE_REASONS.length
    return this.idleLosses.counts.subarray(first, first + FAILURE_REASONS.length)
  }

  /** Records that a request has ended, successfully or not. */
  noteRequestEnd(workload: number): void {
    const { table, timeline } = this
    const row = table.rowOf(workload)
    table.settled[row]++
    table.noteProgress(row, timeline.now)
  }

  private addSample(row: Workload, latencyNs: number): void {
    const { samples, table } = this
    const sample = samples.add(table.lastSample[row], latencyNs, this.timeline.now)
    table.lastSample[row] = sample
  }

  private addFailure(workload: number, startTick: number, cause: number, proxyError: number): void {
    const { failures } = this
    const failure = failures.allocate()
    failures.workload[failure] = workload
    failures.reason[failure] = cause
    failures.proxyError[failure] = proxyError
    failures.startTick[failure] = startTick
    failures.endTick[failure] = this.timeline.now
  }

  /** Adds a request to the workload's digest, in the order in which requests end. */
  private fold(row: Workload, request: number, latencyNs: number, failure: number): void {
    const { table } = this
    const high = foldHigh(foldHighNumber(table.digestHigh[row], request), failure)
    const low = foldLow(foldLowNumber(table.digestLow[row], request), failure)
    table.digestHigh[row] = foldHighNumber(high, latencyNs)
    table.digestLow[row] = foldLowNumber(low, latencyNs)
  }
}
