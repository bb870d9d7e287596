import type { SweepPoint } from '../../scenario/sweep/sweep-point.ts'
import { checkArgument, checkShape } from '../../simulation/given/check-given.ts'
import { BUDGET_SHAPE, checkSimulator, SWEEP } from '../given.ts'
import { type Give, handOver } from '../simulator/hand-over.ts'
import { runTasks } from '../simulator/run-tasks.ts'
import { type RunBudget, type Simulator, simulateBatch } from '../simulator/simulator.ts'
import { type PointOutcome, runPoint, type SimulatePoint } from './point-outcome.ts'
import type { Sweep } from './read-sweep.ts'

/** A point of a sweep, and the outcome of its simulation. */
export interface SweptPoint {
  /** The value of each dimension. */
  readonly point: SweepPoint
  readonly seed: number
  readonly outcome: PointOutcome
}

/**
 * Simulates the points of a sweep, and returns them one after the other in the order of the grid: the last dimension
 * changes fastest. Simulation begins with the first point that is asked for, is at most 256 points ahead, and ends when the
 * caller leaves the loop. A point that needs more events than its budget is an outcome, and ends nothing.
 * @throws InvalidOptions; while points are asked for, Interrupted, or what the simulator throws
 */
export function sweepPoints(
  sweep: Pick<Sweep, 'grid' | 'scenarioAt'>,
  simulator: Simulator,
  budget: RunBudget = {},
): AsyncGenerator<SweptPoint, void> {
  checkArgument('sweep of sweepPoints', sweep, SWEEP)
  checkSimulator('sweepPoints', simulator)
  checkShape('option of sweepPoints', budget, BUDGET_SHAPE)
  return pointsOf(sweep, simulator, budget)
}

function pointsOf(
  sweep: Pick<Sweep, 'grid' | 'scenarioAt'>,
  simulator: Simulator,
  { maxEvents = null }: { readonly maxEvents?: number | null },
): AsyncGenerator<SweptPoint, void> {
  const { grid } = sweep
  const end = new AbortController()
  const simulate: SimulatePoint = async (scenario, { interruption, maxEvents: most }) => {
    const budget = most === undefined ? {} : { maxEvents: most }
    const [result] = await simulateBatch(simulator, [scenario], interruption, budget)
    return { result }
  }
  const begin = async (index: number, stop: AbortSignal): Promise<SweptPoint> => {
    const scenario = sweep.scenarioAt(index)
    const outcome = await runPoint({ scenario, maxEvents, interruption: stop }, simulate)
    return { point: grid.pointAt(index), seed: scenario.blueprint.seed, outcome }
  }
  const produce = (give: Give<SweptPoint>) => {
    const take = async (_: number, one: SweptPoint) => {
      await give(one)
      return { ended: 1, events: one.outcome.kind === 'result' ? one.outcome.result.events : one.outcome.events }
    }
    return runTasks({ count: grid.size, simulations: grid.size, begin, take, end: end.signal }, simulator)
  }
  return handOver(produce, () => end.abort())
}
