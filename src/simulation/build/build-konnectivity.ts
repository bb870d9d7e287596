import { AgentDials } from '../../cluster/konnectivity/agent-dials.ts'
import { Konnectivity } from '../../cluster/konnectivity/konnectivity.ts'
import { KonnectivityAgents } from '../../cluster/konnectivity/konnectivity-agents.ts'
import { TunnelledConnections } from '../../cluster/konnectivity/tunnelled-connections.ts'
import { formatAddress } from '../../network/address-book.ts'
import type { BuildContext, HttpParts, NetworkParts, SecurityParts, TransportParts } from './build-context.ts'

/** Agents, the server, and what runs between them. */
export function buildKonnectivity(
  context: BuildContext & NetworkParts & TransportParts & SecurityParts & HttpParts,
): Konnectivity {
  const { plan, arena, timeline, accounts, activities, processors, streams, tcp, relays, tls, http } = context
  const { paths, addresses, hosts, targets } = plan
  const addressOf = (path: number) =>
    `${formatAddress(addresses.valueOf(paths[path].remoteAddress))}:${paths[path].port}`
  const firstHostTarget = targets.firstHost
  const { agents, heads } = plan.konnectivity
  const tunnelled = new TunnelledConnections({
    arena,
    timeline,
    streams,
    accounts,
    firstHostTarget,
    hostCount: hosts.length,
    addressOf,
  })
  tunnelled.connectDialler(new AgentDials({ arena, streams, tcp, tunnelled, relays, addresses, paths, agents }))
  const surroundings = { arena, timeline, streams, tcp, tls, http, accounts, activities, firstHostTarget }
  return new Konnectivity(
    new KonnectivityAgents(surroundings, agents, heads, tunnelled.ends),
    tunnelled,
    processors,
    hosts.map(({ cpu }) => cpu),
    paths.map(({ konnectivity }) => konnectivity),
  )
}
