import {
  AGENT_PORT,
  type KonnectivityAgent,
  type KonnectivityHeads,
  type PathAgents,
} from '../../cluster/konnectivity/konnectivity-agent.ts'
import { ANY_ADDRESS, type Listener } from '../../cluster/paths/path.ts'
import { hashString32 } from '../../engine/hash.ts'
import type { Streams } from '../../engine/streams.ts'
import { NONE } from '../../engine/table.ts'
import { NS_PER_S } from '../../engine/ticks.ts'
import { GRPC_GO_CLIENT, GRPC_GO_SERVER, type Http2Parameters, withKeepalive } from '../../http/http2-parameters.ts'
import { formatAddress } from '../../network/address-book.ts'
import { tokenSizeBytes } from '../../security/bearer-token.ts'
import type { Certificate } from '../../security/certificate.ts'
import type { IssuedCertificate, TlsClient, TlsServer } from '../../security/tls-parameters.ts'
import type { Blueprint, KonnectivityTunnelBlueprint, PathBlueprint } from '../blueprint.ts'
import { byName, indexByName } from './by-name.ts'
import { HIGH_LANE, LOW_LANE } from './name-lanes.ts'
import type { HttpCatalogue } from './plan-http.ts'
import { lookUp, type PlannedNetwork } from './plan-network.ts'
import type { Pool } from './plan-security.ts'

