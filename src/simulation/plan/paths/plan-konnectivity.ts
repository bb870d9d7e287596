import type { ExtraAgentBlueprint } from '../../../attack/additions.ts'
import { AGENT_TOKEN, type AgentToken } from '../../../cluster/konnectivity/agent-token.ts'
import {
  AGENT_PORT,
  DEFAULT_KEEPALIVE_NS,
  type KonnectivityAgent,
  type PathAgents,
} from '../../../cluster/konnectivity/konnectivity-agent.ts'
import { ANY_ADDRESS, type Listener } from '../../../cluster/paths/path.ts'
import { hashString32 } from '../../../engine/hash.ts'
import type { Streams } from '../../../engine/streams.ts'
import { NONE } from '../../../engine/table.ts'
import { GRPC_GO_CLIENT, GRPC_GO_SERVER, type Http2Parameters, withKeepalive } from '../../../http/http2-parameters.ts'
import { formatAddress, parseAddress } from '../../../network/address-book.ts'
import type { TlsClient, TlsServer } from '../../../security/tls-parameters.ts'
import type { Blueprint, KonnectivityTunnelBlueprint, PathBlueprint } from '../../blueprint.ts'
import { byName, indexByName } from '../../by-name.ts'
import { HIGH_LANE, LOW_LANE } from '../name-lanes.ts'
import { lookUp } from '../network/plan-network.ts'
import type { PlannedNetwork } from '../network/planned-network.ts'
import {
  type AgentCertificates,
  certificatesOf,
  ownCertificate,
  tlsOfAgent,
  tlsOfServer,
} from '../security/plan-konnectivity-security.ts'
import type { Identities, Pool } from '../security/plan-security.ts'

export interface PlannedKonnectivity {
  /** In the order of names. */
  readonly agents: readonly KonnectivityAgent[]
  /** By agent: what its metadata says that it is. */
  readonly identifiers: readonly string[]
  /** By path, as they were given; null: it leads through none. */
  readonly choices: readonly (PathAgents | null)[]
}

interface KonnectivityPools {
  readonly clients: Pool<TlsClient>
  readonly servers: Pool<TlsServer>
  readonly http2: Pool<Http2Parameters>
  readonly listeners: Pool<Listener>
}

/** A path that leads through agents. */
type AgentPath = PathBlueprint & { readonly tunnel: KonnectivityTunnelBlueprint }

/** Of an agent whose id is not known by number yet. */
interface NamedAgent extends Omit<KonnectivityAgent, 'claimedAgent'> {
  readonly server: string
  readonly idOfName: string
  /** null: those of its host. */
  readonly extra: ExtraAgentBlueprint | null
}

interface Server {
  readonly name: string
  readonly isByCertificate: boolean
  readonly certificates: AgentCertificates
  /** Index of Http2Parameters of its agents. */
  readonly http2: number
}

/** Agents on the same host that dial the same server are one; one path that wants it warm decides. */
export function planKonnectivity(
  blueprint: Blueprint,
  paths: readonly PathBlueprint[],
  network: PlannedNetwork,
  identities: Identities,
  pools: KonnectivityPools,
  streams: Streams,
): PlannedKonnectivity {
  const extraAgents = blueprint.additions?.agents ?? []
  const tunnelled = paths.filter((path): path is AgentPath => path.tunnel?.kind === 'konnectivity')
  const keepaliveNs = blueprint.cluster?.konnectivity?.keepaliveNs ?? DEFAULT_KEEPALIVE_NS
  const http2 = pools.http2.add(withKeepalive(GRPC_GO_CLIENT, keepaliveNs))
  const agents: NamedAgent[] = []
  for (const name of new Set([...tunnelled.map(({ from }) => from), ...extraAgents.map(({ server }) => server)])) {
    const ofServer = tunnelled.filter(({ from }) => from === name)
    const isByCertificate = ofServer.some(({ tunnel }) => tunnel.authentication === 'certificate')
    const server = { name, isByCertificate, certificates: certificatesOf(name, network), http2 }
    for (const via of new Set(ofServer.flatMap(({ tunnel }) => tunnel.via))) {
      const isWarm = ofServer.some(({ tunnel }) => tunnel.warm && tunnel.via.includes(via))
      agents.push(planAgent(server, via, isWarm, network, pools, streams))
    }
    for (const extra of extraAgents)
      if (extra.server === name) agents.push(planExtra(server, extra, network, identities, pools, streams))
    if (ofServer.length > 0) pools.listeners.add(planServer(server, keepaliveNs, network, pools))
  }
  return inOrder(agents, paths, network, streams)
}

function inOrder(
  agents: readonly NamedAgent[],
  paths: readonly PathBlueprint[],
  network: PlannedNetwork,
  streams: Streams,
): PlannedKonnectivity {
  const sorted = [...agents].sort(byName)
  const index = indexByName(sorted)
  return {
    agents: sorted.map(({ server: _server, idOfName, extra: _extra, ...agent }) => ({
      ...agent,
      claimedAgent: lookUp(index, idOfName),
    })),
    identifiers: sorted.map((agent) => identifiersOf(agent, network)),
    choices: paths.map((path) => choiceOf(path, sorted, index, network, streams)),
  }
}

