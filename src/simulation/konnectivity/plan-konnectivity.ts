import { API_AUDIENCES, type Bearer } from '../../cluster/access/bearer.ts'
import { type AgentToken, mountedToken, type TokenRequirement } from '../../cluster/konnectivity/agent-token.ts'
import type { KonnectivityAgent } from '../../cluster/konnectivity/konnectivity-agent.ts'
import { GO_KEEPALIVE } from '../../cluster/paths/keepalives.ts'
import type { PathAgents } from '../../cluster/paths/path.ts'
import { ANY_ADDRESS, type Listener } from '../../cluster/paths/path.ts'
import type { Streams } from '../../engine/streams.ts'
import {
  GRPC_GO_CLIENT,
  GRPC_GO_SERVER,
  GRPC_KEEPALIVE_TIMEOUT_NS,
  type Http2Parameters,
  withKeepalive,
} from '../../http/http2-parameters.ts'
import { formatAddress, parseAddress } from '../../network/address-book.ts'
import type { TlsClient, TlsServer } from '../../security/tls-parameters.ts'
import { indexByName, lookUp, nameLanes } from '../by-name.ts'
import type { ExpandedBlueprint } from '../expanded-blueprint.ts'
import type { PlannedNetwork } from '../network/planned-network.ts'
import { tokenNamed } from '../security/bootstrap-token.ts'
import type { Identities, Pool } from '../security/plan-security.ts'
import { isBootstrapToken } from '../security/secret-names.ts'
import type { KonnectivityAgentBlueprint, KonnectivityServerBlueprint } from './konnectivity-blueprint.ts'

/** The planned agents, and the agents that each path may use. */
export interface PlannedKonnectivity {
  /** All agents, in the order of names. */
  readonly agents: readonly KonnectivityAgent[]
  /** The agents that each path can use, by the name of the path. */
  readonly choices: ReadonlyMap<string, PathAgents>
}

interface KonnectivityPools {
  readonly clients: Pool<TlsClient>
  readonly servers: Pool<TlsServer>
  readonly http2: Pool<Http2Parameters>
  readonly listeners: Pool<Listener>
}

/** Numbers the agents of a blueprint, and adds the listeners of its Konnectivity servers to `pools`. */
export function planKonnectivity(
  blueprint: ExpandedBlueprint,
  network: PlannedNetwork,
  identities: Identities,
  pools: KonnectivityPools,
  streams: Streams,
): PlannedKonnectivity {
  const { servers, agents, choices } = blueprint.konnectivity
  for (const server of servers)
    if (server.isListening) pools.listeners.add(planServer(server, network, identities, pools))
  const byHost = new Map(servers.map((server) => [server.host, server]))
  const index = indexByName(agents)
  const numbersOf = (names: readonly string[]) => names.map((name) => lookUp(index, name))
  return {
    agents: agents.map((agent) => ({
      ...planAgent(agent, byHost.get(agent.server)!, blueprint, network, identities, pools),
      jitterKey: streams.key(`${agent.name}/sync`),
      claimedAgent: lookUp(index, agent.idOf),
    })),
    choices: new Map(
      [...choices].map(([path, { agents, others, claimants }]) => [
        path,
        {
          agents: numbersOf(agents),
          others: numbersOf(others),
          claimants: numbersOf(claimants),
          choiceKey: streams.key(`path/${path}/agent`),
        },
      ]),
    ),
  }
}

/**
 * With a CA for agents, the server requires their certificates (cmd/server/app/server.go). Otherwise it requests none.
 */
function planServer(
  { host, port, keepaliveNs, certificate, agentAuthority }: KonnectivityServerBlueprint,
  { hostIndex }: PlannedNetwork,
  identities: Identities,
  { servers, http2 }: KonnectivityPools,
): Listener {
  return {
    kind: 'https',
    host: lookUp(hostIndex, host),
    port,
    bindAddress: ANY_ADDRESS,
    http2: http2.add(withKeepalive(GRPC_GO_SERVER, keepaliveNs)),
    service: 'konnectivity',
    silence: { keepalive: GO_KEEPALIVE, userTimeoutNs: GRPC_KEEPALIVE_TIMEOUT_NS },
    tlsServer: servers.add({
      presents: identities.issued(certificate),
      clientCertificates: agentAuthority === null ? 'none' : 'required',
      clientAuthority: agentAuthority === null ? null : identities.certificate(agentAuthority),
      protocol: 'h2',
      recordSizing: 'go',
    }),
  }
}

function planAgent(
  { name, host: hostName, isWarm, startNs, certificate, token, diversions, identifiers }: KonnectivityAgentBlueprint,
  server: KonnectivityServerBlueprint,
  blueprint: ExpandedBlueprint,
  { hostIndex, addresses }: PlannedNetwork,
  identities: Identities,
  { clients, http2 }: KonnectivityPools,
): Omit<KonnectivityAgent, 'jitterKey' | 'claimedAgent'> {
  const host = lookUp(hostIndex, hostName)
  const serverHost = lookUp(hostIndex, server.host)
  const requires = requirementOf(server)
  const remoteAddress = addresses.mainAddressOf(serverHost)
  return {
    name,
    host,
    serverHost,
    localAddress: addresses.mainAddressOf(host),
    remoteAddress,
    remotePort: server.port,
    tlsClient: clients.add({
      version: '1.3',
      keyExchange: 'x25519',
      alpn: ['h2'],
      serverName: formatAddress(addresses.valueOf(remoteAddress)),
      trusts: identities.certificate(server.authority),
      expectedCommonName: null,
      presents: certificate === null ? null : identities.issued(certificate),
      recordSizing: 'go',
    }),
    http2: http2.add(withKeepalive(GRPC_GO_CLIENT, server.keepaliveNs)),
    silence: { userTimeoutNs: GRPC_KEEPALIVE_TIMEOUT_NS },
    ...nameLanes(name),
    isWarm,
    startNs,
    identifiers,
    token: planToken(token, requires, blueprint, identities),
    requires,
    diversions: diversions.map(({ address, port, to }) => ({
      address: addresses.indexOf(parseAddress(address)),
      port,
      to: addresses.indexOf(parseAddress(to)),
    })),
  }
}

function requirementOf({ authentication }: KonnectivityServerBlueprint): TokenRequirement | null {
  if (authentication.kind !== 'token') return null
  const { audience, account } = authentication
  return { audience, account, apiAudiences: API_AUDIENCES }
}

function planToken(
  token: KonnectivityAgentBlueprint['token'],
  requires: TokenRequirement | null,
  blueprint: ExpandedBlueprint,
  identities: Identities,
): AgentToken | null {
  if (token === null) return null
  if (token.kind === 'identity') return { bearer: bearerNamed(token.name, blueprint, identities), isRefreshed: false }
  return requires === null ? null : mountedToken(requires)
}

function bearerNamed(name: string, blueprint: ExpandedBlueprint, identities: Identities): Bearer {
  if (isBootstrapToken(name, blueprint)) return { kind: 'bootstrap', token: tokenNamed(name, blueprint) }
  const isKnown = blueprint.identities.some((each) => each.name === name && each.kind === 'service-account-token')
  return isKnown ? { kind: 'service-account', token: identities.token(name) } : { kind: 'unknown' }
}
