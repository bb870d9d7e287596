import type { Arena, ArenaTable, Columns } from '../../engine/arena.ts'
import type { EventKind } from '../../engine/event-kind.ts'
import { finish32, mix32 } from '../../engine/hash.ts'
import { IndexedTable, NONE } from '../../engine/table.ts'
import type { Timeline } from '../../engine/timeline.ts'
import type { Http } from '../../http/http.ts'
import type { Exchange } from '../../http/rows.ts'
import type { AccountTable } from '../../network/account.ts'
import type { Processors, Worker } from '../../network/processor.ts'
import type { Account } from '../../network/rows.ts'
import type { CpuProfile } from '../../security/cpu-profile.ts'
import type { Content, Stream } from '../../transport/rows.ts'
import type { ByteStreams, StreamUser } from '../../transport/streams/byte-stream.ts'
import type { FailureReason } from '../../transport/streams/failure.ts'
import type { Client, UpstreamCall } from '../rows.ts'
import type { Upstreams, UpstreamUser } from '../upstreams/upstreams.ts'
import { BODY_END, OBJECT, type ProgramRequest } from './object-requests.ts'
import type { ObjectStorePlan } from './object-store.ts'

/** A row for each client; rows are never released. */
class ClientTable extends IndexedTable<Client> {
  readonly request = this.int32()
  readonly bodyBytes = this.float64()
  /** The program's own number for the pending request. */
  readonly step = this.int32()
  /** Number of the pending request, so that CPU work for an earlier one is ignored. */
  readonly serial = this.uint32()
  /** The call in Upstreams; NONE if no request is pending. */
  readonly call = this.handle<UpstreamCall>()
  readonly stream = this.handle<Stream>()
  readonly exchange = this.handle<Exchange>()
  readonly status = this.int32()
  /** The host that wrote the last data of the response. */
  readonly author = this.int32()
  /** Tick at which `onWake` is due; -1 for none. */
  readonly dueTick = this.float64()

  constructor(arena: Arena) {
    super(arena, 16)
    this.attach()
  }
}

/** The number of times that each HttpRequest was sent, by its index. */
class CountTable implements ArenaTable {
  counts!: Float64Array

  layOut(columns: Columns): void {
    this.counts = columns.float64()
  }
}

/** Approximate size of a response's head, for the shares of programs in a connection's bytes. */
const RESPONSE_HEAD_BYTES = 100

/** A salt for the names of connections that carry a single request, as in HTTP/1.1 ("obje" in ASCII). */
const CONNECTION = 0x6f626a65

/**
 * The handler of a program. It is called with what the program's clients receive. `client` is the client's index among
 * those that were opened together.
 */
export interface ClientHandler {
  /** Called for each object in a list or event in a watch. It must neither send nor cancel a request of this client. */
  onObject?(client: number, step: number, object: number, state: number): void
  /** Called when the head of a successful response has arrived. */
  onResponseHead?(client: number, step: number): void
  /** Called when a successful response has arrived whole and has been read. */
  onResponse(client: number, step: number): void
  /** Called when there is no response, or one with a status of 300 or more. */
  onFailed(client: number, step: number): void
  /** Called at the tick given to `wakeAt`. */
  onWake?(client: number): void
}

interface OpenClient {
  readonly handler: ClientHandler
  readonly index: number
  readonly host: number
  /** The kind of the events that wake the client. */
  readonly wakeKind: EventKind
}

export interface ProgramClientsParts {
  readonly arena: Arena
  readonly timeline: Timeline
  readonly streams: ByteStreams
  readonly processors: Processors
  readonly http: Http
  readonly upstreams: Upstreams
  /** CPU profiles by host. */
  readonly cpus: readonly CpuProfile[]
  readonly accounts: AccountTable
  readonly plan: ObjectStorePlan
  readonly firstHostTarget: number
}

/**
 * The API clients of the cluster's programs. A client belongs to one program on one host. It has at most one pending
 * request, on a connection of the request's path, and at most one pending wake-up.
 */
export class ProgramClients implements UpstreamUser, StreamUser, Worker {
  private readonly table: ClientTable
  private readonly counts = new CountTable()
  private readonly parts: ProgramClientsParts
  private readonly clients: OpenClient[] = []
  /** Accounts by index of the ProgramPath. */
  readonly accountOfProgram: readonly Account[]
  private readonly callKind: number
  private readonly streamKind: number
  private readonly workerKind: number

  constructor(parts: ProgramClientsParts) {
    const { arena, http, accounts, plan, upstreams, streams, processors } = parts
    this.parts = parts
    this.table = new ClientTable(arena)
    arena.attach(this.counts, Math.max(1, http.directory.requests.length))
    this.counts.counts.fill(0)
    this.accountOfProgram = plan.programs.map(() => accounts.allocate())
    this.callKind = upstreams.registerUser(this)
    this.streamKind = streams.registerUser(this)
    this.workerKind = processors.register(this)
  }

  /**
   * Opens a client on each host and returns the number of the first; the others follow it. `wakeKind` is the kind of the
   * events at which the clients wake: at one tick and host they wake in the order of these kinds, then of clients.
   */
  open(handler: ClientHandler, hosts: readonly number[], wakeKind: EventKind): number {
    const { table, clients } = this
    const first = clients.length
    const { timeline, firstHostTarget } = this.parts
    timeline.handle(wakeKind, firstHostTarget, (_, client) => this.onWake(client))
    hosts.forEach((host, index) => {
      const client = table.allocate()
      table.dueTick[client] = -1
      clients.push({ handler, index, host, wakeKind })
    })
    return first
  }

