import type { Arena } from '../engine/arena.ts'
import { assert } from '../engine/assert.ts'
import { finish32, mix32 } from '../engine/hash.ts'
import { NONE } from '../engine/table.ts'
import type { Timeline } from '../engine/timeline.ts'
import type { ActivityTable } from '../network/activity.ts'
import type { Processors, Worker } from '../network/processor.ts'
import type { CpuProfile } from '../security/cpu-profile.ts'
import type { ByteStreams, StreamUser } from '../transport/byte-stream.ts'
import type { FailureReason } from '../transport/failure.ts'
import type { Connector } from './connector.ts'
import {
  ASKING,
  DIALLING,
  DISCONNECTED,
  HttpClientTable,
  IDLE,
  NO_REQUEST,
  WAITING_FOR_TUNNEL,
} from './http-client-table.ts'
import { HTTP_REQUEST, STATUS_OK } from './http-server.ts'
import { RequestTimes } from './request-times.ts'
import type { Workload } from './workload.ts'
import type { WorkloadTable } from './workload-table.ts'

/** Steps of work. */
const DIAL = 0
const ASK = 1
const READ_ANSWER = 2
const STEPS = 3

/** Who gives clients their work, and hears how it went. */
export interface HttpClientOwner {
  onConnected(client: number, setupNs: number): void
  /** The answer is there; the client is free again. */
  onAnswered(client: number, request: number, startTick: number): void
  /** The request failed, or (NO_REQUEST) the attempt to connect that began then; the client has no connection any more. */
  onFailed(client: number, request: number, startTick: number, reason: FailureReason): void
}

/** Clients: dial, ask, read the answer, close. */
export class HttpClients implements StreamUser, Worker {
  readonly clients: HttpClientTable
  private readonly timeline: Timeline
  private readonly streams: ByteStreams
  private readonly processors: Processors
  private readonly activities: ActivityTable
  private readonly connector: Connector
  private readonly workloads: readonly Workload[]
  private readonly table: WorkloadTable
  private readonly cpus: readonly CpuProfile[]
  private readonly userKind: number
  private readonly workerKind: number
  private owner!: HttpClientOwner
  private readonly times: RequestTimes

  constructor(
    arena: Arena,
    timeline: Timeline,
    streams: ByteStreams,
    processors: Processors,
    connector: Connector,
    workloads: readonly Workload[],
    table: WorkloadTable,
    cpus: readonly CpuProfile[],
  ) {
    this.clients = new HttpClientTable(arena)
    this.timeline = timeline
    this.streams = streams
    this.processors = processors
    this.activities = processors.activities
    this.connector = connector
    this.workloads = workloads
    this.table = table
    this.cpus = cpus
    this.times = new RequestTimes(timeline, this.activities, this.clients, table)
    this.userKind = streams.registerUser(this)
    this.workerKind = processors.register(this)
  }

  connectOwner(owner: HttpClientOwner): void {
    this.owner = owner
  }

  add(workload: number, number: number): number {
    const { clients, table } = this
    const client = clients.allocate()
    clients.workload[client] = workload
    clients.number[client] = number
    clients.dials[client] = 0
    clients.state[client] = DISCONNECTED
    clients.stream[client] = NONE
    clients.activity[client] = NONE
    clients.request[client] = NO_REQUEST
    clients.startTick[client] = 0
    clients.hasAnswer[client] = 0
    clients.status[client] = 0
    clients.next[client] = table.firstClient[workload]
    table.firstClient[workload] = client
    return client
  }

  /** Its work is over. */
  remove(client: number): void {
    const { clients, table } = this
    const workload = clients.workload[client]
    this.disconnect(client)
    if (table.firstClient[workload] === client) table.firstClient[workload] = clients.next[client]
    else {
      let before = table.firstClient[workload]
      while (clients.next[before] !== client) before = clients.next[before]
      clients.next[before] = clients.next[client]
    }
    this.activities.drop(clients.activity[client])
    clients.release(client)
  }

  /** Asks as soon as it is connected; dials first if need be. */
  ask(client: number, request: number): void {
    const { clients, timeline } = this
    assert(clients.request[client] === NO_REQUEST, 'a client has one request at a time')
    clients.request[client] = request
    clients.startTick[client] = timeline.now
    clients.hasAnswer[client] = 0
    if (clients.state[client] === DISCONNECTED) this.connect(client)
    this.times.noteStart(client)
    if (clients.state[client] === IDLE) this.beginAsking(client)
  }

  connect(client: number): void {
    const { clients, timeline, connector, activities } = this
    const { path } = this.workloads[clients.workload[client]]
    const shared = connector.sharedActivity(path)
    activities.drop(clients.activity[client])
    if (shared !== NONE) activities.hold(shared)
    const activity = shared === NONE ? activities.begin() : shared
    clients.activity[client] = activity
    clients.dialTick[client] = timeline.now
    clients.dials[client]++
    activities.changeHandshakes(clients.activity[client], 1)
    if (connector.isReachable(path)) this.beginDialling(client)
    else this.waitForTunnel(client, path)
  }

  /** Waits for its host's processor to dial: it has no connection yet that could fail. */
  isAboutToDial(client: number): boolean {
    return this.clients.state[client] === DIALLING && this.clients.stream[client] === NONE
  }

