import { pathKind } from '../../cluster/paths/path-kinds.ts'
import type { PathBlueprint, TlsBlueprint, TunnelBlueprint } from '../../simulation/blueprint.ts'
import type { Reachability } from '../../simulation/network/reachability.ts'
import type { PathSection } from '../schema/paths.ts'
import type { Findings } from '../tree/findings.ts'
import { instancesOf } from './path-ends.ts'
import { type EndsContext, type ResolvedEnds, resolveEnds } from './resolve-ends.ts'
import { resolveServer, type TlsPath } from './resolve-tls.ts'
import { checkSharedTunnels, tunnelOf } from './resolve-tunnels.ts'

const SSH_PORT = 22

export interface PathEnvironment extends Pick<EndsContext, 'cluster' | 'hosts' | 'identities' | 'version'> {
  readonly certificateOfHost: ReadonlyMap<string, string>
  /** The routes between hosts; null if links or routes are invalid. */
  readonly reachability: Reachability | null
}

interface PathDraft extends ResolvedEnds {
  readonly tunnel: TunnelBlueprint | null
}

export interface ResolvedPaths {
  readonly paths: readonly PathBlueprint[]
  /** The certificates that paths name (`tls.identity`), by "host:port" of the server that presents them. */
  readonly namedCertificates: ReadonlyMap<string, string>
}

export function resolvePaths(
  sections: ReadonlyMap<string, PathSection>,
  environment: PathEnvironment,
  findings: Findings,
): ResolvedPaths {
  const { cluster, hosts, identities, version } = environment
  const context = { cluster, hosts, identities, version, findings }
  const drafts = [...sections].flatMap(([name, section]) =>
    instancesOf(name, section, cluster, findings).map((instance): PathDraft => {
      const ends = resolveEnds(instance, context)
      return { ...ends, tunnel: tunnelOf(ends, context) }
    }),
  )
  for (const path of drafts) checkRoute(path, environment, findings)
  checkPorts(drafts, environment, findings)
  checkSharedTunnels(
    drafts.map((path) => ({ ...path, from: path.from.host })),
    findings,
  )
  const tls = resolveServers(drafts, environment, findings)
  const named = drafts.filter(({ section }) => section.tls?.identity !== undefined)
  return {
    paths: drafts.map((path) => ({
      name: path.name,
      declared: path.declared,
      kind: path.kind,
      from: path.from.host,
      to: path.to.host,
      address: path.address,
      ...(path.serverName === null ? {} : { serverName: path.serverName }),
      port: path.port,
      service: pathKind(path.kind).dials === 'endpoint' ? path.to.service : null,
      protocol: path.protocol,
      tls: tls.get(path.name) ?? null,
      tunnel: path.tunnel,
      ...(isAssumed(path, cluster) ? { isAssumed: true } : {}),
    })),
    namedCertificates: new Map(
      named.map(({ to, serverPort, section }) => [`${to.host}:${serverPort}`, section.tls!.identity!]),
    ),
  }
}

/** Returns whether the server of a path is an assumption: the path says so, or the pod that it leads to. */
function isAssumed({ section, to }: PathDraft, cluster: PathEnvironment['cluster']): boolean {
  const pod = to.pod === null ? undefined : cluster?.members.podSections.get(to.pod.app)
  return section.assumed === true || pod?.assumed === true
}

