import type { Arena } from '../../engine/arena.ts'
import { EventKind } from '../../engine/event-kind.ts'
import { NONE } from '../../engine/table.ts'
import { NS_PER_S } from '../../engine/ticks.ts'
import type { Timeline } from '../../engine/timeline.ts'
import { HTTP_1 } from '../../http/http-connection.ts'
import type { Exchange } from '../../http/rows.ts'
import type { Processors, Worker } from '../../network/processor.ts'
import type { Account, Activity } from '../../network/rows.ts'
import type { CpuProfile } from '../../security/cpu-profile.ts'
import type { FailureReason } from '../../transport/streams/failure.ts'
import type { PathConnections, PathConnectionUser } from '../../workload/path-connections.ts'
import type { SharedConnections } from '../../workload/shared-connections.ts'
import type { NodeAddresses } from '../paths/node-addresses.ts'
import type { Pooled, UpstreamCall } from '../rows.ts'
import { CallTable, HELD, PooledTable, REQUESTED, UpstreamCounts, WAITING, WRITING } from './upstream-tables.ts'

/** A pooled connection of a host (the target) is closed because it has been idle. */
export const UPSTREAM_IDLE = new EventKind('upstream idle')

/**
 * The number of idle connections to a host that Go's http.Transport keeps, and the time that it keeps them
 * (net/http/transport.go, DefaultMaxIdleConnsPerHost and IdleConnTimeout of DefaultTransport).
 */
const MOST_IDLE = 2
const IDLE_PATIENCE_NS = 90 * NS_PER_S

/**
 * The order of the first pooled connection: pooled connections are handled after the clients' own connections and the
 * shared ones.
 */
const FIRST_ORDER = 6_755_399_441_055_744

/** A part of a server that sends requests through Upstreams. */
export interface UpstreamUser {
  /** Called when the connection is established, so that the request can be sent with `request`. */
  onUpstreamReady(user: number): void
  /** Called when the connection could not be established. The call has ended. */
  onUpstreamFailed(user: number, reason: FailureReason): void
}

export interface UpstreamRequest {
  readonly path: number
  /**
   * Whether the call uses an HTTP/1.1 connection of its own, which is closed with the call, as upgrades do
   * (k8s.io/apimachinery, pkg/util/proxy/upgradeaware.go, DialForUpgrade).
   */
  readonly isFresh: boolean
  readonly userKind: number
  readonly user: number
  /**
   * The hash of the name of the request or stream for which the call is made. The name of a new connection is derived
   * from it.
   */
  readonly nameHigh: number
  readonly nameLow: number
  /** The activity of the request that waits for this one. */
  readonly waiting: Activity
  /** The account that is charged for a new connection. */
  readonly account: Account
}

export interface UpstreamsParts {
  readonly arena: Arena
  readonly timeline: Timeline
  readonly processors: Processors
  readonly connections: PathConnections
  readonly shared: SharedConnections
  readonly addresses: NodeAddresses
  readonly cpus: readonly CpuProfile[]
  /** Whether requests on a path use HTTP/2, by path. */
  readonly isHttp2: readonly boolean[]
  readonly firstHostTarget: number
}

/**
 * Requests that a server sends in order to answer a request: from the apiserver to kubelets and pods, from a kubelet to
 * the apiserver. Over HTTP/2, they use the one connection that all users of the path share; over HTTP/1.1, an idle
 * connection or a new one. The activity of the connection counts for the waiting request until the call ends.
 */
export class Upstreams implements Worker, PathConnectionUser {
  private readonly parts: UpstreamsParts
  private readonly calls: CallTable
  private readonly pool: PooledTable
  private readonly counts: UpstreamCounts
  private readonly users: UpstreamUser[] = []
  private readonly workerKind: number
  private readonly userKind: number

  constructor(parts: UpstreamsParts) {
    const { arena, processors, connections, shared } = parts
    this.parts = parts
    this.calls = new CallTable(arena)
    this.pool = new PooledTable(arena)
    this.counts = new UpstreamCounts(arena)
    this.workerKind = processors.register(this)
    this.userKind = connections.registerUser(this)
    parts.timeline.handle(UPSTREAM_IDLE, parts.firstHostTarget, (host, ordinal) => this.onIdle(host, ordinal))
    shared.join({
      onConnected: (path) => this.onSharedConnected(path),
      onLost: (path, reason) => this.onSharedLost(path, reason),
      onFree: () => {},
      isWaiting: (path) => this.callsOn(path).some((call) => this.calls.state[call] === WAITING),
    })
  }

  registerUser(user: UpstreamUser): number {
    return this.users.push(user) - 1
  }

