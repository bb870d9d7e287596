import type { Arena } from '../../engine/arena.ts'
import { fateFraction } from '../../engine/streams.ts'
import { IndexedTable, NONE, Table } from '../../engine/table.ts'
import type { Http } from '../../http/http.ts'
import { SWITCHING_PROTOCOLS, UNKNOWN_LENGTH } from '../../http/message.ts'
import type { Exchange } from '../../http/rows.ts'
import type { AccountTable } from '../../network/account.ts'
import type { Processors, Worker } from '../../network/processor.ts'
import type { Account } from '../../network/rows.ts'
import type { CpuProfile } from '../../security/cpu-profile.ts'
import type { Content, Stream } from '../../transport/rows.ts'
import type { ByteStreams, StreamUser } from '../../transport/streams/byte-stream.ts'
import { derivedName } from '../../transport/streams/derived-name.ts'
import type { FailureReason } from '../../transport/streams/failure.ts'
import type { ProxiedRequest, Turn, UpstreamCall } from '../rows.ts'
import type { Upstreams, UpstreamUser } from '../upstreams/upstreams.ts'
import type { ProxiedRequestPlan, ProxyEndpoint } from './proxied-request-plan.ts'
import type { RefusedUpgrades } from './refused-upgrades.ts'

class ProxiedRequestTable extends Table<ProxiedRequest> {
  readonly request = this.int32()
  /** Of the user, and to the far end; NONE: not there yet, or over. */
  readonly exchange = this.handle<Exchange>()
  readonly exchangeGeneration = this.uint32()
  readonly onward = this.handle<Exchange>()
  /** Both streams: that of the user's exchange, and of the other. */
  readonly streams = this.handle<Stream>(2)
  /** Of Upstreams; NONE: over. */
  readonly call = this.handle<UpstreamCall>()
  readonly target = this.int32()
  readonly end = this.int32()
  readonly hasHead = this.uint8()

  constructor(arena: Arena) {
    super(arena, 32)
    this.attach()
  }
}

/** How often each request has come, by request: several targets take turns. */
class TurnTable extends IndexedTable<Turn> {
  readonly turns = this.float64()

  constructor(arena: Arena, count: number) {
    super(arena, Math.max(1, count))
    this.attach()
    for (let i = 0; i < count; i++) this.allocate()
  }
}

const USER = 0
const FAR = 1
/** About: what heads count for in shares of a connection. */
const HEADS_BYTES = 300
const ONWARD = 0x6f6e7761

/** Responds to a user with an error of the apiserver. */
export interface Refuser {
  refuse(exchange: Exchange, status: number, message: string): void
}

export interface ProxiedRequestsParts {
  readonly arena: Arena
  readonly streams: ByteStreams
  readonly processors: Processors
  readonly http: Http
  readonly upstreams: Upstreams
  readonly accounts: AccountTable
  /** Accounts by the request to the far end. */
  readonly payers: ReadonlyMap<number, Account>
  readonly cpus: readonly CpuProfile[]
  /** By the user's request. */
  readonly plans: ReadonlyMap<number, ProxiedRequestPlan>
  readonly refuser: Refuser
  readonly refusedUpgrades: RefusedUpgrades
}

/**
 * The apiserver's proxy: sends a user's request on to a kubelet, a pod or a node, and forwards what both send. Streams are
 * rows `proxied + side`.
 */
export class ProxiedRequests implements StreamUser, UpstreamUser, Worker {
  /** Called before each response is forwarded to the user. */
  onPassingOn: ((exchange: Exchange, status: number) => void) | null = null
  /** Called before each request is sent on, with the index of the request to the far end. */
  onBegun: ((request: number) => void) | null = null
  /** Chooses one of a target's ends by its place among them; -1: leaves the choice to the proxy. */
  onChoosing: ((exchange: Exchange, ends: readonly ProxyEndpoint[]) => number) | null = null
  private readonly table: ProxiedRequestTable
  private readonly turns: TurnTable
  private readonly streams: ByteStreams
  private readonly processors: Processors
  private readonly http: Http
  private readonly upstreams: Upstreams
  private readonly accounts: AccountTable
  private readonly payers: ReadonlyMap<number, Account>
  private readonly cpus: readonly CpuProfile[]
  private readonly plans: ReadonlyMap<number, ProxiedRequestPlan>
  private readonly refuser: Refuser
  private readonly refusedUpgrades: RefusedUpgrades
  private readonly userKind: number
  private readonly callKind: number
  private readonly workerKind: number

