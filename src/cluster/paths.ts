import { NONE } from '../engine/table.ts'
import { HTTP_2 } from '../http/http-connection.ts'
import type { Activity } from '../network/rows.ts'
import type { Tls } from '../security/tls.ts'
import type { Stream } from '../transport/rows.ts'
import type { FailureReason } from '../transport/streams/failure.ts'
import type { Tcp } from '../transport/tcp.ts'
import type { ConnectionRequest, Connector } from '../workload/connector.ts'
import type { PathConnections } from '../workload/path-connections.ts'
import type { Konnectivity } from './konnectivity/konnectivity.ts'
import type { Choices } from './paths/choices.ts'
import type { NodeAddresses } from './paths/node-addresses.ts'
import type { Path } from './paths/path.ts'
import type { PathGates } from './paths/path-gates.ts'
import type { RefusedDials } from './paths/refused-dials.ts'
import type { SshTunneler } from './tunnels/ssh-tunneler.ts'
import type { TunnelObserver, Tunnels } from './tunnels/tunnels.ts'

export interface PathsParts {
  readonly paths: readonly Path[]
  readonly tcp: Tcp
  readonly tls: Tls
  readonly tunnels: Tunnels
  readonly tunneler: SshTunneler
  readonly konnectivity: Konnectivity
  readonly refusals: RefusedDials
  readonly gates: PathGates
  readonly choices: Choices
  readonly addresses: NodeAddresses
}

/** Connects along paths: over TCP or a channel of a tunnel, with TLS above it if the path has TLS. */
export class Paths implements Connector, TunnelObserver {
  private readonly parts: PathsParts
  /** The paths that use each list of tunnels; many paths share a list. */
  private readonly pathsByTunnels: ReadonlyMap<readonly number[], readonly number[]>
  private waiter!: PathConnections
  private onWarm!: () => void
  /**
   * Called when a connection was dialled along a path; for a service, with the path to the chosen endpoint. Null for no
   * observer.
   */
  onDialled: ((path: number, stream: Stream) => void) | null = null

  constructor(parts: PathsParts) {
    const { paths, tunnels, konnectivity } = parts
    this.parts = parts
    this.pathsByTunnels = groupByTunnels(paths)
    tunnels.observeWith(this)
    konnectivity.agents.observeWith(() => this.reportWarm())
  }

  /**
   * Sets the object that waits for paths, and the function that is called when the last tunnel for which workloads wait
   * is up or has failed.
   */
  connectWaiter(waiter: PathConnections, onWarm: () => void): void {
    this.waiter = waiter
    this.parts.gates.connect((paths) => waiter.onAdmitted(paths))
    this.onWarm = onWarm
  }

  /** Dials the tunnels and agents that workloads wait for at the start. Returns true if there are none. */
  dialWarm(): boolean {
    this.parts.tunnels.dialWarm()
    this.parts.konnectivity.agents.dialAll()
    return !this.isAnyWarmDialling()
  }

  /**
   * Returns whether a connection along `path` can be dialled now. A path through a tunneler's tunnels always can:
   * without a tunnel, the connection fails.
   */
  isReachable(path: number): boolean {
    const { tunnels } = this.parts.paths[path]
    if (!this.parts.gates.isOpen(path)) return false
    return tunnels.length === 0 || this.parts.tunnels.isManaged(tunnels[0]) || this.isAnyListed(tunnels)
  }

  makeReachable(path: number): void {
    const { tunnels, ownTunnel } = this.parts.paths[this.parts.addresses.currentPathOf(path)]
    if (tunnels.length > 0) this.parts.tunnels.dial(ownTunnel === NONE ? tunnels[0] : ownTunnel)
  }

  /**
   * The activity of the tunnel that carries `path`; NONE if there is no tunnel, or if each connection chooses among
   * several.
   */
  sharedActivity(path: number): Activity {
    const { tunnels, konnectivity } = this.parts.paths[path]
    if (konnectivity?.agents.length === 1 && konnectivity.others.length === 0)
      return this.parts.konnectivity.agents.table.activity[konnectivity.agents[0]]
    return tunnels.length === 1 ? this.parts.tunnels.table.activity[tunnels[0]] : NONE
  }

  hostOf(path: number): number {
    return this.parts.paths[path].fromHost
  }

