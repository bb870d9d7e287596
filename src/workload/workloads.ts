import type { Arena } from '../engine/arena.ts'
import { EventKind } from '../engine/event-kind.ts'
import { exactExponentialQuantile } from '../engine/exact-math.ts'
import { NumberedRows } from '../engine/numbered-rows.ts'
import { drawFraction } from '../engine/streams.ts'
import { NONE } from '../engine/table.ts'
import { NS_PER_S } from '../engine/ticks.ts'
import type { Timeline } from '../engine/timeline.ts'
import type { Account } from '../network/rows.ts'
import type { FailureReason } from '../transport/streams/failure.ts'
import { ChunkTimes } from './chunk-times.ts'
import type { FlowObserver } from './flows.ts'
import type { NodeObserver } from './heartbeat.ts'
import { HEARTBEAT_DUE, Heartbeats, REQUEST_TIMEOUT } from './heartbeats.ts'
import { DISCONNECTED, NO_REQUEST } from './http-client-table.ts'
import type { HttpClientOwner, HttpClients } from './http-clients.ts'
import { Keystrokes } from './keystrokes.ts'
import { type Keeping, Measurements } from './measurements.ts'
import type { HttpClient, Workload as Row } from './rows.ts'
import type { Workload } from './workload.ts'
import { ARRIVAL_KINDS, type WorkloadTable } from './workload-table.ts'

/** A workload (the target) begins. */
export const WORKLOAD_START = new EventKind('workload start')
/** The next request of a workload (the target) is due. */
export const REQUEST_ARRIVAL = new EventKind('request arrival')
/** A client of a closed loop of a workload (the target) continues after a failure. */
export const CLIENT_TURN = new EventKind('client turn')

/** A time longer than any timeout of TCP, keepalives and kubelets (streamingConnectionIdleTimeout: 4 h). */
const LONGEST_SILENCE_NS = 5 * 3600 * NS_PER_S

const FIRST_PAUSE_NS = 0.8 * NS_PER_S
const LONGEST_PAUSE_NS = 30 * NS_PER_S

export interface WorkloadsParts {
  readonly arena: Arena
  readonly timeline: Timeline
  readonly http: HttpClients
  readonly table: WorkloadTable
  readonly workloads: readonly Workload[]
  readonly keeping: readonly Keeping[]
  /** Accounts by workload. */
  readonly accounts: readonly Account[]
  readonly nodes: NodeObserver
  /** Event target of workload 0. */
  readonly firstTarget: number
}

/** Issues requests to clients as the arrivals of each workload require. */
export class Workloads implements HttpClientOwner, FlowObserver {
  readonly table: WorkloadTable
  readonly measurements: Measurements
  private readonly timeline: Timeline
  readonly http: HttpClients
  private readonly workloads: readonly Workload[]
  private readonly keystrokes: Keystrokes
  private readonly chunkTimes: ChunkTimes
  private readonly heartbeats: Heartbeats
  /** The clients of closed loops, by workload and number. */
  private readonly closedLoopClients: NumberedRows<HttpClient>
  private readonly firstTarget: number

  constructor({ arena, timeline, http, table, workloads, keeping, accounts, nodes, firstTarget }: WorkloadsParts) {
    this.table = table
    this.measurements = new Measurements(arena, timeline, table, keeping)
    this.timeline = timeline
    this.http = http
    this.workloads = workloads
    this.firstTarget = firstTarget
    this.closedLoopClients = new NumberedRows(arena, 0)
    this.keystrokes = new Keystrokes({
      arena,
      timeline,
      streams: http.streams,
      http,
      workloads,
      measurements: this.measurements,
    })
    this.chunkTimes = new ChunkTimes(arena, timeline, http.times, table)
    this.heartbeats = new Heartbeats({
      arena,
      timeline,
      http,
      workloads,
      workloadTable: table,
      measurements: this.measurements,
      nodes,
      firstTarget,
    })
    accounts.forEach((account, workload) => {
      const row = this.addRow(account, ARRIVAL_KINDS[workloads[workload].arrivals.kind], keeping[workload])
      if (isEndless(workloads[workload])) table.doNotWaitFor(row)
    })
    table.countSilenceFrom(Math.max(0, ...workloads.map(({ startNs }) => startNs)))
    http.connectOwner(this)
    timeline.handle(WORKLOAD_START, firstTarget, (workload) => this.start(workload))
    timeline.handle(REQUEST_ARRIVAL, firstTarget, (workload, request) => this.onArrival(workload, request))
    timeline.handle(CLIENT_TURN, firstTarget, (workload, client) => this.onTurn(workload, client))
    timeline.handle(REQUEST_TIMEOUT, firstTarget, (workload, request) => this.onTimeout(workload, request))
    timeline.handle(HEARTBEAT_DUE, firstTarget, (workload, loop) => {
      if (this.heartbeats.onDue(workload, loop)) this.endIfDone(workload)
    })
  }

