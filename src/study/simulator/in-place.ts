import { checkShape } from '../../simulation/given/check-given.ts'
import { QuietRuns } from '../../simulation/quiet-runs.ts'
import { run } from '../../simulation/run.ts'
import { IN_PLACE_SHAPE } from '../given.ts'
import type { Simulator } from './simulator.ts'

/** The settings of a simulator that runs in the calling thread. */
export interface InPlaceOptions {
  /** Interrupts the study between two simulations, or between two turns of a simulation. */
  readonly interruption?: AbortSignal
}

/** Returns a simulator that simulates one scenario after another in the calling thread, without pauses. */
export function inPlace(options: InPlaceOptions = {}): Simulator {
  checkShape('option of inPlace', options, IN_PLACE_SHAPE)
  const { interruption } = options
  const quietRuns = new QuietRuns()
  return {
    jobs: 1,
    ...(interruption === undefined ? {} : { interruption }),
    simulate: async (batch, stop, budget = {}) => {
      // A run with a budget counts only its own events.
      const options = {
        ...budget,
        ...(budget.maxEvents === undefined ? { quietRuns } : {}),
        shouldStop: () => stop.aborted,
      }
      return batch.map((scenario) => run(scenario, options).result)
    },
  }
}
