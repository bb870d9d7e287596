import type { Arena } from '../engine/arena.ts'
import { assert } from '../engine/assert.ts'
import { EventKind } from '../engine/event-kind.ts'
import { drawFraction } from '../engine/streams.ts'
import { NONE } from '../engine/table.ts'
import { NS_PER_MS } from '../engine/ticks.ts'
import type { Timeline } from '../engine/timeline.ts'
import type { FailureReason } from '../transport/streams/failure.ts'
import type { Heartbeat, NodeObserver, PlannedRequest } from './heartbeat.ts'
import {
  GET_CACHED,
  GET_LEASE,
  GET_NODE,
  GETTING_LEASE,
  GETTING_NODE,
  HeartbeatTable,
  PATCH_STATUS,
  PATCHING_STATUS,
  RENEW_LEASE,
  RENEWING_LEASE,
  WAITING,
} from './heartbeat-table.ts'
import { NO_REQUEST } from './http-client-table.ts'
import type { HttpClients } from './http-clients.ts'
import type { Measurements } from './measurements.ts'
import type { HttpClient, Heartbeat as Loop } from './rows.ts'
import type { Workload } from './workload.ts'
import type { WorkloadTable } from './workload-table.ts'

/** The client's timeout for a request of a workload (the target) has passed. */
export const REQUEST_TIMEOUT = new EventKind('request timeout')
/** The next step of a kubelet's heartbeat, which is a workload (the target), is due. */
export const HEARTBEAT_DUE = new EventKind('heartbeat due')

/** The numbers of the two loops of a workload, which are also the numbers of their clients. */
const LEASE = 0
const STATUS = 1
const LOOPS = 2

/**
 * The maximum number of attempts without a pause: k8s.io/component-helpers/apimachinery/lease/controller.go (earlier
 * pkg/kubelet/nodelease/controller.go), maxUpdateRetries; pkg/kubelet/kubelet.go, nodeStatusUpdateRetry.
 */
const MOST_ATTEMPTS = 5
/**
 * The number of consecutive failures after which the kubelet closes its connections (pkg/kubelet/kubelet.go,
 * onRepeatedHeartbeatFailure).
 */
const REPEATED = 2
/** The first and the longest pause between failed attempts; pauses double (lease/controller.go, backoffEnsureLease). */
const FIRST_PAUSE_NS = 200 * NS_PER_MS
const LONGEST_PAUSE_NS = 7_000 * NS_PER_MS

/** Numbers of a loop's random draws before its first heartbeat. */
const PHASE = 0
const FIRST_REPORT = 1
const FIRST_DRAW = 2

/** The properties that the loops of many kubelets have in common. */
interface LoopKind {
  readonly periodNs: number
  /** The largest jitter, as a share of the period. */
  readonly jitter: number
  /** The time that the kubelet waits for a response; Infinity: without limit. */
  readonly timeoutNs: number
}

export interface HeartbeatsParts {
  readonly arena: Arena
  readonly timeline: Timeline
  readonly http: HttpClients
  readonly workloads: readonly Workload[]
  readonly workloadTable: WorkloadTable
  readonly measurements: Measurements
  readonly nodes: NodeObserver
  readonly firstTarget: number
}

/**
 * Heartbeats of kubelets: each renews its lease at intervals, and computes its status, which is sent when it is due.
 * Each of the two is a loop that sends one request after the other, with a client of its own. Failures are retried as
 * kubelets retry them.
 */
export class Heartbeats {
  readonly table: HeartbeatTable
  private readonly parts: HeartbeatsParts
  /** The row of each loop: LOOPS for each workload; NONE for workloads without heartbeats. */
  private readonly rows: Int32Array
  private readonly kinds: LoopKind[] = []

