import type { ListeningPlace } from '../attack/sockets/sockets-plan.ts'
import { clientKeepalive, plainDialKeepalive, SSHD_KEEPALIVE } from '../cluster/paths/keepalives.ts'
import { type Listener, type Path, type PathKeepalive, SSH_PORT, type Tunnel } from '../cluster/paths/path.ts'
import { pathKind } from '../cluster/paths/path-kinds.ts'
import { assert } from '../engine/assert.ts'
import type { Streams } from '../engine/streams.ts'
import { NONE } from '../engine/table.ts'
import { NS_PER_S } from '../engine/ticks.ts'
import { GO_CLIENT, type Http2Parameters } from '../http/http2-parameters.ts'
import { formatAddress, parseAddress } from '../network/address-book.ts'
import type { CpuProfile } from '../security/cpu-profile.ts'
import type { SshDirectory } from '../security/ssh.ts'
import type { IssuedCertificate, TlsClient, TlsServer } from '../security/tls-parameters.ts'
import type { TlsDirectory } from '../security/tls-peers.ts'
import type { PathHttp } from '../workload/path-connections.ts'
import { planAttackerServers } from './attack/plan-attacker-servers.ts'
import type { PathBlueprint } from './blueprint.ts'
import { byName, indexByName } from './by-name.ts'
import type { ExpandedBlueprint } from './expanded-blueprint.ts'
import { type PlannedKonnectivity, planKonnectivity } from './konnectivity/plan-konnectivity.ts'
import { abilitiesOfHost } from './lookups/path-traits.ts'
import { lookUp } from './network/plan-network.ts'
import type { PlannedNetwork } from './network/planned-network.ts'
import { planListeners } from './paths/plan-listeners.ts'
import { type Identities, Pool, planSshServer, planTlsClient } from './security/plan-security.ts'
import { planTunnels, TunnelChoices } from './ssh-tunnels/plan-tunnels.ts'

/** The planned paths, and the tunnels and servers that they need. */
export interface PlannedPaths {
  readonly paths: readonly Path[]
  readonly pathIndex: ReadonlyMap<string, number>
  readonly pathHttp: readonly PathHttp[]
  readonly http2: readonly Http2Parameters[]
  readonly tunnels: readonly Tunnel[]
  readonly konnectivity: PlannedKonnectivity
  readonly listeners: readonly Listener[]
  readonly tls: TlsDirectory
  readonly ssh: SshDirectory
  /** The places at which attackers impersonate servers. */
  readonly attackerPlaces: readonly ListeningPlace[]
}

/** Plans paths, tunnels, agents and all servers. */
export function planPaths(
  blueprint: ExpandedBlueprint,
  network: PlannedNetwork,
  identities: Identities,
  streams: Streams,
): PlannedPaths {
  const sorted = [...blueprint.paths].sort(byName)
  const cpus: readonly CpuProfile[] = network.hosts.map(({ cpu }) => cpu)
  const pools: Pools = {
    clients: new Pool<TlsClient>(keyOfClient),
    servers: new Pool<TlsServer>(keyOfServer),
    http2: new Pool<Http2Parameters>(),
    listeners: new Pool<Listener>(),
  }
  const ssh = planTunnels(blueprint, network)
  const tunnelChoices = new TunnelChoices(ssh.tunnels)
  const pathIndex = indexByName(sorted)
  for (const listener of planListeners(blueprint, network, identities, pools)) pools.listeners.add(listener)
  const konnectivity = planKonnectivity(blueprint, network, identities, pools, streams)
  const paths = sorted.map((path) => ({
    ...planPath(blueprint, path, network, identities, tunnelChoices, pathIndex, pools, streams),
    konnectivity: konnectivity.choices.get(path.name) ?? null,
  }))
  const pathHttp = sorted.map((path) => ({
    http2: pools.http2.add(GO_CLIENT),
    hasHealthCheck:
      path.protocol === 'h2' && abilitiesOfHost(blueprint, path.from).client.http2ReadIdleTimeoutNs !== null,
  }))
  for (const [sshServer, host] of ssh.servers.entries()) {
    pools.listeners.add({
      kind: 'ssh',
      host: lookUp(network.hostIndex, host),
      port: SSH_PORT,
      sshServer,
      silence: { keepalive: SSHD_KEEPALIVE },
    })
  }
  const attackers = planAttackerServers({
    blueprint,
    network,
    identities,
    servers: pools.servers,
    http2: pools.http2,
    sshServerCount: ssh.servers.length,
  })
  const sshServers = ssh.servers.map((host) => planSshServer(host, blueprint))
  return {
    paths,
    pathIndex,
    pathHttp,
    http2: pools.http2.values,
    tunnels: ssh.tunnels,
    konnectivity,
    listeners: pools.listeners.values,
    tls: { clients: pools.clients.values, servers: pools.servers.values, cpus },
    ssh: { clients: ssh.clients, servers: [...sshServers, ...attackers.sshServers], cpus },
    attackerPlaces: attackers.places,
  }
}