  connect(path: number, version: number, request: ConnectionRequest): Stream {
    const endpoint = this.pickEndpoint(path, request)
    const end = this.parts.addresses.currentPathOf(endpoint)
    const { http1, http2 } = this.parts.paths[end].tlsClients
    const tlsClient = version === HTTP_2 ? http2 : http1
    const lower = this.connectBelow(end, version, request)
    const stream = tlsClient === NONE ? lower : this.parts.tls.connect(lower, tlsClient)
    this.onDialled?.(endpoint, stream)
    return stream
  }

  /**
   * Resets the state about tunnels on `host`, which restarts. Established connections fail on their own; dials that
   * wait for a path are dropped.
   */
  restart(host: number): void {
    this.parts.tunneler.restart(host)
    this.parts.konnectivity.restart(host)
    this.waiter.onHostRestart(this.parts.paths.flatMap(({ fromHost }, path) => (fromHost === host ? [path] : [])))
  }

  onTunnelUp(tunnel: number): void {
    this.waiter.onReachable(this.pathsThrough(tunnel))
    this.reportWarm()
  }

  onTunnelDown(tunnel: number, reason: FailureReason): void {
    this.waiter.onUnreachable(this.pathsThrough(tunnel), reason)
    this.reportWarm()
  }

  /**
   * Picks a random endpoint of a service for a connection (pkg/registry/core/service/storage/rest.go,
   * ResourceLocation).
   */
  private pickEndpoint(path: number, { nameHigh, nameLow }: ConnectionRequest): number {
    const { endpointPaths: ends, endpointKey: key } = this.parts.paths[path]
    if (ends.length === 0) return path
    return ends[this.parts.choices.among(ends.length, { path, kind: 'endpoint', key, nameHigh, nameLow })]
  }

  private connectBelow(path: number, version: number, request: ConnectionRequest): Stream {
    const { fromHost, localAddress, remoteAddress, port, tunnels, konnectivity, dialPatienceNs, keepalive } =
      this.parts.paths[path]
    if (konnectivity !== null) return this.parts.konnectivity.connect({ host: fromHost, target: path, ...request })
    if (tunnels.length > 0) {
      const tunnel = this.pickTunnel(path, request)
      if (tunnel === NONE) return this.parts.refusals.dial(fromHost, request, request.activity, 'no tunnel')
      this.parts.tunnels.table.channels[tunnel]++
      return this.parts.tunnels.open(tunnel, { target: path, ...request }, request.activity)
    }
    const settings = version === HTTP_2 ? keepalive.http2 : keepalive.http1
    return this.parts.tcp.dial({
      host: fromHost,
      localAddress,
      remoteAddress,
      port,
      ...request,
      isRelay: false,
      ...(dialPatienceNs === null ? {} : { patienceNs: dialPatienceNs }),
      ...(settings === null ? {} : { silence: { keepalive: settings } }),
    })
  }

  /**
   * Picks the tunnel listed under the target's address, otherwise a random listed tunnel; NONE if none is listed
   * (pkg/ssh/ssh.go, pickTunnel).
   */
  private pickTunnel(path: number, { nameHigh, nameLow }: ConnectionRequest): number {
    const { tunnels, ownTunnel, tunnelKey: key } = this.parts.paths[path]
    if (ownTunnel !== NONE && this.parts.tunnels.isListed(ownTunnel)) return ownTunnel
    const listed = tunnels.filter((tunnel) => this.parts.tunnels.isListed(tunnel))
    if (listed.length === 0) return NONE
    return listed[this.parts.choices.among(listed.length, { path, kind: 'tunnel', key, nameHigh, nameLow })]
  }

  private isAnyListed(tunnels: readonly number[]): boolean {
    return tunnels.some((tunnel) => this.parts.tunnels.isListed(tunnel))
  }

  private pathsThrough(tunnel: number): number[] {
    return [...this.pathsByTunnels].flatMap(([tunnels, paths]) => (tunnels.includes(tunnel) ? paths : []))
  }

  private reportWarm(): void {
    if (!this.isAnyWarmDialling()) this.onWarm()
  }

  private isAnyWarmDialling(): boolean {
    return this.parts.tunnels.isAnyWarmDialling() || this.parts.konnectivity.agents.isAnyWarmDialling()
  }
}

function groupByTunnels(paths: readonly Path[]): ReadonlyMap<readonly number[], readonly number[]> {
  const groups = new Map<readonly number[], number[]>()
  for (const [path, { tunnels }] of paths.entries()) {
    if (tunnels.length === 0) continue
    const known = groups.get(tunnels)
    if (known === undefined) groups.set(tunnels, [path])
    else known.push(path)
  }
  return groups
}
