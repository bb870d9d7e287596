import type { PathBlueprint, WorkloadBlueprint } from '../../simulation/blueprint.ts'
import type { Findings } from '../tree/findings.ts'

/**
 * The most clients of closed loops in all workloads of a scenario. Each client has a connection, whose two ends take
 * about 24 KB with TLS. All together take about 2.5 GB.
 */
const MAX_CLIENTS = 100_000

/**
 * Reports a scenario whose closed loops have more clients at a time than fit in the memory of a machine. The overlap of
 * open-loop requests is known only during a run, which has its own memory limit.
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
