import { parentPort } from 'node:worker_threads'
import { BudgetExceeded, type Run, run } from '../../simulation/run.ts'
import type { WorkerMessage, WorkerTask } from './simulate.ts'

/** One run after the other. */
parentPort?.on('message', (task: WorkerTask) => {
  try {
    say({ kind: 'done', run: simulate(task) })
  } catch (error) {
    say(lastWords(error))
  }
})

function simulate({ scenario, maxEvents, recordPackets, perInstance, describePacket, stop }: WorkerTask): Run {
  return run(scenario, {
    recordPackets,
    perInstance,
    onProgress: (simulatedNs) => say({ kind: 'progress', simulatedNs }),
    shouldStop: () => Atomics.load(stop, 0) === 1,
    ...(maxEvents === undefined ? {} : { maxEvents }),
    ...(describePacket === undefined ? {} : { describePacket }),
  })
}

function say(message: WorkerMessage): void {
  parentPort?.postMessage(message)
}

function lastWords(error: unknown): WorkerMessage {
  if (error instanceof BudgetExceeded) return { kind: 'budget', events: error.events, simulatedNs: error.simulatedNs }
  if (error instanceof Error) return { kind: 'bug', message: error.message, stack: error.stack ?? error.message }
  return { kind: 'bug', message: String(error), stack: '' }
}
