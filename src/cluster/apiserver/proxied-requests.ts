import type { Arena } from '../../engine/arena.ts'
import { drawFraction } from '../../engine/streams.ts'
import { IndexedTable, NONE, Table } from '../../engine/table.ts'
import type { Timeline } from '../../engine/timeline.ts'
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
import { CHUNK, KEY } from '../../workload/messages.ts'
import { proxyErrorCode } from '../../workload/proxy-error.ts'
import { failureOfStatus } from '../../workload/refusal.ts'
import { forEachPiece } from '../../workload/streaming/data-in-frames.ts'
import type { StreamSessions } from '../../workload/streaming/stream-sessions.ts'
import type { ProxiedRequest, Turn, UpstreamCall } from '../rows.ts'
import type { Upstreams, UpstreamUser } from '../upstreams/upstreams.ts'
import type { ProxiedRequestPlan, ProxyEndpoint } from './proxied-request-plan.ts'
import type { ProxyObserver } from './proxy-observer.ts'
import type { RefusedUpgrades } from './refused-upgrades.ts'

class ProxiedRequestTable extends Table<ProxiedRequest> {
  readonly request = this.int32()
  /** The user's exchange, followed by the exchange with the far end; NONE before it begins and after it ends. */
  readonly exchange = this.handle<Exchange>()
  readonly exchangeGeneration = this.uint32()
  readonly onward = this.handle<Exchange>()
  /** The streams of both exchanges, or of their sessions: the user's, then the far end's. */
  readonly streams = this.handle<Stream>(2)
  /** The call in Upstreams; NONE after it has ended. */
  readonly call = this.handle<UpstreamCall>()
  readonly target = this.int32()
  readonly end = this.int32()
  readonly hasHead = this.int32()
  /**
   * The status of the far end's response, once its head is read. The next field is the observer's number of the
   * request.
   */
  readonly status = this.int32()
  readonly observed = this.int32(NONE)

  constructor(arena: Arena) {
    super(arena, 32)
    this.attach()
  }
}

/** The number of times that each HttpRequest was proxied. It selects the next of the request's targets, round-robin. */
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
/** Approximate size of the heads of request and response, counted towards the use of a shared connection. */
const HEADS_BYTES = 300
/** The status of a translated session that could not begin (streamtranslator.go, NewInternalError). */
const TRANSLATION_FAILED = 500
/** The lowest status of an unsuccessful response. */
const FIRST_FAILURE = 400
/** Derives the name of the connection to the far end from that of the user's stream. */
const ONWARD = 0x6f6e7761

export interface ProxiedRequestsParts {
  readonly arena: Arena
  readonly timeline: Timeline
  readonly streams: ByteStreams
  readonly processors: Processors
  readonly http: Http
  readonly sessions: StreamSessions
  readonly upstreams: Upstreams
  readonly accounts: AccountTable
  /** The accounts that pay for requests to the far end, by index of that HttpRequest. */
  readonly payers: ReadonlyMap<number, Account>
  readonly cpus: readonly CpuProfile[]
  /** The plan of each proxied request, by index of the user's HttpRequest. */
  readonly plans: ReadonlyMap<number, ProxiedRequestPlan>
  readonly refusedUpgrades: RefusedUpgrades
  /** Responds to the user with an error. */
  readonly refuse: (exchange: Exchange, status: number, message: string, code: number) => void
  /** Called when an accepted session ends with an error instead. Returns the length of that error. */
  readonly noteRefused: (exchange: Exchange, status: number, message: string, code: number) => number
}

/**
 * The proxy of the API server: forwards a user's request to a kubelet, a pod or a node, and relays data in both
 * directions. Users of the streams are numbered `proxied + side`.
 */
