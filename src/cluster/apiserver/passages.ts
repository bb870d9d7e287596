import type { Arena, Columns } from '../../engine/arena.ts'
import { fateFraction } from '../../engine/streams.ts'
import { NONE, Table } from '../../engine/table.ts'
import type { Http } from '../../http/http.ts'
import { SWITCHING_PROTOCOLS, UNKNOWN_LENGTH } from '../../http/message.ts'
import type { AccountTable } from '../../network/account.ts'
import type { Processors, Worker } from '../../network/processor.ts'
import type { CpuProfile } from '../../security/cpu-profile.ts'
import type { ByteStreams, StreamUser } from '../../transport/streams/byte-stream.ts'
import { derivedName } from '../../transport/streams/derived-name.ts'
import type { FailureReason } from '../../transport/streams/failure.ts'
import type { Upstreams, UpstreamUser } from '../upstreams/upstreams.ts'
import type { Proxied, ProxyEnd } from './proxied.ts'
import type { RefusedUpgrades } from './refused-upgrades.ts'

class PassageTable extends Table {
  request!: Int32Array
  /** Of the user, and to the far end; NONE: not there yet, or over. */
  exchange!: Int32Array
  exchangeGeneration!: Uint32Array
  onward!: Int32Array
  /** Both streams: that of the user's exchange, and of the other. */
  streams!: Int32Array
  /** Of Upstreams; NONE: over. */
  call!: Int32Array
  target!: Int32Array
  end!: Int32Array
  hasHead!: Uint8Array

  constructor(arena: Arena) {
    super(arena, 32)
    this.attach()
  }

  protected layOutColumns(columns: Columns): void {
    this.request = columns.int32()
    this.exchange = columns.int32()
    this.exchangeGeneration = columns.uint32()
    this.onward = columns.int32()
    this.streams = columns.int32(columns.capacity * 2)
    this.call = columns.int32()
    this.target = columns.int32()
    this.end = columns.int32()
    this.hasHead = columns.uint8()
  }
}

/** How often each request has come, by request: several targets take turns. */
class TurnTable extends Table {
  turns!: Float64Array

  constructor(arena: Arena, count: number) {
    super(arena, Math.max(1, count))
    this.attach()
    for (let i = 0; i < count; i++) this.allocate()
  }

  protected layOutColumns(columns: Columns): void {
    this.turns = columns.float64()
  }
}

const USER = 0
const FAR = 1
/** About: what heads count for in shares of a connection. */
const HEADS_BYTES = 300
const ONWARD = 0x6f6e7761

/** Who answers a user in the apiserver's own name. */
export interface Refuser {
  refuse(exchange: number, status: number, message: string): void
}

/**
 * The apiserver's proxy: asks a kubelet, a pod or a node in a user's stead, and passes on what both say. Streams are
 * rows `2 * passage + side`.
 */
export class Passages implements StreamUser, UpstreamUser, Worker {
  /** Hears of each answer that is about to be passed on. */
  onPassingOn: ((exchange: number, status: number) => void) | null = null
  /** Hears of each request that is about to be passed on: its index, as it is asked onward. */
  onBegun: ((request: number) => void) | null = null
  /** May say which of a target's ends it is to be, by its place among them; -1: whichever. */
  onChoosing: ((exchange: number, ends: readonly ProxyEnd[]) => number) | null = null
  private readonly table: PassageTable
  private readonly turns: TurnTable
  private readonly streams: ByteStreams
  private readonly processors: Processors
  private readonly http: Http
  private readonly upstreams: Upstreams
  private readonly accounts: AccountTable
  private readonly payers: ReadonlyMap<number, number>
  private readonly cpus: readonly CpuProfile[]
  private readonly proxied: ReadonlyMap<number, Proxied>
  private readonly refuser: Refuser
  private readonly refusedUpgrades: RefusedUpgrades
  private readonly userKind: number
  private readonly callKind: number
  private readonly workerKind: number

