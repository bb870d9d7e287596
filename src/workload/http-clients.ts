import type { Arena } from '../engine/arena.ts'
import { assert } from '../engine/assert.ts'
import { mix32 } from '../engine/hash.ts'
import { NONE } from '../engine/table.ts'
import type { Timeline } from '../engine/timeline.ts'
import type { Http } from '../http/http.ts'
import { HTTP_2 } from '../http/http-connection.ts'
import { SWITCHING_PROTOCOLS, UNKNOWN_LENGTH } from '../http/message.ts'
import type { Exchange } from '../http/rows.ts'
import type { AccountTable } from '../network/account.ts'
import type { ActivityTable } from '../network/activity.ts'
import type { Processors, Worker } from '../network/processor.ts'
import type { CpuProfile } from '../security/cpu-profile.ts'
import type { Content, Stream } from '../transport/rows.ts'
import type { ByteStreams, StreamUser } from '../transport/streams/byte-stream.ts'
import type { FailureReason } from '../transport/streams/failure.ts'
import { FreeClients } from './free-clients.ts'
import { CONNECTING, DISCONNECTED, HttpClientTable, IDLE, NO_REQUEST, REQUESTING } from './http-client-table.ts'
import { CHUNK, ECHO, MESSAGE, STATUS_OBJECT } from './messages.ts'
import type { PathConnections, PathConnectionUser } from './path-connections.ts'
import { failureOfStatus } from './refusal.ts'
import { RequestTimes } from './request-times.ts'
import type { HttpClient, PathConnection } from './rows.ts'
import { SharedConnections } from './shared-connections.ts'
import type { StreamSessions } from './streaming/stream-sessions.ts'
import { isInPieces, type Workload } from './workload.ts'
import type { WorkloadTable } from './workload-table.ts'

/** Steps of work */
const SEND_REQUEST = 0
const READ_RESPONSE = 1
const STEPS = 2

/** Names the connection for lookups, which differs from that of the requests, and puts it behind that one. */
const LOOKUPS = 0x6c6f6f6b
const LOOKUP_ORDER = 0.5

/** Approximate length of a response's head, counted in a request's share of a connection. */
const RESPONSE_HEAD_BYTES = 100

/** The maximum number of clients of a workload, from which the order of the clients of all workloads is computed. */
const CLIENTS_PER_WORKLOAD = 2_147_483_648

/** The owner of HTTP clients: it gives them requests, and is called with the results. */
export interface HttpClientOwner {
  /**
   * Called when the client has a connection. `setupNs`: the time that its setup took; -1: the connection was up
   * already.
   */
  onConnected(client: HttpClient, setupNs: number): void
  /** Called when the response has been read and the client is free again. */
  onResponse(client: HttpClient, request: number, startTick: number): void
  /** Called when a chunk of a streamed response has arrived, which the server sent at `sentTick`. */
  onChunk(client: HttpClient, sentTick: number): void
  /** Called when keys can be sent on the upgraded connection. */
  onOpened(client: HttpClient): void
  onEcho(client: HttpClient, key: number): void
  /** Called when a handshake was refused, and the client tries the request in another protocol. */
  onRefusedHandshake(client: HttpClient): void
  /**
   * Called when the request has failed or, with NO_REQUEST, the dial that began at `startTick`. The client then has no
   * connection.
   */
  onFailed(client: HttpClient, request: number, startTick: number, reason: FailureReason): void
}

export interface HttpClientsParts {
  readonly arena: Arena
  readonly timeline: Timeline
  readonly streams: ByteStreams
  readonly processors: Processors
  readonly accounts: AccountTable
  readonly connections: PathConnections
  readonly sessions: StreamSessions
  readonly workloads: readonly Workload[]
  readonly table: WorkloadTable
  readonly cpus: readonly CpuProfile[]
  readonly pathNames: readonly string[]
}

/**
 * The HTTP clients of workloads. They send requests and read responses, over a connection of their own or over one that
 * all clients of a path share.
 */
