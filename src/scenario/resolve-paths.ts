import { defaultsOf } from '../cluster/path-kinds.ts'
import type { HostBlueprint, PathBlueprint, SshTunnelBlueprint, TlsBlueprint } from '../simulation/blueprint.ts'
import type { Findings } from './findings.ts'
import type { Identities } from './identities.ts'
import type { Reachability } from './reachability.ts'
import { resolveServer, type TlsPath } from './resolve-tls.ts'
import type { PathSection } from './schema/paths.ts'

const SSH_PORT = 22

export interface PathSurroundings {
  readonly hosts: ReadonlyMap<string, HostBlueprint>
  /** All that are declared, also where something about one is wrong. */
  readonly hostNames: ReadonlySet<string>
  readonly certificateOfHost: ReadonlyMap<string, string>
  readonly identities: Identities
  /** null where links or routes are too broken to tell. */
  readonly reachability: Reachability | null
}

export function resolvePaths(
  sections: ReadonlyMap<string, PathSection>,
  surroundings: PathSurroundings,
  findings: Findings,
): PathBlueprint[] {
  const plain = [...sections].map(([name, section]) => resolveEnds(name, section, surroundings, findings))
  checkPorts(plain, findings)
  checkTunnels(plain, findings)
  const tls = resolveServers(plain, sections, surroundings, findings)
  return plain.map(({ isTls: _, ...path }) => ({ ...path, tls: tls.get(path.name) ?? null }))
}

type Ends = Omit<PathBlueprint, 'tls' | 'tunnel'> & {
  readonly tunnel: SshTunnelBlueprint | null
  readonly isTls: boolean
}

function resolveEnds(name: string, section: PathSection, surroundings: PathSurroundings, findings: Findings): Ends {
  const kind = section.kind ?? 'custom'
  const defaults = defaultsOf(kind)
  const scheme = section.scheme ?? (section.tls === undefined ? defaults.scheme : 'https')
  const place = ['paths', name]
  if (!defaults.schemes.includes(scheme)) {
    findings.report([...place, 'scheme'], 'contradiction', `a path of kind ${kind} is always ${defaults.scheme}`, {
      hint: 'use kind: custom for anything else',
    })
  } else if (scheme === 'http' && section.tls !== undefined) {
    findings.report([...place, 'tls'], 'contradiction', 'a path of scheme http has no TLS', {
      at: 'key',
      hint: 'write scheme: https, or leave tls out',
    })
  }
  const tunnel = tunnelOf(section)
  const { from, to } = section
  const { hostNames } = surroundings
  const areKnown = [
    findings.checkName([...place, 'from'], 'host', from, hostNames),
    findings.checkName([...place, 'to'], 'host', to, hostNames),
    tunnel === null ||
      tunnel.via[0] === to ||
      findings.checkName([...place, 'tunnel', 'via'], 'host', tunnel.via[0], hostNames),
  ]
  if (areKnown.every(Boolean))
    checkWay(name, tunnel === null ? [from, to] : [from, ...tunnel.via, to], surroundings, findings)
  const isTls = scheme === 'https'
  const port = section.port ?? (isTls ? defaults.httpsPort : defaults.httpPort)
  return { name, declared: name, kind, from, to, address: null, port, protocol: 'http/1.1', tunnel, isTls }
}

function tunnelOf({ tunnel, to }: PathSection): SshTunnelBlueprint | null {
  if (tunnel === undefined || tunnel === 'none') return null
  const settings: Exclude<typeof tunnel, string> = tunnel === 'ssh' ? { kind: 'ssh' } : tunnel
  return {
    kind: 'ssh',
    warm: settings.warm ?? true,
    via: [settings.via ?? to],
    hostKey: settings['host-key'] ?? 'ignore',
  }
}

function checkWay(
  path: string,
  stops: readonly string[],
  { reachability }: PathSurroundings,
  findings: Findings,
): void {
  for (let leg = 1; leg < stops.length; leg++) {
    if (reachability === null || reachability.isConnected(stops[leg - 1], stops[leg])) continue
    findings.report(['paths', path], 'no-route', `no links lead from ${stops[leg - 1]} to ${stops[leg]} and back`, {
      at: 'key',
      hint: 'join them with a link, or correct the routes',
    })
  }
}

function checkPorts(paths: readonly Ends[], findings: Findings): void {
  const servers = new Map<string, Ends>()
  const tunnelEnds = new Map(
    paths.flatMap(({ name, tunnel }) =>
      tunnel === null ? [] : tunnel.via.map((via): [string, string] => [via, name]),
    ),
  )
  for (const path of paths) {
    const place = ['paths', path.name]
    const address = `${path.to}:${path.port}`
    const other = servers.get(address)
    if (other === undefined) servers.set(address, path)
    else if (other.isTls !== path.isTls) {
      const [one, two] = path.isTls ? ['http', 'https'] : ['https', 'http']
      findings.report(
        place,
        'contradiction',
        `${address} serves ${one} for the path ${other.name}, and cannot serve ${two} for this one`,
        { at: 'key', hint: 'give one of them a port of its own' },
      )
    }
    const tunnelled = tunnelEnds.get(path.to)
    if (path.port === SSH_PORT && tunnelled !== undefined) {
      findings.report(
        [...place, 'port'],
        'contradiction',
        `port 22 of ${path.to} is the SSH server of the path ${tunnelled}`,
      )
    }
  }
}

/** Paths between the same ends share one tunnel, which cannot be two things. */
function checkTunnels(paths: readonly Ends[], findings: Findings): void {
  const firsts = new Map<string, { name: string; tunnel: SshTunnelBlueprint }>()
  for (const { name, from, tunnel } of paths) {
    if (tunnel === null) continue
    const ends = `${from} ${tunnel.via.join(' ')}`
    const first = firsts.get(ends) ?? { name, tunnel }
    firsts.set(ends, first)
    if (first.tunnel.warm === tunnel.warm && first.tunnel.hostKey === tunnel.hostKey) continue
    findings.report(
      ['paths', name, 'tunnel'],
      'contradiction',
      `the path ${first.name} shares the tunnel from ${from} to ${tunnel.via.join(', ')} and sets it up otherwise`,
    )
  }
}

function resolveServers(
  paths: readonly Ends[],
  sections: ReadonlyMap<string, PathSection>,
  surroundings: PathSurroundings,
  findings: Findings,
): Map<string, TlsBlueprint> {
  const servers = new Map<string, TlsPath[]>()
  for (const { name, kind, to, port, isTls } of paths) {
    const host = surroundings.hosts.get(to)
    if (!isTls || host === undefined) continue
    const server = servers.get(`${to}:${port}`) ?? []
    servers.set(`${to}:${port}`, server)
    const certificate = surroundings.certificateOfHost.get(to)
    server.push({
      name,
      kind,
      port,
      section: sections.get(name)!,
      to: { name: to, addresses: host.addresses, certificate },
    })
  }
  const resolved = [...servers.values()].map((server) => resolveServer(server, surroundings.identities, findings))
  return new Map(resolved.flatMap((tlsByPath) => [...tlsByPath]))
}
