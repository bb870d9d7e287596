import type { Arena, ArenaTable, Columns } from '../../engine/arena.ts'
import { finish32, mix32 } from '../../engine/hash.ts'
import { NONE, Table } from '../../engine/table.ts'
import type { Http } from '../../http/http.ts'
import type { AccountTable } from '../../network/account.ts'
import type { Processors, Worker } from '../../network/processor.ts'
import type { CpuProfile } from '../../security/cpu-profile.ts'
import type { ByteStreams, StreamUser } from '../../transport/streams/byte-stream.ts'
import type { FailureReason } from '../../transport/streams/failure.ts'
import type { Upstreams, UpstreamUser } from '../upstreams/upstreams.ts'
import type { ObjectDeskPlan } from './object-desk.ts'
import { BODY_END, OBJECT, type ObjectMessage } from './object-requests.ts'

class CallTable extends Table {
  request!: Int32Array
  bodyBytes!: Float64Array
  userKind!: Int32Array
  user!: Int32Array
  /** What the user knows it by, among its own. */
  step!: Int32Array
  /** Of Upstreams; NONE: over. */
  call!: Int32Array
  stream!: Int32Array
  exchange!: Int32Array
  status!: Int32Array

  constructor(arena: Arena) {
    super(arena, 32)
    this.attach()
  }

  protected layOutColumns(columns: Columns): void {
    this.bodyBytes = columns.float64()
    this.request = columns.int32()
    this.userKind = columns.int32()
    this.user = columns.int32()
    this.step = columns.int32()
    this.call = columns.int32()
    this.stream = columns.int32()
    this.exchange = columns.int32()
    this.status = columns.int32()
  }
}

/** How often each request was made, by its index. */
class CountTable implements ArenaTable {
  counts!: Float64Array

  layOut(columns: Columns): void {
    this.counts = columns.float64()
  }
}

/** About: what heads of answers count for in shares of a connection. */
const RESPONSE_HEAD_BYTES = 100

/** Of the names of connections that one request has for itself, as in HTTP/1.1. */
const CONNECTION = 0x6f626a65

/** A part of the cluster that asks the apiserver about objects. */
export interface ObjectClient {
  /** One of a list, or a change that a watch brings: what the object is like now. */
  onObject(user: number, step: number, object: number, state: number): void
  /** The head of an answer that goes on is there. */
  onBegun(user: number, step: number): void
  /** The answer is there as a whole, and read. */
  onAnswered(user: number, step: number, status: number): void
  onFailed(user: number, step: number, reason: FailureReason): void
}

/** Requests about objects, from whoever in the cluster has something to ask, on the connections of their paths. */
export class ObjectCalls implements UpstreamUser, StreamUser, Worker {
  private readonly table: CallTable
  private readonly counts = new CountTable()
  private readonly streams: ByteStreams
  private readonly processors: Processors
  private readonly http: Http
  private readonly upstreams: Upstreams
  private readonly cpus: readonly CpuProfile[]
  private readonly accounts: AccountTable
  private readonly plan: ObjectDeskPlan
  /** By program: who pays. */
  readonly accountOfProgram: readonly number[]
  private readonly clients: ObjectClient[] = []
  private readonly callKind: number
  private readonly streamKind: number
  private readonly workerKind: number

  /** `cpus` by host. */
  constructor(
    arena: Arena,
    streams: ByteStreams,
    processors: Processors,
    http: Http,
    upstreams: Upstreams,
    cpus: readonly CpuProfile[],
    accounts: AccountTable,
    plan: ObjectDeskPlan,
  ) {
    this.table = new CallTable(arena)
    arena.attach(this.counts, Math.max(1, http.directory.requests.length))
    this.counts.counts.fill(0)
    this.streams = streams
    this.processors = processors
    this.http = http
    this.upstreams = upstreams
    this.cpus = cpus
    this.accounts = accounts
    this.plan = plan
    this.accountOfProgram = plan.programs.map(() => accounts.open())
    this.callKind = upstreams.registerUser(this)
    this.streamKind = streams.registerUser(this)
    this.workerKind = processors.register(this)
  }

  register(client: ObjectClient): number {
    return this.clients.push(client) - 1
  }

