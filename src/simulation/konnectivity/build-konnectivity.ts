import { Konnectivity } from '../../cluster/konnectivity/konnectivity.ts'
import { KonnectivityAgents } from '../../cluster/konnectivity/konnectivity-agents.ts'
import { TunnelledConnections } from '../../cluster/konnectivity/tunnelled-connections.ts'
import type { Choices } from '../../cluster/paths/choices.ts'
import type { BuildContext, HttpParts, NetworkParts, SecurityParts, TransportParts } from '../build-context.ts'

/** Builds the Konnectivity server, its agents, and the connections between them. */
export function buildKonnectivity(
  context: BuildContext & NetworkParts & TransportParts & SecurityParts & HttpParts,
  choices: Choices,
): Konnectivity {
  const { paths, addresses, hosts, konnectivity } = context.plan
  const { agents, heads } = konnectivity
  const tunnelled = new TunnelledConnections({ ...context, addresses, paths, agents, hostCount: hosts.length })
  return new Konnectivity(
    new KonnectivityAgents(context, agents, heads, tunnelled.ends),
    tunnelled,
    context.processors,
    context.cpus,
    paths.map(({ konnectivity }) => konnectivity),
    choices,
  )
}