export class HttpClients implements StreamUser, Worker, PathConnectionUser {
  readonly clients: HttpClientTable
  readonly shared: SharedConnections
  /** The clients of open loops that keep their connections: only these are chosen when a request is due. */
  readonly free: FreeClients
  readonly connections: PathConnections
  readonly activities: ActivityTable
  private readonly timeline: Timeline
  readonly streams: ByteStreams
  private readonly processors: Processors
  private readonly http: Http
  private readonly sessions: StreamSessions
  private readonly workloads: readonly Workload[]
  /** For each path, the workloads whose requests share the path's connection. */
  private readonly sharing: readonly number[][]
  private readonly table: WorkloadTable
  private readonly cpus: readonly CpuProfile[]
  private readonly accounts: AccountTable
  private readonly userKind: number
  private readonly workerKind: number
  private readonly ownKind: number
  private readonly lookupKind: number
  private owner!: HttpClientOwner
  readonly times: RequestTimes

  constructor({
    arena,
    timeline,
    streams,
    processors,
    accounts,
    connections,
    sessions,
    workloads,
    table,
    cpus,
    pathNames,
  }: HttpClientsParts) {
    this.clients = new HttpClientTable(arena)
    this.timeline = timeline
    this.streams = streams
    this.processors = processors
    this.activities = processors.activities
    this.http = connections.http
    this.connections = connections
    this.sessions = sessions
    this.workloads = workloads
    this.sharing = pathNames.map(() => [])
    workloads.forEach(({ path }, workload) => {
      if (this.isSharing(workload)) this.sharing[path].push(workload)
    })
    this.table = table
    this.free = new FreeClients(this.clients, table)
    this.cpus = cpus
    this.accounts = accounts
    this.times = new RequestTimes(timeline, this.clients, connections, table)
    this.userKind = streams.registerUser(this)
    this.workerKind = processors.register(this)
    this.ownKind = connections.registerUser(this)
    this.lookupKind = connections.registerUser({
      onConnected: (client: HttpClient) => this.onLookupConnected(client),
      onLost: (client: HttpClient, reason) => this.onLookupLost(client, reason),
      onFree: () => {},
    })
    this.shared = new SharedConnections(connections, accounts, pathNames)
    this.shared.join({
      onConnected: (path, setupNs) => this.onSharedConnected(path, setupNs),
      onLost: (path, reason) => this.onSharedLost(path, reason),
      onFree: () => {},
      isWaiting: (path) => this.isConnectingOn(path),
    })
  }

  connectOwner(owner: HttpClientOwner): void {
    this.owner = owner
  }

  add(workload: number, number: number): HttpClient {
    const { clients, table, connections } = this
    const planned = this.workloads[workload]
    const { path, nameHigh, nameLow, version, arrivals, isKeptAlive } = planned
    const isSharing = this.isSharing(workload)
    const client = clients.allocate()
    const via = isSharing
      ? this.shared.rowOf(path)
      : connections.add({
          path,
          version,
          userKind: this.ownKind,
          user: client,
          order: workload * CLIENTS_PER_WORKLOAD + number,
          nameHigh: mix32(nameHigh, number),
          nameLow: mix32(nameLow, number),
          account: table.account[table.rowOf(workload)],
        })
    clients.workload[client] = workload
    clients.number[client] = number
    clients.isSharing[client] = isSharing ? 1 : 0
    clients.isChosen[client] = arrivals.kind === 'open' && isKeptAlive ? 1 : 0
    clients.countsWhole[client] = isInPieces(planned) ? 0 : 1
    clients.state[client] = DISCONNECTED
    clients.via[client] = via
    const lookupVia = this.addLookupConnection(client, number, planned)
    clients.lookupVia[client] = lookupVia
    clients.request[client] = NO_REQUEST
    this.link(client)
    return client
  }

  /** Removes a client that is no longer needed. */
  remove(client: HttpClient): void {
    const { clients } = this
    this.disconnect(client)
    this.unlink(client)
    if (clients.isSharing[client] === 0) this.connections.remove(clients.via[client])
    if (clients.lookupVia[client] !== NONE) this.connections.remove(clients.lookupVia[client])
    clients.release(client)
  }

