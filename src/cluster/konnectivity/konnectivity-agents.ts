import type { Arena } from '../../engine/arena.ts'
import { EventKind } from '../../engine/event-kind.ts'
import { appendRow, removeRow } from '../../engine/linked-rows.ts'
import { drawFraction } from '../../engine/streams.ts'
import { NONE } from '../../engine/table.ts'
import { NS_PER_S } from '../../engine/ticks.ts'
import type { Timeline } from '../../engine/timeline.ts'
import type { Http, HttpConnectionOwner, HttpService } from '../../http/http.ts'
import { HTTP_2 } from '../../http/http-connection.ts'
import { UNKNOWN_LENGTH } from '../../http/message.ts'
import type { Exchange } from '../../http/rows.ts'
import type { AccountTable } from '../../network/account.ts'
import type { ActivityTable } from '../../network/activity.ts'
import type { Tls } from '../../security/tls.ts'
import type { ByteStreams } from '../../transport/streams/byte-stream.ts'
import type { FailureReason } from '../../transport/streams/failure.ts'
import type { Tcp } from '../../transport/tcp.ts'
import { DIALLING } from '../paths/dialled-table.ts'
import type { IssuedTokens } from '../pods/issued-tokens.ts'
import type { TunnelEnd } from '../rows.ts'
import { AgentTable, CONNECTED, IDLE } from './agent-table.ts'
import { verifyAgentToken } from './agent-token.ts'
import type { KonnectivityAgent, KonnectivityHeads } from './konnectivity-agent.ts'
import type { TunnelEndOwner, TunnelEnds } from './tunnel-ends.ts'

/** The Konnectivity agent of a host (the target) checks its connections, and dials if one is missing. */
export const AGENT_SYNC = new EventKind('agent sync')
/** An attempt to connect of the Konnectivity agent of a host (the target) has timed out. */
export const AGENT_CONNECT_DEADLINE = new EventKind('agent connect deadline')

/**
 * Pauses between attempts to connect (apiserver-network-proxy, cmd/agent/app/options/options.go: SyncInterval,
 * SyncIntervalCap; pkg/agent/clientset.go, resetBackoff).
 */
const SYNC_INTERVAL_NS = NS_PER_S
const SYNC_INTERVAL_CAP_NS = 10 * NS_PER_S
const BACKOFF_FACTOR = 1.5
const JITTER = 0.1
/** Time after which gRPC-Go gives up a connection that is not ready (grpc-go, clientconn.go, minConnectTimeout). */
const CONNECT_TIMEOUT_NS = 20 * NS_PER_S

export interface KonnectivityAgentsParts {
  readonly arena: Arena
  readonly timeline: Timeline
  readonly streams: ByteStreams
  readonly tcp: Tcp
  readonly tls: Tls
  readonly http: Http
  readonly accounts: AccountTable
  readonly activities: ActivityTable
  /** Event target of host 0; those of other hosts follow. */
  readonly firstHostTarget: number
}

/**
 * The Konnectivity agents, and the server's side of their connections. An agent connects to the server at the start,
 * and again whenever it has lost the connection. It opens one gRPC stream, on which the server then sends dial
 * requests.
 */
export class KonnectivityAgents implements HttpConnectionOwner, HttpService, TunnelEndOwner {
  readonly table: AgentTable
  /** The number of this service in Http. */
  readonly service: number
  private readonly parts: KonnectivityAgentsParts
  readonly agents: readonly KonnectivityAgent[]
  private readonly heads: KonnectivityHeads
  private readonly ends: TunnelEnds
  private readonly agentByRequest: ReadonlyMap<number, number>
  private readonly ownerKind: number
  private onTried!: () => void
  private issued: Pick<IssuedTokens, 'resolve'> | null = null

  constructor(
    on: KonnectivityAgentsParts,
    agents: readonly KonnectivityAgent[],
    heads: KonnectivityHeads,
    ends: TunnelEnds,
  ) {
    this.table = new AgentTable(on.arena, agents.length)
    this.parts = on
    this.agents = agents
    this.heads = heads
    this.ends = ends
    this.agentByRequest = new Map(heads.requests.map((request, agent) => [request, agent]))
    this.ownerKind = on.http.registerOwner(this)
    this.service = on.http.registerService(this)
    for (let i = 0; i < agents.length; i++) this.table.add(on.accounts, on.activities)
    this.table.backoffNs.fill(SYNC_INTERVAL_NS)
    ends.connectOwner(this)
    on.timeline.handle(AGENT_SYNC, on.firstHostTarget, (_, agent) => this.onSync(agent))
    on.timeline.handle(AGENT_CONNECT_DEADLINE, on.firstHostTarget, (_, agent) => this.onConnectDeadline(agent))
  }

