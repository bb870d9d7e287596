import { NONE } from '../engine/table.ts'
import type { Http } from '../http/http.ts'
import { bothMessageObservers, type MessageObserver } from '../http/message-observer.ts'
import type { Exchange } from '../http/rows.ts'
import { bothPacketObservers, type PacketObserver, type PacketStage } from '../network/packet-observer.ts'
import type { PacketView } from '../network/packet-view.ts'
import type { Content } from '../transport/rows.ts'
import { FAILURE_REASONS, type FailureReason } from '../transport/streams/failure.ts'
import { messagesOf } from './attack/carried-requests.ts'
import { isHiddenWorkload } from './heartbeats/status-reports.ts'
import type { Simulation } from './simulation.ts'

/**
 * The course of a run over time, for charts: each request, the bodies that arrive, and the bytes on each link
 * direction.
 */
export interface RunHistory {
  /** The workloads as the scenario declares them, by name. */
  readonly workloads: readonly WorkloadHistory[]
  readonly traffic: TrafficHistory
}

/** The requests of a workload, over all instances of its path, in the order in which they ended. */
export interface WorkloadHistory {
  readonly name: string
  readonly latencyNs: Float64Array
  /** The sum of the latencies of all completed requests. If there are very many, `latencyNs` lacks some of them. */
  readonly latencySumNs: number
  /** The tick at which the client had read the response. */
  readonly endNs: Float64Array
  readonly failures: readonly FailedRequest[]
  /** Bytes of request and response bodies, counted when the far end reads them. */
  readonly bodies: IntervalHistory
}

/** Bytes in intervals of equal length from tick 0, up to the last interval with any. */
export interface IntervalHistory {
  readonly intervalNs: number
  readonly bytes: Float64Array
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
  /** The link directions that delivered something, by name, with the bytes in each interval. */
  readonly directions: readonly { readonly name: string; readonly bytes: Float64Array }[]
}

const INTERVALS = 240
const FIRST_INTERVAL_NS = 1_000_000
/** The initial length of the intervals of bodies. Many workloads end within milliseconds. */
const FIRST_BODY_INTERVAL_NS = 50_000

/**
 * Counts bytes by series and interval. A count after the last interval doubles the length of all intervals, so memory
 * does not grow with the run.
 */
class IntervalCounts {
  intervalNs: number
  private readonly bytes: Float64Array

  constructor(series: number, intervalNs: number) {
    this.bytes = new Float64Array(series * INTERVALS)
    this.intervalNs = intervalNs
  }

  add(series: number, tick: number, count: number): void {
    while (tick >= this.intervalNs * INTERVALS) this.halve()
    this.bytes[series * INTERVALS + Math.floor(tick / this.intervalNs)] += count
  }

  /** Returns the counts of a series up to the tick `endNs`. */
  of(series: number, endNs: number): Float64Array {
    const count = Math.min(INTERVALS, Math.floor(endNs / this.intervalNs) + 1)
    return this.bytes.slice(series * INTERVALS, series * INTERVALS + count)
  }

  /** Joins pairs of intervals. */
  private halve(): void {
    const { bytes } = this
    for (let first = 0; first < bytes.length; first += INTERVALS) {
      for (let i = 0; i < INTERVALS / 2; i++) bytes[first + i] = bytes[first + 2 * i] + bytes[first + 2 * i + 1]
      bytes.fill(0, first + INTERVALS / 2, first + INTERVALS)
    }
    this.intervalNs *= 2
  }
}

/** Counts delivered bytes by link direction and interval. */
class TrafficRecorder implements PacketObserver {
  private readonly counts: IntervalCounts

  constructor(directions: number) {
    this.counts = new IntervalCounts(directions, FIRST_INTERVAL_NS)
  }

  observe(stage: PacketStage, packet: PacketView): void {
    if (stage === 'delivered') this.counts.add(packet.direction, packet.tickNs, packet.wireBytes)
  }

  /** Returns the counts up to the tick `endNs`. */
  history(names: readonly string[], endNs: number): TrafficHistory {
    const directions = names.flatMap((name, direction) => {
      const bytes = this.counts.of(direction, endNs)
      return bytes.some((value) => value > 0) ? [{ name, bytes }] : []
    })
    return { intervalNs: this.counts.intervalNs, directions }
  }
}