/** Reports ends of a path without a route between them. Tunnels to all nodes are not checked. */
function checkRoute(
  { declared, kind, from, to, address, tunnel }: PathDraft,
  environment: PathEnvironment,
  findings: Findings,
): void {
  const { reachability } = environment
  const hostNames = findings.namesIn('hosts')
  const ends = isListed(tunnel, environment) ? [] : (tunnel?.via ?? [])
  const isKnown = ends.every(
    (host) => host === to.host || findings.checkName(['paths', declared, 'tunnel', 'via'], 'host', host, hostNames),
  )
  if (!isKnown || reachability === null) return
  const { dials } = pathKind(kind)
  const isVirtual = dials === 'kubernetes-service' || (to.service !== null && dials !== 'endpoint')
  if (isVirtual && address !== null) {
    if (reachability.isConnectedTo(from.host, address)) return
    const message = `no host on the route from ${from.host} translates the service address ${address}`
    findings.report(['paths', declared], 'no-route', message, { at: 'key', hint: 'connect it to a node by a link' })
    return
  }
  const legs =
    ends.length === 0
      ? [[from.host, to.host]]
      : ends.flatMap((via) => [
          [from.host, via],
          [via, to.host],
        ])
  for (const [near, far] of legs) {
    if (reachability.isConnected(near, far)) continue
    findings.report(['paths', declared], 'no-route', `there is no route from ${near} to ${far} and back`, {
      at: 'key',
      hint: 'connect them by a link, or correct the routes',
    })
  }
}

/**
 * Returns whether the tunnels of a path end at all nodes of the cluster. Such tunnels are not checked for each path.
 */
function isListed(tunnel: TunnelBlueprint | null, { cluster }: PathEnvironment): boolean {
  return tunnel !== null && tunnel.via === cluster?.members.nodeNames && tunnel.via.length > 1
}

/** Returns the last path whose tunnel ends at each host. Paths of a cluster share one list of hosts. */
function tunnelEndsOf(paths: readonly PathDraft[]): ReadonlyMap<string, string> {
  const lastByList = new Map<readonly string[], string>()
  for (const { name, tunnel } of paths) {
    if (tunnel?.kind !== 'ssh') continue
    lastByList.delete(tunnel.via)
    lastByList.set(tunnel.via, name)
  }
  return new Map([...lastByList].flatMap(([vias, name]) => vias.map((via): [string, string] => [via, name])))
}

function checkPorts(paths: readonly PathDraft[], environment: PathEnvironment, findings: Findings): void {
  const servers = new Map<string, PathDraft>()
  const tunnelEnds = tunnelEndsOf(paths)
  for (const path of paths) {
    const place = ['paths', path.declared]
    for (const host of serversOf(path, environment)) {
      const address = `${host}:${path.serverPort}`
      const other = servers.get(address)
      if (other === undefined) servers.set(address, path)
      else if (other.scheme !== path.scheme) {
        findings.contradict(
          place,
          `${address} serves ${other.scheme} on the path ${other.name}, so it cannot serve ${path.scheme} on this path`,
          { at: 'key', hint: 'give one of the paths another port' },
        )
      }
      const tunnelled = tunnelEnds.get(host)
      if (path.serverPort === SSH_PORT && tunnelled !== undefined) {
        const message = `port 22 of ${host} belongs to the SSH server of the path ${tunnelled}`
        findings.contradict([...place, 'port'], message)
      }
    }
  }
}

/** Returns the hosts of all servers of a path. */
function serversOf({ to }: PathDraft, { cluster }: PathEnvironment): readonly string[] {
  if (to.service === null || to.pod === null) return [to.host]
  return cluster!.members.podsByApp.get(to.pod.app)!.map(({ host }) => host)
}

function resolveServers(
  paths: readonly PathDraft[],
  environment: PathEnvironment,
  findings: Findings,
): Map<string, TlsBlueprint> {
  const servers = new Map<string, TlsPath[]>()
  for (const path of paths) {
    const { name: host, addresses } = environment.hosts.get(path.to.host) ?? {}
    if (path.scheme === 'http' || host === undefined) continue
    const key = `${host}:${path.serverPort}`
    const server = servers.get(key) ?? []
    servers.set(key, server)
    const certificate = environment.certificateOfHost.get(host)
    server.push({ ...path, server: { name: host, addresses: addresses!, certificate } })
  }
  const { cluster, version, identities, hosts } = environment
  const resolved = [...servers.values()].map((server) =>
    resolveServer(server, { cluster, version, identities, hosts, findings }),
  )
  return new Map(resolved.flatMap((tlsByPath) => [...tlsByPath]))
}