  constructor(parts: HeartbeatsParts) {
    const count = parts.workloads.filter(({ arrivals }) => arrivals.kind === 'heartbeats').length
    this.parts = parts
    this.table = new HeartbeatTable(parts.arena, count * LOOPS)
    this.rows = new Int32Array(parts.workloads.length * LOOPS).fill(NONE)
    parts.workloads.forEach(({ arrivals }, workload) => {
      if (arrivals.kind !== 'heartbeats') return
      for (const loop of [LEASE, STATUS]) {
        const row = this.addRow(workload, loop, arrivals.heartbeat)
        this.rows[workload * LOOPS + loop] = row
      }
    })
  }

  start(workload: number): void {
    const { workloads, workloadTable } = this.parts
    const { arrivals } = workloads[workload]
    assert(arrivals.kind === 'heartbeats', 'a workload of heartbeats')
    const { lease, status, node } = arrivals.heartbeat
    const endTick = workloadTable.firstArrivalTick[workloadTable.rowOf(workload)] + arrivals.forNs
    for (const loop of [LEASE, STATUS]) this.table.endTick[this.rowOf(workload, loop)] = endTick
    const row = this.rowOf(workload, STATUS)
    const reportFraction = this.fraction(row, FIRST_REPORT)
    this.parts.nodes.onHeartbeatsBegin(node)
    this.table.reportTick[row] = this.parts.timeline.now + Math.floor(reportFraction * status.reportEveryNs)
    if (lease === null) this.table.isOver[this.rowOf(workload, LEASE)] = 1
    else this.begin(this.rowOf(workload, LEASE), lease.periodNs)
    this.begin(row, status.periodNs)
  }

  /** Handles the event HEARTBEAT_DUE: continues a loop. Returns whether the loop is over. */
  onDue(workload: number, loop: number): boolean {
    const { table } = this
    const row = this.rowOf(workload, loop)
    if (this.parts.timeline.now >= table.endTick[row]) this.finish(row)
    else if (table.step[row] === WAITING) this.beat(row)
    else this.send(row)
    return table.isOver[row] === 1
  }

  onResponse(client: HttpClient, request: number, startTick: number): void {
    const { table } = this
    const { measurements, timeline } = this.parts
    const row = this.rowOfClient(client)
    const workload = table.workload[row]
    const message = row + table.message[row]
    table.lastResponseTick[this.rowOf(workload, STATUS)] = timeline.now
    const bodyBytes = table.requestBodyBytes[message] + table.responseBodyBytes[message]
    measurements.noteResponse(workload, request, startTick, bodyBytes)
    measurements.noteRequestEnd(workload)
    switch (table.step[row]) {
      case RENEWING_LEASE:
        return this.waitForNextBeat(row)
      case GETTING_LEASE:
        table.failures[row] = 0
        table.hasReadLease[row] = 1
        table.step[row] = RENEWING_LEASE
        return this.send(row)
      case GETTING_NODE:
        return this.sendStatusIfDue(row)
      case PATCHING_STATUS:
        return this.waitForNextBeat(row)
    }
  }

  onFailed(client: HttpClient, request: number, startTick: number, reason: FailureReason): void {
    // The connection was lost while no request was pending.
    if (request === NO_REQUEST) return
    const row = this.rowOfClient(client)
    const workload = this.table.workload[row]
    this.parts.measurements.noteFailure(workload, request, startTick, reason)
    this.parts.measurements.noteRequestEnd(workload)
    if (this.table.step[row] === GETTING_LEASE) this.pause(row)
    else this.failAttempt(row)
  }