  /**
   * Sends a request as soon as the client is connected; dials first if necessary.
   *
   * @param request the request's number among those of the workload
   * @param plannedRequest index of the HttpRequest
   */
  send(client: HttpClient, request: number, plannedRequest: number, requestBodyBytes: number): void {
    const { clients, timeline } = this
    assert(clients.request[client] === NO_REQUEST, 'a client has one request at a time')
    clients.request[client] = request
    this.updateFree(client)
    clients.plannedRequest[client] = plannedRequest
    clients.fallback[client] = this.workloads[clients.workload[client]].fallback
    clients.requestBodyBytes[client] = requestBodyBytes
    clients.startTick[client] = timeline.now
    clients.hasResponse[client] = 0
    clients.proxyError[client] = 0
    clients.turns[client]++
    clients.lookups[client] = 0
    if (clients.lookupVia[client] !== NONE) this.dialForLookups(client)
    else if (clients.state[client] === DISCONNECTED) this.connect(client)
    this.times.noteStart(client)
    if (clients.state[client] === IDLE) this.beginRequest(client, 0)
  }

  /** Adds the connection for lookups of a client, if they have one to themselves. */
  private addLookupConnection(client: HttpClient, number: number, workload: Workload): PathConnection {
    const { path, nameHigh, nameLow, lookups } = workload
    const { ownVersion } = lookups
    if (ownVersion === null) return NONE
    const index = this.clients.workload[client]
    return this.connections.add({
      path,
      version: ownVersion,
      userKind: this.lookupKind,
      user: client,
      order: index * CLIENTS_PER_WORKLOAD + number + LOOKUP_ORDER,
      nameHigh: mix32(mix32(nameHigh, number), LOOKUPS),
      nameLow: mix32(mix32(nameLow, number), LOOKUPS),
      account: this.table.account[this.table.rowOf(index)],
    })
  }

  /** Dials the connection for lookups. The connection for the request follows when they are answered. */
  private dialForLookups(client: HttpClient): void {
    const { clients, connections } = this
    const lookupVia = clients.lookupVia[client]
    this.setState(client, CONNECTING)
    if (connections.isDown(lookupVia)) connections.dial(lookupVia)
    if (connections.isDown(clients.via[client])) connections.follow(clients.via[client], lookupVia)
    if (connections.isUp(lookupVia)) this.beginRequest(client, 0)
  }

  /** Returns the next request: a lookup, or the client's own. */
  private nextRequest(client: HttpClient): number {
    const { clients } = this
    return this.isLookingUp(client)
      ? this.workloads[clients.workload[client]].lookups.requests[clients.lookups[client]]
      : clients.plannedRequest[client]
  }

  private isLookingUp(client: HttpClient): boolean {
    const { clients } = this
    const isAsked = clients.request[client] !== NO_REQUEST
    return isAsked && clients.lookups[client] < this.workloads[clients.workload[client]].lookups.requests.length
  }

  /** Returns the connection of the next request. */
  private viaOf(client: HttpClient): PathConnection {
    const { clients } = this
    const isApart = clients.lookupVia[client] !== NONE && this.isLookingUp(client) && !this.isUpgrading(client)
    return isApart ? clients.lookupVia[client] : clients.via[client]
  }

  /** Returns whether the next request is an upgrade, which has a connection to itself. */
  private isUpgrading(client: HttpClient): boolean {
    return this.http.requestHeads.isUpgrade[this.nextRequest(client)] === 1
  }

  private onLookupConnected(client: HttpClient): void {
    if (this.clients.state[client] === CONNECTING) this.beginRequest(client, 0)
  }

  /** Called when the connection for lookups was lost. It is no longer needed when they are answered. */
  private onLookupLost(client: HttpClient, reason: FailureReason): void {
    if (!this.isLookingUp(client) || this.clients.hasResponse[client] === 1) return
    this.disconnect(client)
    this.fail(client, reason)
  }