  /**
   * Opens a call. Nothing happens before `begin`, so that the user can store the call first. Connections are pooled by
   * address, as in Go: a connection to a node's old address is not used for its new one.
   */
  open({ path: wanted, isFresh, userKind, user, nameHigh, nameLow, waiting, account }: UpstreamRequest): UpstreamCall {
    const { calls } = this
    const path = this.parts.addresses.currentPathOf(wanted)
    const isShared = this.parts.isHttp2[path] && !isFresh
    const pooled = isShared ? NONE : this.takePooled(path, isFresh, nameHigh, nameLow, account)
    const call = calls.allocate()
    calls.path[call] = path
    calls.pooled[call] = pooled
    calls.via[call] = isShared ? this.parts.shared.rowOf(path) : this.pool.via[pooled]
    calls.state[call] = WAITING
    calls.userKind[call] = userKind
    calls.user[call] = user
    calls.waiting[call] = waiting
    calls.order[call] = this.counts.counts[0]++
    if (pooled !== NONE) this.pool.call[pooled] = call
    return call
  }

  begin(call: UpstreamCall): void {
    const { calls } = this
    const { connections } = this.parts
    const via = calls.via[call]
    if (connections.isDown(via)) connections.dial(via)
    const serving = connections.table.activity[via]
    calls.serving[call] = serving
    this.parts.processors.activities.addWaiter(serving, calls.waiting[call])
    if (connections.isUp(via)) this.write(call)
  }

  /** Returns whether the call uses the connection that all users of the path share. */
  isShared(call: UpstreamCall): boolean {
    return this.calls.pooled[call] === NONE
  }

  /** Sends the request; see Http.request. */
  request(call: UpstreamCall, request: number, bodyBytes: number): Exchange {
    this.calls.state[call] = REQUESTED
    return this.parts.connections.request(this.calls.via[call], request, bodyBytes)
  }

  /**
   * Keeps the call's connection, which must not be shared, after the response, so that this user can send further
   * requests on it. `onUpstreamFailed` is called when it is lost.
   */
  hold(call: UpstreamCall, userKind: number, user: number): void {
    const { calls } = this
    calls.state[call] = HELD
    calls.userKind[call] = userKind
    calls.user[call] = user
  }

  /** Returns whether no request is pending on the call's connection. */
  isFree(call: UpstreamCall): boolean {
    const { table, http } = this.parts.connections
    return http.isFree(table.connection[this.calls.via[call]])
  }

  /** Ends a call. If its request is still pending, the user ends that by closing the exchange's stream. */
  close(call: UpstreamCall): void {
    const { calls, pool } = this
    const { connections } = this.parts
    const pooled = calls.pooled[call]
    const isUnused = calls.state[call] !== REQUESTED && connections.isUp(calls.via[call])
    if (pooled !== NONE) pool.call[pooled] = NONE
    this.release(call)
    if (pooled !== NONE && isUnused) this.keepIdle(pooled)
  }

  // Calls from pooled connections.

  onConnected(pooled: Pooled): void {
    const call = this.pool.call[pooled]
    if (call !== NONE) this.write(call)
    else this.keepIdle(pooled)
  }

  onLost(pooled: Pooled, reason: FailureReason): void {
    const call = this.pool.call[pooled]
    this.discard(pooled)
    if (call !== NONE) this.fail(call, reason)
  }

  onFree(pooled: Pooled): void {
    if (this.pool.call[pooled] === NONE) this.keepIdle(pooled)
  }

  /** Handles the event UPSTREAM_IDLE of a host: closes the connection if it has been idle for long enough. */
  private onIdle(host: number, ordinal: number): void {
    const { pool } = this
    const { timeline, connections } = this.parts
    for (const pooled of pool.everyRow()) {
      if (pool.hasEvent[pooled] === 0 || pool.ordinal[pooled] !== ordinal) continue
      if (connections.hostOf(pool.via[pooled]) !== host) continue
      pool.hasEvent[pooled] = 0
      const isIdle = pool.isIdle[pooled] === 1
      if (isIdle && pool.idleTick[pooled] + IDLE_PATIENCE_NS <= timeline.now) return this.discard(pooled)
      if (isIdle) this.scheduleIdleCheck(pooled)
      break
    }
    timeline.noteIdleWakeUp()
  }

  // Calls from the processor: the CPU time for writing the request has been spent.

  isPresent(call: UpstreamCall, generation: number): boolean {
    return this.calls.generation[call] === generation
  }

