import type { Arena } from '../../engine/arena.ts'
import { finish32, mix32 } from '../../engine/hash.ts'
import { NONE, Table } from '../../engine/table.ts'
import type { Http, HttpConnectionOwner } from '../../http/http.ts'
import { HTTP_1 } from '../../http/http-connection.ts'
import type { Exchange, HttpConnection } from '../../http/rows.ts'
import type { Content } from '../../transport/rows.ts'
import type { ByteStreams, StreamUser } from '../../transport/streams/byte-stream.ts'
import type { Tunnel } from '../paths/path.ts'
import type { HealthCheck } from '../rows.ts'
import type { SshTunnelerPlan } from './ssh-tunneler-plan.ts'
import type { Tunnels } from './tunnels.ts'

class HealthCheckTable extends Table<HealthCheck> {
  readonly tunnel = this.int32()
  /** The number of the dial that opened the tunnel; a later dial is not affected by the check. */
  readonly dial = this.float64()
  readonly connection = this.handle<HttpConnection>()
  readonly exchange = this.handle<Exchange>()
  /** Index of the HttpRequest of the check. */
  readonly request = this.int32()

  constructor(arena: Arena) {
    super(arena, 16)
    this.attach()
  }
}

/** The salt for the names of checks, which also depend on the names of their tunnels. */
const CHECK = 4

/**
 * Health checks of tunnels: GET /healthz at the kubelet's read-only port, through the tunnel, on a new connection each
 * time. A check has no timeout; it fails when its connection fails (Kubernetes 1.6 to 1.21, pkg/ssh/ssh.go,
 * healthCheck).
 */
export class SshHealthChecks implements HttpConnectionOwner, StreamUser {
  private readonly table: HealthCheckTable
  private readonly streams: ByteStreams
  private readonly http: Http
  private readonly tunnels: Tunnels
  private readonly plans: readonly Tunnel[]
  private readonly ownerKind: number
  private readonly userKind: number
  private onFailed!: (tunnel: number, dial: number) => void

  constructor(arena: Arena, streams: ByteStreams, http: Http, all: Tunnels, tunnels: readonly Tunnel[]) {
    this.table = new HealthCheckTable(arena)
    this.streams = streams
    this.http = http
    this.tunnels = all
    this.plans = tunnels
    this.ownerKind = http.registerOwner(this)
    this.userKind = streams.registerUser(this)
  }

  /** Sets the function that is called when a check fails, with the tunnel and the number of the dial that opened it. */
  connectObserver(onFailed: (tunnel: number, dial: number) => void): void {
    this.onFailed = onFailed
  }

  begin(tunnel: number, { healthzTarget, healthRequest }: SshTunnelerPlan): void {
    const { table, tunnels: all, http } = this
    const dial = all.table.dials[tunnel]
    const nth = all.table.begunChecks[tunnel]++
    const activity = all.table.activity[tunnel]
    const row = table.allocate()
    table.tunnel[row] = tunnel
    table.dial[row] = dial
    table.request[row] = healthRequest
    const { nameHigh, nameLow } = this.plans[tunnel]
    const name = (lane: number) => finish32(mix32(mix32(lane, CHECK), nth))
    const request = { target: healthzTarget, nameHigh: name(nameHigh), nameLow: name(nameLow), account: NONE }
    const stream = all.open(tunnel, request, activity)
    const connection = http.connect(stream, {
      version: HTTP_1,
      ownerKind: this.ownerKind,
      owner: row,
      parameters: NONE,
      hasHealthCheck: false,
    })
    table.connection[row] = connection
  }

  // Calls from the HTTP connection.

  onReady(row: HealthCheck): void {
    const { table, http, streams } = this
    const exchange = http.request(table.connection[row], table.request[row], 0)
    table.exchange[row] = exchange
    streams.attach(http.exchanges.stream[exchange], this.userKind, row)
  }

  onFree(): void {}

  onLost(row: HealthCheck): void {
    const { table } = this
    const tunnel = table.tunnel[row]
    const dial = table.dial[row]
    table.release(row)
    this.tunnels.table.failedChecks[tunnel]++
    this.onFailed(tunnel, dial)
  }

  // Calls from the stream of the exchange.

  onOpen(): void {}

  onData(_row: number, content: Content, offset: number, lengthBytes: number): void {
    const { contents } = this.streams
    while (contents.nextMarkEnd(content) <= offset + lengthBytes) contents.takeMark(content)
  }

  /** Called when the response is complete. The check has passed, regardless of the status. */
  onEnd(row: HealthCheck): void {
    const { table, http, streams } = this
    const connection = table.connection[row]
    const stream = http.exchanges.stream[table.exchange[row]]
    this.tunnels.table.passedChecks[table.tunnel[row]]++
    table.release(row)
    streams.close(stream)
    http.close(connection)
  }

  /** Does nothing, since `onLost` follows. */
  onFailure(): void {}

  onDrained(): void {}
}