export interface PlannedKonnectivity {
  /** In the order of names. */
  readonly agents: readonly KonnectivityAgent[]
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

/** cmd/agent/app/options/options.go and cmd/server/app/options/options.go: KeepaliveTime. */
const DEFAULT_KEEPALIVE_NS = 3600 * NS_PER_S

/** Agents on the same host that dial the same server are one; one path that wants it warm decides. */
export function planKonnectivity(
  blueprint: Blueprint,
  paths: readonly PathBlueprint[],
  network: PlannedNetwork,
  pools: KonnectivityPools,
  streams: Streams,
): PlannedKonnectivity {
  const tunnelled = paths.filter((path): path is AgentPath => path.tunnel?.kind === 'konnectivity')
  const keepaliveNs = blueprint.cluster?.konnectivity?.keepaliveNs ?? DEFAULT_KEEPALIVE_NS
  const agents = new Map<string, KonnectivityAgent>()
  for (const server of new Set(tunnelled.map(({ from }) => from))) {
    const ofServer = tunnelled.filter(({ from }) => from === server)
    const isByCertificate = ofServer.some(({ tunnel }) => tunnel.authentication === 'certificate')
    const http2 = pools.http2.add(withKeepalive(GRPC_GO_CLIENT, keepaliveNs))
    const certificates = certificatesOf(server, network)
    for (const via of new Set(ofServer.flatMap(({ tunnel }) => tunnel.via))) {
      const isWarm = ofServer.some(({ tunnel }) => tunnel.warm && tunnel.via.includes(via))
      const tlsClient = pools.clients.add(tlsOfAgent(server, via, certificates, isByCertificate))
      const agent = planAgent(server, via, network, { tlsClient, http2, isWarm }, streams)
      agents.set(agent.name, agent)
    }
    pools.listeners.add({
      kind: 'https',
      host: lookUp(network.hostIndex, server),
      port: AGENT_PORT,
      bindAddress: ANY_ADDRESS,
      http2: pools.http2.add(withKeepalive(GRPC_GO_SERVER, keepaliveNs)),
      service: 'konnectivity',
      tlsServer: pools.servers.add(tlsOfServer(certificates, isByCertificate)),
    })
  }
  const sorted = [...agents.values()].sort(byName)
  const index = indexByName(sorted)
  return { agents: sorted, choices: paths.map((path) => choiceOf(path, index, streams)) }
}

function agentName(server: string, via: string): string {
  return `konnectivity/${server}/${via}`
}

function planAgent(
  server: string,
  via: string,
  { hostIndex, addresses }: PlannedNetwork,
  how: Pick<KonnectivityAgent, 'tlsClient' | 'http2' | 'isWarm'>,
  streams: Streams,
): KonnectivityAgent {
  const name = agentName(server, via)
  const host = lookUp(hostIndex, via)
  const serverHost = lookUp(hostIndex, server)
  return {
    name,
    host,
    serverHost,
    localAddress: addresses.mainAddressOf(host),
    remoteAddress: addresses.mainAddressOf(serverHost),
    nameHigh: hashString32(name, HIGH_LANE),
    nameLow: hashString32(name, LOW_LANE),
    chance: streams.key(`${name}/sync`),
    ...how,
  }
}

/** `destHost` falls back to a random agent, as the server does with `--proxy-strategies=destHost,default`. */
function choiceOf(
  { name, from, to, tunnel }: PathBlueprint,
  index: ReadonlyMap<string, number>,
  streams: Streams,
): PathAgents | null {
  if (tunnel?.kind !== 'konnectivity') return null
  const isOwn = tunnel.strategy === 'destHost' && tunnel.via.includes(to)
  return {
    agents: [...new Set(tunnel.via)].map((via) => lookUp(index, agentName(from, via))).sort((a, b) => a - b),
    ownAgent: isOwn ? lookUp(index, agentName(from, to)) : NONE,
    key: streams.key(`path/${name}/agent`),
  }
}

interface AgentCertificates {
  readonly authority: Certificate
  readonly server: IssuedCertificate
  readonly serverName: string
}

/** A year, as kubeadm gives; the authority ten. */
const LIFETIME_S = 365 * 24 * 3600

/** The cluster's authority vouches for both sides (examples/kubernetes: --cluster-cert, --cluster-ca-cert). */
function certificatesOf(server: string, { hostIndex, addresses }: PlannedNetwork): AgentCertificates {
  const serverName = formatAddress(addresses.valueOf(addresses.mainAddressOf(lookUp(hostIndex, server))))
  const authority: Certificate = {
    name: `konnectivity/${server}/ca`,
    issuer: null,
    cn: 'kubernetes',
    organizations: [],
    sans: ['kubernetes'],
    usages: [],
    key: 'rsa-2048',
    notBeforeS: -10 * LIFETIME_S,
    notAfterS: 10 * LIFETIME_S,
    isAuthority: true,
  }
  const certificate = leaf(`konnectivity/${server}`, authority, 'kube-apiserver', [server, serverName], 'server')
  return { authority, server: { certificate, issuer: authority }, serverName }
}

function leaf(
  name: string,
  issuer: Certificate,
  cn: string,
  sans: readonly string[],
  usage: 'server' | 'client',
): Certificate {
  return {
    name,
    issuer: issuer.name,
    cn,
    organizations: [],
    sans,
    usages: [usage],
    key: 'rsa-2048',
    notBeforeS: 0,
    notAfterS: LIFETIME_S,
    isAuthority: false,
  }
}

function tlsOfAgent(
  server: string,
  via: string,
  { authority, serverName }: AgentCertificates,
  isByCertificate: boolean,
): TlsClient {
  const certificate = leaf(agentName(server, via), authority, 'system:konnectivity-agent', [], 'client')
  return {
    version: '1.3',
    keyExchange: 'x25519',
    alpn: ['h2'],
    serverName,
    trusts: authority,
    expectedCommonName: null,
    presents: isByCertificate ? { certificate, issuer: authority } : null,
    recordSizing: 'go',
  }
}

/** With a CA for agents it insists on their certificates (cmd/server/app/server.go), else it asks for none. */
function tlsOfServer({ authority, server }: AgentCertificates, isByCertificate: boolean): TlsServer {
  return {
    presents: server,
    clientCertificates: isByCertificate ? 'required' : 'none',
    clientAuthority: isByCertificate ? authority : null,
    protocol: 'h2',
    recordSizing: 'go',
  }
}

const CONTENT_TYPE = { name: 'content-type', value: 'application/grpc' }
/** Of an agent's process (google/uuid). */
const UUID = '3f1c6a52-0c0e-4b7e-9d0a-6f0a3c1d2b4e'
const LINE = { method: 'POST', target: '/AgentService/Connect' } as const

/** What agents ask, with which metadata (pkg/agent/client.go: Connect), and what the server answers (pkg/server/server.go: Connect). */
export function planKonnectivityHeads(
  { paths }: Blueprint,
  agents: readonly KonnectivityAgent[],
  { addresses }: PlannedNetwork,
  catalogue: HttpCatalogue,
): KonnectivityHeads {
  if (agents.length === 0) return { requests: [], response: NONE }
  const byToken = new Set(
    paths.flatMap(({ from, tunnel }) =>
      tunnel?.kind === 'konnectivity' && tunnel.authentication === 'token'
        ? tunnel.via.map((via) => agentName(from, via))
        : [],
    ),
  )
  const requests = agents.map(({ name, localAddress, remoteAddress }) =>
    catalogue.request(
      LINE,
      [
        { name: ':method', value: LINE.method },
        { name: ':scheme', value: 'https' },
        { name: ':path', value: LINE.target },
        { name: ':authority', value: `${formatAddress(addresses.valueOf(remoteAddress))}:${AGENT_PORT}` },
        CONTENT_TYPE,
        { name: 'user-agent', value: 'grpc-go/1.83.0' },
        { name: 'te', value: 'trailers' },
        { name: 'agentid', value: UUID },
        { name: 'agentidentifiers', value: `ipv4=${formatAddress(addresses.valueOf(localAddress))}` },
        ...(byToken.has(name) ? [{ name: 'authorization', value: `Bearer ${'x'.repeat(AGENT_TOKEN_BYTES)}` }] : []),
      ],
      false,
    ),
  )
  const response = catalogue.response(200, [
    { name: ':status', value: '200' },
    CONTENT_TYPE,
    { name: 'serverid', value: UUID },
    { name: 'servercount', value: '1' },
  ])
  return { requests, response }
}

/** examples/kubernetes/konnectivity-agent.yaml: an hour, for its own audience. */
const AGENT_TOKEN_BYTES = tokenSizeBytes({
  name: 'konnectivity-agent',
  account: 'kube-system/konnectivity-agent',
  audience: 'system:konnectivity-server',
  expiresS: 3600,
  boundPod: null,
})
