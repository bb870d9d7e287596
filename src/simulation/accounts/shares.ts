import { NONE } from '../../engine/table.ts'
import type { Account } from '../../network/rows.ts'
import { agentsOf } from '../konnectivity/collect-konnectivity.ts'
import type { Simulation } from '../simulation.ts'

interface Use {
  readonly path: number
  readonly account: Account
}

/**
 * Distributes the cost of shared connections among workloads: tunnels, connections of agents, and the shared connection
 * of a path.
 */
export class Shares {
  private readonly simulation: Simulation
  /** The payload bytes that workloads sent over each path. */
  private readonly overPath: readonly number[]
  private readonly overTunnel: readonly number[]
  private readonly overAgent: readonly number[]
  /** The paths that carry data for each workload, with the account that each is charged to. */
  private readonly uses: readonly (readonly Use[])[]

  constructor(simulation: Simulation) {
    const { plan, workloads, accounts, parts } = simulation
    const overPath = plan.paths.map(() => 0)
    const uses: Use[][] = plan.workloads.map(({ path }, workload) => [
      { path, account: workloads.table.account[workloads.table.rowOf(workload)] },
    ])
    for (const { workload, path, account } of parts.cluster.forwarded)
      if (workload === NONE) overPath[path] += accounts.carriedBytes[account]
      else uses[workload].push({ path, account })
    for (const { path, account } of uses.flat()) overPath[path] += accounts.carriedBytes[account]
    for (const { path, account } of backgroundUses(simulation)) overPath[path] += accounts.carriedBytes[account]
    const overTunnel = plan.tunnels.map(() => 0)
    const overAgent = plan.konnectivity.agents.map(() => 0)
    // Paths into a cluster share a list of tunnels, one to each node. Summing path by path would take quadratic time.
    const overList = new Map<readonly number[], number>()
    plan.paths.forEach(({ tunnels }, path) => {
      overList.set(tunnels, (overList.get(tunnels) ?? 0) + overPath[path])
      for (const agent of new Set(agentsOf(plan, path))) overAgent[agent] += overPath[path]
    })
    for (const [tunnels, bytes] of overList) for (const tunnel of new Set(tunnels)) overTunnel[tunnel] += bytes
    this.simulation = simulation
    this.overPath = overPath
    this.overTunnel = overTunnel
    this.overAgent = overAgent
    this.uses = uses
  }

  /**
   * Returns what a workload is charged: its own packets, plus its share by payload of shared connections, including
   * those behind the apiserver.
   */
  chargedTo(workload: number, chargedOf: (account: Account) => number): number {
    return sum(this.uses[workload], (use) => this.chargedFor(use, chargedOf))
  }

  chargedFor({ path, account }: Use, chargedOf: (account: Account) => number): number {
    const { plan, tunnels, parts, accounts } = this.simulation
    const carriedBytes = accounts.carriedBytes[account]
    const viaTunnels = sum(plan.paths[path].tunnels, (tunnel) =>
      share(chargedOf(tunnels.table.account[tunnel]), carriedBytes, this.overTunnel[tunnel]),
    )
    const viaAgents = sum(agentsOf(plan, path), (agent) =>
      share(chargedOf(parts.konnectivity.agents.table.account[agent]), carriedBytes, this.overAgent[agent]),
    )
    const connection = parts.clients.shared.accountOf(path)
    // Requests of a kubelet on this connection belong to no workload.
    const overConnection = this.overPath[path] + accounts.carriedBytes[connection]
    return chargedOf(account) + viaTunnels + viaAgents + share(chargedOf(connection), carriedBytes, overConnection)
  }
}

/** Returns the paths that the cluster's own programs use, with the account of each program's traffic. */
function backgroundUses({ plan, parts }: Simulation): Use[] {
  const { background } = parts.cluster
  if (plan.background === null || background === null) return []
  return plan.background.store.programs.map(({ path }, program) => ({
    path,
    account: background.clients.accountOfProgram[program],
  }))
}

function share(charged: number, carriedBytes: number, ofBytes: number): number {
  return charged === 0 || ofBytes === 0 ? 0 : Math.round((charged * carriedBytes) / ofBytes)
}

function sum<T>(rows: readonly T[], of: (row: T) => number): number {
  return rows.reduce((total, row) => total + of(row), 0)
}
