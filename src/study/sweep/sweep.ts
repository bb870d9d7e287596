import type { SweepPoint } from '../../scenario/sweep/sweep-point.ts'
import { checkArgument, checkShape } from '../../simulation/given/check-given.ts'
import { BUDGET_SHAPE, checkSimulator, SWEEP } from '../given.ts'
import { runTasks } from '../simulator/run-tasks.ts'
import { type RunBudget, type Simulator, simulateBatch } from '../simulator/simulator.ts'
import { type PointOutcome, runPoint, type SimulatePoint } from './point-outcome.ts'
import type { Sweep } from './read-sweep.ts'

/** A point of a sweep, and what its simulation gave. */
export interface SweptPoint {
  /** The value of each dimension. */
  readonly point: SweepPoint
  readonly seed: number
  readonly outcome: PointOutcome
}

/**
 * Simulates all points of a sweep, and returns them in the order of the grid: the last dimension changes fastest. A point
 * that needs more events than its budget is an outcome, and ends nothing.
 * @throws Interrupted, or what the simulator throws
 */
export async function sweepPoints(
  sweep: Pick<Sweep, 'grid' | 'scenarioAt'>,
  simulator: Simulator,
  budget: RunBudget = {},
): Promise<readonly SweptPoint[]> {
  checkArgument('sweep of sweepPoints', sweep, SWEEP)
  checkSimulator('sweepPoints', simulator)
  checkShape('option of sweepPoints', budget, BUDGET_SHAPE)
  const { maxEvents } = budget
  const { grid } = sweep
  const swept: SweptPoint[] = []
  const simulate: SimulatePoint = async (scenario, { interruption, maxEvents: most }) => {
    const [result] = await simulateBatch(
      simulator,
      [scenario],
      interruption,
      most === undefined ? {} : { maxEvents: most },
    )
    return { result }
  }
  await runTasks(
    {
      count: grid.size,
      simulations: grid.size,
      async begin(index, stop): Promise<SweptPoint> {
        const scenario = sweep.scenarioAt(index)
        const outcome = await runPoint({ scenario, maxEvents: maxEvents ?? null, interruption: stop }, simulate)
        return { point: grid.pointAt(index), seed: scenario.blueprint.seed, outcome }
      },
      take(_, one: SweptPoint) {
        swept.push(one)
        return { ended: 1, events: one.outcome.kind === 'result' ? one.outcome.result.events : one.outcome.events }
      },
    },
    simulator,
  )
  return swept
}
