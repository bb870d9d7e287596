import { plainDialKeepalive } from '../../cluster/paths/keepalives.ts'
import type { Tunnel } from '../../cluster/paths/path.ts'
import { parseAddress } from '../../network/address-book.ts'
import type { SshClientParameters } from '../../security/ssh-parameters.ts'
import type { SshTunnelBlueprint } from '../blueprint.ts'
import { byName, indexByName, nameLanes } from '../by-name.ts'
import type { ExpandedBlueprint } from '../expanded-blueprint.ts'
import { sortedNames } from '../lookups/members.ts'
import { abilitiesOfCluster } from '../lookups/path-traits.ts'
import { lookUp } from '../network/plan-network.ts'
import type { PlannedNetwork } from '../network/planned-network.ts'
import { Pool, planSshClient } from '../security/plan-security.ts'
import { type HostKeyRule, sshTunnelName } from './expand-ssh-tunnels.ts'

interface PlannedTunnels {
  /** All SSH tunnels, in the order of names. */
  readonly tunnels: readonly Tunnel[]
  readonly clients: readonly SshClientParameters[]
  /** The sorted names of the hosts that run sshd. */
  readonly servers: readonly string[]
}

/** Numbers the tunnels of a blueprint, in the order of names. */
export function planTunnels(blueprint: ExpandedBlueprint, network: PlannedNetwork): PlannedTunnels {
  const clients = new Pool<SshClientParameters>()
  const sorted = [...blueprint.sshTunnels].sort(byName)
  const keepalive = blueprint.cluster === null ? null : plainDialKeepalive(abilitiesOfCluster(blueprint))
  const silence = keepalive === null ? {} : { keepalive }
  return {
    tunnels: sorted.map(({ name, from, via, address, hostKey, isWarm, isManaged }) => {
      const viaHost = lookUp(network.hostIndex, via)
      const fromHost = lookUp(network.hostIndex, from)
      return {
        name,
        fromHost,
        viaHost,
        localAddress: network.addresses.mainAddressOf(fromHost),
        remoteAddress: network.addresses.indexOf(parseAddress(address)),
        ...nameLanes(name),
        sshClient: clients.add(planSshClient(via, hostKey, blueprint)),
        silence,
        isWarm,
        isManaged,
      }
    }),
    clients: clients.values,
    servers: sortedNames([...new Set(sorted.map(({ via }) => via))]),
  }
}

/** Numbers the tunnels that paths may use. Paths with the same list of hosts share one list of tunnels. */
export class TunnelChoices {
  private readonly index: ReadonlyMap<string, number>
  private readonly byList = new Map<readonly string[], Map<string, readonly number[]>>()

  constructor(tunnels: readonly Tunnel[]) {
    this.index = indexByName(tunnels)
  }

  /** Returns the tunnels from a host to each `via`, by name. */
  all(from: string, { via: vias, hostKey }: SshTunnelBlueprint): readonly number[] {
    const ofList = this.byList.get(vias) ?? new Map<string, readonly number[]>()
    this.byList.set(vias, ofList)
    const key = `${from} ${hostKey}`
    const tunnels = ofList.get(key) ?? vias.map((via) => this.to(from, via, hostKey)).sort((a, b) => a - b)
    ofList.set(key, tunnels)
    return tunnels
  }

  to(from: string, via: string, hostKey: HostKeyRule): number {
    return lookUp(this.index, sshTunnelName(from, via, hostKey))
  }
}
