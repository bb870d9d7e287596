import type { Arena } from '../engine/arena.ts'
import { finish32, mix32 } from '../engine/hash.ts'
import { removeRow } from '../engine/linked-rows.ts'
import { NONE } from '../engine/table.ts'
import type { Timeline } from '../engine/timeline.ts'
import type { Http, HttpConnectionOwner } from '../http/http.ts'
import { type HTTP_1, HTTP_2 } from '../http/http-connection.ts'
import type { Exchange } from '../http/rows.ts'
import { type ActivityTable, PART_COUNT } from '../network/activity.ts'
import type { Processors, Worker } from '../network/processor.ts'
import type { Account, Activity } from '../network/rows.ts'
import type { CpuProfile } from '../security/cpu-profile.ts'
import type { FailureReason } from '../transport/streams/failure.ts'
import type { Connector } from './connector.ts'
import { DIALLING, DOWN, PathConnectionTable, PathTable, UP, WAITING_FOR_TUNNEL } from './path-connection-table.ts'
import type { PathConnection } from './rows.ts'

/** A user of connections along paths. */
export interface PathConnectionUser {
  onConnected(user: number, setupNs: number): void
  /** Called when the connection was lost, or could not be dialled. */
  onLost(user: number, reason: FailureReason): void
  /** Called when an exchange on the connection has ended. */
  onFree(user: number): void
}

/** The properties of a connection that is not dialled yet. */
export interface PathConnectionOptions {
  readonly path: number
  readonly version: typeof HTTP_1 | typeof HTTP_2
  readonly userKind: number
  readonly user: number
  readonly order: number
  readonly nameHigh: number
  readonly nameLow: number
  readonly account: Account
}

/** The HTTP/2 settings of a path's clients. */
export interface PathHttp {
  /** Index of the Http2Parameters. */
  readonly http2: number
  readonly hasHealthCheck: boolean
}

export interface PathConnectionsParts {
  readonly arena: Arena
  readonly timeline: Timeline
  readonly processors: Processors
  readonly http: Http
  readonly connector: Connector
  readonly pathHttp: readonly PathHttp[]
  readonly cpus: readonly CpuProfile[]
}

/** Dials connections along paths, and reports to their users when they are up and when they are lost. */
export class PathConnections implements HttpConnectionOwner, Worker {
  readonly table: PathConnectionTable
  private readonly paths: PathTable
  readonly http: Http
  readonly connector: Connector
  private readonly timeline: Timeline
  private readonly processors: Processors
  private readonly activities: ActivityTable
  private readonly cpus: readonly CpuProfile[]
  private readonly pathHttp: readonly PathHttp[]
  private readonly users: PathConnectionUser[] = []
  private readonly ownerKind: number
  private readonly workerKind: number
  /** A buffer for the totals of one activity, by part. */
  private readonly reading = new Float64Array(PART_COUNT)

  constructor({ arena, timeline, processors, http, connector, pathHttp, cpus }: PathConnectionsParts) {
    this.table = new PathConnectionTable(arena)
    this.paths = new PathTable(arena, pathHttp.length)
    this.timeline = timeline
    this.processors = processors
    this.activities = processors.activities
    this.http = http
    this.connector = connector
    this.pathHttp = pathHttp
    this.cpus = cpus
    this.ownerKind = http.registerOwner(this)
    this.workerKind = processors.register(this)
  }

  registerUser(user: PathConnectionUser): number {
    return this.users.push(user) - 1
  }

  add(options: PathConnectionOptions): PathConnection {
    const { table } = this
    const row = table.allocate()
    table.path[row] = options.path
    table.host[row] = this.connector.hostOf(options.path)
    table.next[row] = this.paths.first[options.path]
    this.paths.first[options.path] = row
    table.version[row] = options.version
    table.state[row] = DOWN
    table.userKind[row] = options.userKind
    table.user[row] = options.user
    table.order[row] = options.order
    table.nameHigh[row] = options.nameHigh
    table.nameLow[row] = options.nameLow
    table.account[row] = options.account
    return row
  }

  remove(row: PathConnection): void {
    this.close(row)
    this.activities.drop(this.table.activity[row])
    removeRow(this.paths.first, this.table.path[row], this.table.next, row)
    this.table.release(row)
  }