/** Counts the bytes of bodies by workload and interval, when the far end reads them. */
class BodyRecorder implements MessageObserver {
  private readonly http: Http
  private readonly timeline: Simulation['timeline']
  /** The counts of the workloads, by their declared names. */
  private readonly byName = new Map<string, IntervalCounts>()
  private readonly byRequest = new Map<number, IntervalCounts>()

  constructor({ parts, timeline, plan }: Simulation) {
    this.http = parts.http
    this.timeline = timeline
    for (const workload of plan.workloads) {
      const counts = this.byName.get(workload.declared) ?? new IntervalCounts(1, FIRST_BODY_INTERVAL_NS)
      this.byName.set(workload.declared, counts)
      for (const { request } of messagesOf(workload)) this.byRequest.set(request, counts)
    }
  }

  onRequestRead(): void {}

  onResponseRead(): void {}

  onBodyRead(exchange: Exchange, _content: Content, _endOffset: number, lengthBytes: number): void {
    this.byRequest.get(this.http.exchanges.request[exchange])?.add(0, this.timeline.now, lengthBytes)
  }

  history(name: string): IntervalHistory {
    const counts = this.byName.get(name)
    if (counts === undefined) return { intervalNs: FIRST_BODY_INTERVAL_NS, bytes: new Float64Array(0) }
    const bytes = counts.of(0, Number.POSITIVE_INFINITY)
    return { intervalNs: counts.intervalNs, bytes: bytes.slice(0, bytes.findLastIndex((value) => value > 0) + 1) }
  }
}

/**
 * Records the course of a simulation from the time of its construction. It observes packets and messages, and changes
 * nothing.
 */
export class HistoryRecorder {
  private readonly simulation: Simulation
  private readonly traffic: TrafficRecorder
  private readonly bodies: BodyRecorder

  constructor(simulation: Simulation) {
    const { network, parts, plan } = simulation
    const { http } = parts
    this.simulation = simulation
    this.bodies = new BodyRecorder(simulation)
    http.readObserver = bothMessageObservers(http.readObserver, this.bodies)
    this.traffic = new TrafficRecorder(plan.directions.length)
    network.observer = bothPacketObservers(network.observer, this.traffic)
  }

  /** Returns the history so far. */
  history(): RunHistory {
    const { plan, timeline } = this.simulation
    const names = plan.directions.map(({ name }) => name)
    return {
      workloads: collectWorkloads(this.simulation, this.bodies),
      traffic: this.traffic.history(names, timeline.now),
    }
  }
}

/** Returns the requests of each workload up to the present tick. */
function collectWorkloads({ plan, workloads }: Simulation, bodies: BodyRecorder): WorkloadHistory[] {
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
  const sumsByName = new Map<string, number>()
  plan.workloads.forEach(({ declared }, workload) => {
    if (isHiddenWorkload(declared)) return
    const requests = byName.get(declared) ?? []
    byName.set(declared, requests)
    const workloadRow = table.rowOf(workload)
    for (let row = table.lastSample[workloadRow]; row !== NONE; row = samples.previousOf(row))
      requests.push({ latencyNs: samples.latencyNsOf(row), endNs: samples.endTickOf(row) })
    sumsByName.set(declared, (sumsByName.get(declared) ?? 0) + table.latencySumNs[workloadRow])
    failuresByName.set(declared, [...(failuresByName.get(declared) ?? []), ...failed[workload]])
  })
  return [...byName]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, requests]) => {
      requests.sort((a, b) => a.endNs - b.endNs || a.latencyNs - b.latencyNs)
      return {
        name,
        latencyNs: Float64Array.from(requests, ({ latencyNs }) => latencyNs),
        latencySumNs: sumsByName.get(name) ?? 0,
        endNs: Float64Array.from(requests, ({ endNs }) => endNs),
        failures: (failuresByName.get(name) ?? []).sort((a, b) => a.endNs - b.endNs || a.startNs - b.startNs),
        bodies: bodies.history(name),
      }
    })
}
