import type { Result } from '../../measure/result.ts'
import type { CheckedScenario } from '../../scenario/load.ts'
import { InvalidOptions } from '../../simulation/given/check-given.ts'

/**
 * Simulates the scenarios of a study. `cli` uses threads, a page uses workers, a test runs them in place (`inPlace`).
 */
export interface Simulator {
  /** The number of batches that it works on at a time, at least 1. */
  readonly jobs: number
  /**
   * Simulates scenarios one after the other. Returns their results in the same order. The scenarios of a batch often
   * differ only in their attackers, and can share a `QuietRuns`. Anything that it throws ends the study.
   * @param stop aborted when the results are no longer needed
   * @param budget the limits of each simulation; one that needs more throws BudgetExceeded
   */
  simulate(batch: readonly CheckedScenario[], stop: AbortSignal, budget?: RunBudget): Promise<readonly Result[]>
  /** Aborted when the user interrupts the study. The study then throws `Interrupted`. */
  readonly interruption?: AbortSignal
  /** Begins to show how many of `simulations` have ended. */
  begin?(simulations: number): SimulationProgress
  /** Gives other work of this thread a turn between two steps of a long computation. */
  pause?(): Promise<unknown>
}

/** The limits of a simulation. */
export interface RunBudget {
  readonly maxEvents?: number
}

/**
 * Returns the results of a batch.
 * @throws InvalidOptions if the simulator does not return one result for each scenario; or what it throws
 */
export async function simulateBatch(
  simulator: Simulator,
  batch: readonly CheckedScenario[],
  stop: AbortSignal,
  budget?: RunBudget,
): Promise<readonly Result[]> {
  const results: unknown = await simulator.simulate(batch, stop, budget)
  if (Array.isArray(results) && results.length === batch.length) return results
  const came = Array.isArray(results) ? `a list of ${results.length}` : typeof results
  throw new InvalidOptions(
    `the simulator must return a list of results, one for each of ${batch.length} scenarios, and returned ${came}`,
  )
}

/** Receives the progress of simulations. */
export interface SimulationProgress {
  /**
   * @param ended the number of simulations that have ended
   * @param events the number of their events
   */
  update(ended: number, events: number): void
  /** Called when all simulations have ended, or one has failed. */
  stop(): void
}

/** Thrown when the user interrupts a study. */
export class Interrupted extends Error {
  /** The reason in the abort signal. */
  readonly reason: unknown

  constructor(simulated: number, of: number, reason: unknown) {
    super(`interrupted; ${simulated} of the ${of} scenarios were simulated, and nothing is judged`)
    this.name = 'Interrupted'
    this.reason = reason
  }
}
