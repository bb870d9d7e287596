import type { CheckedScenario } from '../../scenario/load.ts'
import type { RunOptions } from '../../simulation/run.ts'
import { HistoryRecorder } from '../../simulation/run-history.ts'
import { reportDetails } from '../../study/report-details.ts'
import type { CaptureTask, SimulatedRun } from './capture-task.ts'
import { runWithCaptures } from './write-captures.ts'

/** The additional recordings of a run. */
interface Recording {
  readonly captures: readonly CaptureTask[]
  /** True if a report of the run is to be written, for which its scenario is run again as often as needed. */
  readonly isForReport: boolean
}

/**
 * Runs a scenario in turns, with all that is to be recorded. The further runs that a report needs are all in the last turn.
 */
export function* runWhole(
  scenario: CheckedScenario,
  { captures, isForReport }: Recording,
  options: RunOptions,
): Generator<undefined, SimulatedRun> {
  if (!isForReport) return yield* runWithCaptures(scenario, captures, options)
  const recorders: HistoryRecorder[] = []
  const run = yield* runWithCaptures(scenario, captures, {
    ...options,
    observe: (simulation) => recorders.push(new HistoryRecorder(simulation)),
  })
  if (run.result.ended === 'interrupted') return run
  // A second run has as many events as the first, which its limit allowed.
  const { maxMemoryBytes, shouldStop, onProgress } = options
  const limits = {
    ...(maxMemoryBytes === undefined ? {} : { maxMemoryBytes }),
    ...(shouldStop === undefined ? {} : { shouldStop }),
    ...(onProgress === undefined ? {} : { onProgress }),
  }
  return { ...run, history: recorders[0].history(), details: reportDetails(scenario, run.result, limits) }
}
