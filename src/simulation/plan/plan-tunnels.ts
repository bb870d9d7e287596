import type { Tunnel } from '../../cluster/paths/path.ts'
import { hashString32 } from '../../engine/hash.ts'
import type { SshClientParameters } from '../../security/ssh-parameters.ts'
import type { Blueprint, PathBlueprint, SshTunnelBlueprint } from '../blueprint.ts'
import { byName } from './by-name.ts'
import { HIGH_LANE, LOW_LANE } from './name-lanes.ts'
import { lookUp, type PlannedNetwork } from './plan-network.ts'
import { Pool, planSshClient } from './plan-security.ts'

interface PlannedTunnels {
  /** In the order of names. */
  readonly tunnels: readonly Tunnel[]
  readonly clients: readonly SshClientParameters[]
  /** Names of hosts that run sshd. */
  readonly servers: readonly string[]
}

type HostKeyRule = SshTunnelBlueprint['hostKey']

interface WantedTunnel {
  readonly from: string
  readonly via: string
  readonly hostKey: HostKeyRule
  readonly isWarm: boolean
  readonly isManaged: boolean
}

/** Tunnels between the same hosts, with the same rule for the host key, are one; one that wants it warm decides. */
export function planTunnels(
  blueprint: Blueprint,
  paths: readonly PathBlueprint[],
  network: PlannedNetwork,
): PlannedTunnels {
  const tunnels = new Map<string, Tunnel>()
  const clients = new Pool<SshClientParameters>()
  const servers = new Set<string>()
  for (const { from, via, hostKey, isWarm, isManaged } of wantedTunnels(blueprint, paths)) {
    const name = tunnelName(from, via, hostKey)
    const viaHost = lookUp(network.hostIndex, via)
    const fromHost = lookUp(network.hostIndex, from)
    servers.add(via)
    tunnels.set(name, {
      name,
      fromHost,
      viaHost,
      localAddress: network.addresses.mainAddressOf(fromHost),
      remoteAddress: network.addresses.mainAddressOf(viaHost),
      nameHigh: hashString32(name, HIGH_LANE),
      nameLow: hashString32(name, LOW_LANE),
      sshClient: clients.add(planSshClient(via, hostKey, blueprint)),
      isWarm: isWarm || tunnels.get(name)?.isWarm === true,
      isManaged,
    })
  }
  return {
    tunnels: [...tunnels.values()].sort(byName),
    clients: clients.values,
    servers: [...servers].sort((a, b) => (a < b ? -1 : 1)),
  }
}

export function tunnelName(from: string, via: string, hostKey: HostKeyRule): string {
  return `ssh/${from}/${via}${hostKey === 'check' ? '/checked' : ''}`
}

/** A tunneler has one to each node, whether a path goes through it or not. */
function wantedTunnels({ cluster }: Blueprint, paths: readonly PathBlueprint[]): WantedTunnel[] {
  const ofPaths = paths.flatMap(({ from, tunnel }) =>
    tunnel?.kind === 'ssh'
      ? tunnel.via.map((via) => ({ from, via, hostKey: tunnel.hostKey, isWarm: tunnel.warm }))
      : [],
  )
  if (cluster === null || cluster.sshTunneler === null) return ofPaths.map((each) => ({ ...each, isManaged: false }))
  const { host: from } = cluster.apiserver
  const own = ofPaths.filter((each) => each.from === from)
  const hostKey = own.some((each) => each.hostKey === 'check') ? 'check' : 'ignore'
  const isWarm = own.some((each) => each.isWarm)
  const nodes = cluster.nodes.map(({ name: via }) => ({ from, via, hostKey, isWarm, isManaged: true }) as const)
  const isNode = (via: string) => cluster.nodes.some(({ name }) => name === via)
  return [...ofPaths.map((each) => ({ ...each, isManaged: each.from === from && isNode(each.via) })), ...nodes]
}