  /**
   * Sets the function that is called once for each agent, when its first attempt to connect has succeeded or failed.
   */
  observeWith(onTried: () => void): void {
    this.onTried = onTried
  }

  /** Sets the tokens that the API server has issued, whose pods it looks up in a review; null: no cluster. */
  reviewWith(issued: Pick<IssuedTokens, 'resolve'> | null): void {
    this.issued = issued
  }

  dialAll(): void {
    this.agents.forEach(({ startNs }, agent) => {
      if (startNs === 0) this.dial(agent)
      else if (startNs !== null) this.dialIn(agent, startNs)
    })
  }

  /** Makes an agent dial now, unless it is connected or dialling. */
  start(agent: number): void {
    if (this.table.state[agent] === IDLE) this.dial(agent)
  }

  /** Closes an agent's connection. The agent does not dial again until `start` is called. */
  stop(agent: number): void {
    const { table } = this
    this.closeConnection(agent)
    table.state[agent] = IDLE
    table.nextDialTick[agent] = -1
  }

  isAnyWarmDialling(): boolean {
    return this.agents.some(({ isWarm }, agent) => isWarm && this.table.hasTried[agent] === 0)
  }

  /** Fails all streams at the server on `host`, which restarts. */
  restartServer(host: number): void {
    const { table, ends } = this
    this.agents.forEach(({ serverHost }, agent) => {
      if (serverHost !== host) return
      for (let end = table.firstEnd[agent]; end !== NONE; end = table.firstEnd[agent]) {
        table.firstEnd[agent] = ends.table.next[end]
        ends.remove(end, 'host restarted')
      }
    })
  }

  /** Assigns new identifiers to the agents on `host`, which restarts. */
  restartAgent(host: number): void {
    this.agents.forEach((agent, row) => {
      if (agent.host === host) this.table.incarnation[row]++
    })
  }

  // Events of hosts.

  private onSync(agent: number): void {
    const { table, parts: on } = this
    if (table.state[agent] === IDLE && table.nextDialTick[agent] === on.timeline.now) this.dial(agent)
    else on.timeline.noteIdleWakeUp()
  }

  private onConnectDeadline(agent: number): void {
    const { table, parts: on } = this
    const isDue = table.dialTick[agent] + CONNECT_TIMEOUT_NS === on.timeline.now
    if (table.state[agent] !== DIALLING || !isDue) return on.timeline.noteIdleWakeUp()
    this.closeConnection(agent)
    this.onLost(agent, 'timed out')
  }

  // Calls from the agents' HTTP connections.

  onReady(agent: number): void {
    const { table, heads, parts: on } = this
    table.state[agent] = CONNECTED
    const exchange = on.http.request(table.connection[agent], heads.requests[agent], UNKNOWN_LENGTH)
    table.exchange[agent] = exchange
    table.isRefused[agent] = 0
    this.ends.add(agent, table.incarnation[agent], on.http.exchanges.stream[exchange], NONE, false)
  }

  onFree(): void {}

  onLost(agent: number, reason: FailureReason): void {
    this.table.noteLoss(agent, reason, true)
    this.dialLater(agent)
  }

  /**
   * Schedules the next dial when a connection was lost or could not be established. An agent that was connected dials
   * at its next regular check; one that could not connect waits longer after each failure.
   */
  private dialLater(agent: number): void {
    const { table } = this
    const wasConnected = table.state[agent] === CONNECTED && table.isRefused[agent] === 0
    table.connection[agent] = NONE
    table.state[agent] = IDLE
    if (wasConnected) {
      table.backoffNs[agent] = SYNC_INTERVAL_NS
      this.dialIn(agent, this.withJitter(agent, SYNC_INTERVAL_NS) * this.draw(agent, PHASE))
    } else {
      const backoffNs = table.backoffNs[agent]
      table.backoffNs[agent] = Math.min(backoffNs * BACKOFF_FACTOR, SYNC_INTERVAL_CAP_NS)
      this.dialIn(agent, this.withJitter(agent, backoffNs))
    }
    this.reportTried(agent)
  }

  /** Counts a connection that goes through this tunnel. */
  countChannel(end: TunnelEnd): void {
    this.table.channels[this.ends.table.agent[end]]++
  }

