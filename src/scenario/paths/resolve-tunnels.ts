import { egressSelector } from '../../cluster/flags/apiserver/egress-selector-config-file.ts'
import { sshUser } from '../../cluster/flags/apiserver/ssh-user.ts'
import { egressTunnel, TUNNEL_DEFAULTS } from '../../cluster/paths/connection-settings.ts'
import { pathKind, TUNNEL_VERSIONS } from '../../cluster/paths/path-kinds.ts'
import { dialledText } from '../../cluster/paths/preferred-address.ts'
import type { KonnectivityTunnelBlueprint, TunnelBlueprint } from '../../simulation/blueprint.ts'
import type { AgentAuthenticationBlueprint } from '../../simulation/blueprint-cluster.ts'
import { ownTunnelEnd } from '../../simulation/ssh-tunnels/expand-ssh-tunnels.ts'
import type { ClusterEnvironment } from '../cluster/cluster-environment.ts'
import { MASTER } from '../cluster/cluster-members.ts'
import {
  AGENT_AUTHENTICATION_KEYS,
  agentAuthentication,
  checkAgentAuthentication,
  konnectivitySettings,
} from '../cluster/konnectivity-settings.ts'
import type { PathSection } from '../schema/paths.ts'
import type { Findings } from '../tree/findings.ts'
import type { EndsContext, ResolvedEnds } from './resolve-ends.ts'

type TunnelSection = Exclude<NonNullable<PathSection['tunnel']>, string>

/** Returns the tunnel of a path: the one that it names, otherwise the one that the cluster's apiserver uses. */
export function tunnelOf(ends: ResolvedEnds, context: EndsContext): TunnelBlueprint | null {
  const wanted = wantedTunnel(ends, context.cluster)
  if (wanted === null) return null
  checkTunnel(ends, wanted, context)
  const nodes = context.cluster?.members.nodeNames
  const named = typeof wanted.via === 'string' ? [wanted.via] : wanted.via
  const via = named ?? nodes ?? [ends.to.host]
  const warm = wanted.warm ?? TUNNEL_DEFAULTS.warm
  if (wanted.kind === 'ssh') {
    const hostKey = wanted['host-key'] ?? TUNNEL_DEFAULTS.hostKey
    return { kind: 'ssh', warm, via, own: ownEnd(ends, via, context), hostKey }
  }
  const settings = konnectivitySettings(context.cluster?.section.konnectivity)
  const hasOwn = AGENT_AUTHENTICATION_KEYS.some((key) => wanted[key] !== undefined)
  return {
    kind: 'konnectivity',
    warm,
    via,
    strategy: wanted.strategy ?? settings.strategy,
    authentication: hasOwn ? agentAuthentication(wanted) : settings.authentication,
  }
}

/** Returns the host whose tunnel the path always takes; null if each connection takes a random one. */
function ownEnd(ends: ResolvedEnds, via: readonly string[], { cluster, hosts }: EndsContext): string | null {
  const host = hosts.get(ends.to.host)
  if (host === undefined) return via.length === 1 ? via[0] : null
  return ownTunnelEnd({ via }, dialledText(ends, host), host, cluster?.apiserver.sshUser != null)
}

function wantedTunnel({ kind, section, from }: ResolvedEnds, cluster: ClusterEnvironment | null): TunnelSection | null {
  const { tunnel } = section
  if (tunnel === 'none') return null
  if (tunnel !== undefined) return typeof tunnel === 'string' ? { kind: tunnel } : tunnel
  if (cluster === null || pathKind(kind).tunnels !== 'apiserver' || from.host !== MASTER) return null
  const egress = egressTunnel(cluster.apiserver)
  return egress === null ? null : { kind: egress.kind }
}

const KEYS_OF_OTHER = {
  ssh: ['strategy', ...AGENT_AUTHENTICATION_KEYS],
  konnectivity: ['host-key'],
} as const

