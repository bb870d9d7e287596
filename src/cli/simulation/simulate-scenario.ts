import type { CheckedScenario } from '../../scenario/load.ts'
import { BudgetExceeded } from '../../simulation/budget.ts'
import type { SimulatedRun } from './capture-task.ts'
import type { Simulate, SimulateOptions } from './simulate.ts'

/** Simulates a short run here, since a thread takes longer to start than such a run takes, and others in a worker. */
export const simulateScenario: Simulate = simulateHereOr(
  async () => (await import('./simulate-in-worker.ts')).simulateInWorker,
)

/** Returns a function that simulates short runs in this thread, and all others as `loadOther` says. */
export function simulateHereOr(loadOther: () => Promise<Simulate>): Simulate {
  return async (scenario, options) => {
    const isShort = options.isAlone === true && isSmall(scenario) && !options.interruption.aborted
    const run = isShort ? await simulateBriefly(scenario, options) : null
    return run ?? (await loadOther())(scenario, options)
  }
}

/** The most hosts of a scenario that is planned and built within a few milliseconds. */
const SMALL_HOSTS = 50

/** Counterparts of attackers have events of their own, so that scenarios with attackers count as large. */
function isSmall({ blueprint }: CheckedScenario): boolean {
  return blueprint.hosts.length <= SMALL_HOSTS && blueprint.attackers.length === 0
}

/** The most events of a run in this thread, which notices no signal meanwhile: they take a tenth of a second. */
const BRIEF_EVENTS = 10_000

/** Simulates a scenario in this thread; null when that needs more than BRIEF_EVENTS events. */
async function simulateBriefly(scenario: CheckedScenario, options: SimulateOptions): Promise<SimulatedRun | null> {
  const { runWhole } = await import('./run-whole.ts')
  const { maxEvents = Number.POSITIVE_INFINITY } = options
  try {
    const { captures = [], isForReport = false } = options
    return runWhole(
      scenario,
      { captures, isForReport },
      {
        ...options,
        maxEvents: Math.min(maxEvents, BRIEF_EVENTS),
      },
    )
  } catch (error) {
    if (error instanceof BudgetExceeded && error.budget === 'events' && maxEvents > BRIEF_EVENTS) return null
    throw error
  }
}