  /** The tunnel that it waited for is there. */
  beginDialling(client: number): void {
    this.clients.state[client] = DIALLING
    this.work(client, this.cpu(client).dialNs, DIAL)
  }

  disconnect(client: number): void {
    const { clients, streams } = this
    const stream = clients.stream[client]
    clients.stream[client] = NONE
    if (stream !== NONE) streams.close(stream)
    this.forgetConnection(client)
  }

  /** It will not be connected: what it waited for will not come. */
  giveUp(client: number, reason: FailureReason): void {
    this.fail(client, reason)
  }

  // From the stream.

  onOpen(client: number): void {
    const { clients, timeline, activities } = this
    activities.changeHandshakes(clients.activity[client], -1)
    clients.state[client] = IDLE
    const generation = clients.generation[client]
    this.owner.onConnected(client, timeline.now - clients.dialTick[client])
    if (clients.generation[client] !== generation) return
    if (clients.state[client] === IDLE && clients.request[client] !== NO_REQUEST) this.beginAsking(client)
  }

  onData(client: number, content: number, offset: number, lengthBytes: number): void {
    const { contents } = this.streams
    if (contents.nextMarkEnd(content) > offset + lengthBytes) return
    this.clients.status[client] = contents.marks.value[contents.nextMark(content)] === STATUS_OK ? 1 : 0
    contents.takeMark(content)
    this.clients.hasAnswer[client] = 1
    this.work(client, this.cpu(client).responseNs, READ_ANSWER)
  }

  onEnd(client: number): void {
    if (this.clients.hasAnswer[client] === 1) return
    const stream = this.clients.stream[client]
    this.clients.stream[client] = NONE
    this.streams.close(stream)
    this.fail(client, 'unexpected end')
  }

  onFailure(client: number, reason: FailureReason): void {
    this.clients.stream[client] = NONE
    this.fail(client, reason)
  }

  onDrained(): void {}

  // Work that is done.

  isPresent(client: number, generation: number): boolean {
    return this.clients.generation[client] === generation
  }

  /** Work for a connection that has failed meanwhile is for nothing. */
  onWorkDone(client: number, work: number): void {
    const step = work % STEPS
    if ((work - step) / STEPS !== this.clients.dials[client]) return
    if (step === DIAL) this.dial(client)
    else if (step === ASK) this.sendRequest(client)
    else this.takeAnswer(client)
  }

  private dial(client: number): void {
    const { clients, connector, table } = this
    if (clients.state[client] !== DIALLING) return
    const workload = clients.workload[client]
    const { path, nameHigh, nameLow } = this.workloads[workload]
    if (!connector.isReachable(path)) return this.waitForTunnel(client, path)
    const high = connectionName(nameHigh, clients.number[client], clients.dials[client])
    const low = connectionName(nameLow, clients.number[client], clients.dials[client])
    const stream = connector.connect(path, high, low, table.account[workload], clients.activity[client])
    clients.stream[client] = stream
    this.streams.attach(stream, this.userKind, client)
  }

  private waitForTunnel(client: number, path: number): void {
    this.clients.state[client] = WAITING_FOR_TUNNEL
    this.connector.makeReachable(path)
  }

  private beginAsking(client: number): void {
    this.clients.state[client] = ASKING
    this.work(client, this.cpu(client).requestNs, ASK)
  }

  private sendRequest(client: number): void {
    const { clients, streams } = this
    if (clients.state[client] !== ASKING || clients.stream[client] === NONE) return
    const workload = clients.workload[client]
    streams.write(clients.stream[client], this.workloads[workload].requestBytes, HTTP_REQUEST, workload, 0, NONE)
  }

  private takeAnswer(client: number): void {
    const { clients } = this
    if (clients.state[client] !== ASKING) return
    const request = clients.request[client]
    const startTick = clients.startTick[client]
    if (clients.status[client] === 0) {
      this.disconnect(client)
      return this.fail(client, 'unauthorized')
    }
    this.times.noteAnswer(client)
    clients.request[client] = NO_REQUEST
    clients.state[client] = IDLE
    this.owner.onAnswered(client, request, startTick)
  }

  private fail(client: number, reason: FailureReason): void {
    const { clients } = this
    const request = clients.request[client]
    const startTick = request === NO_REQUEST ? clients.dialTick[client] : clients.startTick[client]
    clients.request[client] = NO_REQUEST
    this.forgetConnection(client)
    this.owner.onFailed(client, request, startTick, reason)
  }

  private forgetConnection(client: number): void {
    const { clients, activities } = this
    const isDialling = clients.state[client] === DIALLING || clients.state[client] === WAITING_FOR_TUNNEL
    if (isDialling) activities.changeHandshakes(clients.activity[client], -1)
    clients.state[client] = DISCONNECTED
  }

  private work(client: number, costNs: number, step: number): void {
    const { clients, processors } = this
    const host = this.connector.hostOf(this.workloads[clients.workload[client]].path)
    const work = clients.dials[client] * STEPS + step
    processors.run(host, costNs, 0, clients.activity[client], this.workerKind, client, clients.generation[client], work)
  }

  private cpu(client: number): CpuProfile {
    return this.cpus[this.connector.hostOf(this.workloads[this.clients.workload[client]].path)]
  }
}

function connectionName(workloadName: number, client: number, dial: number): number {
  return finish32(mix32(mix32(workloadName, client), dial))
}
