import type { NodeAddressBlueprint } from '../../attack/additions.ts'
import { isByNodeAddress } from '../../cluster/paths/path-kinds.ts'
import { assert } from '../../engine/assert.ts'
import type { Blueprint, HostBlueprint, PathBlueprint, TunnelBlueprint } from '../blueprint.ts'
import type { AddedPath } from '../paths/cluster-connections.ts'
import { ownTunnelEnd } from '../ssh-tunnels/expand-ssh-tunnels.ts'

/**
 * Adds the paths that the apiserver takes to a node's kubelet and to the node's other ports while Node.status has an
 * address that a request wrote. The host with that address responds. The apiserver still expects the node, and verifies
 * the address as server name.
 */
export function withReaddressedPaths(blueprint: Blueprint): Blueprint {
  const others = distinct(blueprint.additions?.addresses ?? [])
  const added = others.flatMap(({ node, address }) =>
    blueprint.paths.filter((path) => isByNodeStatus(path, node)).map((path) => along(path, address, blueprint)),
  )
  return { ...blueprint, paths: [...blueprint.paths, ...added] }
}

/**
 * Returns whether the apiserver takes the address of a path's server from the Node object
 * (pkg/registry/core/node/strategy.go, ResourceLocation).
 */
function isByNodeStatus({ kind, to, insteadOf }: PathBlueprint, node: string): boolean {
  return isByNodeAddress(kind) && to === node && insteadOf === undefined
}

function along(path: PathBlueprint, address: string, { hosts }: Blueprint): AddedPath {
  const host = hosts.find(({ addresses }) => addresses.includes(address))
  assert(host !== undefined, `an address in Node.status is that of a host: ${address}`)
  const name = `~address/${address}/${path.name}`
  const { serverName: _own, ...rest } = path
  return {
    ...rest,
    name,
    declared: name,
    to: host.name,
    address,
    insteadOf: { path: path.name, node: path.to },
    tunnel: tunnelTo(host, address, path),
    origin: `Node.status of ${path.to} has the address ${address}`,
  }
}

/** Returns the tunnel of a connection to an address in a node's status. It may be the tunnel of another node. */
function tunnelTo(host: HostBlueprint, address: string, { tunnel }: PathBlueprint): TunnelBlueprint | null {
  return tunnel?.kind === 'ssh' ? { ...tunnel, own: ownTunnelEnd(tunnel, address, host, true) } : tunnel
}

function distinct(addresses: readonly NodeAddressBlueprint[]): NodeAddressBlueprint[] {
  return [...new Map(addresses.map((each) => [`${each.node} ${each.address}`, each])).values()]
}
