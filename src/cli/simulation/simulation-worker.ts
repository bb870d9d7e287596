import { parentPort } from 'node:worker_threads'
import { BudgetExceeded } from '../../simulation/budget.ts'
import { type Run, run } from '../../simulation/run.ts'
import type { WorkerMessage, WorkerTask } from './simulate-in-worker.ts'

/** Simulates one scenario after the other, and sends messages to the main thread. */
parentPort?.on('message', (task: WorkerTask) => {
  try {
    send({ kind: 'done', run: simulate(task) })
  } catch (error) {
    send(failureMessage(error))
  }
})

function simulate({
  scenario,
  maxEvents,
  maxMemoryBytes,
  recordPackets,
  perInstance,
  describePacket,
  stop,
}: WorkerTask): Run {
  return run(scenario, {
    recordPackets,
    perInstance,
    onProgress: (simulatedNs) => send({ kind: 'progress', simulatedNs }),
    shouldStop: () => Atomics.load(stop, 0) === 1,
    ...(maxEvents === undefined ? {} : { maxEvents }),
    ...(maxMemoryBytes === undefined ? {} : { maxMemoryBytes }),
    ...(describePacket === undefined ? {} : { describePacket }),
  })
}

function send(message: WorkerMessage): void {
  parentPort?.postMessage(message)
}

function failureMessage(error: unknown): WorkerMessage {
  if (error instanceof BudgetExceeded) {
    const { events, simulatedNs, budget } = error
    return { kind: 'budget', events, simulatedNs, budget }
  }
  if (error instanceof Error) return { kind: 'bug', message: error.message, stack: error.stack ?? error.message }
  return { kind: 'bug', message: String(error), stack: '' }
}