  constructor({
    arena,
    streams,
    processors,
    http,
    upstreams,
    accounts,
    payers,
    cpus,
    plans,
    refuser,
    refusedUpgrades,
  }: ProxiedRequestsParts) {
    this.table = new ProxiedRequestTable(arena)
    this.turns = new TurnTable(arena, http.directory.requests.length)
    this.streams = streams
    this.processors = processors
    this.http = http
    this.upstreams = upstreams
    this.accounts = accounts
    this.payers = payers
    this.cpus = cpus
    this.plans = plans
    this.refuser = refuser
    this.refusedUpgrades = refusedUpgrades
    this.userKind = streams.registerUser(this)
    this.callKind = upstreams.registerUser(this)
    this.workerKind = processors.register(this)
  }

  /** A request that may be passed on. */
  begin(exchange: Exchange): void {
    const { table, http, streams } = this
    const request = http.exchanges.request[exchange]
    const stream = http.exchanges.stream[exchange]
    const proxied = table.allocate()
    table.request[proxied] = request
    table.exchange[proxied] = exchange
    table.exchangeGeneration[proxied] = http.exchanges.generation[exchange]
    table.streams[proxied + USER] = NONE
    table.streams[proxied + FAR] = NONE
    this.choose(proxied, stream)
    this.onBegun?.(this.endOf(proxied).request)
    const { isUpgrade } = this.planOf(proxied)
    const call = this.upstreams.open({
      path: this.endOf(proxied).path,
      isFresh: isUpgrade,
      userKind: this.callKind,
      user: proxied,
      nameHigh: derivedName(streams.table.nameHigh[stream], ONWARD),
      nameLow: derivedName(streams.table.nameLow[stream], ONWARD),
      waiting: streams.table.activity[stream],
      account: this.payerOf(proxied),
    })
    table.call[proxied] = call
    this.upstreams.begin(call)
  }

  // From the connection onward.

  onUpstreamReady(proxied: ProxiedRequest): void {
    const { table, http, upstreams } = this
    if (!this.isAsked(proxied)) return this.end(proxied)
    const { isUpgrade, requestBodyBytes } = this.planOf(proxied)
    const bodyBytes = isUpgrade ? UNKNOWN_LENGTH : requestBodyBytes
    const onward = upstreams.request(table.call[proxied], this.endOf(proxied).request, bodyBytes)
    const exchange = table.exchange[proxied]
    this.carry(proxied, HEADS_BYTES)
    table.onward[proxied] = onward
    this.attach(proxied, FAR, http.exchanges.stream[onward])
    this.attach(proxied, USER, http.exchanges.stream[exchange])
    http.resume(exchange)
  }

  onUpstreamFailed(proxied: ProxiedRequest, reason: FailureReason): void {
    this.table.call[proxied] = NONE
    this.fail(proxied, reason)
  }

  // From both streams.

  onOpen(row: number): void {
    const { table, processors, streams } = this
    if (row % 2 === USER) return
    const proxied = this.table.rowAt(row & ~1)
    const stream = table.streams[row]
    streams.setPaused(stream, true)
    const host = streams.table.host[stream]
    const { responseNs } = this.cpus[host]
    const activity = streams.table.activity[stream]
    processors.run(host, responseNs, 0, activity, this.workerKind, proxied, table.generation[proxied], 0)
  }

  onData(row: number, content: Content, offset: number, lengthBytes: number): void {
    const { table, streams } = this
    const other = table.streams[row ^ 1]
    if (other === NONE) return
    this.carry(this.table.rowAt(row & ~1), lengthBytes)
    streams.forward(other, content, offset, lengthBytes)
    if (table.streams[row ^ 1] !== other || streams.hasRoom(other)) return
    streams.setPaused(table.streams[row], true)
  }

  onDrained(row: number): void {
    const other = this.table.streams[row ^ 1]
    if (other !== NONE) this.streams.setPaused(other, false)
  }

  /** A request has an end before its answer; of an upgraded connection either end may be the first. */
  onEnd(row: number): void {
    const { table, streams } = this
    const other = table.streams[row ^ 1]
    const proxied = this.table.rowAt(row & ~1)
    const generation = table.generation[proxied]
    if (other !== NONE) streams.finish(other)
    if (table.generation[proxied] !== generation) return
    const isRaw = this.http.exchanges.isRaw[table.exchange[proxied]] === 1
    const hasFinished = streams.table.hasFinished[table.streams[row]] === 1
    if (isRaw ? !hasFinished : row % 2 === USER) return
    if (!isRaw && this.planOf(proxied).isUpgrade) this.leave(proxied)
    this.end(proxied)
  }

  onFailure(row: number, reason: FailureReason): void {
    const { table } = this
    const proxied = this.table.rowAt(row & ~1)
    table.streams[row] = NONE
    if (row % 2 === FAR) this.fail(proxied, reason)
    else this.end(proxied)
  }

  // Work that is done: the head of the answer is read.

  isPresent(proxied: ProxiedRequest, generation: number): boolean {
    return this.table.generation[proxied] === generation
  }

