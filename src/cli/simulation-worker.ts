import { parentPort, workerData } from 'node:worker_threads'
import { BudgetExceeded, run } from '../simulation/run.ts'
import type { WorkerMessage, WorkerTask } from './simulate.ts'

const { scenario, maxEvents, recordPackets, stop } = workerData as WorkerTask

try {
  const onProgress = (simulatedNs: number) => say({ kind: 'progress', simulatedNs })
  const shouldStop = () => Atomics.load(stop, 0) === 1
  const done = run(scenario, {
    recordPackets,
    onProgress,
    shouldStop,
    ...(maxEvents === undefined ? {} : { maxEvents }),
  })
  say({ kind: 'done', run: done })
} catch (error) {
  say(lastWords(error))
}

function say(message: WorkerMessage): void {
  parentPort?.postMessage(message)
}

function lastWords(error: unknown): WorkerMessage {
  if (error instanceof BudgetExceeded) return { kind: 'budget', events: error.events, simulatedNs: error.simulatedNs }
  if (error instanceof Error) return { kind: 'bug', message: error.message, stack: error.stack ?? error.message }
  return { kind: 'bug', message: String(error), stack: '' }
}
