import { Konnectivity } from '../../cluster/konnectivity/konnectivity.ts'
import { KonnectivityAgents } from '../../cluster/konnectivity/konnectivity-agents.ts'
import { TunnelledConnections } from '../../cluster/konnectivity/tunnelled-connections.ts'
import type { BuildContext, HttpParts, NetworkParts, SecurityParts, TransportParts } from './build-context.ts'

/** Agents, the server, and what runs between them. */
export function buildKonnectivity(
  context: BuildContext & NetworkParts & TransportParts & SecurityParts & HttpParts,
): Konnectivity {
  const { plan, processors } = context
  const { paths, addresses, hosts, targets } = plan
  const firstHostTarget = targets.firstHost
  const { agents, heads } = plan.konnectivity
  const tunnelled = new TunnelledConnections({
    ...context,
    addresses,
    paths,
    agents,
    firstHostTarget,
    hostCount: hosts.length,
  })
  return new Konnectivity(
    new KonnectivityAgents({ ...context, firstHostTarget }, agents, heads, tunnelled.ends),
    tunnelled,
    processors,
    hosts.map(({ cpu }) => cpu),
    paths.map(({ konnectivity }) => konnectivity),
  )
}