  /** `payers`: who pays, by the request that goes on; `proxied` by the user's. */
  constructor(
    arena: Arena,
    streams: ByteStreams,
    processors: Processors,
    http: Http,
    upstreams: Upstreams,
    accounts: AccountTable,
    payers: ReadonlyMap<number, number>,
    cpus: readonly CpuProfile[],
    proxied: ReadonlyMap<number, Proxied>,
    refuser: Refuser,
    refusedUpgrades: RefusedUpgrades,
  ) {
    this.table = new PassageTable(arena)
    this.turns = new TurnTable(arena, http.directory.requests.length)
    this.streams = streams
    this.processors = processors
    this.http = http
    this.upstreams = upstreams
    this.accounts = accounts
    this.payers = payers
    this.cpus = cpus
    this.proxied = proxied
    this.refuser = refuser
    this.refusedUpgrades = refusedUpgrades
    this.userKind = streams.registerUser(this)
    this.callKind = upstreams.registerUser(this)
    this.workerKind = processors.register(this)
  }

  /** A request that may be passed on. */
  begin(exchange: number): void {
    const { table, http, streams } = this
    const request = http.exchanges.request[exchange]
    const stream = http.exchanges.stream[exchange]
    const passage = table.allocate()
    table.request[passage] = request
    table.exchange[passage] = exchange
    table.exchangeGeneration[passage] = http.exchanges.generation[exchange]
    table.onward[passage] = NONE
    table.streams[2 * passage + USER] = NONE
    table.streams[2 * passage + FAR] = NONE
    table.hasHead[passage] = 0
    this.choose(passage, stream)
    this.onBegun?.(this.endOf(passage).request)
    const { isUpgrade } = this.proxiedOf(passage)
    const call = this.upstreams.open({
      path: this.endOf(passage).path,
      isFresh: isUpgrade,
      userKind: this.callKind,
      user: passage,
      nameHigh: derivedName(streams.table.nameHigh[stream], ONWARD),
      nameLow: derivedName(streams.table.nameLow[stream], ONWARD),
      waiting: streams.table.activity[stream],
      account: this.payerOf(passage),
    })
    table.call[passage] = call
    this.upstreams.begin(call)
  }

  // From the connection onward.

  onUpstream(passage: number): void {
    const { table, http, upstreams } = this
    if (!this.isAsked(passage)) return this.end(passage)
    const { isUpgrade, requestBodyBytes } = this.proxiedOf(passage)
    const bodyBytes = isUpgrade ? UNKNOWN_LENGTH : requestBodyBytes
    const onward = upstreams.request(table.call[passage], this.endOf(passage).request, bodyBytes)
    const exchange = table.exchange[passage]
    this.carry(passage, HEADS_BYTES)
    table.onward[passage] = onward
    this.attach(passage, FAR, http.exchanges.stream[onward])
    this.attach(passage, USER, http.exchanges.stream[exchange])
    http.resume(exchange)
  }

  onNoUpstream(passage: number, reason: FailureReason): void {
    this.table.call[passage] = NONE
    this.fail(passage, reason)
  }

  // From both streams.

  onOpen(row: number): void {
    const { table, processors, streams } = this
    if (row % 2 === USER) return
    const passage = row >> 1
    const stream = table.streams[row]
    streams.setPaused(stream, true)
    const host = streams.table.host[stream]
    const { responseNs } = this.cpus[host]
    const activity = streams.table.activity[stream]
    processors.run(host, responseNs, 0, activity, this.workerKind, passage, table.generation[passage], 0)
  }

  onData(row: number, content: number, offset: number, lengthBytes: number): void {
    const { table, streams } = this
    const other = table.streams[row ^ 1]
    if (other === NONE) return
    this.carry(row >> 1, lengthBytes)
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
    const passage = row >> 1
    const generation = table.generation[passage]
    if (other !== NONE) streams.finish(other)
    if (table.generation[passage] !== generation) return
    const isRaw = this.http.exchanges.isRaw[table.exchange[passage]] === 1
    const hasFinished = streams.table.hasFinished[table.streams[row]] === 1
    if (isRaw ? !hasFinished : row % 2 === USER) return
    if (!isRaw && this.proxiedOf(passage).isUpgrade) this.leave(passage)
    this.end(passage)
  }

  onFailure(row: number, reason: FailureReason): void {
    const { table } = this
    const passage = row >> 1
    table.streams[row] = NONE
    if (row % 2 === FAR) this.fail(passage, reason)
    else this.end(passage)
  }

  // Work that is done: the head of the answer is read.

  isPresent(passage: number, generation: number): boolean {
    return this.table.generation[passage] === generation
  }