/** Returns the key of a client in its pool. Certificates are represented by their names, which are unique. */
function keyOfClient(client: TlsClient): string {
  const { trusts, presents } = client
  const presented = presents === null ? null : byNames(presents)
  return JSON.stringify({ ...client, trusts: trusts?.name ?? null, presents: presented })
}

/** Returns a key that equal TLS servers share. Certificates are represented by their names. */
function keyOfServer(server: TlsServer): string {
  const { clientAuthority, presents } = server
  return JSON.stringify({ ...server, clientAuthority: clientAuthority?.name ?? null, presents: byNames(presents) })
}

function byNames(presented: IssuedCertificate) {
  return { ...presented, certificate: presented.certificate.name, issuer: presented.issuer.name }
}

interface Pools {
  readonly clients: Pool<TlsClient>
  readonly servers: Pool<TlsServer>
  readonly http2: Pool<Http2Parameters>
  readonly listeners: Pool<Listener>
}

function planPath(
  blueprint: ExpandedBlueprint,
  path: PathBlueprint,
  network: PlannedNetwork,
  identities: Identities,
  tunnelChoices: TunnelChoices,
  pathIndex: ReadonlyMap<string, number>,
  { clients }: Pools,
  streams: Streams,
): Omit<Path, 'konnectivity'> {
  const fromHost = lookUp(network.hostIndex, path.from)
  const toHost = lookUp(network.hostIndex, path.to)
  const remoteAddress = addressOf(path, network)
  const { tls, tunnel } = path
  const serverName = path.serverName ?? formatAddress(network.addresses.valueOf(remoteAddress))
  const client = (isHttp2: boolean) =>
    tls === null ? NONE : clients.add(planTlsClient(tls, path, serverName, isHttp2, blueprint, identities))
  const { cluster, lookups } = blueprint
  const ends = lookups.paths.toEndpoints.get(path.name) ?? []
  return {
    name: path.name,
    fromHost,
    toHost,
    localAddress: localAddressOf(path, network),
    remoteAddress,
    serverName,
    port: path.port,
    dialPatienceNs: cluster === null ? null : DIAL_PATIENCE_NS,
    keepalive: keepaliveOf(path, blueprint),
    endpointPaths: ends.map(({ name }) => lookUp(pathIndex, name)),
    endpointKey: streams.lazyKey(`path/${path.name}/end`),
    tlsClients: { http1: client(false), http2: path.protocol === 'h2' ? client(true) : NONE },
    tunnels: tunnel?.kind === 'ssh' ? tunnelChoices.all(path.from, tunnel) : [],
    ownTunnel:
      tunnel?.kind !== 'ssh' || tunnel.own === null ? NONE : tunnelChoices.to(path.from, tunnel.own, tunnel.hostKey),
    tunnelKey: streams.lazyKey(`path/${path.name}/tunnel`),
  }
}

/** The dial timeout of Kubernetes' clients, 30 s (client-go transport/cache.go, net/http DefaultTransport). */
const DIAL_PATIENCE_NS = 30 * NS_PER_S

function keepaliveOf(path: PathBlueprint, blueprint: ExpandedBlueprint): PathKeepalive {
  if (blueprint.cluster === null) return { http1: null, http2: null }
  const abilities = abilitiesOfHost(blueprint, path.from)
  const http2 = clientKeepalive(abilities)
  const isForUpgrades = path.protocol === 'h2' && pathKind(path.kind).requests.upgradesTo === 'as-client'
  return { http1: isForUpgrades ? plainDialKeepalive(abilities) : http2, http2 }
}

/** The index of 127.0.0.1 in the address book. */
const LOOPBACK = 0

function isLoopback({ address }: PathBlueprint): boolean {
  return address === '127.0.0.1'
}

function localAddressOf(path: PathBlueprint, { addresses, hostIndex }: PlannedNetwork): number {
  if (isLoopback(path)) return LOOPBACK
  if (path.source === undefined) return addresses.mainAddressOf(lookUp(hostIndex, path.from))
  return addresses.indexOf(parseAddress(path.source))
}

function addressOf(path: PathBlueprint, { addresses, hostIndex }: PlannedNetwork): number {
  if (path.address === null) return addresses.mainAddressOf(lookUp(hostIndex, path.to))
  const index = addresses.indexOf(parseAddress(path.address))
  assert(index !== NONE, `a checked scenario names addresses that exist: ${path.address}`)
  return index
}
