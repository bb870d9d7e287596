import type { Result } from '../../measure/result.ts'
import type { CheckedScenario } from '../../scenario/load.ts'
import { BudgetExceeded } from '../../simulation/budget.ts'
import { budgetText } from '../budget-text.ts'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { inOrder } from './in-order.ts'
import { InterruptedBeforeStart } from './interrupted-before-start.ts'
import { showRunCount } from './progress.ts'
import { simulationKey } from './simulation-key.ts'

/** The results of several scenarios. */
export interface Simulated {
  readonly results: ReadonlyMap<CheckedScenario, Result>
  /** The number of simulations, since equal scenarios share one. */
  readonly simulations: number
}

/**
 * Simulates several scenarios, `jobs` at a time. Scenarios that differ only in the names of attackers are simulated
 * once. Returns null when the user interrupts it or the memory does not suffice, says so, and sets the exit code.
 */
export async function simulateAll(
  scenarios: readonly CheckedScenario[],
  jobs: number,
  context: Context,
): Promise<Simulated | null> {
  const groups = new Map<string, CheckedScenario[]>()
  for (const scenario of new Set(scenarios)) {
    const key = simulationKey(scenario)
    groups.set(key, [...(groups.get(key) ?? []), scenario])
  }
  const different = [...groups.values()]
  const interruption = context.io.listenForInterruption()
  const failure = new AbortController()
  const stop = AbortSignal.any([interruption, failure.signal])
  const progress = showRunCount(context.io.terminal, different.length)
  const results = new Map<CheckedScenario, Result>()
  let events = 0
  try {
    await inOrder({
      count: different.length,
      jobs,
      begin: (index) => resultOf(different[index][0], stop, context),
      take: (index, result) => {
        const [first, ...others] = different[index]
        results.set(first, result)
        for (const other of others) results.set(other, renamed(result, first, other))
        events += result.events
        progress.update(index + 1, events)
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

function reportInterruption(simulated: number, of: number, code: ExitCode, { io, exit }: Context): null {
  io.err(`onpath: interrupted; ${simulated} of the ${of} scenarios were simulated, and nothing is judged\n`)
  exit(code)
  return null
}

async function resultOf(scenario: CheckedScenario, interruption: AbortSignal, { simulate }: Context): Promise<Result> {
  const run = await simulate(scenario, {
    recordPackets: false,
    isOneOfMany: true,
    isWholeOrNothing: true,
    interruption,
  })
  return run.result
}

/** Returns the result with the names of the attackers of an equal scenario. */
function renamed(result: Result, from: CheckedScenario, to: CheckedScenario): Result {
  const names = new Map(from.blueprint.attackers.map(({ name }, i) => [name, to.blueprint.attackers[i].name] as const))
  const nameOf = (name: string) => names.get(name) ?? name
  return { ...result, verdicts: result.verdicts.map((one) => ({ ...one, attacker: nameOf(one.attacker) })) }
}