export class ProxiedRequests implements StreamUser, UpstreamUser, Worker {
  /** Called before each response is forwarded to the user. */
  onForwarding: ((exchange: Exchange, status: number) => void) | null = null
  observer: ProxyObserver | null = null
  /** Chooses one of a target's endpoints by its index; -1: leaves the choice to the proxy. */
  chooseEndpoint: ((exchange: Exchange, endpoints: readonly ProxyEndpoint[]) => number) | null = null
  private readonly table: ProxiedRequestTable
  private readonly turns: TurnTable
  private readonly parts: ProxiedRequestsParts
  private readonly streams: ByteStreams
  private readonly http: Http
  private readonly upstreams: Upstreams
  private readonly userKind: number
  private readonly callKind: number
  private readonly workerKind: number

  constructor(parts: ProxiedRequestsParts) {
    const { arena, streams, processors, http, upstreams } = parts
    this.table = new ProxiedRequestTable(arena)
    this.turns = new TurnTable(arena, http.directory.requests.length)
    this.parts = parts
    this.streams = streams
    this.http = http
    this.upstreams = upstreams
    this.userKind = streams.registerUser(this)
    this.callKind = upstreams.registerUser(this)
    this.workerKind = processors.register(this)
  }

  /** Begins to proxy a request that is allowed. */
  begin(exchange: Exchange): void {
    const { table, http, streams, upstreams } = this
    const stream = http.exchanges.stream[exchange]
    const proxied = table.allocate()
    table.request[proxied] = http.exchanges.request[exchange]
    table.exchange[proxied] = exchange
    table.exchangeGeneration[proxied] = http.exchanges.generation[exchange]
    table.streams[proxied + USER] = NONE
    table.streams[proxied + FAR] = NONE
    this.choose(proxied, stream)
    const { path, request } = this.endpointOf(proxied)
    const observed = this.observer?.onSending(request) ?? NONE
    table.observed[proxied] = observed
    if (this.endpointOf(proxied).upgrade === 'translated') this.acceptUpgrade(proxied)
    const call = upstreams.open({
      path,
      isFresh: this.planOf(proxied).isUpgrade,
      userKind: this.callKind,
      user: proxied,
      nameHigh: derivedName(streams.table.nameHigh[stream], ONWARD),
      nameLow: derivedName(streams.table.nameLow[stream], ONWARD),
      waiting: streams.table.activity[stream],
      account: this.payerOf(proxied),
    })
    table.call[proxied] = call
    upstreams.begin(call)
  }

  // Called by Upstreams.

  onUpstreamReady(proxied: ProxiedRequest): void {
    const { table, http, upstreams } = this
    if (!this.isAwaited(proxied)) return this.withdraw(proxied)
    const { isUpgrade, requestBodyBytes } = this.planOf(proxied)
    const bodyBytes = isUpgrade ? UNKNOWN_LENGTH : requestBodyBytes
    const onward = upstreams.request(table.call[proxied], this.endpointOf(proxied).request, bodyBytes)
    const exchange = table.exchange[proxied]
    this.charge(proxied, HEADS_BYTES)
    table.onward[proxied] = onward
    this.attach(proxied, FAR, http.exchanges.stream[onward])
    if (table.streams[proxied + USER] !== NONE) return
    this.attach(proxied, USER, http.exchanges.stream[exchange])
    http.resume(exchange)
  }

  onUpstreamFailed(proxied: ProxiedRequest, reason: FailureReason): void {
    this.table.call[proxied] = NONE
    this.fail(proxied, reason)
  }

  // Called by both streams.

  /**
   * Called when the head of the response has arrived. Reading it takes CPU time; `onWorkDone` is called afterwards. Also
   * called when the streams of a session are open.
   */
  onOpen(row: number): void {
    const { table, streams, http } = this
    const { processors, cpus } = this.parts
    if (row % 2 === USER) return
    const proxied = this.table.rowAt(row & ~1)
    const stream = table.streams[row]
    if (stream !== http.exchanges.stream[table.onward[proxied]])
      return streams.setPaused(table.streams[proxied + USER], false)
    streams.setPaused(stream, true)
    const host = streams.table.host[stream]
    const { responseNs } = cpus[host]
    const activity = streams.table.activity[stream]
    processors.run(host, responseNs, 0, activity, this.workerKind, proxied, table.generation[proxied], 0)
  }

