import type { Result } from '../../measure/result.ts'
import type { CheckedScenario } from '../../scenario/load.ts'
import { InvalidOptions } from '../../simulation/given/check-given.ts'

/** Simulates the scenarios of a study. `cli` does it with threads, a page with workers, a test in place (`inPlace`). */
export interface Simulator {
  /** The number of batches that it works on at a time, at least 1. */
  readonly jobs: number
  /**
   * Simulates scenarios one after the other, and returns their results in their order. The scenarios of a batch are often
   * the same but for their attackers, and can share a `QuietRuns`. What it throws ends the study.
   * @param stop aborted when the results are not needed any more
   * @param budget the limits of each simulation; one that needs more throws BudgetExceeded
   */
  simulate(batch: readonly CheckedScenario[], stop: AbortSignal, budget?: RunBudget): Promise<readonly Result[]>
  /** Aborted when the user interrupts the study, which then throws `Interrupted`. */
  readonly interruption?: AbortSignal
  /** Begins to show how many of so many simulations have ended. */
  begin?(simulations: number): SimulationProgress
  /** Lets other work of this thread go on between two steps of a long computation. */
  pause?(): Promise<unknown>
}

/** The limits of a simulation. */
export interface RunBudget {
  readonly maxEvents?: number
}

/**
 * Returns the results of a batch.
 * @throws InvalidOptions where the simulator does not return one for each scenario; or what it throws
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

/** Called while simulations end. */
export interface SimulationProgress {
  /**
   * @param ended the number of simulations that have ended
   * @param events the number of events in them
   */
  update(ended: number, events: number): void
  /** Called when all have ended, or one has failed. */
  stop(): void
}

/** Thrown when the user interrupts a study. */
export class Interrupted extends Error {
  /** The reason of the signal. */
  readonly reason: unknown

  constructor(simulated: number, of: number, reason: unknown) {
    super(`interrupted; ${simulated} of the ${of} scenarios were simulated, and nothing is judged`)
    this.name = 'Interrupted'
    this.reason = reason
  }
}
