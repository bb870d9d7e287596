import type { Result } from '../../measure/result.ts'
import type { CheckedScenario } from '../../scenario/load.ts'
import { BudgetExceeded } from '../../simulation/budget.ts'
import { budgetText } from '../budget-text.ts'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { portionsOf } from '../portions.ts'
import { inOrder } from './in-order.ts'
import { InterruptedBeforeStart } from './interrupted-before-start.ts'
import { showRunCount } from './progress.ts'
import { allBy } from './simulate.ts'
import { quietKey, simulationKey } from './simulation-key.ts'

/** The results of several scenarios. */
export interface Simulated {
  readonly results: ReadonlyMap<CheckedScenario, Result>
  /** The number of simulations, since equal scenarios share one. */
  readonly simulations: number
}

/**
 * Simulates several scenarios, `jobs` at a time. Scenarios that differ only in the names of attackers are simulated
 * once. Returns null when the user interrupts it or the memory does not suffice, says so, and sets the exit code.
 * @param hasMore true if many others follow, so that all threads are to start at once
 */
export async function simulateAll(
  scenarios: readonly CheckedScenario[],
  jobs: number,
  context: Context,
  hasMore = false,
): Promise<Simulated | null> {
  const groups = new Map<string, CheckedScenario[]>()
  for (const scenario of new Set(scenarios)) {
    const key = simulationKey(scenario)
    groups.set(key, [...(groups.get(key) ?? []), scenario])
  }
  const different = [...groups.values()]
  const batches = batchesOf(different, jobs)
  const interruption = context.io.listenForInterruption()
  const failure = new AbortController()
  const stop = AbortSignal.any([interruption, failure.signal])
  const progress = showRunCount(context.io.terminal, different.length)
  const results = new Map<CheckedScenario, Result>()
  let ended = 0
  let events = 0
  try {
    await inOrder({
      count: batches.length,
      jobs,
      begin: (index) => {
        const scenarios = batches[index].map(([scenario]) => scenario)
        return resultsOf(scenarios, stop, !hasMore, context)
      },
      take: (index, own) => {
        for (const [i, [first, ...others]] of batches[index].entries()) {
          results.set(first, own[i])
          for (const other of others) results.set(other, renamed(own[i], first, other))
          ended += 1
          events += own[i].events
        }
        progress.update(ended, events)
      },
      isOver: () => stop.aborted,
      onFailure: () => failure.abort(),
    })
  } catch (error) {
    if (error instanceof InterruptedBeforeStart)
      return reportInterruption(results.size, different.length, interruption.reason, context)
    if (!(error instanceof BudgetExceeded)) throw error
    context.io.err(`onpath: ${budgetText(error)}\n`)
    context.exit(EXIT.budgetExceeded)
    return null
  } finally {
    progress.stop()
  }
  if (interruption.aborted) return reportInterruption(results.size, different.length, interruption.reason, context)
  return { results, simulations: different.length }
}

/** The most scenarios that are simulated one after the other. */
const MOST_OF_BATCH = 8

/**
 * Puts groups of equal scenarios into batches. Those that differ only in their attackers come one after the other, in one
 * thread, which then shares their quiet runs (`QuietRuns`).
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

function reportInterruption(simulated: number, of: number, code: ExitCode, { io, exit }: Context): null {
  io.err(`onpath: interrupted; ${simulated} of the ${of} scenarios were simulated, and nothing is judged\n`)
  exit(code)
  return null
}

async function resultsOf(
  scenarios: readonly CheckedScenario[],
  interruption: AbortSignal,
  hasFewThreadsAtFirst: boolean,
  { simulate }: Context,
): Promise<readonly Result[]> {
  const options = { recordPackets: false, hasFewThreadsAtFirst, isWholeOrNothing: true, interruption }
  const runs = await allBy(simulate, scenarios, options)
  return runs.map(({ result }) => result)
}

/** Returns the result with the names of the attackers of an equal scenario. */
function renamed(result: Result, from: CheckedScenario, to: CheckedScenario): Result {
  const names = new Map(from.blueprint.attackers.map(({ name }, i) => [name, to.blueprint.attackers[i].name] as const))
  const nameOf = (name: string) => names.get(name) ?? name
  return { ...result, verdicts: result.verdicts.map((one) => ({ ...one, attacker: nameOf(one.attacker) })) }
}