  onData(row: number, content: Content, offset: number, lengthBytes: number): void {
    const { table, streams } = this
    if (table.streams[row ^ 1] === NONE) return
    const proxied = table.rowAt(row & ~1)
    this.charge(proxied, lengthBytes)
    this.reportPieces(table.observed[proxied], content, offset, lengthBytes)
    streams.forwardFrom(table.streams[row], table.streams[row ^ 1], content, offset, lengthBytes)
  }

  onDrained(row: number): void {
    const other = this.table.streams[row ^ 1]
    if (other !== NONE) this.streams.setPaused(other, false)
  }

  /**
   * Called when one side has sent all its data. A request ends before its response; of an upgraded connection either
   * side may finish first.
   */
  onEnd(row: number): void {
    const { table, streams } = this
    const other = table.streams[row ^ 1]
    const proxied = this.table.rowAt(row & ~1)
    const generation = table.generation[proxied]
    if (other !== NONE) streams.finish(other)
    // A body that ends short of its announced length breaks off the other connection, which ends the row.
    if (table.generation[proxied] !== generation) return
    const isOver = row % 2 === FAR && this.endpointOf(proxied).upgrade === 'translated'
    const isRaw = this.http.exchanges.isRaw[table.exchange[proxied]] === 1 && !isOver
    const hasFinished = streams.table.hasFinished[table.streams[row]] === 1
    if (isRaw ? !hasFinished : row % 2 === USER) return
    if (!isRaw && !isOver && this.planOf(proxied).isUpgrade) this.handOver(proxied)
    const status = table.status[proxied]
    this.report(proxied, status < FIRST_FAILURE ? null : failureOfStatus(status), false)
    this.end(proxied)
  }

  onFailure(row: number, reason: FailureReason): void {
    const { table } = this
    const proxied = this.table.rowAt(row & ~1)
    table.streams[row] = NONE
    if (row % 2 === FAR) return this.fail(proxied, reason)
    // A user who closes the connection of a session has ended it.
    const isWithdrawn = this.endpointOf(proxied).upgrade === 'copied' || reason !== 'unexpected end'
    this.report(proxied, null, isWithdrawn)
    this.end(proxied)
  }

  // Called when work is done: the head of the response is read.

  isPresent(proxied: ProxiedRequest, generation: number): boolean {
    return this.table.generation[proxied] === generation
  }

  onWorkDone(proxied: ProxiedRequest): void {
    const { table, http, streams } = this
    const far = table.streams[proxied + FAR]
    if (far === NONE || table.streams[proxied + USER] === NONE) return
    const { forwardedResponse, forwardedBodyBytes } = this.planOf(proxied)
    const { upgrade, accepted } = this.endpointOf(proxied)
    const exchange = table.exchange[proxied]
    const response = http.exchanges.response[table.onward[proxied]]
    const { status } = http.directory.responses[response]
    const hasSwitched = status === SWITCHING_PROTOCOLS
    if (upgrade === 'translated') return hasSwitched ? this.beginSession(proxied) : this.failUpgrade(proxied, status)
    const isTunnelled = hasSwitched && upgrade === 'tunnelled'
    // A refusal is forwarded unchanged, and so are the data after a switch of protocols (UpgradeAwareHandler).
    const isPlanned = isTunnelled || (response === accepted && !hasSwitched)
    const bodyBytes = isPlanned ? forwardedBodyBytes : UNKNOWN_LENGTH
    table.hasHead[proxied] = 1
    table.status[proxied] = status
    this.onForwarding?.(exchange, status)
    http.respond(exchange, isPlanned ? forwardedResponse : response, bodyBytes)
    if (bodyBytes === UNKNOWN_LENGTH) http.flush(exchange)
    if (isTunnelled) this.attach(proxied, USER, this.openForUser(proxied, true))
    streams.setPaused(far, false)
  }

