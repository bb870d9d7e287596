import { NONE } from '../engine/table.ts'
import { bothPacketObservers, type PacketObserver, type PacketStage } from '../network/packet-observer.ts'
import type { PacketView } from '../network/packet-view.ts'
import { FAILURE_REASONS, type FailureReason } from '../transport/streams/failure.ts'
import { isHiddenWorkload } from './expansion/status-reports.ts'
import type { Simulation } from './simulation.ts'

/** The course of a run over time, for charts: each request, and the bytes on each link direction. */
export interface RunHistory {
  /** The workloads as the scenario declares them, by name. */
  readonly workloads: readonly WorkloadHistory[]
  readonly traffic: TrafficHistory
}

/** The requests of a workload, over all instances of its path, in the order in which they ended. */
export interface WorkloadHistory {
  readonly name: string
  readonly latencyNs: Float64Array
  /** The tick at which the response had been read. */
  readonly endNs: Float64Array
  readonly failures: readonly FailedRequest[]
}

/** A request that failed. */
export interface FailedRequest {
  readonly startNs: number
  readonly endNs: number
  readonly reason: FailureReason
}

/** IP bytes that link directions delivered, in intervals of equal length from tick 0. */
export interface TrafficHistory {
  readonly intervalNs: number
  /** The link directions that delivered something, by name, with the bytes of each interval. */
  readonly directions: readonly { readonly name: string; readonly bytes: Float64Array }[]
}

const INTERVALS = 240
const FIRST_INTERVAL_NS = 1_000_000

/**
 * Counts delivered bytes by link direction and interval. When the run outlasts the last interval, the intervals become
 * twice as long, so that memory does not depend on the length of the run.
 */
class TrafficRecorder implements PacketObserver {
  private intervalNs = FIRST_INTERVAL_NS
  private readonly bytes: Float64Array

  constructor(directions: number) {
    this.bytes = new Float64Array(directions * INTERVALS)
  }

  observe(stage: PacketStage, packet: PacketView): void {
    if (stage !== 'delivered') return
    const { tickNs: tick, direction } = packet
    while (tick >= this.intervalNs * INTERVALS) this.halve()
    this.bytes[direction * INTERVALS + Math.floor(tick / this.intervalNs)] += packet.wireBytes
  }

  /** Returns what was counted until the tick `endNs`. */
  history(names: readonly string[], endNs: number): TrafficHistory {
    const { bytes, intervalNs } = this
    const count = Math.min(INTERVALS, Math.floor(endNs / intervalNs) + 1)
    const directions = names.flatMap((name, direction) => {
      const first = direction * INTERVALS
      const own = bytes.slice(first, first + count)
      return own.some((value) => value > 0) ? [{ name, bytes: own }] : []
    })
    return { intervalNs, directions }
  }

  /** Joins each two intervals. */
  private halve(): void {
    const { bytes } = this
    for (let first = 0; first < bytes.length; first += INTERVALS) {
      for (let i = 0; i < INTERVALS / 2; i++) bytes[first + i] = bytes[first + 2 * i] + bytes[first + 2 * i + 1]
      bytes.fill(0, first + INTERVALS / 2, first + INTERVALS)
    }
    this.intervalNs *= 2
  }
}

/** Records the course of a simulation, from when it is made. It observes packets, and changes nothing. */
export class HistoryRecorder {
  private readonly simulation: Simulation
  private readonly traffic: TrafficRecorder

  constructor(simulation: Simulation) {
    const { network, plan } = simulation
    this.simulation = simulation
    this.traffic = new TrafficRecorder(plan.directions.length)
    network.observer = bothPacketObservers(network.observer, this.traffic)
  }

  /** Returns the course so far. */
  history(): RunHistory {
    const { plan, timeline } = this.simulation
    const names = plan.directions.map(({ name }) => name)
    return { workloads: collectWorkloads(this.simulation), traffic: this.traffic.history(names, timeline.now) }
  }
}

/** Returns the requests of each workload, as far as the simulation has come. */
function collectWorkloads({ plan, workloads }: Simulation): WorkloadHistory[] {
  const { table, measurements } = workloads
  const { samples, failures } = measurements
  const failed = plan.workloads.map((): FailedRequest[] => [])
  for (const failure of failures.everyRow())
    failed[failures.workload[failure]].push({
      startNs: failures.startTick[failure],
      endNs: failures.endTick[failure],
      reason: FAILURE_REASONS[failures.reason[failure]],
    })
  const byName = new Map<string, { latencyNs: number; endNs: number }[]>()
  const failuresByName = new Map<string, FailedRequest[]>()
  plan.workloads.forEach(({ declared }, workload) => {
    if (isHiddenWorkload(declared)) return
    const requests = byName.get(declared) ?? []
    byName.set(declared, requests)
    for (let row = table.firstSample[workload]; row !== NONE; row = samples.next[row])
      requests.push({ latencyNs: samples.latencyNs[row], endNs: samples.endTick[row] })
    failuresByName.set(declared, [...(failuresByName.get(declared) ?? []), ...failed[workload]])
  })
  return [...byName]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, requests]) => {
      requests.sort((a, b) => a.endNs - b.endNs || a.latencyNs - b.latencyNs)
      return {
        name,
        latencyNs: Float64Array.from(requests, ({ latencyNs }) => latencyNs),
        endNs: Float64Array.from(requests, ({ endNs }) => endNs),
        failures: (failuresByName.get(name) ?? []).sort((a, b) => a.endNs - b.endNs || a.startNs - b.startNs),
      }
    })
}
