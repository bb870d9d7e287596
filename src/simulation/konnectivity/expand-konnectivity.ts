import type { AgentCredentialBlueprint, ExtraAgentBlueprint } from '../../attack/additions.ts'
import { AGENT_PORT, DEFAULT_KEEPALIVE_NS } from '../../cluster/konnectivity/konnectivity-agent.ts'
import { parseAddress } from '../../network/address-book.ts'
import type {
  Blueprint,
  CertificateBlueprint,
  IdentityBlueprint,
  KonnectivityTunnelBlueprint,
  PathBlueprint,
} from '../blueprint.ts'
import type { AgentAuthenticationBlueprint } from '../blueprint-cluster.ts'
import { byName } from '../by-name.ts'
import { servingOf, stepsInOrder } from '../lookups/attacker-names.ts'
import { sortedNames } from '../lookups/members.ts'
import { mainAddress } from '../lookups/server-places.ts'
import type {
  AgentChoiceBlueprint,
  ExpandedKonnectivity,
  KonnectivityAgentBlueprint,
  KonnectivityServerBlueprint,
} from './konnectivity-blueprint.ts'

type AgentPath = PathBlueprint & { readonly tunnel: KonnectivityTunnelBlueprint }

/**
 * Returns the Konnectivity servers and agents of a scenario. Agents on the same host that dial the same server are one
 * agent. It is warm if one of its paths needs it warm.
 */
export function konnectivityOf(blueprint: Blueprint): ExpandedKonnectivity {
  const paths = [...blueprint.paths]
    .sort(byName)
    .filter((path): path is AgentPath => path.tunnel?.kind === 'konnectivity')
  const extras = blueprint.additions?.agents ?? []
  const hosts = new Set([...paths.map(({ from }) => from), ...extras.map(({ server }) => server)])
  const servers = [...hosts].map((host) => serverOn(host, paths, blueprint))
  const agents = servers.flatMap((server) => [
    ...ownAgents(server, paths, blueprint),
    ...extras.filter((extra) => extra.server === server.host).map((extra) => extraAgent(server, extra, blueprint)),
  ])
  return {
    servers,
    agents: agents.sort(byName),
    identities: servers.flatMap((server) => identitiesOf(server, agents, blueprint)),
    choices: new Map(paths.map((path) => [path.name, choiceOf(path, extras, blueprint)])),
  }
}

function agentName(server: string, agent: string): string {
  return `konnectivity/${server}/${agent}`
}

function serverOn(host: string, paths: readonly AgentPath[], { cluster }: Blueprint): KonnectivityServerBlueprint {
  const own = paths.filter(({ from }) => from === host)
  const settings = cluster?.konnectivity ?? null
  const authentication = own[0]?.tunnel.authentication ?? settings?.authentication ?? { kind: 'none' }
  const authority = `konnectivity/${host}/ca`
  return {
    host,
    port: settings?.serverHost === host ? settings.agentPort : AGENT_PORT,
    authentication,
    keepaliveNs: settings?.keepaliveNs ?? DEFAULT_KEEPALIVE_NS,
    certificate: `konnectivity/${host}`,
    authority,
    agentAuthority: authentication.kind === 'certificate' ? (authentication.authority ?? authority) : null,
    isListening: own.length > 0,
    origin: settings?.serverHost === host ? '--egress-selector-config-file' : `paths from ${host}`,
  }
}

function ownAgents(
  { host: server, authentication }: KonnectivityServerBlueprint,
  paths: readonly AgentPath[],
  blueprint: Blueprint,
): KonnectivityAgentBlueprint[] {
  const tunnels = paths.filter(({ from }) => from === server).map(({ tunnel }) => tunnel)
  // Paths into a cluster share the list of its nodes.
  const hosts = new Set([...new Set(tunnels.map(({ via }) => via))].flat())
  return [...hosts].map((host) => {
    const name = agentName(server, host)
    return {
      name,
      host,
      server,
      isWarm: tunnels.some(({ warm, via }) => warm && via.includes(host)),
      startNs: 0,
      ...ownCredential(authentication, name),
      idOf: name,
      identifiers: `ipv4=${mainAddress(host, blueprint)}`,
      diversions: [],
      origin: `agent of the server on ${server}`,
    }
  })
}

function extraAgent(
  { host: server, authentication }: KonnectivityServerBlueprint,
  { name: ownName, host, credential, claims, startNs, diversions }: ExtraAgentBlueprint,
  { identities }: Blueprint,
): KonnectivityAgentBlueprint {
  const name = agentName(server, ownName)
  return {
    name,
    host,
    server,
    isWarm: false,
    startNs,
    ...presentedBy(credential, server, authentication, identities),
    idOf: claims.agentIdOf === null ? name : agentName(server, claims.agentIdOf),
    identifiers: [
      ...claims.identifiers.map((each) => `${Number.isNaN(parseAddress(each)) ? 'host' : 'ipv4'}=${each}`),
      ...(claims.defaultRoute ? ['default-route=true'] : []),
    ].join('&'),
    diversions,
    origin: `agent ${ownName} of an attacker`,
  }
}