  /** Cancels the pending request, if any, and sends this one. `step` is passed to the handler. */
  send(client: number, { path, request, bodyBytes }: ProgramRequest, step: number): void {
    this.cancel(client)
    const { table, counts } = this
    const { upstreams } = this.parts
    const ordinal = counts.counts[request]++
    table.request[client] = request
    table.bodyBytes[client] = bodyBytes
    table.step[client] = step
    table.exchange[client] = NONE
    table.status[client] = 0
    const call = upstreams.open({
      path,
      isFresh: false,
      userKind: this.callKind,
      user: client,
      nameHigh: finish32(mix32(mix32(CONNECTION, request), ordinal)),
      nameLow: finish32(mix32(mix32(request, CONNECTION), ordinal)),
      waiting: NONE,
      account: this.accountOf(request),
    })
    table.call[client] = call
    upstreams.begin(call)
  }

  /** Cancels the pending request, if any, without calling the handler. */
  cancel(client: number): void {
    const { table } = this
    const call = table.call[client]
    const stream = table.stream[client]
    table.call[client] = NONE
    table.stream[client] = NONE
    table.serial[client]++
    if (call !== NONE) this.parts.upstreams.close(call)
    if (stream !== NONE) this.parts.streams.close(stream)
  }

  /** Has `onWake` called at `tick`, instead of at any tick set before. */
  wakeAt(client: number, tick: number): void {
    const { timeline, firstHostTarget } = this.parts
    const { host, wakeKind } = this.clients[client]
    this.table.dueTick[client] = tick
    timeline.schedule(tick, firstHostTarget + host, wakeKind, client)
  }

  /** Returns the host that wrote the last data of the client's response. */
  authorOf(client: number): number {
    return this.table.author[client]
  }

  cancelWake(client: number): void {
    this.table.dueTick[client] = -1
  }

  /** Handles an event at which a client wakes; the event's argument is the client. */
  private onWake(client: number): void {
    const { table } = this
    const { timeline } = this.parts
    if (table.dueTick[client] !== timeline.now) return timeline.noteIdleWakeUp()
    table.dueTick[client] = -1
    const { handler, index } = this.clients[client]
    handler.onWake?.(index)
  }

  // Calls from Upstreams.

  onUpstreamReady(client: number): void {
    const { table } = this
    const { http, upstreams, streams } = this.parts
    const bodyBytes = table.bodyBytes[client]
    const exchange = upstreams.request(table.call[client], table.request[client], bodyBytes)
    const stream = http.exchanges.stream[exchange]
    table.exchange[client] = exchange
    table.stream[client] = stream
    streams.attach(stream, this.streamKind, client)
    this.carry(client, http.requestHeads.http1Bytes[table.request[client]] + bodyBytes)
    if (bodyBytes > 0) streams.write(stream, bodyBytes, BODY_END, 0, 0, NONE)
  }

  onUpstreamFailed(client: number, _reason: FailureReason): void {
    this.table.call[client] = NONE
    this.end(client, false)
  }

  // Calls from the stream of the exchange.

  onOpen(client: number): void {
    const { table } = this
    table.status[client] = this.parts.http.statusOf(table.exchange[client])
    this.carry(client, RESPONSE_HEAD_BYTES)
    const { handler, index } = this.clients[client]
    if (table.status[client] < 300) handler.onResponseHead?.(index, table.step[client])
  }

  onData(client: number, content: Content, offset: number, lengthBytes: number): void {
    const { table } = this
    const { contents } = this.parts.streams
    const { handler, index } = this.clients[client]
    table.author[client] = contents.table.author[content]
    this.carry(client, lengthBytes)
    while (contents.nextMarkEnd(content) <= offset + lengthBytes) {
      const mark = contents.nextMark(content)
      const kind = contents.marks.kind[mark]
      const value = contents.marks.value[mark]
      const detail = contents.marks.detail[mark]
      contents.takeMark(content)
      if (kind === OBJECT) handler.onObject?.(index, table.step[client], value, detail)
    }
  }

  onEnd(client: number): void {
    const { table } = this
    const { processors, streams, cpus } = this.parts
    const stream = table.stream[client]
    const host = streams.table.host[stream]
    const activity = streams.table.activity[stream]
    processors.run(host, cpus[host].responseNs, 0, activity, this.workerKind, client, table.serial[client], 0)
  }

  onFailure(client: number, _reason: FailureReason): void {
    this.table.stream[client] = NONE
    this.end(client, false)
  }

  onDrained(): void {}

  // Calls from the processor: the CPU time for reading the response has been spent.

  isPresent(client: number, serial: number): boolean {
    return this.table.serial[client] === serial
  }

  onWorkDone(client: number): void {
    this.end(client, this.table.status[client] < 300)
  }

  private end(client: number, isAnswered: boolean): void {
    const { handler, index } = this.clients[client]
    this.cancel(client)
    const step = this.table.step[client]
    if (isAnswered) handler.onResponse(index, step)
    else handler.onFailed(index, step)
  }

  /** Returns the number of requests that a program has sent; `program` is an index of a ProgramPath. */
  requestCountOf(program: number): number {
    let sum = 0
    for (const [request, { program: own }] of this.parts.plan.requests)
      if (own === program) sum += this.counts.counts[request]
    return sum
  }

  /** Counts bytes towards the program's share of a connection that others use too. */
  private carry(client: number, bytes: number): void {
    this.parts.accounts.addCarriedBytes(this.accountOf(this.table.request[client]), bytes)
  }

  private accountOf(request: number): Account {
    return this.accountOfProgram[this.parts.plan.requests.get(request)!.program]
  }
}