  private addRow(workload: number, loop: number, { node, lease, status, timeoutNs, key }: Heartbeat): Loop {
    const { table } = this
    const { nameHigh, nameLow } = this.parts.workloads[workload]
    const row = table.allocate()
    table.workload[row] = workload
    table.loop[row] = loop
    table.draws[row] = FIRST_DRAW
    table.step[row] = WAITING
    table.lastResponseTick[row] = -1
    const { periodNs, jitter } = loop === LEASE && lease !== null ? lease : status
    table.kind[row] = this.kindOf({ periodNs, jitter, timeoutNs })
    table.node[row] = node
    table.keyHigh[row] = key.hi
    table.keyLow[row] = key.lo
    table.nameHigh[row] = nameHigh
    table.nameLow[row] = nameLow
    if (loop === STATUS) {
      this.addMessage(row, GET_NODE, status.get)
      if (status.getCached !== null) this.addMessage(row, GET_CACHED, status.getCached)
      this.addMessage(row, PATCH_STATUS, status.patch)
    } else if (lease !== null) {
      this.addMessage(row, RENEW_LEASE, lease.renew)
      this.addMessage(row, GET_LEASE, lease.get)
    }
    return row
  }

  /** Returns the index of an equal kind in `kinds`, after adding it if there is none. */
  private kindOf(kind: LoopKind): number {
    const { kinds } = this
    const known = kinds.findIndex((one) => areSame(one, kind))
    return known === -1 ? kinds.push(kind) - 1 : known
  }

  private addMessage(row: Loop, message: number, planned: PlannedRequest): void {
    const { table } = this
    table.request[row + message] = planned.request
    table.requestBodyBytes[row + message] = planned.requestBodyBytes
    table.responseBodyBytes[row + message] = planned.responseBodyBytes
  }

  private begin(row: Loop, periodNs: number): void {
    const { table } = this
    const { timeline } = this.parts
    const workload = table.workload[row]
    const client = this.parts.http.add(workload, table.loop[row])
    table.client[row] = client
    if (!this.heartbeatOf(workload).isSpread) return this.beat(row)
    const phase = this.fraction(row, PHASE)
    this.scheduleAt(row, timeline.now + 1 + Math.floor(phase * (periodNs - 1)))
  }

  private beat(row: Loop): void {
    const { table } = this
    table.failures[row] = 0
    table.hasReadLease[row] = 0
    if (table.loop[row] === LEASE) {
      table.step[row] = RENEWING_LEASE
      return this.send(row)
    }
    if (table.request[row + GET_CACHED] === NONE) return this.sendStatusIfDue(row)
    table.step[row] = GETTING_NODE
    this.send(row)
  }

  /** Sends the status if it is due, or if the status that the apiserver has is not the current one. */
  private sendStatusIfDue(row: Loop): void {
    const { table } = this
    const { timeline, nodes } = this.parts
    const isChanged = !nodes.wasAsReported(table.node[row], table.lastResponseTick[row])
    if (!isChanged && timeline.now < table.reportTick[row]) return this.waitForNextBeat(row)
    const { status } = this.heartbeatOf(table.workload[row])
    table.step[row] = PATCHING_STATUS
    const spread = isChanged ? (2 * this.draw(row) - 1) * status.reportSpread : 0
    table.reportTick[row] = timeline.now + Math.round(status.reportEveryNs * (1 + spread))
    this.send(row)
  }

  private send(row: Loop): void {
    const { table } = this
    const { workloadTable, timeline } = this.parts
    const workload = table.workload[row]
    const { timeoutNs } = this.kinds[table.kind[row]]
    const message = this.messageOf(row)
    const workloadRow = workloadTable.rowOf(workload)
    const request = workloadTable.issued[workloadRow]++
    if (workloadTable.firstStartTick[workloadRow] < 0) workloadTable.firstStartTick[workloadRow] = timeline.now
    assert(table.request[row + message] !== NONE, 'a kubelet without leases renews none')
    table.message[row] = message
    this.parts.http.send(
      table.client[row],
      request,
      table.request[row + message],
      table.requestBodyBytes[row + message],
    )
    if (timeoutNs !== Number.POSITIVE_INFINITY)
      timeline.scheduleProvisionally(
        timeline.now + timeoutNs,
        this.parts.firstTarget + workload,
        REQUEST_TIMEOUT,
        request,
      )
  }