type PresentedCredential = Pick<KonnectivityAgentBlueprint, 'certificate' | 'token'>

const NOTHING: PresentedCredential = { certificate: null, token: null }

/** Returns the credential of the cluster's agent with this name. */
function ownCredential({ kind }: AgentAuthenticationBlueprint, name: string): PresentedCredential {
  switch (kind) {
    case 'none':
      return NOTHING
    case 'token':
      return { certificate: null, token: { kind: 'mounted' } }
    case 'certificate':
      return { certificate: name, token: null }
  }
}

/** Returns how an agent presents a credential: a certificate in TLS, other credentials as a token. */
function presentedBy(
  credential: AgentCredentialBlueprint,
  server: string,
  authentication: AgentAuthenticationBlueprint,
  identities: readonly IdentityBlueprint[],
): PresentedCredential {
  switch (credential.kind) {
    case 'none':
      return NOTHING
    case 'of-agent':
      return ownCredential(authentication, agentName(server, credential.host))
    case 'identity': {
      const { name } = credential
      const isCertificate = identities.some((identity) => identity.name === name && identity.kind === 'certificate')
      return isCertificate
        ? { certificate: name, token: null }
        : { certificate: null, token: { kind: 'identity', name } }
    }
  }
}

/**
 * Returns the agents that may carry the connections of a path. `destHost` falls back to a random agent, as in a server
 * with `--proxy-strategies=destHost,default`.
 */
function choiceOf(
  { from, to, address, tunnel: { via, strategy } }: AgentPath,
  extras: readonly ExtraAgentBlueprint[],
  blueprint: Blueprint,
): AgentChoiceBlueprint {
  const nameOf = (agent: string) => agentName(from, agent)
  const there = extras.filter(({ server }) => server === from).sort(byName)
  const dialled = address ?? mainAddress(to, blueprint)
  const claiming = there.filter(({ claims }) => claims.identifiers.includes(dialled)).map(({ name }) => nameOf(name))
  const own = via.includes(to) ? [nameOf(to)] : []
  return {
    agents: sortedNames([...new Set(via)].map(nameOf)),
    others: there
      .filter(({ claims }) => strategy !== 'defaultRoute' || claims.defaultRoute)
      .map(({ name }) => nameOf(name)),
    claimants: strategy === 'destHost' ? [...own, ...claiming] : [],
  }
}

/** Returns the name of an attacker's certificate for impersonating the server on `host`. */
export function falseServerCertificate(attacker: string, host: string): string {
  return `~${attacker}/konnectivity/${host}`
}

const YEAR_S = 365 * 24 * 3600

/**
 * Returns the identities of a server and its agents (apiserver-network-proxy, cmd/server/app/options/options.go:
 * --cluster-cert, --cluster-ca-cert).
 */
function identitiesOf(
  { host, certificate: name, authority, agentAuthority }: KonnectivityServerBlueprint,
  agents: readonly KonnectivityAgentBlueprint[],
  blueprint: Blueprint,
): IdentityBlueprint[] {
  const common = { kind: 'certificate', issuer: authority, organizations: [], key: 'rsa-2048' } as const
  const validity = { notBeforeS: 0, notAfterS: YEAR_S }
  const server: CertificateBlueprint = {
    ...common,
    name,
    cn: 'kube-apiserver',
    sans: [host, mainAddress(host, blueprint)],
    usages: ['server'],
    ...validity,
    origin: `Konnectivity server on ${host}`,
  }
  const ofAgents = agents
    .filter((agent) => agent.server === host && agent.certificate === agent.name)
    .map(
      (agent): CertificateBlueprint => ({
        ...common,
        issuer: agentAuthority,
        name: agent.name,
        cn: 'system:konnectivity-agent',
        sans: [],
        usages: ['client'],
        ...validity,
        origin: agent.origin,
      }),
    )
  // Only the CA could sign a certificate that agents accept, and no attacker has the CA's key.
  const answering = new Set(stepsInOrder(blueprint).flatMap((step) => (servingOf(step) ? [step.attacker.name] : [])))
  const ofAttackers = [...answering].map(
    (attacker): CertificateBlueprint => ({
      ...server,
      name: falseServerCertificate(attacker, host),
      issuer: null,
      origin: `attacker ${attacker}`,
    }),
  )
  return [{ kind: 'ca', name: authority, cn: 'kubernetes', key: 'rsa-2048' }, server, ...ofAgents, ...ofAttackers]
}
