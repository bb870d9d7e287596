import { AGENT_TOKEN, type AgentToken } from '../../../cluster/konnectivity/agent-token.ts'
import type { KonnectivityAgent, PathAgents } from '../../../cluster/konnectivity/konnectivity-agent.ts'
import { ANY_ADDRESS, type Listener } from '../../../cluster/paths/path.ts'
import type { Streams } from '../../../engine/streams.ts'
import { NONE } from '../../../engine/table.ts'
import { GRPC_GO_CLIENT, GRPC_GO_SERVER, type Http2Parameters, withKeepalive } from '../../../http/http2-parameters.ts'
import { formatAddress, parseAddress } from '../../../network/address-book.ts'
import type { TlsClient, TlsServer } from '../../../security/tls-parameters.ts'
import { indexByName, lookUp } from '../../by-name.ts'
import type { ExpandedBlueprint } from '../../expansion/expanded-blueprint.ts'
import type { KonnectivityAgentBlueprint, KonnectivityServerBlueprint } from '../../expansion/konnectivity-blueprint.ts'
import { nameLanes } from '../name-lanes.ts'
import type { PlannedNetwork } from '../network/planned-network.ts'
import type { Identities, Pool } from '../security/plan-security.ts'

/** The planned agents, and the agents that each path may use. */
export interface PlannedKonnectivity {
  /** All agents, in the order of names. */
  readonly agents: readonly KonnectivityAgent[]
  /** The agents for each path that leads through some, by the name of the path. */
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
  { konnectivity }: ExpandedBlueprint,
  network: PlannedNetwork,
  identities: Identities,
  pools: KonnectivityPools,
  streams: Streams,
): PlannedKonnectivity {
  const { servers, agents, choices } = konnectivity
  for (const server of servers)
    if (server.isListening) pools.listeners.add(planServer(server, network, identities, pools))
  const byHost = new Map(servers.map((server) => [server.host, server]))
  const index = indexByName(agents)
  const numbersOf = (names: readonly string[]) => names.map((name) => lookUp(index, name))
  return {
    agents: agents.map((agent) => ({
      ...planAgent(agent, byHost.get(agent.server)!, network, identities, pools),
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

/** With a CA for agents it insists on their certificates (cmd/server/app/server.go), otherwise it requests none. */
function planServer(
  { host, port, authentication, keepaliveNs, certificate, authority }: KonnectivityServerBlueprint,
  { hostIndex }: PlannedNetwork,
  identities: Identities,
  { servers, http2 }: KonnectivityPools,
): Listener {
  const isByCertificate = authentication === 'certificate'
  return {
    kind: 'https',
    host: lookUp(hostIndex, host),
    port,
    bindAddress: ANY_ADDRESS,
    http2: http2.add(withKeepalive(GRPC_GO_SERVER, keepaliveNs)),
    service: 'konnectivity',
    tlsServer: servers.add({
      presents: identities.issued(certificate),
      clientCertificates: isByCertificate ? 'required' : 'none',
      clientAuthority: isByCertificate ? identities.certificate(authority) : null,
      protocol: 'h2',
      recordSizing: 'go',
    }),
  }
}

function planAgent(
  { name, host: hostName, isWarm, startNs, certificate, token, onward, identifiers }: KonnectivityAgentBlueprint,
  server: KonnectivityServerBlueprint,
  { hostIndex, addresses }: PlannedNetwork,
  identities: Identities,
  { clients, http2 }: KonnectivityPools,
): Omit<KonnectivityAgent, 'jitterKey' | 'claimedAgent'> {
  const host = lookUp(hostIndex, hostName)
  const serverHost = lookUp(hostIndex, server.host)
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
    ...nameLanes(name),
    isWarm,
    startNs,
    identifiers,
    token: planToken(token, identities),
    needsToken: server.authentication === 'token',
    fixedTarget: onward === null ? NONE : addresses.indexOf(parseAddress(onward)),
  }
}

function planToken(token: KonnectivityAgentBlueprint['token'], identities: Identities): AgentToken | null {
  if (token === null) return null
  return token.kind === 'mounted' ? AGENT_TOKEN : { token: identities.token(token.name), isRefreshed: false }
}
