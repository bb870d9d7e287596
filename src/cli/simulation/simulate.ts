import type { CheckedScenario } from '../../scenario/load.ts'
import type { SampleRequest } from '../../simulation/sampling/sample-request.ts'
import type { CaptureTask, SimulatedRun } from './capture-task.ts'

export interface SimulateOptions {
  readonly maxEvents?: number
  readonly maxMemoryBytes?: number
  readonly recordPackets: boolean
  readonly perInstance?: boolean
  readonly describePacket?: number
  /** True if a report of the run is to be written: the run has its history and details then. */
  readonly isForReport?: boolean
  readonly samples?: readonly SampleRequest[]
  readonly captures?: readonly CaptureTask[]
  /** True if no other simulation runs at the same time. A short one then needs no thread of its own. */
  readonly isAlone?: boolean
  /**
   * True if a few threads are to begin, and the others later (`ThreadStarts`): for a set of short runs, which may end
   * before more threads would be of use.
   */
  readonly hasFewThreadsAtFirst?: boolean
  /** True if a result of a part of the run is of no use: an interruption then ends the run without one. */
  readonly isWholeOrNothing?: boolean
  /** Called from time to time while it runs. */
  readonly onProgress?: (simulatedNs: number, events: number) => void
  readonly interruption: AbortSignal
}

/** Simulates a scenario for a command. Tests use their own. */
export interface Simulate {
  (scenario: CheckedScenario, options: SimulateOptions): Promise<SimulatedRun>
  /**
   * Simulates scenarios one after the other in one thread, without pauses. Returns the runs in order. Absent without
   * threads.
   */
  readonly all?: (scenarios: readonly CheckedScenario[], options: SimulateOptions) => Promise<readonly SimulatedRun[]>
  /**
   * Starts a thread in advance, which loads the simulator while the caller prepares the simulation. Absent without
   * threads.
   */
  readonly prepare?: () => Promise<void>
}

/** Simulates scenarios one after the other, in one thread if there are threads. */
export async function allBy(
  simulate: Simulate,
  scenarios: readonly CheckedScenario[],
  options: SimulateOptions,
): Promise<readonly SimulatedRun[]> {
  if (simulate.all !== undefined) return simulate.all(scenarios, options)
  const runs: SimulatedRun[] = []
  for (const scenario of scenarios) runs.push(await simulate(scenario, options))
  return runs
}
