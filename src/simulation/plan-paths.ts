import { type Listener, type Path, SSH_PORT, type Tunnel } from '../cluster/path.ts'
import { hashString32 } from '../engine/hash.ts'
import { NONE } from '../engine/table.ts'
import { formatAddress } from '../network/address-book.ts'
import type { CpuProfile } from '../security/cpu-profile.ts'
import type { SshDirectory } from '../security/ssh.ts'
import type { SshClientParameters } from '../security/ssh-parameters.ts'
import type { TlsClient, TlsServer } from '../security/tls-parameters.ts'
import type { TlsDirectory } from '../security/tls-peers.ts'
import type { Blueprint, PathBlueprint, TunnelBlueprint } from './blueprint.ts'
import { byName, indexByName } from './by-name.ts'
import { lookUp, type PlannedNetwork } from './plan-network.ts'
import {
  hostNamed,
  type Identities,
  Pool,
  planSshClient,
  planSshServer,
  planTlsClient,
  planTlsServer,
} from './plan-security.ts'

export interface PlannedPaths {
  readonly paths: readonly Path[]
  readonly pathIndex: ReadonlyMap<string, number>
  readonly tunnels: readonly Tunnel[]
  readonly listeners: readonly Listener[]
  readonly tls: TlsDirectory
  readonly ssh: SshDirectory
}

export function planPaths(blueprint: Blueprint, network: PlannedNetwork, identities: Identities): PlannedPaths {
  const sorted = [...blueprint.paths].sort(byName)
  const cpus: readonly CpuProfile[] = network.hosts.map(({ cpu }) => cpu)
  const clients = new Pool<TlsClient>()
  const servers = new Pool<TlsServer>()
  const ssh = planTunnels(sorted, network)
  const tunnelIndex = indexByName(ssh.tunnels)
  const listeners = new Pool<Listener>()
  const paths = sorted.map((path) => {
    const host = lookUp(network.hostIndex, path.to)
    const remoteAddress = network.addresses.mainAddressOf(host)
    const { tls } = path
    const server = formatAddress(network.addresses.valueOf(remoteAddress))
    listeners.add(
      tls === null
        ? { kind: 'http', host, port: path.port }
        : {
            kind: 'https',
            host,
            port: path.port,
            tlsServer: servers.add(planTlsServer(tls, hostNamed(blueprint, path.to), identities)),
          },
    )
    return {
      name: path.name,
      fromHost: lookUp(network.hostIndex, path.from),
      toHost: host,
      localAddress: network.addresses.mainAddressOf(lookUp(network.hostIndex, path.from)),
      remoteAddress,
      port: path.port,
      tlsClient:
        tls === null
          ? NONE
          : clients.add(planTlsClient(tls, hostNamed(blueprint, path.from), server, path.to, identities)),
      tunnel: path.tunnel === null ? NONE : lookUp(tunnelIndex, tunnelName(path.from, path.tunnel)),
    }
  })
  for (const [sshServer, host] of ssh.servers.entries()) {
    listeners.add({ kind: 'ssh', host: lookUp(network.hostIndex, host), port: SSH_PORT, sshServer })
  }
  return {
    paths,
    pathIndex: indexByName(paths),
    tunnels: ssh.tunnels,
    listeners: listeners.values,
    tls: { clients: clients.values, servers: servers.values, cpus },
    ssh: { clients: ssh.clients, servers: ssh.servers.map(planSshServer), cpus },
  }
}

interface PlannedTunnels {
  readonly tunnels: readonly Tunnel[]
  readonly clients: readonly SshClientParameters[]
  /** Names of hosts that run sshd. */
  readonly servers: readonly string[]
}

/** Paths between the same hosts, with the same rule for the host key, share a tunnel; one that wants it warm decides. */
function planTunnels(paths: readonly PathBlueprint[], network: PlannedNetwork): PlannedTunnels {
  const tunnels = new Map<string, Tunnel>()
  const clients = new Pool<SshClientParameters>()
  for (const { from, tunnel } of paths) {
    if (tunnel === null) continue
    const name = tunnelName(from, tunnel)
    const viaHost = lookUp(network.hostIndex, tunnel.via)
    const fromHost = lookUp(network.hostIndex, from)
    tunnels.set(name, {
      name,
      fromHost,
      viaHost,
      localAddress: network.addresses.mainAddressOf(fromHost),
      remoteAddress: network.addresses.mainAddressOf(viaHost),
      nameHigh: hashString32(name, HIGH_LANE),
      nameLow: hashString32(name, LOW_LANE),
      sshClient: clients.add(planSshClient(tunnel.via, tunnel.hostKey)),
      isWarm: tunnel.warm || tunnels.get(name)?.isWarm === true,
    })
  }
  const servers = new Set(paths.flatMap(({ tunnel }) => (tunnel === null ? [] : [tunnel.via])))
  return {
    tunnels: [...tunnels.values()].sort(byName),
    clients: clients.values,
    servers: [...servers].sort((a, b) => (a < b ? -1 : 1)),
  }
}

function tunnelName(from: string, { via, hostKey }: TunnelBlueprint): string {
  return `ssh/${from}/${via}${hostKey === 'check' ? '/checked' : ''}`
}

/** Seeds of the two lanes of a name's hash. */
export const HIGH_LANE = 0x6f6e7061
export const LOW_LANE = 0x74682d31