  private failAttempt(row: Loop): void {
    const { table } = this
    const { timeline, http, workloads } = this.parts
    const workload = table.workload[row]
    table.failures[row]++
    const failures = table.failures[row]
    if (failures >= REPEATED && this.heartbeatOf(workload).closesConnections)
      http.connections.closeAll(workloads[workload].path)
    if (table.loop[row] === STATUS) {
      // The status that could not be sent is still due.
      if (table.step[row] === PATCHING_STATUS) table.reportTick[row] = timeline.now
      table.step[row] = GETTING_NODE
    }
    if (failures < MOST_ATTEMPTS) return this.scheduleAt(row, timeline.now + 1)
    if (table.loop[row] === STATUS || table.hasReadLease[row] === 1) return this.waitForNextBeat(row)
    table.step[row] = GETTING_LEASE
    table.pauseNs[row] = FIRST_PAUSE_NS
    this.scheduleAt(row, timeline.now + 1)
  }

  private pause(row: Loop): void {
    const { table } = this
    const { timeline } = this.parts
    const pauseNs = table.pauseNs[row]
    table.pauseNs[row] = Math.min(2 * pauseNs, LONGEST_PAUSE_NS)
    this.scheduleAt(row, timeline.now + pauseNs)
  }

  /** Schedules the next heartbeat. The period counts from the end of this one (apimachinery, wait.JitterUntil). */
  private waitForNextBeat(row: Loop): void {
    const { table } = this
    const { timeline } = this.parts
    const { jitter, periodNs } = this.kinds[table.kind[row]]
    table.step[row] = WAITING
    const share = jitter === 0 ? 0 : jitter * this.draw(row)
    this.scheduleAt(row, timeline.now + Math.round(periodNs * (1 + share)))
  }

  private scheduleAt(row: Loop, tick: number): void {
    const { table } = this
    const { timeline } = this.parts
    const workload = table.workload[row]
    if (tick >= table.endTick[row]) return this.finish(row)
    timeline.schedule(tick, this.parts.firstTarget + workload, HEARTBEAT_DUE, table.loop[row])
  }

  private finish(row: Loop): void {
    const { table } = this
    const { workloadTable } = this.parts
    const workload = table.workload[row]
    table.isOver[row] = 1
    const areAllOver = [LEASE, STATUS].every((loop) => table.isOver[this.rowOf(workload, loop)] === 1)
    if (areAllOver) workloadTable.hasAllArrivals[workloadTable.rowOf(workload)] = 1
  }

  /** Returns the message of the step at which a loop is. */
  private messageOf(row: Loop): number {
    const { table } = this
    switch (table.step[row]) {
      case GETTING_NODE:
        return table.failures[row] === 0 && table.request[row + GET_CACHED] !== NONE ? GET_CACHED : GET_NODE
      case PATCHING_STATUS:
        return PATCH_STATUS
      default:
        return table.step[row] === GETTING_LEASE ? GET_LEASE : RENEW_LEASE
    }
  }

  private heartbeatOf(workload: number): Heartbeat {
    const { arrivals } = this.parts.workloads[workload]
    assert(arrivals.kind === 'heartbeats', 'the workload has heartbeats')
    return arrivals.heartbeat
  }

  private rowOf(workload: number, loop: number): Loop {
    return this.table.rowAt(this.rows[workload * LOOPS + loop])
  }

  private rowOfClient(client: HttpClient): Loop {
    const { clients } = this.parts.http
    return this.rowOf(clients.workload[client], clients.number[client])
  }

  private draw(row: Loop): number {
    return this.fraction(row, this.table.draws[row]++)
  }

  private fraction(row: Loop, draw: number): number {
    const { keyHigh, keyLow, nameHigh, nameLow, loop } = this.table
    return drawFraction(keyHigh[row], keyLow[row], nameHigh[row], nameLow[row], draw, loop[row])
  }
}

function areSame(one: LoopKind, other: LoopKind): boolean {
  return one.periodNs === other.periodNs && one.jitter === other.jitter && one.timeoutNs === other.timeoutNs
}
