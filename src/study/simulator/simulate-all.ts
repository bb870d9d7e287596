import type { Result } from '../../measure/result.ts'
import type { CheckedScenario } from '../../scenario/load.ts'
import { checkArgument } from '../../simulation/given/check-given.ts'
import { checkSimulator, SCENARIOS } from '../given.ts'
import { groupsOfEqual, quietKey } from './equal-scenarios.ts'
import { portionsOf } from './portions.ts'
import { runTasks } from './run-tasks.ts'
import { type Simulator, simulateBatch } from './simulator.ts'

/** The results of several scenarios. */
export interface Simulated {
  readonly results: ReadonlyMap<CheckedScenario, Result>
  /** The number of simulations. Equal scenarios share one. */
  readonly simulations: number
}

/**
 * Simulates several scenarios. Those that differ only in the names of attackers are simulated once.
 * @throws Interrupted, or what the simulator throws
 */
export async function simulateAll(scenarios: readonly CheckedScenario[], simulator: Simulator): Promise<Simulated> {
  checkArgument('scenarios of simulateAll', scenarios, SCENARIOS)
  checkSimulator('simulateAll', simulator)
  const different = groupsOfEqual(scenarios)
  const batches = batchesOf(different, simulator.jobs)
  const results = new Map<CheckedScenario, Result>()
  await runTasks(
    {
      count: batches.length,
      simulations: different.length,
      begin: (index, stop) => {
        const scenarios = batches[index].map(([scenario]) => scenario)
        return simulateBatch(simulator, scenarios, stop)
      },
      take: (index, own: readonly Result[]) => {
        for (const [i, [first, ...others]] of batches[index].entries()) {
          results.set(first, own[i])
          for (const other of others) results.set(other, renamed(own[i], first, other))
        }
        return { ended: own.length, events: own.reduce((sum, { events }) => sum + events, 0) }
      },
    },
    simulator,
  )
  return { results, simulations: different.length }
}

/** The most scenarios in a batch. */
const MOST_OF_BATCH = 8

/**
 * Divides groups of equal scenarios into batches. Scenarios that differ only in their attackers are adjacent and run in
 * one thread, which shares their quiet runs (`QuietRuns`).
 */
function batchesOf<Group extends readonly CheckedScenario[]>(
  groups: readonly Group[],
  jobs: number,
): readonly (readonly Group[])[] {
  const byCluster = new Map<string, Group[]>()
  for (const group of groups) {
    const key = quietKey(group[0])
    const known = byCluster.get(key)
    if (known === undefined) byCluster.set(key, [group])
    else known.push(group)
  }
  const most = Math.min(MOST_OF_BATCH, Math.ceil(groups.length / (2 * jobs)))
  return [...byCluster.values()].flatMap((own) => portionsOf(own, most))
}

/** Returns a result with the attackers' names replaced by those of an equal scenario. */
function renamed(result: Result, from: CheckedScenario, to: CheckedScenario): Result {
  const names = new Map(from.blueprint.attackers.map(({ name }, i) => [name, to.blueprint.attackers[i].name] as const))
  const nameOf = (name: string) => names.get(name) ?? name
  return { ...result, verdicts: result.verdicts.map((one) => ({ ...one, attacker: nameOf(one.attacker) })) }
}
