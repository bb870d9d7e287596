import { fate32, fate53 } from '../engine/streams.ts'
import { NONE } from '../engine/table.ts'
import { HTTP_2 } from '../http/http-connection.ts'
import type { Ssh } from '../security/ssh.ts'
import type { Tls } from '../security/tls.ts'
import type { FailureReason } from '../transport/failure.ts'
import type { Tcp } from '../transport/tcp.ts'
import type { Connector, PathWaiter } from '../workload/connector.ts'
import type { Path } from './path.ts'
import type { TunnelObserver, Tunnels } from './tunnels.ts'

/** Connects along paths: TCP or a channel of a tunnel below, TLS above it where the path has it. */
export class Paths implements Connector, TunnelObserver {
  private readonly paths: readonly Path[]
  private readonly tcp: Tcp
  private readonly tls: Tls
  private readonly ssh: Ssh
  private readonly tunnels: Tunnels
  private waiter!: PathWaiter
  private onWarm!: () => void

  constructor(paths: readonly Path[], tcp: Tcp, tls: Tls, ssh: Ssh, tunnels: Tunnels) {
    this.paths = paths
    this.tcp = tcp
    this.tls = tls
    this.ssh = ssh
    this.tunnels = tunnels
    tunnels.observeWith(this)
  }

  /** `onWarm` hears when the last warm tunnel is up, or has failed. */
  connectWaiter(waiter: PathWaiter, onWarm: () => void): void {
    this.waiter = waiter
    this.onWarm = onWarm
  }

  isReachable(path: number): boolean {
    const { tunnels } = this.paths[path]
    return tunnels.length === 0 || tunnels.some((tunnel) => this.tunnels.isUp(tunnel))
  }

  makeReachable(path: number): void {
    const { tunnels, ownTunnel } = this.paths[path]
    this.tunnels.dial(ownTunnel === NONE ? tunnels[0] : ownTunnel)
  }

  /** Where a path has several tunnels, nobody knows which before the connection is there. */
  sharedActivity(path: number): number {
    const { tunnels } = this.paths[path]
    return tunnels.length === 1 ? this.tunnels.table.activity[tunnels[0]] : NONE
  }

  hostOf(path: number): number {
    return this.paths[path].fromHost
  }

  connect(path: number, version: number, nameHigh: number, nameLow: number, account: number, activity: number): number {
    const { http1, http2 } = this.paths[path].tlsClients
    const tlsClient = version === HTTP_2 ? http2 : http1
    const lower = this.connectBelow(path, nameHigh, nameLow, account, activity)
    return tlsClient === NONE ? lower : this.tls.connect(lower, tlsClient)
  }

  /** `host` restarts. Connections that stand fail by themselves; those that were to be dialled are not there to do so. */
  forget(host: number): void {
    this.waiter.onForgotten(this.pathsWhere(({ fromHost }) => fromHost === host))
  }

  onTunnelUp(tunnel: number): void {
    this.waiter.onReachable(this.pathsWhere(({ tunnels }) => tunnels.includes(tunnel)))
    this.noteWarm()
  }

  onTunnelDown(tunnel: number, reason: FailureReason): void {
    this.waiter.onUnreachable(
      this.pathsWhere(({ tunnels }) => tunnels.includes(tunnel)),
      reason,
    )
    this.noteWarm()
  }

  private connectBelow(path: number, nameHigh: number, nameLow: number, account: number, activity: number): number {
    const { fromHost, localAddress, remoteAddress, port, tunnels } = this.paths[path]
    if (tunnels.length > 0) {
      const tunnel = this.pickTunnel(path, nameHigh, nameLow)
      return this.ssh.channels.open(this.tunnels.table.session[tunnel], { target: path, nameHigh, nameLow, account })
    }
    return this.tcp.dial({
      host: fromHost,
      localAddress,
      remoteAddress,
      port,
      nameHigh,
      nameLow,
      account,
      activity,
      isRelay: false,
    })
  }

  /** That of the target's address, else any of those that stand (pkg/ssh/ssh.go, pickTunnel). */
  private pickTunnel(path: number, nameHigh: number, nameLow: number): number {
    const { tunnels, ownTunnel, choiceHigh, choiceLow } = this.paths[path]
    if (ownTunnel !== NONE && this.tunnels.isUp(ownTunnel)) return ownTunnel
    const standing = tunnels.filter((tunnel) => this.tunnels.isUp(tunnel))
    if (standing.length === 1) return standing[0]
    const chance = fate53(
      fate32(choiceHigh, choiceLow, nameHigh, nameLow, 0, 0),
      fate32(choiceLow, choiceHigh, nameHigh, nameLow, 0, 0),
    )
    return standing[Math.floor(chance * standing.length)]
  }

  private pathsWhere(isWanted: (path: Path) => boolean): number[] {
    return this.paths.flatMap((path, index) => (isWanted(path) ? [index] : []))
  }

  private noteWarm(): void {
    if (!this.tunnels.isAnyWarmDialling()) this.onWarm()
  }
}