  /** Goes on after the response to a lookup. */
  private takeLookup(client: HttpClient): void {
    const { clients } = this
    const wasUpgrade = this.isUpgrading(client)
    clients.lookups[client]++
    if (wasUpgrade) this.connections.close(clients.via[client])
    if (this.viaOf(client) === clients.lookupVia[client]) return this.beginRequest(client, 0)
    if (clients.lookupVia[client] === NONE) return this.beginRequest(client, 0)
    this.connect(client)
    if (clients.state[client] === IDLE) this.beginRequest(client, 0)
  }

  connect(client: HttpClient): void {
    const { clients, connections } = this
    const via = clients.via[client]
    if (connections.isUp(via)) {
      this.setState(client, IDLE)
      return this.owner.onConnected(client, -1)
    }
    this.setState(client, CONNECTING)
    const lookupVia = clients.lookupVia[client]
    const isTimed = lookupVia !== NONE && connections.isUp(lookupVia)
    if (connections.isDown(via)) connections.dial(via, isTimed ? connections.table.activity[lookupVia] : NONE)
  }

  disconnect(client: HttpClient): void {
    const { clients, streams } = this
    const exchange = clients.exchange[client]
    clients.exchange[client] = NONE
    this.setState(client, DISCONNECTED)
    if (exchange !== NONE) streams.close(clients.stream[client])
    if (clients.isSharing[client] === 0) this.connections.close(clients.via[client])
    if (clients.lookupVia[client] !== NONE) this.connections.close(clients.lookupVia[client])
  }

  /** Returns whether the client has a request to whose stream it may write. One whose response has ended has none. */
  isWriting(client: HttpClient): boolean {
    return this.clients.exchange[client] !== NONE
  }

  /** Returns the stream of the client's current exchange, or of its session. */
  streamOf(client: HttpClient): Stream {
    return this.clients.stream[client]
  }

  /** Fails the current request, for example at its timeout. */
  giveUp(client: HttpClient, reason: FailureReason): void {
    const wasConnecting = this.clients.state[client] === CONNECTING
    this.disconnect(client)
    if (wasConnecting) this.stopUnwantedDial(client)
    this.fail(client, reason)
  }

  // Events of the client's connection

  onConnected(client: HttpClient, setupNs: number): void {
    const { clients } = this
    this.setState(client, IDLE)
    const generation = clients.generation[client]
    this.owner.onConnected(client, setupNs)
    if (clients.generation[client] !== generation) return
    if (clients.state[client] === IDLE && clients.request[client] !== NO_REQUEST)
      this.beginRequest(client, this.connections.awakeTick(clients.via[client]))
  }

  onLost(client: HttpClient, reason: FailureReason): void {
    const { clients } = this
    clients.exchange[client] = NONE
    if (!this.isLossHarmless(client, reason)) this.fail(client, reason)
  }

  onFree(): void {}

  // Events of the exchange's stream

  /** Called when the head of the response has arrived, and when the streams of a session are open. */
  onOpen(client: HttpClient): void {
    const { clients, http } = this
    const exchange = clients.exchange[client]
    if (http.statusOf(exchange) !== SWITCHING_PROTOCOLS) return
    if (clients.stream[client] === http.exchanges.stream[exchange]) this.beginSession(client)
    else this.beginData(client)
  }

  /** Begins the session on the upgraded connection. */
  private beginSession(client: HttpClient): void {
    const { clients, streams, sessions } = this
    const stream = sessions.open(clients.stream[client], this.nextRequest(client), true)
    clients.stream[client] = stream
    if (!this.isLookingUp(client)) clients.fallback[client] = NONE
    streams.attach(stream, this.userKind, client)
    sessions.begin(stream)
  }

  /** Begins to type keys, or writes the data of the request. */
  private beginData(client: HttpClient): void {
    const { clients, streams } = this
    const { traffic } = this.workloads[clients.workload[client]]
    if (traffic.kind === 'keys') return this.owner.onOpened(client)
    const lengthBytes = this.isLookingUp(client) ? 0 : clients.requestBodyBytes[client]
    const stream = clients.stream[client]
    if (lengthBytes > 0) streams.append(stream, lengthBytes, MESSAGE, 0, 0, NONE)
    streams.finish(stream)
  }

