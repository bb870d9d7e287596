import type { Tunnel } from '../../../cluster/paths/path.ts'
import { hashString32 } from '../../../engine/hash.ts'
import type { SshClientParameters } from '../../../security/ssh-parameters.ts'
import type { Blueprint, PathBlueprint, SshTunnelBlueprint } from '../../blueprint.ts'
import { byName, indexByName } from '../by-name.ts'
import { HIGH_LANE, LOW_LANE } from '../name-lanes.ts'
import { lookUp } from '../network/plan-network.ts'
import type { PlannedNetwork } from '../network/planned-network.ts'
import { Pool, planSshClient } from '../security/plan-security.ts'

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
    const known = tunnels.get(name)
    if (known !== undefined) {
      if (isWarm && !known.isWarm) tunnels.set(name, { ...known, isWarm })
      continue
    }
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
      isWarm,
      isManaged,
    })
  }
  return {
    tunnels: [...tunnels.values()].sort(byName),
    clients: clients.values,
    servers: [...servers].sort((a, b) => (a < b ? -1 : 1)),
  }
}

function tunnelName(from: string, via: string, hostKey: HostKeyRule): string {
  return `ssh/${from}/${via}${hostKey === 'check' ? '/checked' : ''}`
}

/** A tunneler has one to each node, whether a path goes through it or not. */
function wantedTunnels({ cluster }: Blueprint, paths: readonly PathBlueprint[]): WantedTunnel[] {
  const ofPaths = tunnelsOfPaths(paths)
  if (cluster === null || cluster.sshTunneler === null) return ofPaths.map((each) => ({ ...each, isManaged: false }))
  const { host: from } = cluster.apiserver
  const own = ofPaths.filter((each) => each.from === from)
  const hostKey = own.some((each) => each.hostKey === 'check') ? 'check' : 'ignore'
  const isWarm = own.some((each) => each.isWarm)
  const nodes = new Set(cluster.nodes.map(({ name }) => name))
  return [
    ...ofPaths.map((each) => ({ ...each, isManaged: each.from === from && nodes.has(each.via) })),
    ...[...nodes].map((via) => ({ from, via, hostKey, isWarm, isManaged: true }) as const),
  ]
}

/** The paths into a cluster share the list of its nodes, and each list counts once: else work grows by nodes squared. */
function tunnelsOfPaths(paths: readonly PathBlueprint[]): Omit<WantedTunnel, 'isManaged'>[] {
  const wanted: Omit<WantedTunnel, 'isManaged'>[] = []
  const seen = new ByList<true>()
  for (const { from, tunnel } of paths) {
    if (tunnel?.kind !== 'ssh') continue
    const { via: vias, hostKey, warm: isWarm } = tunnel
    seen.get(vias, `${from} ${hostKey} ${isWarm}`, () => {
      for (const via of vias) wanted.push({ from, via, hostKey, isWarm })
      return true
    })
  }
  return wanted
}

/** Which tunnels paths may take; those with the same list of hosts share a list of tunnels. */
export class TunnelChoices {
  private readonly index: ReadonlyMap<string, number>
  private readonly lists = new ByList<readonly number[]>()

  constructor(tunnels: readonly Tunnel[]) {
    this.index = indexByName(tunnels)
  }

  /** In the order of names. */
  all(from: string, { via: vias, hostKey }: SshTunnelBlueprint): readonly number[] {
    return this.lists.get(vias, `${from} ${hostKey}`, () =>
      vias.map((via) => this.to(from, via, hostKey)).sort((a, b) => a - b),
    )
  }

  to(from: string, via: string, hostKey: HostKeyRule): number {
    return lookUp(this.index, tunnelName(from, via, hostKey))
  }
}

/** What has been made of a list, known by its identity, and a word. */
class ByList<T> {
  private readonly made = new Map<readonly string[], Map<string, T>>()

  get(list: readonly string[], word: string, make: () => T): T {
    const ofList = this.made.get(list) ?? new Map<string, T>()
    this.made.set(list, ofList)
    const known = ofList.get(word)
    if (known !== undefined) return known
    const fresh = make()
    ofList.set(word, fresh)
    return fresh
  }
}