  // Upgrades with the API server as an end.

  /** Switches to the user's protocol before the far end is dialled. Data from the user wait. */
  private acceptUpgrade(proxied: ProxiedRequest): void {
    const { table, http, streams } = this
    const exchange = table.exchange[proxied]
    http.respond(exchange, this.planOf(proxied).forwardedResponse, UNKNOWN_LENGTH)
    http.flush(exchange)
    table.hasHead[proxied] = 1
    const stream = this.openForUser(proxied, false)
    this.attach(proxied, USER, stream)
    streams.setPaused(stream, true)
    this.parts.sessions.begin(stream)
  }

  /** Opens the API server's end of the user's session, or of the tunnel in it, and returns its stream. */
  private openForUser(proxied: ProxiedRequest, isTunnel: boolean): Stream {
    const { sessions } = this.parts
    const { exchanges } = this.http
    const exchange = this.table.exchange[proxied]
    const [stream, request] = [exchanges.stream[exchange], exchanges.request[exchange]]
    return isTunnel ? sessions.openTunnel(stream, request, false) : sessions.open(stream, request, false)
  }

  /** Begins the session with the far end. The user's data follow when its streams are open. */
  private beginSession(proxied: ProxiedRequest): void {
    const { table, streams } = this
    const { sessions } = this.parts
    const far = table.streams[proxied + FAR]
    const stream = sessions.open(far, this.endpointOf(proxied).request, true)
    this.attach(proxied, FAR, stream)
    streams.setPaused(far, false)
    sessions.begin(stream)
  }

  /** Ends the user's session with an error, because the far end has refused the upgrade or cannot be reached. */
  private failUpgrade(proxied: ProxiedRequest, farStatus: number): void {
    this.report(proxied, failureOfStatus(farStatus), false)
    this.sendError(proxied, `unable to upgrade connection: ${farStatus}`, 0)
  }

  private sendError(proxied: ProxiedRequest, message: string, code: number): void {
    const { table } = this
    const { sessions, noteRefused } = this.parts
    const user = table.streams[proxied + USER]
    if (user !== NONE) {
      const bytes = noteRefused(table.exchange[proxied], TRANSLATION_FAILED, message, code)
      sessions.setError(user, bytes, TRANSLATION_FAILED, code)
    }
    this.end(proxied)
  }

  /** Hands over the connections of an upgrade that the far end refused to RefusedUpgrades. */
  private handOver(proxied: ProxiedRequest): void {
    const { table } = this
    const isTaken = this.parts.refusedUpgrades.take(table.exchange[proxied], table.call[proxied])
    if (isTaken) table.call[proxied] = NONE
  }

  /** Fails the request because the far end cannot be reached, or because its connection was lost. */
  private fail(proxied: ProxiedRequest, reason: FailureReason): void {
    const { table, http, streams } = this
    const exchange = table.exchange[proxied]
    const isAwaited = this.isAwaited(proxied)
    const hasHead = table.hasHead[proxied] === 1
    const { unreachableStatus, isUpgrade } = this.planOf(proxied)
    const { url, upgrade } = this.endpointOf(proxied)
    const isOfProxy = unreachableStatus === 503
    const beginning = isOfProxy ? 'error trying to reach service: ' : isUpgrade ? 'error dialing backend: ' : ''
    const message = `${beginning || `Get "${url}": `}${reason}`
    this.report(proxied, reason, !isAwaited)
    if (upgrade === 'translated' && isAwaited)
      return this.sendError(proxied, message, proxyErrorCode(beginning, reason))
    const user = table.streams[proxied + USER]
    table.streams[proxied + USER] = NONE
    this.end(proxied)
    if (!isAwaited) return
    if (hasHead) return streams.abort(http.exchanges.stream[exchange])
    if (user !== NONE) streams.table.userKind[user] = NONE
    this.parts.refuse(exchange, unreachableStatus, message, proxyErrorCode(beginning, reason))
  }

