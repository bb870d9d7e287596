import { type AddressedNode, tunnelAddress } from '../../cluster/paths/preferred-address.ts'
import { assert } from '../../engine/assert.ts'
import type { Blueprint, HostBlueprint, PathBlueprint, SshTunnelBlueprint } from '../blueprint.ts'
import type { ClusterBlueprint } from '../blueprint-cluster.ts'

/** The rule of an SSH client for checking the server's host key. */
export type HostKeyRule = SshTunnelBlueprint['hostKey']

/** An SSH connection that paths share. */
export interface SharedSshTunnel {
  readonly name: string
  readonly from: string
  /** The host whose sshd is its far end. */
  readonly via: string
  /** The address of that host, in dotted form. */
  readonly address: string
  readonly hostKey: HostKeyRule
  /** True if it is dialled at tick 0. */
  readonly isWarm: boolean
  /** True if the apiserver's tunneler dials it and checks its health (pkg/master/tunneler/ssh.go). */
  readonly isManaged: boolean
  readonly origin: string
}

/**
 * Returns the SSH tunnels of a scenario. Tunnels between the same hosts with the same host key rule are one tunnel. It
 * is warm if one of its paths needs it warm.
 */
export function sshTunnelsOf({ cluster, paths, hosts }: Blueprint): readonly SharedSshTunnel[] {
  const uses = usesOf(paths)
  const all =
    cluster === null || !hasSshTunneler(cluster) ? uses : [...markManaged(cluster, uses), ...toAllNodes(cluster, uses)]
  const hostsByName = new Map(hosts.map((host) => [host.name, host]))
  const tunnels = new Map<string, SharedSshTunnel>()
  for (const use of all) {
    const known = tunnels.get(use.name)
    if (known === undefined) tunnels.set(use.name, { ...use, address: addressOf(use, hostsByName.get(use.via)) })
    else tunnels.set(use.name, { ...known, isWarm: known.isWarm || use.isWarm })
  }
  return [...tunnels.values()]
}

/** Returns the address at which a tunnel is dialled. The tunneler uses the address under which it lists the node. */
function addressOf({ via, isManaged }: TunnelUse, host: HostBlueprint | undefined): string {
  assert(host !== undefined, `a checked scenario names hosts that exist: ${via}`)
  const address = isManaged ? tunnelAddress(host) : host.addresses[0]
  assert(address !== null, `in a checked scenario nodes have an address for their tunnels: ${via}`)
  return address
}

/**
 * Returns the host in `via` whose tunnel a connection takes: the only one, or the node that the tunneler lists under
 * the dialled name or address. null: a random one.
 */
export function ownTunnelEnd(
  { via }: Pick<SshTunnelBlueprint, 'via'>,
  dialled: string,
  node: AddressedNode,
  isManaged: boolean,
): string | null {
  if (via.length === 1) return via[0]
  return isManaged && tunnelAddress(node) === dialled && via.includes(node.name) ? node.name : null
}

/** Returns whether the apiserver keeps SSH tunnels to all nodes up (`--ssh-user`). */
export function hasSshTunneler({ apiserver }: ClusterBlueprint): boolean {
  return apiserver.configuration.sshUser !== null
}

/** Returns the name of the SSH tunnel between two hosts with this host key rule. */
export function sshTunnelName(from: string, via: string, hostKey: HostKeyRule): string {
  return `ssh/${from}/${via}${hostKey === 'check' ? '/checked' : ''}`
}

/** A tunnel without its dialled address. */
type TunnelUse = Omit<SharedSshTunnel, 'address'>

/**
 * Returns the tunnels that paths use. Paths into a cluster share the list of its nodes, and each list is handled once.
 * Otherwise the work would grow with the square of the number of nodes.
 */
function usesOf(paths: readonly PathBlueprint[]): TunnelUse[] {
  const uses: TunnelUse[] = []
  const seen = new Map<readonly string[], Set<string>>()
  for (const { name: path, from, tunnel } of paths) {
    if (tunnel?.kind !== 'ssh') continue
    const { via: vias, hostKey, warm: isWarm } = tunnel
    const settings = seen.get(vias) ?? new Set()
    seen.set(vias, settings)
    const setting = `${from} ${hostKey} ${isWarm}`
    if (settings.has(setting)) continue
    settings.add(setting)
    for (const via of vias) {
      const name = sshTunnelName(from, via, hostKey)
      uses.push({ name, from, via, hostKey, isWarm, isManaged: false, origin: `path ${path}` })
    }
  }
  return uses
}

function markManaged({ apiserver, nodes }: ClusterBlueprint, uses: readonly TunnelUse[]): TunnelUse[] {
  const names = new Set(nodes.map(({ name }) => name))
  return uses.map((use) => ({ ...use, isManaged: use.from === apiserver.host && names.has(use.via) }))
}

/** Returns the tunneler's tunnels, one to each node, including nodes that no path uses. */
function toAllNodes({ apiserver, nodes }: ClusterBlueprint, uses: readonly TunnelUse[]): TunnelUse[] {
  const { host: from } = apiserver
  const own = uses.filter((use) => use.from === from)
  const hostKey = own.some((use) => use.hostKey === 'check') ? 'check' : 'ignore'
  const isWarm = own.some((use) => use.isWarm)
  return nodes.map(({ name: via }) => {
    const name = sshTunnelName(from, via, hostKey)
    return { name, from, via, hostKey, isWarm, isManaged: true, origin: '--ssh-user' }
  })
}
