import type { Arena } from '../engine/arena.ts'
import { foldHigh, foldHighNumber, foldLow, foldLowNumber } from '../engine/digest.ts'
import { NONE } from '../engine/table.ts'
import type { Timeline } from '../engine/timeline.ts'
import { FAILURE_REASONS, type FailureReason } from '../transport/streams/failure.ts'
import { type CountedLatencies, LatencyCounts } from './latency-counts.ts'
import { FailureTable, SampleTable, SetupTable, type WorkloadTable } from './workload-table.ts'

/** The most latencies of a workload that are kept, on all instances of its path. */
export const SAMPLES = { most: 1_000_000 }

/** The latencies of a workload that are kept one by one. */
export interface Keeping {
  /** The number of the scenario's workload of which this is an instance. */
  readonly declared: number
  /** True if each latency is kept, since verdicts are about these requests; false if at most SAMPLES.most. */
  readonly isWhole: boolean
}

/**
 * Records the outcome of connections and requests, by workload. The results of a run are computed from these records.
 */
export class Measurements {
  readonly samples: SampleTable
  readonly setups: SetupTable
  readonly failures: FailureTable
  private readonly counts: LatencyCounts
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
    this.samples = new SampleTable(arena)
    this.setups = new SetupTable(arena)
    this.failures = new FailureTable(arena)
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
    const latencyNs = timeline.now - startTick
    table.completed[workload]++
    table.noteProgress(workload, timeline.now)
    table.failuresInARow[workload] = 0
    table.deliveredBytes[workload] += bodyBytes
    table.lastByteTick[workload] = timeline.now
    table.latencySumNs[workload] += latencyNs
    const { declared, isWhole } = this.keeping[workload]
    if (isWhole || this.counts.sampledOf(declared) < SAMPLES.most) {
      this.counts.noteSample(declared)
      this.addSample(workload, latencyNs)
    } else this.counts.add(declared, latencyNs)
    this.fold(workload, request, latencyNs, NONE)
  }

  /** Records a failed request. `proxyError`: the number of the server's message; see proxy-error.ts. */
  noteFailure(workload: number, request: number, startTick: number, reason: FailureReason, proxyError = 0): void {
    const { table, timeline } = this
    const cause = FAILURE_REASONS.indexOf(reason)
    table.failed[workload]++
    table.failuresInARow[workload]++
    this.addFailure(workload, startTick, cause, proxyError)
    this.fold(workload, request, timeline.now - startTick, cause)
  }

  /** Returns the latencies of all instances of a workload that are no samples. */
  countedOf(workload: number): CountedLatencies {
    return this.counts.of(this.keeping[workload].declared)
  }

  /** Returns the number of instances of the workload of which this is one. */
  instancesOf(workload: number): number {
    return this.keeping.filter(({ declared }) => declared === this.keeping[workload].declared).length
  }

  /** Records a connection, or a dial, that failed while no request was pending on it. */
  noteIdleLoss(workload: number, reason: FailureReason): void {
    this.table.idleLosses[workload * FAILURE_REASONS.length + FAILURE_REASONS.indexOf(reason)]++
  }

  /** Records that a request has ended, successfully or not. */
  noteRequestEnd(workload: number): void {
    this.table.settled[workload]++
    this.table.noteProgress(workload, this.timeline.now)
  }

  private addSample(workload: number, latencyNs: number): void {
    const { samples, table } = this
    const sample = samples.allocate()
    samples.latencyNs[sample] = latencyNs
    samples.endTick[sample] = this.timeline.now
    const last = table.lastSample[workload]
    if (last === NONE) table.firstSample[workload] = sample
    else samples.next[last] = sample
    table.lastSample[workload] = sample
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
  private fold(workload: number, request: number, latencyNs: number, failure: number): void {
    const { table } = this
    const high = foldHigh(foldHighNumber(table.digestHigh[workload], request), failure)
    const low = foldLow(foldLowNumber(table.digestLow[workload], request), failure)
    table.digestHigh[workload] = foldHighNumber(high, latencyNs)
    table.digestLow[workload] = foldLowNumber(low, latencyNs)
  }
}