  /** Returns the ticks at which the requests and keys of a workload were sent that have neither completed nor failed. */
  openSince(workload: number): number[] {
    const row = this.table.rowOf(workload)
    const { clients } = this.http
    const ticks: number[] = []
    for (let client = this.table.firstClient[row]; client !== NONE; client = clients.next[client]) {
      if (this.workloads[workload].traffic.kind === 'keys') ticks.push(...this.keystrokes.sentTicksOf(client))
      else if (clients.request[client] !== NO_REQUEST) ticks.push(clients.startTick[client])
    }
    return ticks
  }

  get areAllDone(): boolean {
    return this.table.remainingCount === 0
  }

  /**
   * Returns whether the run should stop because the workloads that it waits for have all begun and made no progress for
   * hours. They wait for something that will never happen, while background workloads continue without end.
   */
  get areStuck(): boolean {
    const { table, timeline, workloads } = this
    return timeline.now - table.lastProgressTick > LONGEST_SILENCE_NS && table.remainingCount < workloads.length
  }

  /**
   * Starts the workloads, each at its start time but not before now. Called when the tunnels that must come first are
   * up.
   */
  begin(): void {
    this.workloads.forEach(({ startNs }, workload) => {
      const row = this.table.rowOf(workload)
      if (this.table.hasStarted[row] === 1) return
      this.table.hasStarted[row] = 1
      if (startNs <= this.timeline.now) this.start(workload)
      else this.timeline.schedule(startNs, this.firstTarget + workload, WORKLOAD_START, 0)
    })
  }

  /** Handles the event REQUEST_ARRIVAL. */
  private onArrival(workload: number, request: number): void {
    if (!this.takeArrival(workload, request)) this.timeline.noteIdleWakeUp()
  }

  /** Handles the event CLIENT_TURN. */
  private onTurn(workload: number, client: number): void {
    if (!this.takeTurn(workload, client)) this.timeline.noteIdleWakeUp()
  }

  /** Handles the event REQUEST_TIMEOUT. */
  private onTimeout(workload: number, request: number): void {
    const client = this.clientOf(workload, request)
    if (client === NONE) this.timeline.noteIdleWakeUp()
    else this.http.giveUp(client, 'timed out')
  }

  /** Returns whether a provisional event REQUEST_TIMEOUT is needed: whether the request waits for its response. */
  needsTimeout(workload: number, request: number): boolean {
    return this.clientOf(workload, request) !== NONE
  }

  // Events of clients

  onConnected(client: HttpClient, setupNs: number): void {
    const { http, measurements, table } = this
    const workload = http.clients.workload[client]
    const row = table.rowOf(workload)
    if (setupNs >= 0) measurements.noteSetup(workload, setupNs)
    const { arrivals } = this.workloads[workload]
    if (http.clients.request[client] !== NO_REQUEST) return
    if (arrivals.kind === 'closed') this.issue(workload, client)
    else if (table.firstArrivalTick[row] < 0) this.beginArrivals(workload, this.timeline.now)
  }