  /** Returns what `drop` takes. Nothing is heard of it before. */
  ask(path: number, { request, bodyBytes }: ObjectMessage, userKind: number, user: number, step: number): number {
    const { table, upstreams, counts } = this
    const ordinal = counts.counts[request]++
    const row = table.allocate()
    table.request[row] = request
    table.bodyBytes[row] = bodyBytes
    table.userKind[row] = userKind
    table.user[row] = user
    table.step[row] = step
    table.stream[row] = NONE
    table.exchange[row] = NONE
    table.status[row] = 0
    const call = upstreams.open({
      path,
      isFresh: false,
      userKind: this.callKind,
      user: row,
      nameHigh: finish32(mix32(mix32(CONNECTION, request), ordinal)),
      nameLow: finish32(mix32(mix32(request, CONNECTION), ordinal)),
      waiting: NONE,
      account: this.accountOf(request),
    })
    table.call[row] = call
    upstreams.begin(call)
    return row
  }

  /** Nobody wants to know any more. */
  drop(row: number): void {
    const { table, upstreams, streams } = this
    const call = table.call[row]
    const stream = table.stream[row]
    table.call[row] = NONE
    table.stream[row] = NONE
    table.release(row)
    if (call !== NONE) upstreams.close(call)
    if (stream !== NONE) streams.close(stream)
  }

  // From the connection.

  onUpstream(row: number): void {
    const { table, http, upstreams, streams } = this
    const bodyBytes = table.bodyBytes[row]
    const exchange = upstreams.request(table.call[row], table.request[row], bodyBytes)
    const stream = http.exchanges.stream[exchange]
    table.exchange[row] = exchange
    table.stream[row] = stream
    streams.attach(stream, this.streamKind, row)
    this.carry(row, http.directory.requests[table.request[row]].http1HeadBytes + bodyBytes)
    if (bodyBytes > 0) streams.write(stream, bodyBytes, BODY_END, 0, 0, NONE)
  }

  onNoUpstream(row: number, reason: FailureReason): void {
    this.table.call[row] = NONE
    this.fail(row, reason)
  }

  // From the exchange.

  onOpen(row: number): void {
    const { table, http } = this
    table.status[row] = http.statusOf(table.exchange[row])
    this.carry(row, RESPONSE_HEAD_BYTES)
    if (table.status[row] < 300) this.clientOf(row).onBegun(table.user[row], table.step[row])
  }

  onData(row: number, content: number, offset: number, lengthBytes: number): void {
    const { table } = this
    const { contents } = this.streams
    const generation = table.generation[row]
    this.carry(row, lengthBytes)
    while (table.generation[row] === generation && contents.nextMarkEnd(content) <= offset + lengthBytes) {
      const mark = contents.nextMark(content)
      const kind = contents.marks.kind[mark]
      const value = contents.marks.value[mark]
      const detail = contents.marks.detail[mark]
      contents.takeMark(content)
      if (kind === OBJECT) this.clientOf(row).onObject(table.user[row], table.step[row], value, detail)
    }
  }

  onEnd(row: number): void {
    const { table, processors, streams } = this
    const stream = table.stream[row]
    const host = streams.table.host[stream]
    const activity = streams.table.activity[stream]
    processors.run(
      host,
      this.cpus[host].responseNs,
      0,
      activity,
      this.workerKind,
      row,
      table.generation[row],
      table.status[row],
    )
  }

  onFailure(row: number, reason: FailureReason): void {
    this.table.stream[row] = NONE
    this.fail(row, reason)
  }

  onDrained(): void {}

  // Work that is done: the answer is read.

  isPresent(row: number, generation: number): boolean {
    return this.table.generation[row] === generation
  }

  onWorkDone(row: number, status: number): void {
    const { table } = this
    const client = this.clientOf(row)
    const user = table.user[row]
    const step = table.step[row]
    this.drop(row)
    client.onAnswered(user, step, status)
  }

  private fail(row: number, reason: FailureReason): void {
    const { table } = this
    const client = this.clientOf(row)
    const user = table.user[row]
    const step = table.step[row]
    this.drop(row)
    client.onFailed(user, step, reason)
  }

  /** How often a program asked. */
  requestsOf(program: number): number {
    let sum = 0
    for (const [request, { program: own }] of this.plan.requests)
      if (own === program) sum += this.counts.counts[request]
    return sum
  }

  /** Its share of a connection that others use too is by what it says and hears. */
  private carry(row: number, bytes: number): void {
    this.accounts.carry(this.accountOf(this.table.request[row]), bytes)
  }

  private accountOf(request: number): number {
    return this.accountOfProgram[this.plan.requests.get(request)!.program]
  }

  private clientOf(row: number): ObjectClient {
    return this.clients[this.table.userKind[row]]
  }
}