  onWorkDone(call: UpstreamCall): void {
    const { calls } = this
    if (this.parts.connections.isUp(calls.via[call])) this.users[calls.userKind[call]].onUpstreamReady(calls.user[call])
  }

  private write(call: UpstreamCall): void {
    const { calls } = this
    const { connections, processors } = this.parts
    const via = calls.via[call]
    calls.state[call] = WRITING
    const host = connections.hostOf(via)
    const { requestNs } = this.parts.cpus[host]
    processors.run(host, requestNs, 0, calls.serving[call], this.workerKind, call, calls.generation[call], 0)
  }

  private fail(call: UpstreamCall, reason: FailureReason): void {
    const user = this.users[this.calls.userKind[call]]
    const row = this.calls.user[call]
    const hasSent = this.calls.state[call] === REQUESTED
    this.release(call)
    // A user that has sent its request is notified through the exchange.
    if (!hasSent) user.onUpstreamFailed(row, reason)
  }

  private release(call: UpstreamCall): void {
    const { calls } = this
    const { processors } = this.parts
    processors.activities.removeWaiter(calls.serving[call], calls.waiting[call])
    calls.via[call] = NONE
    calls.release(call)
  }

  // Calls from shared connections.

  private onSharedConnected(path: number): void {
    for (const call of this.callsOn(path)) if (this.calls.state[call] === WAITING) this.write(call)
  }

  private onSharedLost(path: number, reason: FailureReason): void {
    for (const call of this.callsOn(path)) if (this.calls.state[call] !== REQUESTED) this.fail(call, reason)
  }

  /**
   * The calls on a path's shared connection, in order. The list is made first, since the handling of one call may end
   * others.
   */
  private callsOn(path: number): UpstreamCall[] {
    const { calls } = this
    const { shared } = this.parts
    const found: UpstreamCall[] = []
    const via = shared.rowOf(path)
    for (const call of calls.everyRow()) {
      if (calls.via[call] === via) found.push(call)
    }
    return found.sort((a, b) => calls.order[a] - calls.order[b])
  }

  // The pool.

  /** Takes the idle connection that was used last, or a new one. */
  private takePooled(path: number, isFresh: boolean, nameHigh: number, nameLow: number, account: Account): Pooled {
    const idle = isFresh ? undefined : this.idleOn(path)[0]
    if (idle !== undefined) {
      this.pool.isIdle[idle] = 0
      return idle
    }
    const { pool } = this
    const { connections } = this.parts
    const pooled = pool.allocate()
    const ordinal = this.counts.counts[1]++
    const via = connections.add({
      path,
      version: HTTP_1,
      userKind: this.userKind,
      user: pooled,
      order: FIRST_ORDER + ordinal,
      nameHigh,
      nameLow,
      account,
    })
    pool.path[pooled] = path
    pool.via[pooled] = via
    pool.isFresh[pooled] = isFresh ? 1 : 0
    pool.ordinal[pooled] = ordinal
    return pooled
  }

  /** Keeps a connection for later requests, if there are not too many idle ones to the same host. */
  private keepIdle(pooled: Pooled): void {
    const { pool } = this
    const { timeline } = this.parts
    if (pool.isFresh[pooled] === 1 || this.idleOn(pool.path[pooled]).length >= MOST_IDLE) return this.discard(pooled)
    pool.isIdle[pooled] = 1
    pool.idleTick[pooled] = timeline.now
    if (pool.hasEvent[pooled] === 0) this.scheduleIdleCheck(pooled)
  }

  private scheduleIdleCheck(pooled: Pooled): void {
    const { pool } = this
    const { timeline, connections } = this.parts
    pool.hasEvent[pooled] = 1
    const target = this.parts.firstHostTarget + connections.hostOf(pool.via[pooled])
    timeline.schedule(pool.idleTick[pooled] + IDLE_PATIENCE_NS, target, UPSTREAM_IDLE, pool.ordinal[pooled])
  }

  private discard(pooled: Pooled): void {
    const { pool } = this
    const via = pool.via[pooled]
    pool.call[pooled] = NONE
    pool.isIdle[pooled] = 0
    pool.hasEvent[pooled] = 0
    pool.path[pooled] = NONE
    pool.release(pooled)
    this.parts.connections.remove(via)
  }

  private idleOn(path: number): Pooled[] {
    const { pool } = this
    const found: Pooled[] = []
    for (const pooled of pool.everyRow()) {
      if (pool.isIdle[pooled] === 1 && pool.path[pooled] === path) found.push(pooled)
    }
    return found.sort((a, b) => pool.idleTick[b] - pool.idleTick[a] || pool.ordinal[b] - pool.ordinal[a])
  }
}