  onResponse(client: HttpClient, request: number, startTick: number): void {
    const { http, measurements } = this
    const workload = http.clients.workload[client]
    const row = this.table.rowOf(workload)
    if (this.table.arrivalKind[row] === ARRIVAL_KINDS.heartbeats) {
      this.heartbeats.onResponse(client, request, startTick)
      return this.endIfDone(workload)
    }
    const { requestBodyBytes, responseBodyBytes, isKeptAlive, arrivals, traffic } = this.workloads[workload]
    if (traffic.kind === 'keys') return this.endSession(client, startTick, 'unexpected end')
    if (traffic.kind !== 'flow')
      measurements.noteResponse(workload, request, startTick, requestBodyBytes + responseBodyBytes)
    measurements.noteRequestEnd(workload)
    if (!isKeptAlive) http.disconnect(client)
    if (arrivals.kind === 'closed') this.issue(workload, client)
    else if (!isKeptAlive) http.remove(client)
    this.endIfDone(workload)
  }

  onRefusedHandshake(client: HttpClient): void {
    const { workload, startTick } = this.http.clients
    this.measurements.noteRefusedHandshake(workload[client], startTick[client])
  }

  onChunk(client: HttpClient, sentTick: number): void {
    const { http, measurements, table } = this
    const workload = http.clients.workload[client]
    const row = table.rowOf(workload)
    const { traffic } = this.workloads[workload]
    if (traffic.kind !== 'flow') return
    table.lastChunkTick[row] = sentTick
    this.chunkTimes.noteArrival(client, workload, sentTick)
    measurements.noteResponse(workload, table.completed[row], sentTick, traffic.chunkBytes)
  }

  onOpened(client: HttpClient): void {
    const { table, http } = this
    const workload = http.clients.workload[client]
    if (table.firstArrivalTick[table.rowOf(workload)] < 0) this.beginArrivals(workload, this.timeline.now)
  }

  onEcho(client: HttpClient, key: number): void {
    const workload = this.http.clients.workload[client]
    this.keystrokes.takeEcho(client, key)
    this.endIfDone(workload)
  }

  onFailed(client: HttpClient, request: number, startTick: number, reason: FailureReason): void {
    const { table, timeline, http, measurements } = this
    const { clients } = http
    const workload = clients.workload[client]
    const row = table.rowOf(workload)
    const { arrivals, isKeptAlive, traffic } = this.workloads[workload]
    if (request === NO_REQUEST) measurements.noteIdleLoss(workload, reason)
    if (traffic.kind === 'keys') return this.endSession(client, startTick, reason)
    if (arrivals.kind === 'heartbeats') {
      this.heartbeats.onFailed(client, request, startTick, reason)
      return this.endIfDone(workload)
    }
    const number = clients.number[client]
    // A connection that was dialled before the first request counts as that request.
    const failed = request === NO_REQUEST && arrivals.kind === 'closed' ? this.takeNextRequest(workload) : request
    if (failed !== NO_REQUEST) {
      measurements.noteFailure(workload, failed, startTick, reason, clients.proxyError[client])
      measurements.noteRequestEnd(workload)
    }
    if (arrivals.kind === 'closed') {
      const tick = timeline.now + this.pauseNs(workload)
      if (this.hasMore(workload)) timeline.schedule(tick, this.firstTarget + workload, CLIENT_TURN, number)
    } else {
      if (!isKeptAlive) http.remove(client)
      if (table.firstArrivalTick[row] < 0) this.beginArrivals(workload, timeline.now + 1)
    }
    this.endIfDone(workload)
  }

  /**
   * Returns the pause after a failure. A failed watch is repeated after 0.8 s, and then after doubling pauses up to 30
   * s (k8s.io/client-go/tools/cache/reflector.go).
   */
  private pauseNs(workload: number): number {
    const row = this.table.rowOf(workload)
    const { arrivals } = this.workloads[workload]
    if (arrivals.kind !== 'closed' || arrivals.requests !== Number.POSITIVE_INFINITY) return 1
    let pauseNs = FIRST_PAUSE_NS
    for (let failure = 1; failure < this.table.failuresInARow[row]; failure++)
      pauseNs = Math.min(2 * pauseNs, LONGEST_PAUSE_NS)
    return pauseNs
  }

  private addRow(account: Account, arrivalKind: number, { declared, isWhole }: Keeping): Row {
    const { table } = this
    const row = table.allocate()
    table.arrivalKind[row] = arrivalKind
    table.expectOneMore()
    table.account[row] = account
    table.declared[row] = declared
    table.isWhole[row] = isWhole ? 1 : 0
    table.firstArrivalTick[row] = -1
    table.firstStartTick[row] = -1
    return row
  }

