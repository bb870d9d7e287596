import { NONE } from '../engine/table.ts'
import type { Blueprint, TlsBlueprint } from './blueprint.ts'
import type { Plan } from './plan.ts'

/** What a path crosses, for a person: profiles or names of its links in order, or where its tunnel lies. */
export function describeMedium(blueprint: Blueprint, plan: Plan, path: number): string {
  const { fromHost, remoteAddress, tunnel } = plan.paths[path]
  if (tunnel === NONE) return linksCrossed(blueprint, plan, fromHost, remoteAddress)
  return `ssh tunnel over ${linksCrossed(blueprint, plan, fromHost, plan.tunnels[tunnel].remoteAddress)}`
}

/** `http`, `tls 1.3, unverified, client certificate`; in a tunnel, what is inside it. */
export function describeProtection(blueprint: Blueprint, path: string): string {
  const { tls, tunnel } = blueprint.paths.find(({ name }) => name === path) ?? { tls: null, tunnel: null }
  const inner = tls === null ? 'http' : describeTls(tls)
  return tunnel === null
    ? inner
    : `${inner}, in ssh (host key ${tunnel.hostKey === 'check' ? 'checked' : 'not checked'})`
}

function describeTls({ version, verify, client }: TlsBlueprint): string {
  const proof = { none: [], certificate: ['client certificate'], token: ['bearer token'] }[client.kind]
  return [`tls ${version}`, verify === 'none' ? 'unverified' : `verified by ${verify}`, ...proof].join(', ')
}

function linksCrossed(blueprint: Blueprint, plan: Plan, fromHost: number, address: number): string {
  const media: string[] = []
  for (let host = fromHost; media.length <= plan.hosts.length; ) {
    const { name, toHost } = plan.directions[plan.routing.nextDirection(host, address)]
    media.push(mediumOf(blueprint, name))
    if (plan.addresses.hostOf(address, fromHost) === toHost) break
    host = toHost
  }
  return media.join(', ')
}

function mediumOf(blueprint: Blueprint, directionName: string): string {
  if (directionName.startsWith('loopback/')) return 'localhost'
  const linkName = directionName.split('/')[1]
  return blueprint.links.find(({ name }) => name === linkName)?.profile ?? linkName
}
