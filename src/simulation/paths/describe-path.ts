import { pathKind } from '../../cluster/paths/path-kinds.ts'
import type { Blueprint, PathBlueprint, TlsBlueprint } from '../blueprint.ts'
import type { NamedDirection } from '../network/plan-topology.ts'
import type { Plan } from '../plan.ts'

/** Describes the medium of a path: the profiles or names of its links in order, or the end of its tunnel. */
export function describeMedium(blueprint: Blueprint, plan: Plan, path: number): string {
  const { fromHost, remoteAddress, tunnels, konnectivity } = plan.paths[path]
  if (konnectivity !== null) {
    const [agent] = konnectivity.agents
    return `konnectivity over ${linksCrossed(blueprint, plan, fromHost, plan.konnectivity.agents[agent].localAddress)}`
  }
  if (tunnels.length === 0) return linksCrossed(blueprint, plan, fromHost, remoteAddress)
  return `ssh tunnel over ${linksCrossed(blueprint, plan, fromHost, plan.tunnels[tunnels[0]].remoteAddress)}`
}

/**
 * Describes the protection of a path, such as `tls 1.3, unverified, client certificate`; for a path in a tunnel, the
 * protection inside it.
 */
export function describeProtection(blueprint: Blueprint, path: string): string {
  const { tls, tunnel } = blueprint.paths.find(({ name }) => name === path) ?? { tls: null, tunnel: null }
  const inner = tls === null ? 'http' : describeTls(tls)
  if (tunnel === null) return inner
  return tunnel.kind === 'konnectivity'
    ? `${inner}, in konnectivity`
    : `${inner}, in ssh (host key ${tunnel.hostKey === 'check' ? 'checked, as in no release of Kubernetes' : 'not checked'})`
}

/** Returns the letter of the path kind with this protection in the attack matrix; '' if it has none. */
export function letterOf(path: PathBlueprint): string {
  return pathKind(path.kind).letterOf(path)
}

function describeTls({ version, verify, client }: TlsBlueprint): string {
  const proof = { none: [], certificate: ['client certificate'], token: ['bearer token'] }[client.kind]
  return [`tls ${version}`, verify === 'none' ? 'unverified' : `verified by ${verify}`, ...proof].join(', ')
}

function linksCrossed(blueprint: Blueprint, plan: Plan, fromHost: number, address: number): string {
  // The direction out of a segment's switch is part of the same medium.
  const begun = crossedDirections(plan, fromHost, address).filter((direction) => direction.fromHost < plan.hosts.length)
  return begun.map(({ name }) => mediumOf(blueprint, name)).join(', ')
}

/**
 * Returns the link directions, in order, that a packet crosses from a host to an address; for a service, to its first
 * endpoint.
 */
export function crossedDirections(plan: Plan, fromHost: number, address: number): NamedDirection[] {
  const crossed: NamedDirection[] = []
  const { routing, addresses } = plan
  let target = address
  for (let host = fromHost, hops = 0; hops <= routing.vertexCount; hops++) {
    if (routing.isVirtual(target) && routing.gatewayFrom(host, target) === host) {
      const virtual = plan.virtualAddresses.find((candidate) => candidate.address === target)
      if (virtual === undefined || virtual.endpoints.length === 0) break
      target = virtual.endpoints[0].address
      if (addresses.hostOf(target, host) === host && hops > 0) break
    }
    const direction = plan.directions[routing.nextDirection(host, target)]
    crossed.push(direction)
    if (addresses.hostOf(target, fromHost) === direction.toHost) break
    host = direction.toHost
  }
  return crossed
}

function mediumOf(blueprint: Blueprint, directionName: string): string {
  if (directionName.startsWith('loopback/')) return 'localhost'
  const linkName = directionName.split('/')[1]
  const medium = [...blueprint.links, ...blueprint.segments].find(({ name }) => name === linkName)
  return medium?.profile ?? linkName
}
