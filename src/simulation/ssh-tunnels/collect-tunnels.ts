import type { DialledTable } from '../../cluster/paths/dialled-table.ts'
import type { Row } from '../../engine/table.ts'
import { milliseconds } from '../../measure/order-statistics.ts'
import type { TunnelResult } from '../../measure/result.ts'
import type { Simulation } from '../simulation.ts'

/** Returns the results of SSH tunnels. */
export function tunnelResults(simulation: Simulation): TunnelResult[] {
  const { plan, tunnels } = simulation
  const { table } = tunnels
  return plan.tunnels.map(({ name, fromHost, viaHost }, tunnel) => {
    const healthChecks = { passed: table.passedChecks[tunnel], failed: table.failedChecks[tunnel] }
    return dialledResult(simulation, table, tunnel, { name, fromHost, viaHost, healthChecks })
  })
}

/** Returns the result of one row of `table`: an SSH tunnel or an agent's connection, between two hosts. */
export function dialledResult<R extends Row<string>>(
  { plan, accounts }: Simulation,
  table: DialledTable<R>,
  row: number,
  tunnel: Pick<TunnelResult, 'name' | 'healthChecks'> & { readonly fromHost: number; readonly viaHost: number },
): TunnelResult {
  const setupNs = table.setupNs[row]
  const account = table.account[row]
  return {
    name: tunnel.name,
    from: plan.hosts[tunnel.fromHost].name,
    via: plan.hosts[tunnel.viaHost].name,
    setupMs: setupNs < 0 ? null : milliseconds(setupNs),
    dials: table.dials[row],
    setups: table.setups[row],
    channels: table.channels[row],
    carriedBytes: accounts.carriedBytes[account],
    healthChecks: tunnel.healthChecks,
    wireBytes: accounts.wireBytes[account],
    packets: accounts.packets[account],
  }
}
