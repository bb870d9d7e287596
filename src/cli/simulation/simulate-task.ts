import { UsageError } from '../../disk/usage-error.ts'
import type { CheckedScenario } from '../../scenario/load.ts'
import { BudgetExceeded } from '../../simulation/budget.ts'
import { QuietRuns } from '../../simulation/quiet-runs.ts'
import { takeAllTurns } from '../../simulation/run.ts'
import type { SimulatedRun } from './capture-task.ts'
import { RunMonitor } from './run-monitor.ts'
import { runWhole } from './run-whole.ts'
import type { WorkerAnswer, WorkerTask } from './simulate-in-worker.ts'

/** The quiet runs of the tasks of this thread. */
const QUIET_RUNS = new QuietRuns()

/** Simulates a task of another thread. Returns the runs, or why there are none. */
export function simulateTask(task: WorkerTask): WorkerAnswer {
  try {
    return { kind: 'done', runs: task.scenarios.map((scenario) => simulate(scenario, task)) }
  } catch (error) {
    return failureOf(error)
  }
}

function simulate(scenario: CheckedScenario, task: WorkerTask): SimulatedRun {
  const { shared, captures, isForReport, ...options } = task
  const { recordPackets, perInstance, samples, maxEvents, maxMemoryBytes, describePacket } = options
  const monitor = new RunMonitor(shared)
  const turns = runWhole(
    scenario,
    { captures, isForReport },
    {
      recordPackets,
      perInstance,
      samples,
      onProgress: (simulatedNs, events) => monitor.report(simulatedNs, events),
      shouldStop: () => monitor.isToStop,
      ...(maxEvents === undefined && maxMemoryBytes === undefined ? { quietRuns: QUIET_RUNS } : {}),
      ...(maxEvents === undefined ? {} : { maxEvents }),
      ...(maxMemoryBytes === undefined ? {} : { maxMemoryBytes }),
      ...(describePacket === undefined ? {} : { describePacket }),
    },
  )
  return takeAllTurns(turns)
}

function failureOf(error: unknown): WorkerAnswer {
  if (error instanceof BudgetExceeded) {
    const { events, simulatedNs, budget } = error
    return { kind: 'budget', events, simulatedNs, budget }
  }
  if (error instanceof UsageError) return { kind: 'usage', message: error.message }
  if (error instanceof Error) return { kind: 'bug', message: error.message, stack: error.stack ?? error.message }
  return { kind: 'bug', message: String(error), stack: '' }
}