  /** Handles the event WORKLOAD_START: begins with the first requests. */
  private start(workload: number): void {
    const row = this.table.rowOf(workload)
    const { http } = this
    this.table.noteProgress(row, this.timeline.now)
    const { arrivals, isKeptAlive, traffic } = this.workloads[workload]
    if (traffic.kind === 'keys') return this.sendPlanned(this.addClient(workload), 0)
    if (arrivals.kind === 'heartbeats') {
      this.table.firstArrivalTick[row] = this.timeline.now
      return this.heartbeats.start(workload)
    }
    if (arrivals.kind === 'closed') {
      for (let number = 0; number < Math.min(arrivals.concurrency, arrivals.requests); number++) {
        this.closedLoopClients.addAs(workload, number, http.add(workload, number))
        this.takeTurn(workload, number)
      }
      return
    }
    if (isKeptAlive) http.connect(this.addClient(workload))
    else this.beginArrivals(workload, this.timeline.now)
  }

  // Events of flows

  onChunkDue(workload: number): void {
    this.chunkTimes.noteDue(workload)
  }

  // Closed loops

  /** Lets a client of a closed loop connect, or send the next request. Returns false if there is none. */
  private takeTurn(workload: number, number: number): boolean {
    const client = this.closedLoopClients.find(workload, number)
    if (client === NONE || !this.hasMore(workload)) return false
    if (this.workloads[workload].isKeptAlive && this.http.clients.state[client] === DISCONNECTED)
      this.http.connect(client)
    else this.issue(workload, client)
    return true
  }

  private issue(workload: number, client: HttpClient): void {
    const request = this.takeNextRequest(workload)
    if (request !== NO_REQUEST) this.send(workload, client, request)
    else this.http.disconnect(client)
  }

  private hasMore(workload: number): boolean {
    const row = this.table.rowOf(workload)
    const { arrivals, traffic } = this.workloads[workload]
    if (arrivals.kind !== 'closed' || this.table.issued[row] >= arrivals.requests) return false
    const startTick = this.table.firstStartTick[row]
    return traffic.kind !== 'flow' || startTick < 0 || this.timeline.now - startTick < traffic.forNs
  }

  private takeNextRequest(workload: number): number {
    const { table } = this
    return this.hasMore(workload) ? table.issued[table.rowOf(workload)]++ : NO_REQUEST
  }

  // Open loops

  /**
   * Starts the arrival process of an open-loop workload: now, or after a failure at the next tick, as closed loops do.
   */
  private beginArrivals(workload: number, tick: number): void {
    const { table, timeline } = this
    const row = table.rowOf(workload)
    table.firstArrivalTick[row] = tick
    table.nextArrivalNs[row] = 0
    if (this.spacing(workload) === 'fixed' && tick === timeline.now) this.takeArrival(workload, 0)
    else this.scheduleArrival(workload, 0)
  }

  /** Issues a request or key of an open loop. Returns false when its session has ended. */
  private takeArrival(workload: number, request: number): boolean {
    const row = this.table.rowOf(workload)
    const isKeys = this.workloads[workload].traffic.kind === 'keys'
    if (isKeys && this.table.hasAllArrivals[row] === 1) return false
    this.table.issued[row]++
    if (isKeys) this.sendKey(workload, request)
    else {
      const client = this.freeClient(workload)
      this.scheduleArrival(workload, request + 1)
      this.send(workload, client, request)
    }
    return true
  }

  private sendKey(workload: number, key: number): void {
    const { table, timeline } = this
    const row = table.rowOf(workload)
    if (table.firstStartTick[row] < 0) table.firstStartTick[row] = timeline.now
    this.scheduleArrival(workload, key + 1)
    this.keystrokes.send(table.firstClient[row], key)
  }

  /** Ends the session because its connection was lost or never came up. At least one key counts as failed. */
  private endSession(client: HttpClient, startTick: number, reason: FailureReason): void {
    const { table, measurements } = this
    const workload = this.http.clients.workload[client]
    const row = table.rowOf(workload)
    const failed = table.failed[row]
    const hadAllArrivals = table.hasAllArrivals[row] === 1
    table.hasAllArrivals[row] = 1
    const proxyError = this.http.clients.proxyError[client]
    this.keystrokes.failAll(client, reason, proxyError)
    if (!hadAllArrivals && table.failed[row] === failed) {
      measurements.noteFailure(workload, table.issued[row]++, startTick, reason, proxyError)
      measurements.noteRequestEnd(workload)
    }
    this.endIfDone(workload)
  }

