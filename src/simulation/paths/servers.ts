import { leadsToApiserver, leadsToApiserverOrKubelet } from '../../cluster/paths/path-kinds.ts'
import type { Blueprint, PathBlueprint } from '../blueprint.ts'
import { byName } from '../by-name.ts'
import type { ServerBlueprint } from '../expanded-blueprint.ts'
import { isAttackersPath } from '../lookups/attacker-names.ts'
import { grouped } from '../lookups/lookups.ts'
import { isServingHttp2 } from '../lookups/path-traits.ts'
import { LOOPBACK_ADDRESS } from '../lookups/server-places.ts'
import { clusterServers, reservedPorts } from './cluster-servers.ts'

/**
 * Returns the servers of a blueprint that has all its paths: those of the cluster's programs, then those at the ends of
 * other paths.
 */
export function serversOf(blueprint: Blueprint): readonly ServerBlueprint[] {
  const { cluster, paths, virtualAddresses } = blueprint
  const ofCluster = clusterServers(blueprint)
  const virtual = new Set(virtualAddresses.map(({ address }) => address))
  const honest = [...paths].sort(byName).filter((path) => !isAttackersPath(path))
  // Most paths lead to the master. All of them end at its apiserver, because no other port answers there.
  const elsewhere = honest.filter(({ to }) => to !== cluster?.apiserver.host)
  const byPlace = grouped(elsewhere, ({ to, port }) => placeOf(to, port))
  const ends = new Set(elsewhere.map(({ to }) => to))
  const ofPrograms = [...ofCluster, ...reservedPorts(cluster, ends)].filter(({ host }) => ends.has(host))
  const taken = new Set(ofPrograms.map(({ host, port }) => placeOf(host, port)))
  const others = elsewhere
    .filter(({ to, port }) => !taken.has(placeOf(to, port)))
    // No host has a virtual address.
    .filter(({ address }) => address === null || !virtual.has(address))
    .filter(({ insteadOf }) => insteadOf === undefined)
    .map((path) => serverOf(path, byPlace.get(placeOf(path.to, path.port)) ?? [], blueprint))
  return [...ofCluster, ...distinct(others)]
}

function placeOf(host: string, port: number): string {
  return `${host}:${port}`
}

/** Returns the server of `path`. If all its clients have certificates, it requires one. */
function serverOf(path: PathBlueprint, clients: readonly PathBlueprint[], { cluster }: Blueprint): ServerBlueprint {
  const { name, kind, to, port, address, tls, origin = `path ${name}` } = path
  const isRequested = cluster !== null && leadsToApiserverOrKubelet(kind)
  const isCertified = clients.every((client) => client.tls?.client.kind === 'certificate')
  return {
    host: to,
    port,
    bindAddress: address === LOOPBACK_ADDRESS ? address : null,
    service: isCertified ? 'certified-answers' : 'answers',
    http2: leadsToApiserver(kind) ? 'apiserver' : 'go',
    tls: tls && {
      certificate: tls.serverCertificate,
      clientCertificates: isRequested ? 'requested' : tls.clientCa === null ? 'none' : 'verified',
      clientCa: tls.clientCa,
      protocol: isServingHttp2(path) ? 'h2' : null,
    },
    origin,
  }
}

/** Returns the servers without repetitions that differ only in their origin. */
function distinct(servers: readonly ServerBlueprint[]): readonly ServerBlueprint[] {
  const firsts = new Map<string, ServerBlueprint>()
  for (const server of servers) {
    const key = JSON.stringify({ ...server, origin: null })
    if (!firsts.has(key)) firsts.set(key, server)
  }
  return [...firsts.values()]
}