  onData(client: HttpClient, content: Content, offset: number, lengthBytes: number): void {
    const { contents } = this.streams
    this.countBytes(client, lengthBytes)
    const generation = this.clients.generation[client]
    const turn = this.clients.turns[client]
    while (contents.nextMarkEnd(content) <= offset + lengthBytes) {
      const mark = contents.nextMark(content)
      const kind = contents.marks.kind[mark]
      const value = contents.marks.value[mark]
      if (kind === STATUS_OBJECT) this.clients.proxyError[client] = contents.marks.detail[mark]
      contents.takeMark(content)
      if (kind === CHUNK) this.owner.onChunk(client, value)
      else if (kind === ECHO) this.owner.onEcho(client, value)
      if (this.clients.generation[client] !== generation || this.clients.turns[client] !== turn) return
    }
  }

  onEnd(client: HttpClient): void {
    const { clients, streams } = this
    const exchange = clients.exchange[client]
    if (this.isCut(client)) {
      this.disconnect(client)
      return this.fail(client, 'unexpected end')
    }
    clients.exchange[client] = NONE
    clients.status[client] = this.statusOf(client, exchange)
    clients.hasResponse[client] = 1
    this.countBytes(client, RESPONSE_HEAD_BYTES)
    streams.close(clients.stream[client])
    this.work(client, this.cpu(client).responseNs, READ_RESPONSE, this.connections.awakeTick(clients.via[client]))
  }

  /** Returns whether a session has ended before all of its request was sent or all of its response has arrived. */
  private isCut(client: HttpClient): boolean {
    const { clients, streams, sessions, http } = this
    const stream = clients.stream[client]
    const { traffic, responseBodyBytes } = this.workloads[clients.workload[client]]
    const isSession = stream !== http.exchanges.stream[clients.exchange[client]]
    if (!isSession || traffic.kind !== 'output' || sessions.errorStatus(stream) > 0 || this.isLookingUp(client))
      return false
    const isSent = sessions.sentBytes(stream) >= clients.requestBodyBytes[client]
    return !isSent || streams.table.receivedBytes[stream] < responseBodyBytes
  }

  /** Returns the status of the response, or of the error that has ended a session. */
  private statusOf(client: HttpClient, exchange: Exchange): number {
    const { clients, http, sessions } = this
    const stream = clients.stream[client]
    if (stream === http.exchanges.stream[exchange] || sessions.errorStatus(stream) === 0) return http.statusOf(exchange)
    clients.proxyError[client] = sessions.errorCode(stream)
    return sessions.errorStatus(stream)
  }

  onFailure(client: HttpClient, reason: FailureReason): void {
    this.clients.exchange[client] = NONE
    this.disconnect(client)
    this.fail(client, reason)
  }

  onDrained(): void {}

  // Work that is done

  isPresent(client: HttpClient, generation: number): boolean {
    return this.clients.generation[client] === generation
  }

  /** Called when CPU work is done. Work for a request that has failed in the meantime has no effect. */
  onWorkDone(client: HttpClient, work: number): void {
    const step = work % STEPS
    if ((work - step) / STEPS !== this.clients.turns[client]) return
    if (step === SEND_REQUEST) this.sendRequest(client)
    else this.takeResponse(client)
  }

  /**
   * Returns whether the requests of a workload share one connection per path: over HTTP/2, unless each request needs a
   * new connection.
   */
  private isSharing(workload: number): boolean {
    const { version, isKeptAlive } = this.workloads[workload]
    return version === HTTP_2 && isKeptAlive
  }

  private onSharedConnected(path: number, setupNs: number): void {
    let isFirst = true
    for (const client of this.connectingOn(path)) {
      if (this.clients.state[client] !== CONNECTING) continue
      this.onConnected(client, isFirst ? setupNs : -1)
      isFirst = false
    }
  }