  /**
   * Schedules arrival n: n intervals after the first (fixed), or an exponential time after the one before (poisson).
   */
  private scheduleArrival(workload: number, request: number): void {
    const { table, timeline, workloads } = this
    const row = table.rowOf(workload)
    const { arrivals } = workloads[workload]
    if (arrivals.kind !== 'open') return
    if (arrivals.spacing === 'fixed') table.nextArrivalNs[row] = (request * NS_PER_S) / arrivals.ratePerS
    else table.nextArrivalNs[row] += this.exponentialGapNs(workload, request)
    const sinceFirst = Math.round(table.nextArrivalNs[row])
    if (sinceFirst >= arrivals.forNs) {
      table.hasAllArrivals[row] = 1
      return this.endIfDone(workload)
    }
    const tick = Math.max(table.firstArrivalTick[row] + sinceFirst, timeline.now + 1)
    timeline.schedule(tick, this.firstTarget + workload, REQUEST_ARRIVAL, request)
  }

  private exponentialGapNs(workload: number, request: number): number {
    const { arrivals, nameHigh, nameLow } = this.workloads[workload]
    if (arrivals.kind !== 'open') return 0
    const { key, ratePerS } = arrivals
    const fraction = drawFraction(key.hi, key.lo, nameHigh, nameLow, request, 0)
    return (exactExponentialQuantile(fraction) * NS_PER_S) / ratePerS
  }

  private spacing(workload: number): 'fixed' | 'poisson' {
    const { arrivals } = this.workloads[workload]
    return arrivals.kind === 'open' ? arrivals.spacing : 'fixed'
  }

  /** Returns a free client, or a new one. */
  private freeClient(workload: number): HttpClient {
    const free = this.http.free.firstOf(workload)
    return free === NONE ? this.addClient(workload) : free
  }

  private addClient(workload: number): HttpClient {
    const { table, http } = this
    return http.add(workload, table.nextClient[table.rowOf(workload)]++)
  }

  private send(workload: number, client: HttpClient, request: number): void {
    const { table, timeline } = this
    const row = table.rowOf(workload)
    if (table.firstStartTick[row] < 0) table.firstStartTick[row] = timeline.now
    this.sendPlanned(client, request)
  }

  private sendPlanned(client: HttpClient, number: number): void {
    const { request, requestBodyBytes } = this.workloads[this.http.clients.workload[client]]
    this.http.send(client, number, request, requestBodyBytes)
  }

  /** Returns the client that waits for the response to a request; NONE for none. */
  private clientOf(workload: number, request: number): HttpClient {
    const { table } = this
    const row = table.rowOf(workload)
    const { clients } = this.http
    // Most workloads have no request open when a timeout comes, and reading their clients would miss the cache.
    let client = table.settled[row] === table.issued[row] ? NONE : table.firstClient[row]
    while (client !== NONE && clients.request[client] !== request) client = clients.next[client]
    return client
  }

  private endIfDone(workload: number): void {
    const { table } = this
    const row = table.rowOf(workload)
    const isClosed = table.arrivalKind[row] === ARRIVAL_KINDS.closed
    if (!isClosed && table.hasAllArrivals[row] === 0) return
    if (table.settled[row] < table.issued[row] || table.isDone[row] === 1) return
    if (isClosed && this.hasMore(workload)) return
    table.markDone(row)
    this.chunkTimes.forgetAll(workload)
    for (let client = table.firstClient[row]; client !== NONE; client = table.firstClient[row]) {
      if (isClosed) this.closedLoopClients.remove(workload, this.http.clients.number[client])
      this.http.remove(client)
    }
  }
}

function isEndless({ arrivals, traffic }: Workload): boolean {
  if (traffic.kind === 'flow') return traffic.forNs === Number.POSITIVE_INFINITY
  return arrivals.kind !== 'closed' && arrivals.forNs === Number.POSITIVE_INFINITY
}
