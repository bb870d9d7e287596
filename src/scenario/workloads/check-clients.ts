import type { PathBlueprint, WorkloadBlueprint } from '../../simulation/blueprint.ts'
import type { Findings } from '../tree/findings.ts'

/**
 * The most clients of closed loops in a scenario, all workloads together. Each has a connection, whose two ends take some
 * 24 KB with TLS, so that these take about 2.5 GB.
 */
const MAX_CLIENTS = 100_000

/**
 * Reports a scenario whose closed loops have more clients at a time than a machine has memory for. How many requests of
 * an open loop overlap is only known when it runs; a run has a memory limit for that.
 */
export function checkClients(
  workloads: readonly WorkloadBlueprint[],
  paths: readonly Pick<PathBlueprint, 'declared'>[],
  findings: Findings,
): void {
  let clients = 0
  for (const { name, path, arrivals } of workloads) {
    if (arrivals.kind !== 'closed') continue
    const instances = paths.filter(({ declared }) => declared === path).length
    const before = clients
    clients += arrivals.concurrency * instances
    if (clients <= MAX_CLIENTS) continue
    const here = `${name} has ${arrivals.concurrency} on each of ${instances} paths`
    const beside = before === 0 ? '' : `, beside ${before} of other workloads`
    findings.report(
      ['workloads', name],
      'out-of-range',
      `${clients} clients at a time are too many: ${here}${beside}; at most ${MAX_CLIENTS}`,
      { at: 'key', hint: 'lower concurrency, or run the workload on fewer paths' },
    )
    return
  }
}
