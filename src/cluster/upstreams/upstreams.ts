import type { Arena } from '../../engine/arena.ts'
import { UPSTREAM_IDLE } from '../../engine/event-kinds.ts'
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
import type { NodeAddresses } from '../node-lifecycle/node-addresses.ts'
import type { Pooled, UpstreamCall } from '../rows.ts'
import { CallTable, HELD, PooledTable, REQUESTED, UpstreamCounts, WAITING, WRITING } from './upstream-tables.ts'

/** DefaultMaxIdleConnsPerHost and IdleConnTimeout of Go's http.Transport (net/http/transport.go). */
const MOST_IDLE = 2
const IDLE_PATIENCE_NS = 90 * NS_PER_S

/** Behind the clients' own connections and the shared ones. */
const FIRST_ORDER = 6_755_399_441_055_744

/** Who wants to ask somebody else something. */
export interface UpstreamUser {
  /** The connection stands and the request is written: `request` may be called. */
  onUpstreamReady(user: number): void
  /** There will be no connection. The call is over. */
  onUpstreamFailed(user: number, reason: FailureReason): void
}

export interface UpstreamRequest {
  readonly path: number
  /** On a connection of its own, of HTTP/1.1, which is closed with it: an upgrade (UpgradeAwareHandler.DialForUpgrade). */
  readonly isFresh: boolean
  readonly userKind: number
  readonly user: number
  /** Of what it is for; a connection that is dialled for it is named by it. */
  readonly nameHigh: number
  readonly nameLow: number
  /** The activity of whoever waits. */
  readonly waiting: Activity
  /** Who pays for a connection that is dialled for it. */
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
  /** By path. */
  readonly isHttp2: readonly boolean[]
  readonly firstHostTarget: number
}

/**
 * Requests that a server makes in turn, to answer one of its own: the apiserver's to kubelets and pods, a kubelet's to
 * the apiserver. Over HTTP/2 they go on the one connection that all who use the path share, over HTTP/1.1 on one that
 * is idle, or a new one. What the connection does until the call is over counts for whoever waits.
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
    shared.join({
      onConnected: (path) => this.onSharedConnected(path),
      onLost: (path, reason) => this.onSharedLost(path, reason),
      onFree: () => {},
    })
  }

  registerUser(user: UpstreamUser): number {
    return this.users.push(user) - 1
  }

  /**
   * Nothing happens before `begin`, so that the user can note which call it is. Connections are pooled by address, as
   * Go does it: those that stand to where a node was are not used to where it is.
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
    this.parts.processors.activities.serve(serving, calls.waiting[call])
    if (connections.isUp(via)) this.write(call)
  }

  /** On the connection that all who use the path share. */
  isShared(call: UpstreamCall): boolean {
    return this.calls.pooled[call] === NONE
  }

  /** Asks; see Http.request. */
  request(call: UpstreamCall, request: number, bodyBytes: number): Exchange {
    this.calls.state[call] = REQUESTED
    return this.parts.connections.request(this.calls.via[call], request, bodyBytes)
  }

  /**
   * What was asked is answered. The connection, which must be its own, is kept, so that more may be asked on it, in the
   * name of this user; `onNoUpstream` says when it is gone.
   */
  hold(call: UpstreamCall, userKind: number, user: number): void {
    const { calls } = this
    calls.state[call] = HELD
    calls.userKind[call] = userKind
    calls.user[call] = user
  }

  /** Nothing is being asked on its connection. */
  isFree(call: UpstreamCall): boolean {
    const { table, http } = this.parts.connections
    return http.isFree(table.connection[this.calls.via[call]])
  }

  /** Nobody waits for it any more. What was asked, and is not over, its user ends by closing its stream. */
  close(call: UpstreamCall): void {
    const { calls, pool } = this
    const { connections } = this.parts
    const pooled = calls.pooled[call]
    const isUnused = calls.state[call] !== REQUESTED && connections.isUp(calls.via[call])
    if (pooled !== NONE) pool.call[pooled] = NONE
    this.release(call)
    if (pooled !== NONE && isUnused) this.rest(pooled)
  }

  // From connections of the pool.

  onConnected(pooled: Pooled): void {
    const call = this.pool.call[pooled]
    if (call !== NONE) this.write(call)
    else this.rest(pooled)
  }

  onLost(pooled: Pooled, reason: FailureReason): void {
    const call = this.pool.call[pooled]
    this.forget(pooled)
    if (call !== NONE) this.fail(call, reason)
  }

  onFree(pooled: Pooled): void {
    if (this.pool.call[pooled] === NONE) this.rest(pooled)
  }

  /** The event UPSTREAM_IDLE of a host. */
  onIdle(host: number, ordinal: number): void {
    const { pool } = this
    const { timeline, connections } = this.parts
    for (const pooled of pool.everyRow()) {
      if (pool.hasEvent[pooled] === 0 || pool.ordinal[pooled] !== ordinal) continue
      if (connections.hostOf(pool.via[pooled]) !== host) continue
      pool.hasEvent[pooled] = 0
      if (pool.isIdle[pooled] === 0) return
      if (pool.idleTick[pooled] + IDLE_PATIENCE_NS > timeline.now) this.expectIdle(pooled)
      else this.forget(pooled)
      return
    }
  }

  // Work that is done: the request is written.

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
    const hasAsked = this.calls.state[call] === REQUESTED
    this.release(call)
    // Who has asked hears it from the exchange.
    if (!hasAsked) user.onUpstreamFailed(row, reason)
  }

  private release(call: UpstreamCall): void {
    const { calls } = this
    const { processors } = this.parts
    processors.activities.leave(calls.serving[call], calls.waiting[call])
    calls.via[call] = NONE
    calls.release(call)
  }

  // Shared connections.

  private onSharedConnected(path: number): void {
    for (const call of this.callsOn(path)) if (this.calls.state[call] === WAITING) this.write(call)
  }

  private onSharedLost(path: number, reason: FailureReason): void {
    for (const call of this.callsOn(path)) if (this.calls.state[call] !== REQUESTED) this.fail(call, reason)
  }

  /** What becomes of one may end others: those that are there when it begins. */
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

  /** The one that was used last, else a new one. */
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

  /** It has nothing to do: kept for the next, if there are not enough of its kind. */
  private rest(pooled: Pooled): void {
    const { pool } = this
    const { timeline } = this.parts
    if (pool.isFresh[pooled] === 1 || this.idleOn(pool.path[pooled]).length >= MOST_IDLE) return this.forget(pooled)
    pool.isIdle[pooled] = 1
    pool.idleTick[pooled] = timeline.now
    if (pool.hasEvent[pooled] === 0) this.expectIdle(pooled)
  }

  private expectIdle(pooled: Pooled): void {
    const { pool } = this
    const { timeline, connections } = this.parts
    pool.hasEvent[pooled] = 1
    const target = this.parts.firstHostTarget + connections.hostOf(pool.via[pooled])
    timeline.schedule(pool.idleTick[pooled] + IDLE_PATIENCE_NS, target, UPSTREAM_IDLE, pool.ordinal[pooled])
  }

  private forget(pooled: Pooled): void {
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