function checkTunnel({ declared, kind, to, section }: ResolvedEnds, wanted: TunnelSection, context: EndsContext): void {
  const { cluster, version, findings } = context
  const place = ['paths', declared, 'tunnel']
  for (const key of KEYS_OF_OTHER[wanted.kind])
    if (wanted[key] !== undefined)
      findings.contradict([...place, key], `a tunnel of kind ${wanted.kind} has no ${key}`, { at: 'key' })
  if (wanted.kind === 'konnectivity') checkAgentAuthentication(wanted, place, context)
  const { firstMinor, lastMinor, reason } = TUNNEL_VERSIONS[wanted.kind]
  if (section.tunnel === undefined) return
  const { tunnels } = pathKind(kind)
  if (tunnels === 'none') {
    const message = `a path of kind ${kind} has no tunnel: tunnels carry requests of the apiserver to nodes, pods and services`
    findings.contradict(place, message)
  } else if (version !== null && (version.minor < firstMinor || version.minor > lastMinor)) {
    const message = `Kubernetes ${version.text} has no tunnel of kind ${wanted.kind}: ${reason}`
    findings.contradict(place, message)
  } else if (cluster !== null && tunnels === 'apiserver') checkSetUp(place, wanted, cluster, findings)
  if (cluster === null) return
  for (const via of typeof wanted.via === 'string' ? [wanted.via] : (wanted.via ?? []))
    if (via !== to.host) findings.checkName([...place, 'via'], 'node', via, cluster.members.nodesByName)
}

function checkSetUp(
  place: readonly string[],
  { kind }: TunnelSection,
  { apiserver }: ClusterEnvironment,
  findings: Findings,
): void {
  if (kind === 'ssh' && apiserver.sshUser === null)
    findings.contradict(place, `the apiserver opens no SSH tunnels, since --${sshUser.name} is empty`, {
      hint: `set cluster.apiserver.flags.${sshUser.name}`,
    })
  if (kind === 'konnectivity' && apiserver.egressSelector === 'none')
    findings.contradict(place, `the apiserver uses no Konnectivity server, since --${egressSelector.name} is empty`, {
      hint: `set cluster.apiserver.flags.${egressSelector.name}: konnectivity`,
    })
}

interface TunnelledPath {
  readonly name: string
  readonly declared: string
  readonly from: string
  readonly tunnel: TunnelBlueprint | null
}

/** Reports paths that share a tunnel or a Konnectivity server but have different settings for it. */
export function checkSharedTunnels(paths: readonly TunnelledPath[], findings: Findings): void {
  const firsts = new Map<string, TunnelledPath>()
  const servers = new Map<string, TunnelledPath>()
  const seen = new Set<string>()
  for (const path of paths) {
    const { declared, from, tunnel } = path
    if (tunnel === null) continue
    if (tunnel.kind === 'konnectivity') checkSharedServer(path, tunnel, servers, findings)
    // Instances of one declared path have the same settings.
    const ends = `${from} ${tunnel.kind} ${tunnel.via.length === 1 ? tunnel.via[0] : ''}`
    if (seen.has(`${declared} ${ends}`)) continue
    seen.add(`${declared} ${ends}`)
    const first = firsts.get(ends) ?? path
    firsts.set(ends, first)
    if (isAlike(first.tunnel!, tunnel)) continue
    const end = tunnel.via.length === 1 ? tunnel.via[0] : 'the nodes'
    findings.contradict(
      ['paths', declared, 'tunnel'],
      `the path ${first.name} shares the tunnel from ${from} to ${end}, and gives it other settings`,
    )
  }
}

/** Reports a path whose method of authenticating agents differs from another path to the same Konnectivity server. */
function checkSharedServer(
  path: TunnelledPath,
  { authentication }: KonnectivityTunnelBlueprint,
  servers: Map<string, TunnelledPath>,
  findings: Findings,
): void {
  const { declared, from } = path
  const first = servers.get(from) ?? path
  servers.set(from, first)
  if (first.declared === declared || first.tunnel?.kind !== 'konnectivity') return
  if (isSameAuthentication(first.tunnel.authentication, authentication)) return
  findings.contradict(
    ['paths', declared, 'tunnel'],
    `the path ${first.name} shares the Konnectivity server on ${from}, which authenticates agents in one way only: there ${describe(first.tunnel.authentication)}, here ${describe(authentication)}`,
  )
}

function describe(authentication: AgentAuthenticationBlueprint): string {
  switch (authentication.kind) {
    case 'none':
      return 'not at all'
    case 'token':
      return `by a token of ${authentication.account} for ${authentication.audience}`
    case 'certificate':
      return authentication.authority === null
        ? 'by a certificate of a CA of its own'
        : `by a certificate of ${authentication.authority}`
  }
}

function isSameAuthentication(one: AgentAuthenticationBlueprint, other: AgentAuthenticationBlueprint): boolean {
  return describe(one) === describe(other)
}

function isAlike(one: TunnelBlueprint, other: TunnelBlueprint): boolean {
  if (one.warm !== other.warm) return false
  if (one.kind === 'ssh') return other.kind === 'ssh' && one.hostKey === other.hostKey
  return other.kind === 'konnectivity' && one.strategy === other.strategy
}