  onWorkDone(proxied: ProxiedRequest): void {
    const { table, http, streams } = this
    const far = table.streams[proxied + FAR]
    if (far === NONE || table.streams[proxied + USER] === NONE) return
    const { passedOn, passedOnBodyBytes } = this.planOf(proxied)
    const exchange = table.exchange[proxied]
    const response = http.exchanges.response[table.onward[proxied]]
    const isAccepted = response === this.endOf(proxied).accepted
    const isSwitch = http.directory.responses[response].status === SWITCHING_PROTOCOLS
    const bodyBytes = isAccepted && !isSwitch ? passedOnBodyBytes : UNKNOWN_LENGTH
    const generation = table.generation[proxied]
    table.hasHead[proxied] = 1
    this.onPassingOn?.(exchange, http.directory.responses[response].status)
    // A refusal is passed on as it is, and so is what follows a switch (UpgradeAwareHandler).
    http.respond(exchange, isAccepted && !isSwitch ? passedOn : response, bodyBytes)
    if (bodyBytes === UNKNOWN_LENGTH && table.generation[proxied] === generation) http.flush(exchange)
    if (table.generation[proxied] === generation) streams.setPaused(far, false)
  }

  /** An upgrade was refused: RefusedUpgrades decides what becomes of the connections. */
  private leave(proxied: ProxiedRequest): void {
    const { table } = this
    const isTaken = this.refusedUpgrades.take(table.exchange[proxied], table.call[proxied])
    if (isTaken) table.call[proxied] = NONE
  }

  /** The far end cannot be reached, or broke off. */
  private fail(proxied: ProxiedRequest, reason: FailureReason): void {
    const { table, http, streams } = this
    const exchange = table.exchange[proxied]
    const isAsked = this.isAsked(proxied)
    const hasHead = table.hasHead[proxied] === 1
    const { unreachable } = this.planOf(proxied)
    const user = table.streams[proxied + USER]
    table.streams[proxied + USER] = NONE
    this.end(proxied)
    if (!isAsked) return
    if (hasHead) return streams.abort(http.exchanges.stream[exchange])
    if (user !== NONE) streams.table.userKind[user] = NONE
    const words = unreachable === 503 ? 'error trying to reach service: ' : 'error dialing backend: '
    this.refuser.refuse(exchange, unreachable, `${words}${reason}`)
  }

  /** Closes what is open of it. */
  private end(proxied: ProxiedRequest): void {
    const { table, streams, upstreams } = this
    const call = table.call[proxied]
    const [user, far] = [table.streams[proxied + USER], table.streams[proxied + FAR]]
    table.release(proxied)
    if (call !== NONE) upstreams.close(call)
    if (far !== NONE) streams.close(far)
    if (user !== NONE) streams.close(this.streams.table.rowAt(user))
  }

  /** Counts towards its share of a connection that others use too. */
  private carry(proxied: ProxiedRequest, bytes: number): void {
    const call = this.table.call[proxied]
    if (call !== NONE && this.upstreams.isShared(call)) this.accounts.carry(this.payerOf(proxied), bytes)
  }

  private payerOf(proxied: ProxiedRequest): Account {
    return this.payers.get(this.endOf(proxied).request)!
  }

  private attach(proxied: ProxiedRequest, side: number, stream: Stream): void {
    this.table.streams[proxied + side] = stream
    this.streams.attach(stream, this.userKind, proxied + side)
  }

  /** Whether the user still waits. */
  private isAsked(proxied: ProxiedRequest): boolean {
    const { table, http } = this
    return http.exchanges.generation[table.exchange[proxied]] === table.exchangeGeneration[proxied]
  }

  private planOf(proxied: ProxiedRequest): ProxiedRequestPlan {
    return this.plans.get(this.table.request[proxied])!
  }

  private endOf(proxied: ProxiedRequest): ProxyEndpoint {
    const { table } = this
    return this.planOf(proxied).targets[table.target[proxied]].ends[table.end[proxied]]
  }

  /** The next target in turn, and of its ends one at random, by the name of the request. */
  private choose(proxied: ProxiedRequest, stream: Stream): void {
    const { table, turns, streams } = this
    const { targets, choiceHigh, choiceLow } = this.planOf(proxied)
    const request = table.request[proxied]
    const target = turns.turns[request] % targets.length
    turns.turns[request]++
    const { ends } = targets[target]
    const wanted = this.onChoosing?.(table.exchange[proxied], ends) ?? -1
    const high = streams.table.nameHigh[stream]
    const low = streams.table.nameLow[stream]
    const chance = fateFraction(choiceHigh, choiceLow, high, low, 0, 0)
    table.target[proxied] = target
    table.end[proxied] = wanted >= 0 ? wanted : Math.floor(chance * ends.length)
  }
}
