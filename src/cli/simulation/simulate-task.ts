import { BudgetExceeded } from '../../simulation/budget.ts'
import { UsageError } from '../usage-error.ts'
import type { SimulatedRun } from './capture-task.ts'
import { runWhole } from './run-whole.ts'
import type { WorkerMessage, WorkerTask } from './simulate-in-worker.ts'

/** Simulates a task of another thread, and sends it the progress, and the run or why there is none. */
export function simulateTask(task: WorkerTask, send: (message: WorkerMessage) => void): void {
  try {
    send({ kind: 'done', run: simulate(task, send) })
  } catch (error) {
    send(failureMessage(error))
  }
}

function simulate(
  {
    scenario,
    maxEvents,
    maxMemoryBytes,
    recordPackets,
    perInstance,
    describePacket,
    isForReport,
    samples,
    captures,
    stop,
  }: WorkerTask,
  send: (message: WorkerMessage) => void,
): SimulatedRun {
  return runWhole(
    scenario,
    { captures, isForReport },
    {
      recordPackets,
      perInstance,
      samples,
      onProgress: (simulatedNs, events) => send({ kind: 'progress', simulatedNs, events }),
      shouldStop: () => Atomics.load(stop, 0) === 1,
      ...(maxEvents === undefined ? {} : { maxEvents }),
      ...(maxMemoryBytes === undefined ? {} : { maxMemoryBytes }),
      ...(describePacket === undefined ? {} : { describePacket }),
    },
  )
}

function failureMessage(error: unknown): WorkerMessage {
  if (error instanceof BudgetExceeded) {
    const { events, simulatedNs, budget } = error
    return { kind: 'budget', events, simulatedNs, budget }
  }
  if (error instanceof UsageError) return { kind: 'usage', message: error.message }
  if (error instanceof Error) return { kind: 'bug', message: error.message, stack: error.stack ?? error.message }
  return { kind: 'bug', message: String(error), stack: '' }
}
