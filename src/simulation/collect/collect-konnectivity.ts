import { milliseconds } from '../../measure/order-statistics.ts'
import type { TunnelResult } from '../../measure/result.ts'
import type { Plan } from '../plan/plan.ts'
import type { Simulation } from '../simulation.ts'

/** Returns each agent's connection as a tunnel from the server to the agent's host, although the agent dials. */
export function agentResults({ plan, parts, accounts }: Simulation): TunnelResult[] {
  const { table } = parts.konnectivity.agents
  return plan.konnectivity.agents.map(({ name, host, serverHost }, agent) => {
    const setupNs = table.setupNs[agent]
    const account = table.account[agent]
    return {
      name,
      from: plan.hosts[serverHost].name,
      via: plan.hosts[host].name,
      setupMs: setupNs < 0 ? null : milliseconds(setupNs),
      dials: table.dials[agent],
      setups: table.setups[agent],
      channels: table.channels[agent],
      carriedBytes: accounts.carriedBytes[account],
      healthChecks: { passed: 0, failed: 0 },
      wireBytes: accounts.wireBytes[account],
      packets: accounts.packets[account],
    }
  })
}

/** Returns the agents that a path may use. */
export function agentsOf(plan: Plan, path: number): readonly number[] {
  return plan.paths[path].konnectivity?.agents ?? []
}

/** Returns the setup times of the agents of these paths that have connected. */
export function agentSetupsOf({ plan, parts }: Simulation, paths: readonly number[]): number[] {
  const used = new Set(paths.flatMap((path) => agentsOf(plan, path)))
  return [...used].map((agent) => parts.konnectivity.agents.table.setupNs[agent]).filter((setupNs) => setupNs >= 0)
}
