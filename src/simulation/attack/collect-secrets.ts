import type { AttackPlan } from '../../attack/attack-plan.ts'
import type { SecretResult } from '../../measure/verdict.ts'
import { sortedTexts } from '../../measure/verdicts/sorted-texts.ts'
import type { Blueprint } from '../blueprint.ts'
import type { Simulation } from '../simulation.ts'
import type { Delivery } from './collect-deliveries.ts'
import { declaredName } from './collect-deliveries.ts'

/**
 * Returns the secrets that attackers could learn, by name: those that workloads carry, and the cluster's tokens and
 * keys. `delivery` has the requests that were delivered in the run or without the attackers.
 */
export function collectSecrets(
  plan: AttackPlan,
  simulation: Simulation,
  blueprint: Blueprint,
  delivery: Delivery,
): SecretResult[] {
  // Credentials that attackers bring along are not secrets of others.
  const others = [...plan.tokens, ...plan.certificates].filter((name) => !name.startsWith('~'))
  const identities = sortedTexts([...new Set(others)])
  return [
    ...plan.secrets.map((name, secret) => ({
      name,
      carriedOn: pathsOf(secret, plan, simulation, blueprint),
      sent: sentWith(secret, plan, simulation),
      ...(workloadsWith(secret, plan, simulation).some((workload) => isDelivered(workload, delivery))
        ? {}
        : { undelivered: true as const }),
    })),
    ...identities.map((name) => ({ name, carriedOn: null, sent: null })),
  ]
}

/** Returns whether the secret of a workload reached a server, even if the server refused the request. */
function isDelivered(workload: number, { workloads, refusedBodies }: Delivery): boolean {
  return workloads[workload] || refusedBodies[workload]
}

/** Returns the paths on which requests carry a secret, by their names in the scenario. */
function pathsOf(secret: number, { requests }: AttackPlan, { plan }: Simulation, blueprint: Blueprint): string[] {
  const carrying = requests.filter(({ secrets }) => secrets.includes(secret))
  return sortedTexts([...new Set(carrying.map(({ path }) => declaredName(blueprint, plan.paths[path].name)))])
}

/** Returns the number of requests with a secret that workloads sent. */
function sentWith(secret: number, plan: AttackPlan, simulation: Simulation): number {
  const { table } = simulation.workloads
  return workloadsWith(secret, plan, simulation).reduce((sum, workload) => sum + table.issued[table.rowOf(workload)], 0)
}

function workloadsWith(secret: number, { requests }: AttackPlan, { plan }: Simulation): number[] {
  return plan.workloads.flatMap(({ request }, workload) =>
    requests[request]?.secrets.includes(secret) === true ? [workload] : [],
  )
}