  isUp(row: PathConnection): boolean {
    return this.table.state[row] === UP
  }

  isDown(row: PathConnection): boolean {
    return this.table.state[row] === DOWN
  }

  /** Dials. The connection's time counts for `forActivity`, or for an activity of its own if that is NONE. */
  dial(row: PathConnection, forActivity: Activity = NONE): void {
    const { table, timeline, connector, activities } = this
    const path = table.path[row]
    const shared = forActivity === NONE ? connector.sharedActivity(path) : forActivity
    this.addToEarlier(row, table.activity[row], 1)
    activities.drop(table.activity[row])
    if (shared !== NONE) activities.hold(shared)
    const activity = shared === NONE ? activities.begin() : shared
    this.addToEarlier(row, activity, -1)
    table.activity[row] = activity
    table.dialTick[row] = timeline.now
    table.dials[row]++
    activities.changeHandshakes(activity, 1)
    if (connector.isReachable(path)) this.beginDialling(row)
    else this.waitForTunnel(row)
  }

  /**
   * Lets the time of another connection, which is up or being dialled, count for a connection that is not dialled yet.
   */
  follow(row: PathConnection, other: PathConnection): void {
    const { table, activities } = this
    const activity = table.activity[other]
    this.addToEarlier(row, table.activity[row], 1)
    activities.drop(table.activity[row])
    activities.hold(activity)
    this.addToEarlier(row, activity, -1)
    table.activity[row] = activity
  }

  /** Closes the connection without reporting it to the user. */
  close(row: PathConnection): void {
    const { table, http } = this
    const connection = table.connection[row]
    table.connection[row] = NONE
    this.markDown(row)
    if (connection !== NONE) http.close(connection)
  }

  /**
   * After a response, keeps the connection for the next request or closes it, and returns whether it was kept. An
   * HTTP/1.1 connection is closed if the response arrived before the request's body was sent (Go,
   * net/http/transport.go, wroteRequest).
   */
  keep(row: PathConnection): boolean {
    const { table, http } = this
    const isBusy = this.isUp(row) && table.version[row] !== HTTP_2 && !http.isFree(table.connection[row])
    if (isBusy) this.close(row)
    return this.isUp(row)
  }

  /** Closes all connections of a path that are up; requests on them fail. */
  closeAll(path: number): void {
    for (const row of this.on([path]))
      if (this.isUp(row) && this.table.path[row] === path)
        this.http.failConnection(this.table.connection[row], 'use of closed network connection')
  }

  /** Sends a request on the connection, which is up; see Http.request. */
  request(row: PathConnection, request: number, bodyBytes: number): Exchange {
    return this.http.request(this.table.connection[row], request, bodyBytes)
  }

  /**
   * Copies the PART_COUNT totals of the connection's activities into `into`, over all its dials and the time between
   * them. Only differences between two readings are meaningful.
   */
  readParts(row: PathConnection, into: Float64Array): void {
    const { table, activities } = this
    activities.read(table.activity[row], into, 0)
    if (table.hasEarlier[row] === 0) return
    for (let part = 0; part < PART_COUNT; part++) into[part] += table.earlierNs[row + part]
  }

  hostOf(row: PathConnection): number {
    return this.table.host[row]
  }

  // Events of the connection

  onReady(row: PathConnection): void {
    const { table, activities, timeline } = this
    activities.changeHandshakes(table.activity[row], -1)
    table.state[row] = UP
    this.users[table.userKind[row]].onConnected(table.user[row], timeline.now - table.dialTick[row])
  }

  onFree(row: PathConnection): void {
    this.users[this.table.userKind[row]].onFree(this.table.user[row])
  }

  onLost(row: PathConnection, reason: FailureReason): void {
    this.table.connection[row] = NONE
    this.lose(row, reason)
  }

  // Events of the connector; `paths` share the awaited tunnel

  onReachable(paths: readonly number[]): void {
    for (const row of this.on(paths)) if (this.table.state[row] === WAITING_FOR_TUNNEL) this.beginDialling(row)
  }