  /**
   * Returns whether the loss of the connection is no failure: the response has arrived and is being read, so that the
   * server may close, or the client itself after an upgrade.
   */
  private isLossHarmless(client: HttpClient, reason: FailureReason): boolean {
    const { traffic } = this.workloads[this.clients.workload[client]]
    return this.clients.hasResponse[client] === 1 && (reason === 'unexpected end' || traffic.kind === 'output')
  }

  /** Called when a shared connection was lost. Requests on it have failed already, by their own streams. */
  private onSharedLost(path: number, reason: FailureReason): void {
    const { clients } = this
    for (const client of this.usersOf(path)) {
      const isWaiting = clients.state[client] === CONNECTING || clients.state[client] === REQUESTING
      if (isWaiting && !this.isLossHarmless(client, reason)) this.fail(client, reason)
      else if (clients.state[client] === IDLE) this.setState(client, DISCONNECTED)
    }
  }

  private connectingOn(path: number): HttpClient[] {
    return this.usersOf(path).filter((client) => this.clients.state[client] === CONNECTING)
  }

  private isConnectingOn(path: number): boolean {
    const { clients, table } = this
    return this.sharing[path].some((workload) => {
      let client = table.firstClient[table.rowOf(workload)]
      while (client !== NONE && clients.state[client] !== CONNECTING) client = clients.next[client]
      return client !== NONE
    })
  }

  /** Stops dialling when no client waits for the connection any more (Go, net/http/transport.go, dialConnFor). */
  private stopUnwantedDial(client: HttpClient): void {
    const { clients, connections, workloads } = this
    const workload = clients.workload[client]
    if (clients.isSharing[client] === 1 && !this.shared.isAwaited(workloads[workload].path))
      connections.close(clients.via[client])
  }

  /**
   * Returns the clients on a path's shared connection, by workload and number. The list is made first, because the
   * handling of one client may remove others.
   */
  private usersOf(path: number): HttpClient[] {
    const { clients, table } = this
    const found: HttpClient[] = []
    for (const workload of this.sharing[path])
      for (let client = table.firstClient[table.rowOf(workload)]; client !== NONE; client = clients.next[client])
        found.push(client)
    return found.sort((a, b) => clients.workload[a] - clients.workload[b] || clients.number[a] - clients.number[b])
  }

  private beginRequest(client: HttpClient, notBeforeTick: number): void {
    this.setState(client, REQUESTING)
    const { requestNs, commandNs, upgradeNs } = this.cpu(client)
    const { requests, ownVersion } = this.workloads[this.clients.workload[client]].lookups
    const ofCommandNs = requests.length > 0 ? commandNs : 0
    const ofUpgradeNs = ownVersion !== null && this.isUpgrading(client) ? upgradeNs : 0
    this.work(client, requestNs + ofCommandNs + ofUpgradeNs, SEND_REQUEST, notBeforeTick)
  }

  private sendRequest(client: HttpClient): void {
    const { clients, streams, connections, http } = this
    if (clients.state[client] !== REQUESTING || !connections.isUp(this.viaOf(client))) return
    const request = this.nextRequest(client)
    const requestBodyBytes = this.isLookingUp(client) ? 0 : clients.requestBodyBytes[client]
    const isUpgrade = http.requestHeads.isUpgrade[request] === 1
    const exchange = connections.request(this.viaOf(client), request, isUpgrade ? UNKNOWN_LENGTH : requestBodyBytes)
    const stream = http.exchanges.stream[exchange]
    if (!this.isLookingUp(client)) this.table.sent[this.table.rowOf(clients.workload[client])]++
    clients.exchange[client] = exchange
    clients.stream[client] = stream
    streams.attach(stream, this.userKind, client)
    this.countBytes(client, http.requestHeads.http1Bytes[request] + requestBodyBytes)
    if (requestBodyBytes > 0 && !isUpgrade) streams.write(stream, requestBodyBytes, MESSAGE, 0, 0, NONE)
  }