  /** Ends a request that its user no longer waits for. */
  private withdraw(proxied: ProxiedRequest): void {
    this.report(proxied, null, true)
    this.end(proxied)
  }

  private report(proxied: ProxiedRequest, failure: FailureReason | null, isWithdrawn: boolean): void {
    const observed = this.table.observed[proxied]
    if (observed !== NONE) this.observer?.onEnded(observed, failure, isWithdrawn)
  }

  /** Reports the pieces that end in a range of a body. Their marks exist until the range is forwarded. */
  private reportPieces(observed: number, content: Content, offset: number, lengthBytes: number): void {
    const { observer } = this
    if (observer === null || observed === NONE) return
    forEachPiece(this.streams.contents, content, offset, lengthBytes, (kind, value) => {
      if (kind === CHUNK) observer.onPiece(observed, value)
      else if (kind === KEY) observer.onPiece(observed, this.parts.timeline.now)
    })
  }

  /** Releases the row, and closes its call and those of its streams that are still open. */
  private end(proxied: ProxiedRequest): void {
    const { table, streams, upstreams } = this
    const call = table.call[proxied]
    const [user, far] = [table.streams[proxied + USER], table.streams[proxied + FAR]]
    table.release(proxied)
    if (call !== NONE) upstreams.close(call)
    if (far !== NONE) streams.close(far)
    if (user !== NONE) streams.close(this.streams.table.rowAt(user))
  }

  /** Counts bytes as this request's share of a connection that carries other requests too. */
  private charge(proxied: ProxiedRequest, bytes: number): void {
    const call = this.table.call[proxied]
    if (call !== NONE && this.upstreams.isShared(call))
      this.parts.accounts.addCarriedBytes(this.payerOf(proxied), bytes)
  }

  private payerOf(proxied: ProxiedRequest): Account {
    return this.parts.payers.get(this.endpointOf(proxied).request)!
  }

  private attach(proxied: ProxiedRequest, side: number, stream: Stream): void {
    this.table.streams[proxied + side] = stream
    this.streams.attach(stream, this.userKind, proxied + side)
  }

  /** Returns whether the user's exchange still exists and can be responded to. */
  private isAwaited(proxied: ProxiedRequest): boolean {
    const { table, http } = this
    return http.exchanges.generation[table.exchange[proxied]] === table.exchangeGeneration[proxied]
  }

  private planOf(proxied: ProxiedRequest): ProxiedRequestPlan {
    return this.parts.plans.get(this.table.request[proxied])!
  }

  private endpointOf(proxied: ProxiedRequest): ProxyEndpoint {
    const { table } = this
    return this.planOf(proxied).targets[table.target[proxied]].endpoints[table.end[proxied]]
  }

  /** Chooses the next target in turn, and one of its endpoints at random, by the name of the user's stream. */
  private choose(proxied: ProxiedRequest, stream: Stream): void {
    const { table, turns, streams } = this
    const { targets, choiceHigh, choiceLow } = this.planOf(proxied)
    const request = table.request[proxied]
    const target = turns.turns[request] % targets.length
    turns.turns[request]++
    const { endpoints } = targets[target]
    const chosen = this.chooseEndpoint?.(table.exchange[proxied], endpoints) ?? -1
    const high = streams.table.nameHigh[stream]
    const low = streams.table.nameLow[stream]
    const fraction = drawFraction(choiceHigh, choiceLow, high, low, 0, 0)
    table.target[proxied] = target
    table.end[proxied] = chosen >= 0 ? chosen : Math.floor(fraction * endpoints.length)
  }
}