function planServer(
  { name, certificates, isByCertificate }: Server,
  keepaliveNs: number,
  { hostIndex }: PlannedNetwork,
  { servers, http2 }: KonnectivityPools,
): Listener {
  return {
    kind: 'https',
    host: lookUp(hostIndex, name),
    port: AGENT_PORT,
    bindAddress: ANY_ADDRESS,
    http2: http2.add(withKeepalive(GRPC_GO_SERVER, keepaliveNs)),
    service: 'konnectivity',
    tlsServer: servers.add(tlsOfServer(certificates, isByCertificate)),
  }
}

function agentName(server: string, via: string): string {
  return `konnectivity/${server}/${via}`
}

function planAgent(
  server: Server,
  via: string,
  isWarm: boolean,
  network: PlannedNetwork,
  { clients }: KonnectivityPools,
  streams: Streams,
): NamedAgent {
  const name = agentName(server.name, via)
  const { certificates, isByCertificate } = server
  const presents = isByCertificate ? ownCertificate(name, certificates) : null
  return {
    ...commonOf(name, via, server, network, streams),
    tlsClient: clients.add(tlsOfAgent(certificates, presents)),
    isWarm,
    startNs: 0,
    token: isByCertificate ? null : AGENT_TOKEN,
    fixedTarget: NONE,
    idOfName: name,
    extra: null,
  }
}

function planExtra(
  server: Server,
  extra: ExtraAgentBlueprint,
  network: PlannedNetwork,
  identities: Identities,
  { clients }: KonnectivityPools,
  streams: Streams,
): NamedAgent {
  const name = agentName(server.name, extra.name)
  const { certificates, isByCertificate } = server
  const { credential, claims, onward } = extra
  const isOwn = credential.kind === 'own'
  const shown = credential.kind === 'certificate' ? identities.issued(credential.certificate) : null
  const presents = isOwn && isByCertificate ? ownCertificate(name, certificates) : shown
  return {
    ...commonOf(name, extra.host, server, network, streams),
    tlsClient: clients.add(tlsOfAgent(certificates, presents)),
    isWarm: false,
    startNs: extra.startNs,
    token: isOwn && !isByCertificate ? AGENT_TOKEN : tokenOf(credential, identities),
    fixedTarget: onward === null ? NONE : network.addresses.indexOf(parseAddress(onward)),
    idOfName: claims.agentIdOf === null ? name : agentName(server.name, claims.agentIdOf),
    extra,
  }
}

function tokenOf(credential: ExtraAgentBlueprint['credential'], identities: Identities): AgentToken | null {
  return credential.kind === 'token' ? { token: identities.token(credential.token), isRefreshed: false } : null
}

function commonOf(
  name: string,
  via: string,
  server: Server,
  { hostIndex, addresses }: PlannedNetwork,
  streams: Streams,
) {
  const host = lookUp(hostIndex, via)
  const serverHost = lookUp(hostIndex, server.name)
  return {
    name,
    server: server.name,
    host,
    serverHost,
    localAddress: addresses.mainAddressOf(host),
    remoteAddress: addresses.mainAddressOf(serverHost),
    http2: server.http2,
    needsToken: !server.isByCertificate,
    nameHigh: hashString32(name, HIGH_LANE),
    nameLow: hashString32(name, LOW_LANE),
    jitterKey: streams.key(`${name}/sync`),
  }
}

/** As `--agent-identifiers` has them; an agent of the cluster says its host's address. */
function identifiersOf({ extra, localAddress }: NamedAgent, { addresses }: PlannedNetwork): string {
  if (extra === null) return `ipv4=${formatAddress(addresses.valueOf(localAddress))}`
  const { identifiers, defaultRoute } = extra.claims
  const claimed = identifiers.map((each) => `${Number.isNaN(parseAddress(each)) ? 'host' : 'ipv4'}=${each}`)
  return [...claimed, ...(defaultRoute ? ['default-route=true'] : [])].join('&')
}

/** `destHost` falls back to a random agent, as the server does with `--proxy-strategies=destHost,default`. */
function choiceOf(
  { name, from, to, address, tunnel }: PathBlueprint,
  agents: readonly NamedAgent[],
  index: ReadonlyMap<string, number>,
  { addresses, hostIndex }: PlannedNetwork,
  streams: Streams,
): PathAgents | null {
  if (tunnel?.kind !== 'konnectivity') return null
  const { via, strategy } = tunnel
  const extras = agents.flatMap(({ server, extra }, agent) =>
    extra !== null && server === from ? [{ agent, extra }] : [],
  )
  const dialled = address ?? formatAddress(addresses.valueOf(addresses.mainAddressOf(lookUp(hostIndex, to))))
  const claiming = extras.filter(({ extra }) => extra.claims.identifiers.includes(dialled)).map(({ agent }) => agent)
  const own = via.includes(to) ? [lookUp(index, agentName(from, to))] : []
  return {
    agents: [...new Set(via)].map((each) => lookUp(index, agentName(from, each))).sort((a, b) => a - b),
    others: extras
      .filter(({ extra }) => strategy !== 'defaultRoute' || extra.claims.defaultRoute)
      .map(({ agent }) => agent),
    claimants: strategy === 'destHost' ? [...own, ...claiming] : [],
    choiceKey: streams.key(`path/${name}/agent`),
  }
}