  private takeResponse(client: HttpClient): void {
    const { clients } = this
    if (clients.state[client] !== REQUESTING) return
    const request = clients.request[client]
    clients.hasResponse[client] = 0
    // Where the command that looks for a folder fails, cp takes it that there is none.
    const isIgnored = this.isLookingUp(client) && this.isUpgrading(client)
    if (clients.status[client] >= 400 && !isIgnored) {
      if (clients.fallback[client] !== NONE && !this.isLookingUp(client)) return this.fallBack(client)
      this.disconnect(client)
      return this.fail(client, failureOfStatus(clients.status[client]))
    }
    if (this.isLookingUp(client)) return this.takeLookup(client)
    if (clients.countsWhole[client] === 1) this.times.noteResponse(client)
    const isKept = this.connections.keep(clients.via[client])
    this.setState(client, isKept ? IDLE : DISCONNECTED)
    this.forgetRequest(client)
    this.owner.onResponse(client, request, clients.startTick[client])
  }

  /**
   * Tries the other protocol on a new connection after a refused handshake with any status (client-go
   * tools/remotecommand/fallback.go, tools/portforward/fallback_dialer.go; httpstream.IsUpgradeFailure).
   */
  private fallBack(client: HttpClient): void {
    const { clients } = this
    clients.plannedRequest[client] = clients.fallback[client]
    clients.fallback[client] = NONE
    this.owner.onRefusedHandshake(client)
    this.connections.close(clients.via[client])
    this.connect(client)
  }

  private fail(client: HttpClient, reason: FailureReason): void {
    const { clients, connections } = this
    const request = clients.request[client]
    const startTick =
      request === NO_REQUEST ? connections.table.dialTick[clients.via[client]] : clients.startTick[client]
    this.setState(client, DISCONNECTED)
    if (request !== NO_REQUEST) this.forgetRequest(client)
    this.owner.onFailed(client, request, startTick, reason)
  }

  private forgetRequest(client: HttpClient): void {
    this.clients.request[client] = NO_REQUEST
    this.updateFree(client)
  }

  private setState(client: HttpClient, state: number): void {
    const { clients } = this
    clients.state[client] = state
    if (clients.isFree[client] === 1) this.free.reorder(client)
  }

  private updateFree(client: HttpClient): void {
    if (this.clients.isChosen[client] === 1) this.free.reorder(client)
  }

  /** Puts a client, which has no request, at the beginning of the list of its workload. */
  private link(client: HttpClient): void {
    const { clients, table } = this
    const row = table.rowOf(clients.workload[client])
    const next = table.firstClient[row]
    clients.next[client] = next
    if (next !== NONE) clients.previous[next] = client
    table.firstClient[row] = client
    this.updateFree(client)
  }

  /** Takes a client out of the list of its workload, which can be long. */
  private unlink(client: HttpClient): void {
    const { clients, table } = this
    const row = table.rowOf(clients.workload[client])
    const next = clients.next[client]
    const previous = clients.previous[client]
    if (previous === NONE) table.firstClient[row] = next
    else clients.next[previous] = next
    if (next !== NONE) clients.previous[next] = previous
    this.free.takeOut(client)
  }

  /** Counts bytes for the workload's share of a connection that it shares with others. */
  private countBytes(client: HttpClient, bytes: number): void {
    const { table } = this
    const { workload, isSharing } = this.clients
    if (isSharing[client] === 1) this.accounts.addCarriedBytes(table.account[table.rowOf(workload[client])], bytes)
  }

  private work(client: HttpClient, costNs: number, step: number, notBeforeTick: number): void {
    const { clients, processors, connections } = this
    const via = clients.via[client]
    const host = connections.hostOf(via)
    const activity = connections.table.activity[via]
    const work = clients.turns[client] * STEPS + step
    processors.run(host, costNs, notBeforeTick, activity, this.workerKind, client, clients.generation[client], work)
  }

  private cpu(client: HttpClient): CpuProfile {
    return this.cpus[this.connections.hostOf(this.clients.via[client])]
  }
}
