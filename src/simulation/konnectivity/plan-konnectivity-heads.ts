import { bearerBytes } from '../../cluster/access/bearer.ts'
import type { KonnectivityAgent, KonnectivityHeads } from '../../cluster/konnectivity/konnectivity-agent.ts'
import { NONE } from '../../engine/table.ts'
import { formatAddress } from '../../network/address-book.ts'
import type { HttpCatalogue } from '../http/plan-http.ts'
import type { PlannedNetwork } from '../network/planned-network.ts'

const CONTENT_TYPE = { name: 'content-type', value: 'application/grpc' }
/** The id of an agent's process (google/uuid). */
const UUID = '3f1c6a52-0c0e-4b7e-9d0a-6f0a3c1d2b4e'
const LINE = { method: 'POST', target: '/AgentService/Connect' } as const

/**
 * Plans the heads of agents' requests with their metadata (pkg/agent/client.go, Connect), and of the server's responses
 * (pkg/server/server.go, Connect). A refusal is a head alone with gRPC status 2, UNKNOWN.
 */
export function planKonnectivityHeads(
  agents: readonly KonnectivityAgent[],
  { addresses }: PlannedNetwork,
  catalogue: HttpCatalogue,
): KonnectivityHeads {
  if (agents.length === 0) return { requests: [], response: NONE, refusal: NONE }
  const requests = agents.map(({ remoteAddress, remotePort, token, identifiers }) =>
    catalogue.request(
      LINE,
      [
        { name: ':method', value: LINE.method },
        { name: ':scheme', value: 'https' },
        { name: ':path', value: LINE.target },
        { name: ':authority', value: `${formatAddress(addresses.valueOf(remoteAddress))}:${remotePort}` },
        CONTENT_TYPE,
        { name: 'user-agent', value: 'grpc-go/1.83.0' },
        { name: 'te', value: 'trailers' },
        { name: 'agentid', value: UUID },
        { name: 'agentidentifiers', value: identifiers },
        ...(token === null
          ? []
          : [{ name: 'authorization', value: `Bearer ${'x'.repeat(bearerBytes(token.bearer))}` }]),
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
  const refusal = catalogue.response(200, [
    { name: ':status', value: '200' },
    CONTENT_TYPE,
    { name: 'grpc-status', value: '2' },
    { name: 'grpc-message', value: REFUSAL },
  ])
  return { requests, response, refusal }
}

const REFUSAL = 'Failed to validate authentication token, err:lookup failed: service account jwt not valid'
