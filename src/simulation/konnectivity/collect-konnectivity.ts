import type { TunnelResult } from '../../measure/result.ts'
import type { Plan } from '../plan.ts'
import type { Simulation } from '../simulation.ts'
import { dialledResult } from '../ssh-tunnels/collect-tunnels.ts'

/**
 * Returns the connection of each agent as a tunnel from the server to the agent's host, although the agent dials it.
 */
export function agentResults(simulation: Simulation): TunnelResult[] {
  const { plan, parts } = simulation
  return plan.konnectivity.agents.map(({ name, host, serverHost }, agent) => {
    const healthChecks = { passed: 0, failed: 0 }
    const tunnel = { name, fromHost: serverHost, viaHost: host, healthChecks }
    return dialledResult(simulation, parts.konnectivity.agents.table, agent, tunnel)
  })
}

/** Returns the agents that a path may use. */
export function agentsOf(plan: Plan, path: number): readonly number[] {
  return plan.paths[path].konnectivity?.agents ?? []
}

/** Returns the setup times of the agents of these paths, for agents that have connected. */
export function agentSetupsOf({ plan, parts }: Simulation, paths: readonly number[]): number[] {
  const used = new Set(paths.flatMap((path) => agentsOf(plan, path)))
  return [...used].map((agent) => parts.konnectivity.agents.table.setupNs[agent]).filter((setupNs) => setupNs >= 0)
}