  // Calls from the ends of tunnels.

  onEndOpen(end: TunnelEnd): void {
    const { table, ends, heads, parts: on } = this
    const agent = ends.table.agent[end]
    const isRefused = on.http.exchanges.response[table.exchange[agent]] === heads.refusal
    table.isRefused[agent] = isRefused ? 1 : 0
  }

  onEndLost(end: TunnelEnd, reason: FailureReason): void {
    const { table, ends } = this
    const agent = ends.table.agent[end]
    if (ends.table.isServer[end] === 1) return removeRow(table.firstEnd, agent, ends.table.next, end)
    if (table.connection[agent] === NONE) return
    table.noteLoss(agent, reason, ends.table.firstConnection[end] === NONE)
    this.closeConnection(agent)
    this.dialLater(agent)
  }

  // The server's side.

  onRequest(exchange: Exchange): void {
    const { table, parts: on, heads } = this
    const { exchanges } = on.http
    const agent = this.agentByRequest.get(exchanges.request[exchange])!
    if (this.isRefused(agent)) return this.refuse(agent, exchange)
    const stream = exchanges.stream[exchange]
    const end = this.ends.add(agent, table.incarnation[agent], stream, table.account[agent], true)
    this.ends.table.registration[end] = ++table.registrations[0]
    appendRow(table.firstEnd, agent, this.ends.table.next, end)
    table.noteSetup(agent, on.timeline.now)
    on.http.respond(exchange, heads.response, UNKNOWN_LENGTH)
    on.streams.flush(stream)
    this.reportTried(agent)
  }

  private isRefused(agent: number): boolean {
    const { requires, token } = this.agents[agent]
    if (requires === null) return false
    if (token === null || this.issued === null) {
      const nowS = Math.floor(this.parts.timeline.now / NS_PER_S)
      return verifyAgentToken(token, requires, { nowS, isPodGone: false }) !== null
    }
    const { bearer, isPodGone, nowS } = this.issued.resolve(NONE, token.bearer, false)
    return verifyAgentToken({ ...token, bearer }, requires, { nowS, isPodGone }) !== null
  }

  private refuse(agent: number, exchange: Exchange): void {
    const { parts: on, heads } = this
    this.table.refusals[agent]++
    on.http.respondWhole(exchange, heads.refusal, [])
  }

  private dial(agent: number): void {
    const { table, parts: on } = this
    const planned = this.agents[agent]
    const { host, tlsClient, http2 } = planned
    const lower = table.dial(agent, on.tcp, on.timeline.now, { ...planned, port: planned.remotePort })
    const connection = on.http.connect(on.tls.connect(lower, tlsClient), {
      version: HTTP_2,
      ownerKind: this.ownerKind,
      owner: agent,
      parameters: http2,
      hasHealthCheck: true,
    })
    table.connection[agent] = connection
    const deadline = on.timeline.now + CONNECT_TIMEOUT_NS
    on.timeline.schedule(deadline, on.firstHostTarget + host, AGENT_CONNECT_DEADLINE, agent)
  }

  private dialIn(agent: number, waitNs: number): void {
    const { table, parts: on } = this
    const tick = on.timeline.now + Math.max(1, Math.round(waitNs))
    table.nextDialTick[agent] = tick
    on.timeline.schedule(tick, on.firstHostTarget + this.agents[agent].host, AGENT_SYNC, agent)
  }

  /** Lengthens an interval by a random amount of up to a tenth (k8s.io/apimachinery, pkg/util/wait, Jitter). */
  private withJitter(agent: number, intervalNs: number): number {
    return intervalNs * (1 + JITTER * this.draw(agent, STRETCH))
  }

  private draw(agent: number, about: number): number {
    const { jitterKey: chance, nameHigh, nameLow } = this.agents[agent]
    const dials = this.table.dials[agent]
    return drawFraction(chance.hi, chance.lo, nameHigh, nameLow, dials, about)
  }

  private closeConnection(agent: number): void {
    const connection = this.table.connection[agent]
    this.table.connection[agent] = NONE
    if (connection !== NONE) this.parts.http.close(connection)
  }

  private reportTried(agent: number): void {
    if (this.table.hasTried[agent] === 1) return
    this.table.hasTried[agent] = 1
    this.onTried()
  }
}

/**
 * The purposes of an agent's random numbers: the time of its first dial after a connection was lost, and the jitter of
 * intervals.
 */
const PHASE = 0
const STRETCH = 1