  /** Called instead of `onReachable` when the time until now does not count as part of the connection's setup. */
  onAdmitted(paths: readonly number[]): void {
    const { table, timeline } = this
    for (const row of this.on(paths)) {
      if (table.state[row] !== WAITING_FOR_TUNNEL) continue
      table.dialTick[row] = timeline.now
      this.beginDialling(row)
    }
  }

  onUnreachable(paths: readonly number[], reason: FailureReason): void {
    for (const row of this.on(paths)) if (this.table.state[row] === WAITING_FOR_TUNNEL) this.lose(row, reason)
  }

  /** Called when the clients' host has restarted: connections that it was about to dial are lost. */
  onHostRestart(paths: readonly number[]): void {
    const { table } = this
    for (const row of this.on(paths)) {
      if (table.state[row] === DIALLING && table.connection[row] === NONE) this.lose(row, 'host restarted')
    }
  }

  /** Returns the tick at which the client can process data that arrives now. */
  awakeTick(row: PathConnection): number {
    const { table, http, timeline } = this
    const connection = table.connection[row]
    const lower = connection === NONE ? NONE : http.connections.lower[connection]
    return http.streams.awakeTick(lower, 0, this.cpus[this.hostOf(row)].wakeNs, timeline.now)
  }

  // Calls from the processor: the CPU time for creating the socket has been spent

  isPresent(row: PathConnection, generation: number): boolean {
    return this.table.generation[row] === generation
  }

  /** Called when CPU work for a dial is done. Work for a dial that has failed in the meantime has no effect. */
  onWorkDone(row: PathConnection, dial: number): void {
    const { table, connector, http } = this
    if (table.dials[row] !== dial || table.state[row] !== DIALLING) return
    const path = table.path[row]
    if (!connector.isReachable(path)) return this.waitForTunnel(row)
    const version = table.version[row] as typeof HTTP_1 | typeof HTTP_2
    const lower = connector.connect(path, version, {
      nameHigh: finish32(mix32(table.nameHigh[row], dial)),
      nameLow: finish32(mix32(table.nameLow[row], dial)),
      account: table.account[row],
      activity: table.activity[row],
    })
    const { http2, hasHealthCheck } = this.pathHttp[path]
    const connection = http.connect(lower, {
      version,
      ownerKind: this.ownerKind,
      owner: row,
      parameters: http2,
      hasHealthCheck,
    })
    table.connection[row] = connection
  }

  private beginDialling(row: PathConnection): void {
    const { table, processors } = this
    table.state[row] = DIALLING
    const host = this.hostOf(row)
    const { dialNs } = this.cpus[host]
    const { activity, generation, dials } = table
    processors.run(host, dialNs, 0, activity[row], this.workerKind, row, generation[row], dials[row])
  }

  private waitForTunnel(row: PathConnection): void {
    this.table.state[row] = WAITING_FOR_TUNNEL
    this.connector.makeReachable(this.table.path[row])
  }

  private addToEarlier(row: PathConnection, activity: Activity, sign: 1 | -1): void {
    if (activity === NONE) return
    const { table, activities, reading } = this
    activities.read(activity, reading, 0)
    for (let part = 0; part < PART_COUNT; part++) {
      table.earlierNs[row + part] += sign * reading[part]
      if (table.earlierNs[row + part] !== 0) table.hasEarlier[row] = 1
    }
  }

  private lose(row: PathConnection, reason: FailureReason): void {
    const { table } = this
    this.markDown(row)
    this.users[table.userKind[row]].onLost(table.user[row], reason)
  }

  private markDown(row: PathConnection): void {
    const { table, activities } = this
    const isDialling = table.state[row] === DIALLING || table.state[row] === WAITING_FOR_TUNNEL
    if (isDialling) activities.changeHandshakes(table.activity[row], -1)
    table.state[row] = DOWN
  }

  /**
   * Returns the connections of these paths. The list is made first, because the handling of one connection may end
   * others.
   */
  private on(paths: readonly number[]): PathConnection[] {
    const { table } = this
    const found: PathConnection[] = []
    for (const path of paths)
      for (let row = this.paths.first[path]; row !== NONE; row = table.next[row]) found.push(row)
    return found.sort((a, b) => table.order[a] - table.order[b])
  }
}
