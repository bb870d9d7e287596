import { setImmediate } from 'node:timers/promises'
import type { CheckedScenario } from '../../scenario/load.ts'
import { BudgetExceeded } from '../../simulation/budget.ts'
import type { SimulatedRun } from './capture-task.ts'
import { ShortRun } from './short-runs.ts'
import { allBy, type Simulate, type SimulateOptions } from './simulate.ts'

/**
 * Simulates a small scenario in this thread, since another would load and compile everything again, which takes half a
 * second of CPU time; others in a worker.
 */
export const simulateScenario: Simulate = simulateHereOr(
  async () => (await import('./simulate-in-worker.ts')).simulateInWorker,
)

/** Returns a function that simulates small scenarios in this thread, and all others as `loadOther` says. */
export function simulateHereOr(loadOther: () => Promise<Simulate>): Simulate {
  const simulate: Simulate = async (scenario, options) => {
    const isHere = options.isAlone === true && isSmall(scenario) && !options.interruption.aborted
    const run = isHere ? await simulateHere(scenario, options) : null
    return run ?? (await loadOther())(scenario, options)
  }
  return Object.assign(simulate, {
    all: async (scenarios: readonly CheckedScenario[], options: SimulateOptions) =>
      allBy(await loadOther(), scenarios, options),
    prepare: async () => (await loadOther()).prepare?.(),
  })
}

/** The most hosts of a scenario that is planned and built within a few milliseconds. */
const SMALL_HOSTS = 50

/**
 * Counterparts of attackers run without a pause, in which this thread would notice no signal. So scenarios with attackers
 * count as large.
 */
function isSmall({ blueprint }: CheckedScenario): boolean {
  return blueprint.hosts.length <= SMALL_HOSTS && blueprint.attackers.length === 0
}

/** The time for which this thread notices no signal, if no turn takes longer. */
const BETWEEN_PAUSES_MS = 20

/** The most events of a run in this thread for a report, which runs the scenario again, without a pause. */
const BRIEF_EVENTS = 10_000

/** Returns the time since the process began. `performance.now` would load more, which takes a millisecond. */
function uptimeMs(): number {
  return process.uptime() * 1000
}

/** Simulates a scenario in this thread; null if it is for a report and needs more than BRIEF_EVENTS events. */
async function simulateHere(scenario: CheckedScenario, options: SimulateOptions): Promise<SimulatedRun | null> {
  const { runWhole } = await import('./run-whole.ts')
  const { captures = [], isForReport = false, interruption, maxEvents = Number.POSITIVE_INFINITY } = options
  const mostEvents = isForReport ? Math.min(maxEvents, BRIEF_EVENTS) : maxEvents
  const shouldStop = () => interruption.aborted
  const short = new ShortRun()
  try {
    let pausedMs = uptimeMs()
    const turns = runWhole(scenario, { captures, isForReport }, { ...options, maxEvents: mostEvents, shouldStop })
    for (;;) {
      const turn = turns.next()
      if (turn.done === true) return turn.value
      short.onTurn()
      if (uptimeMs() - pausedMs < BETWEEN_PAUSES_MS) continue
      // Signals are handled here.
      await setImmediate()
      pausedMs = uptimeMs()
    }
  } catch (error) {
    if (error instanceof BudgetExceeded && error.budget === 'events' && mostEvents < maxEvents) return null
    throw error
  } finally {
    short.end()
  }
}
