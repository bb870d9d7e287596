import { NONE } from '../engine/table.ts'
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
    const { tunnel } = this.paths[path]
    return tunnel === NONE || this.tunnels.isUp(tunnel)
  }

  makeReachable(path: number): void {
    this.tunnels.dial(this.paths[path].tunnel)
  }

  sharedActivity(path: number): number {
    const { tunnel } = this.paths[path]
    return tunnel === NONE ? NONE : this.tunnels.table.activity[tunnel]
  }

  hostOf(path: number): number {
    return this.paths[path].fromHost
  }

  connect(path: number, nameHigh: number, nameLow: number, account: number, activity: number): number {
    const { tlsClient } = this.paths[path]
    const lower = this.connectBelow(path, nameHigh, nameLow, account, activity)
    return tlsClient === NONE ? lower : this.tls.connect(lower, tlsClient)
  }

  /** `host` restarts. Connections that stand fail by themselves; those that were to be dialled are not there to do so. */
  forget(host: number): void {
    this.waiter.onForgotten(this.pathsWhere(({ fromHost }) => fromHost === host))
  }

  onTunnelUp(tunnel: number): void {
    this.waiter.onReachable(this.pathsWhere((path) => path.tunnel === tunnel))
    this.noteWarm()
  }

  onTunnelDown(tunnel: number, reason: FailureReason): void {
    this.waiter.onUnreachable(
      this.pathsWhere((path) => path.tunnel === tunnel),
      reason,
    )
    this.noteWarm()
  }

  private connectBelow(path: number, nameHigh: number, nameLow: number, account: number, activity: number): number {
    const { fromHost, localAddress, remoteAddress, port, tunnel } = this.paths[path]
    if (tunnel !== NONE) {
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

  private pathsWhere(isWanted: (path: Path) => boolean): number[] {
    return this.paths.flatMap((path, index) => (isWanted(path) ? [index] : []))
  }

  private noteWarm(): void {
    if (!this.tunnels.isAnyWarmDialling()) this.onWarm()
  }
}
