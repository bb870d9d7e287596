import { agentsOf } from './collect-konnectivity.ts'
import type { Simulation } from './simulation.ts'

/** Who pays for what workloads run through together: tunnels, agents' connections, and the connection of their path. */
export class Shares {
  private readonly simulation: Simulation
  /** What workloads had carried over each, in bytes. */
  private readonly overPath: readonly number[]
  private readonly overTunnel: readonly number[]
  private readonly overAgent: readonly number[]

  constructor(simulation: Simulation) {
    const { plan, workloads, accounts } = simulation
    const overPath = plan.paths.map(() => 0)
    plan.workloads.forEach(({ path }, workload) => {
      overPath[path] += accounts.carriedBytes[workloads.table.account[workload]]
    })
    const overTunnel = plan.tunnels.map(() => 0)
    const overAgent = plan.konnectivity.agents.map(() => 0)
    plan.paths.forEach(({ tunnels }, path) => {
      for (const tunnel of new Set(tunnels)) overTunnel[tunnel] += overPath[path]
      for (const agent of new Set(agentsOf(plan, path))) overAgent[agent] += overPath[path]
    })
    this.simulation = simulation
    this.overPath = overPath
    this.overTunnel = overTunnel
    this.overAgent = overAgent
  }

  /** A workload's own, and its share, by payload, of what it runs through. */
  chargedTo(workload: number, charged: Float64Array): number {
    const { plan, workloads, tunnels, parts, accounts } = this.simulation
    const { path } = plan.workloads[workload]
    const own = workloads.table.account[workload]
    const carriedBytes = accounts.carriedBytes[own]
    const viaTunnels = sum(plan.paths[path].tunnels, (tunnel) =>
      share(charged[tunnels.table.account[tunnel]], carriedBytes, this.overTunnel[tunnel]),
    )
    const viaAgents = sum(agentsOf(plan, path), (agent) =>
      share(charged[parts.konnectivity.agents.table.account[agent]], carriedBytes, this.overAgent[agent]),
    )
    const connection = parts.clients.shared.accountOf(path)
    // What a kubelet asks on it in turn is nobody's.
    const overConnection = this.overPath[path] + accounts.carriedBytes[connection]
    return charged[own] + viaTunnels + viaAgents + share(charged[connection], carriedBytes, overConnection)
  }
}

function share(charged: number, carriedBytes: number, ofBytes: number): number {
  return charged === 0 || ofBytes === 0 ? 0 : Math.round((charged * carriedBytes) / ofBytes)
}

function sum(rows: readonly number[], of: (row: number) => number): number {
  return rows.reduce((total, row) => total + of(row), 0)
}
