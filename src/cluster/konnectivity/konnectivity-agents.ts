import type { Arena } from '../../engine/arena.ts'
import { AGENT_CONNECT_DEADLINE, AGENT_SYNC } from '../../engine/event-kinds.ts'
import { fateFraction } from '../../engine/streams.ts'
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
import { derivedName } from '../../transport/streams/derived-name.ts'
import type { Tcp } from '../../transport/tcp.ts'
import type { TunnelEnd } from '../rows.ts'
import { AgentTable, CONNECTED, DIALLING, IDLE } from './agent-table.ts'
import { verifyAgentToken } from './agent-token.ts'
import { AGENT_PORT, type KonnectivityAgent, type KonnectivityHeads } from './konnectivity-agent.ts'
import type { TunnelEndOwner, TunnelEnds } from './tunnel-ends.ts'

/** cmd/agent/app/options/options.go: SyncInterval, SyncIntervalCap; pkg/agent/clientset.go: resetBackoff. */
const SYNC_INTERVAL_NS = NS_PER_S
const SYNC_INTERVAL_CAP_NS = 10 * NS_PER_S
const BACKOFF_FACTOR = 1.5
const JITTER = 0.1
/** gRPC-Go gives a connection this long (clientconn.go, minConnectTimeout). */
const CONNECT_TIMEOUT_NS = 20 * NS_PER_S

/** What the agents' connections stand on. */
export interface KonnectivityAgentsParts {
  readonly arena: Arena
  readonly timeline: Timeline
  readonly streams: ByteStreams
  readonly tcp: Tcp
  readonly tls: Tls
  readonly http: Http
  readonly accounts: AccountTable
  readonly activities: ActivityTable
  /** The event target of host 0. */
  readonly firstHostTarget: number
}

/**
 * Agents dial out to the server at the start, and again whenever they have lost it. Each holds one gRPC stream there,
 * on which the server then speaks first.
 */
export class KonnectivityAgents implements HttpConnectionOwner, HttpService, TunnelEndOwner {
  readonly table: AgentTable
  /** Its number among the services of HTTP. */
  readonly service: number
  private readonly on: KonnectivityAgentsParts
  readonly agents: readonly KonnectivityAgent[]
  private readonly heads: KonnectivityHeads
  private readonly ends: TunnelEnds
  private readonly agentByRequest: ReadonlyMap<number, number>
  private readonly ownerKind: number
  private onTried!: () => void

  constructor(
    on: KonnectivityAgentsParts,
    agents: readonly KonnectivityAgent[],
    heads: KonnectivityHeads,
    ends: TunnelEnds,
  ) {
    this.table = new AgentTable(on.arena, agents.length)
    this.on = on
    this.agents = agents
    this.heads = heads
    this.ends = ends
    this.agentByRequest = new Map(heads.requests.map((request, agent) => [request, agent]))
    this.ownerKind = on.http.registerOwner(this)
    this.service = on.http.registerService(this)
    for (let i = 0; i < agents.length; i++) this.table.add(on.accounts, on.activities, SYNC_INTERVAL_NS)
    ends.connectOwner(this)
  }

  /** `onTried` hears of each agent when it is connected, or has failed to connect, for the first time. */
  observeWith(onTried: () => void): void {
    this.onTried = onTried
  }

  dialAll(): void {
    this.agents.forEach(({ startNs }, agent) => {
      if (startNs === 0) this.dial(agent)
      else if (startNs !== null) this.dialIn(agent, startNs)
    })
  }

  /** One that waits to be told dials now. */
  start(agent: number): void {
    if (this.table.state[agent] === IDLE) this.dial(agent)
  }

  /** It ends its connection, and dials no more until it is told to. */
  stop(agent: number): void {
    const { table } = this
    this.closeConnection(agent)
    table.state[agent] = IDLE
    table.nextDialTick[agent] = -1
  }

  isAnyWarmDialling(): boolean {
    return this.agents.some(({ isWarm }, agent) => isWarm && this.table.hasTried[agent] === 0)
  }

  /** The server restarts: it knows no agent any more. */
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

  /** The agent starts anew as another. */
  restartAgent(host: number): void {
    this.agents.forEach((agent, row) => {
      if (agent.host === host) this.table.incarnation[row]++
    })
  }

  // Events of hosts.

  onSync(agent: number): void {
    const { table, on } = this
    if (table.state[agent] === IDLE && table.nextDialTick[agent] === on.timeline.now) this.dial(agent)
  }

  onConnectDeadline(agent: number): void {
    const { table, on } = this
    const isDue = table.dialTick[agent] + CONNECT_TIMEOUT_NS === on.timeline.now
    if (table.state[agent] !== DIALLING || !isDue) return
    this.closeConnection(agent)
    this.onLost(agent)
  }

  // From the agents' connections.

  onReady(agent: number): void {
    const { table, heads, on } = this
    table.state[agent] = CONNECTED
    const exchange = on.http.request(table.connection[agent], heads.requests[agent], UNKNOWN_LENGTH)
    table.exchange[agent] = exchange
    table.isRefused[agent] = 0
    this.ends.add(agent, table.incarnation[agent], on.http.exchanges.stream[exchange], NONE, false)
  }

  onFree(): void {}