  onWorkDone(passage: number): void {
    const { table, http, streams } = this
    const far = table.streams[2 * passage + FAR]
    if (far === NONE || table.streams[2 * passage + USER] === NONE) return
    const { passedOn, passedOnBodyBytes } = this.proxiedOf(passage)
    const exchange = table.exchange[passage]
    const response = http.exchanges.response[table.onward[passage]]
    const isAccepted = response === this.endOf(passage).accepted
    const isSwitch = http.directory.responses[response].status === SWITCHING_PROTOCOLS
    const bodyBytes = isAccepted && !isSwitch ? passedOnBodyBytes : UNKNOWN_LENGTH
    const generation = table.generation[passage]
    table.hasHead[passage] = 1
    this.onPassingOn?.(exchange, http.directory.responses[response].status)
    // A refusal is passed on as it is, and so is what follows a switch (UpgradeAwareHandler).
    http.respond(exchange, isAccepted && !isSwitch ? passedOn : response, bodyBytes)
    if (bodyBytes === UNKNOWN_LENGTH && table.generation[passage] === generation) http.flush(exchange)
    if (table.generation[passage] === generation) streams.setPaused(far, false)
  }

  /** An upgrade was refused: what becomes of the connections is not for the passage to say. */
  private leave(passage: number): void {
    const { table } = this
    const isTaken = this.refusedUpgrades.take(table.exchange[passage], table.call[passage])
    if (isTaken) table.call[passage] = NONE
  }

  /** The far end cannot be reached, or broke off. */
  private fail(passage: number, reason: FailureReason): void {
    const { table, http, streams } = this
    const exchange = table.exchange[passage]
    const isAsked = this.isAsked(passage)
    const hasHead = table.hasHead[passage] === 1
    const { unreachable } = this.proxiedOf(passage)
    const user = table.streams[2 * passage + USER]
    table.streams[2 * passage + USER] = NONE
    this.end(passage)
    if (!isAsked) return
    if (hasHead) return streams.abort(http.exchanges.stream[exchange])
    if (user !== NONE) streams.table.userKind[user] = NONE
    const words = unreachable === 503 ? 'error trying to reach service: ' : 'error dialing backend: '
    this.refuser.refuse(exchange, unreachable, `${words}${reason}`)
  }

  /** Closes what is open of it. */
  private end(passage: number): void {
    const { table, streams, upstreams } = this
    const call = table.call[passage]
    const [user, far] = [table.streams[2 * passage + USER], table.streams[2 * passage + FAR]]
    table.release(passage)
    if (call !== NONE) upstreams.close(call)
    if (far !== NONE) streams.close(far)
    if (user !== NONE) streams.close(user)
  }

  /** Its share of a connection that others use too is by what it says and hears. */
  private carry(passage: number, bytes: number): void {
    const call = this.table.call[passage]
    if (call !== NONE && this.upstreams.isShared(call)) this.accounts.carry(this.payerOf(passage), bytes)
  }

  private payerOf(passage: number): number {
    return this.payers.get(this.endOf(passage).request)!
  }

  private attach(passage: number, side: number, stream: number): void {
    this.table.streams[2 * passage + side] = stream
    this.streams.attach(stream, this.userKind, 2 * passage + side)
  }

  /** The user is still there. */
  private isAsked(passage: number): boolean {
    const { table, http } = this
    return http.exchanges.generation[table.exchange[passage]] === table.exchangeGeneration[passage]
  }

  private proxiedOf(passage: number): Proxied {
    return this.proxied.get(this.table.request[passage])!
  }

  private endOf(passage: number): ProxyEnd {
    const { table } = this
    return this.proxiedOf(passage).targets[table.target[passage]].ends[table.end[passage]]
  }

  /** The next target in turn, and of its ends one at random, by the name of the request. */
  private choose(passage: number, stream: number): void {
    const { table, turns, streams } = this
    const { targets, choiceHigh, choiceLow } = this.proxiedOf(passage)
    const request = table.request[passage]
    const target = turns.turns[request] % targets.length
    turns.turns[request]++
    const { ends } = targets[target]
    const wanted = this.onChoosing?.(table.exchange[passage], ends) ?? -1
    const high = streams.table.nameHigh[stream]
    const low = streams.table.nameLow[stream]
    const chance = fateFraction(choiceHigh, choiceLow, high, low, 0, 0)
    table.target[passage] = target
    table.end[passage] = wanted >= 0 ? wanted : Math.floor(chance * ends.length)
  }
}
