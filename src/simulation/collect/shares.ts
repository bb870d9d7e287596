import { NONE } from '../../engine/table.ts'
import type { Account } from '../../network/rows.ts'
import type { Simulation } from '../simulation.ts'
import { agentsOf } from './collect-konnectivity.ts'

interface Use {
  readonly path: number
  readonly account: Account
}

/** Who pays for what workloads run through together: tunnels, agents' connections, and the connection of their path. */
export class Shares {
  private readonly simulation: Simulation
  /** What workloads had carried over each, in bytes. */
  private readonly overPath: readonly number[]
  private readonly overTunnel: readonly number[]
  private readonly overAgent: readonly number[]
  /** By workload: the paths that carry something for it, and who pays. */
  private readonly uses: readonly (readonly Use[])[]

  constructor(simulation: Simulation) {
    const { plan, workloads, accounts, parts } = simulation
    const overPath = plan.paths.map(() => 0)
    const uses: Use[][] = plan.workloads.map(({ path }, workload) => [
      { path, account: workloads.table.account[workload] },
    ])
    for (const { workload, path, account } of parts.cluster.onward)
      if (workload === NONE) overPath[path] += accounts.carriedBytes[account]
      else uses[workload].push({ path, account })
    for (const { path, account } of uses.flat()) overPath[path] += accounts.carriedBytes[account]
    for (const { path, account } of backgroundUses(simulation)) overPath[path] += accounts.carriedBytes[account]
    const overTunnel = plan.tunnels.map(() => 0)
    const overAgent = plan.konnectivity.agents.map(() => 0)
    // Paths into a cluster share a list of tunnels, one to each node: path by path, the work is nodes squared.
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

  /** A workload's own, and its share, by payload, of what it runs through: also behind the apiserver. */
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
    // What a kubelet asks on it in turn is nobody's.
    const overConnection = this.overPath[path] + accounts.carriedBytes[connection]
    return chargedOf(account) + viaTunnels + viaAgents + share(chargedOf(connection), carriedBytes, overConnection)
  }
}

/** What a cluster's programs say by themselves on the paths of workloads. */
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