  /** Connected agents look after their connections once in an interval; one that cannot connect waits longer each time. */
  onLost(agent: number): void {
    const { table } = this
    const wasConnected = table.state[agent] === CONNECTED && table.isRefused[agent] === 0
    table.connection[agent] = NONE
    table.state[agent] = IDLE
    if (wasConnected) {
      table.backoffNs[agent] = SYNC_INTERVAL_NS
      this.dialIn(agent, this.jittered(agent, SYNC_INTERVAL_NS) * this.chance(agent, PHASE))
    } else {
      const backoffNs = table.backoffNs[agent]
      table.backoffNs[agent] = Math.min(backoffNs * BACKOFF_FACTOR, SYNC_INTERVAL_CAP_NS)
      this.dialIn(agent, this.jittered(agent, backoffNs))
    }
    this.noteTried(agent)
  }

  /** A connection is to leave its tunnel at the far end. */
  countChannel(end: TunnelEnd): void {
    this.table.channels[this.ends.table.agent[end]]++
  }

  // From the tunnels' ends.

  onEndOpen(end: TunnelEnd): void {
    const { table, ends, heads, on } = this
    const agent = ends.table.agent[end]
    const isRefused = on.http.exchanges.response[table.exchange[agent]] === heads.refusal
    table.isRefused[agent] = isRefused ? 1 : 0
  }

  onEndLost(end: TunnelEnd): void {
    const { table, ends } = this
    const agent = ends.table.agent[end]
    if (ends.table.isServer[end] === 1) return this.unregister(agent, end)
    if (table.connection[agent] === NONE) return
    this.closeConnection(agent)
    this.onLost(agent)
  }

  // At the server.

  onRequest(exchange: Exchange): void {
    const { table, on, heads } = this
    const { exchanges } = on.http
    const agent = this.agentByRequest.get(exchanges.request[exchange])!
    if (this.isRefused(agent)) return this.refuse(agent, exchange)
    const stream = exchanges.stream[exchange]
    const end = this.ends.add(agent, table.incarnation[agent], stream, table.account[agent], true)
    this.ends.table.registration[end] = ++table.registrations[0]
    this.register(agent, end)
    table.setups[agent]++
    if (table.setupNs[agent] < 0) table.setupNs[agent] = on.timeline.now - table.dialTick[agent]
    on.http.respond(exchange, heads.response, UNKNOWN_LENGTH)
    on.streams.flush(stream)
    this.noteTried(agent)
  }

  private isRefused(agent: number): boolean {
    const { needsToken: isAskedForToken, token } = this.agents[agent]
    return isAskedForToken && verifyAgentToken(token, Math.floor(this.on.timeline.now / NS_PER_S)) !== null
  }

  private refuse(agent: number, exchange: Exchange): void {
    const { on, heads } = this
    this.table.refusals[agent]++
    on.http.respondWhole(exchange, heads.refusal, [])
  }

  private dial(agent: number): void {
    const { table, on } = this
    const { host, localAddress, remoteAddress, nameHigh, nameLow, tlsClient, http2 } = this.agents[agent]
    table.state[agent] = DIALLING
    table.dialTick[agent] = on.timeline.now
    table.dials[agent]++
    const lower = on.tcp.dial({
      host,
      localAddress,
      remoteAddress,
      port: AGENT_PORT,
      nameHigh: derivedName(nameHigh, table.dials[agent]),
      nameLow: derivedName(nameLow, table.dials[agent]),
      account: table.account[agent],
      activity: table.activity[agent],
      isRelay: false,
    })
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
    const { table, on } = this
    const tick = on.timeline.now + Math.max(1, Math.round(waitNs))
    table.nextDialTick[agent] = tick
    on.timeline.schedule(tick, on.firstHostTarget + this.agents[agent].host, AGENT_SYNC, agent)
  }

  /** apimachinery pkg/util/wait: Jitter. */
  private jittered(agent: number, intervalNs: number): number {
    return intervalNs * (1 + JITTER * this.chance(agent, STRETCH))
  }

  private chance(agent: number, about: number): number {
    const { jitterKey: chance, nameHigh, nameLow } = this.agents[agent]
    const dials = this.table.dials[agent]
    return fateFraction(chance.hi, chance.lo, nameHigh, nameLow, dials, about)
  }

  private closeConnection(agent: number): void {
    const connection = this.table.connection[agent]
    this.table.connection[agent] = NONE
    if (connection !== NONE) this.on.http.close(connection)
  }

  private noteTried(agent: number): void {
    if (this.table.hasTried[agent] === 1) return
    this.table.hasTried[agent] = 1
    this.onTried()
  }

  private register(agent: number, end: TunnelEnd): void {
    const { table, ends } = this
    ends.table.next[end] = NONE
    let last = table.firstEnd[agent]
    if (last === NONE) {
      table.firstEnd[agent] = end
      return
    }
    while (ends.table.next[last] !== NONE) last = ends.table.next[last]
    ends.table.next[last] = end
  }

  private unregister(agent: number, end: TunnelEnd): void {
    const { table, ends } = this
    if (table.firstEnd[agent] === end) {
      table.firstEnd[agent] = ends.table.next[end]
      return
    }
    let before = table.firstEnd[agent]
    while (ends.table.next[before] !== end) before = ends.table.next[before]
    ends.table.next[before] = ends.table.next[end]
  }
}

/** What a chance is about. */
const PHASE = 0
const STRETCH = 1
