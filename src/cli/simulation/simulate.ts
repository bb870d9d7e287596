import { Worker } from 'node:worker_threads'
import type { CheckedScenario } from '../../scenario/load.ts'
import { BudgetExceeded, type Run } from '../../simulation/run.ts'

export interface SimulateOptions {
  readonly maxEvents?: number
  readonly recordPackets: boolean
  readonly perInstance?: boolean
  readonly describePacket?: number
  readonly onProgress: (simulatedNs: number) => void
  readonly interruption: AbortSignal
}

/** How a command has a scenario simulated; tests put their own in its place. */
export type Simulate = (scenario: CheckedScenario, options: SimulateOptions) => Promise<Run>

/** What the worker says; the last message is anything but progress. */
export type WorkerMessage =
  | { readonly kind: 'progress'; readonly simulatedNs: number }
  | { readonly kind: 'done'; readonly run: Run }
  | { readonly kind: 'budget'; readonly events: number; readonly simulatedNs: number }
  | { readonly kind: 'bug'; readonly message: string; readonly stack: string }

export interface WorkerTask {
  readonly scenario: CheckedScenario
  readonly maxEvents: number | undefined
  readonly recordPackets: boolean
  readonly perInstance: boolean
  readonly describePacket: number | undefined
  /** One number, shared with this thread: 1 asks the worker to stop. */
  readonly stop: Int32Array
}

/** Workers between two runs. They keep what the engine has learnt of the code, which makes short runs several times faster. */
const idle: Worker[] = []

/** A run never yields, so it has a thread of its own, and this one hears signals and draws progress. */
export const simulateInWorker: Simulate = (scenario, options) => {
  const { maxEvents, recordPackets, perInstance = false, describePacket, onProgress, interruption } = options
  const stop = new Int32Array(new SharedArrayBuffer(4))
  const task: WorkerTask = { scenario, maxEvents, recordPackets, perInstance, describePacket, stop }
  const worker = idle.pop() ?? new Worker(new URL('./simulation-worker.js', import.meta.url))
  return new Promise((resolve, reject) => {
    const interrupt = () => Atomics.store(stop, 0, 1)
    const leave = () => {
      interruption.removeEventListener('abort', interrupt)
      worker.removeListener('error', fail)
      worker.removeListener('message', hear)
    }
    const fail = (error: Error) => {
      leave()
      reject(error)
    }
    const hear = (message: WorkerMessage) => {
      if (message.kind === 'progress') return onProgress(message.simulatedNs)
      leave()
      const outcome = () => conclude(message, resolve, reject)
      // What a bug has left behind is no ground for another run.
      if (message.kind === 'bug') worker.terminate().then(outcome, reject)
      else {
        retire(worker)
        outcome()
      }
    }
    if (interruption.aborted) interrupt()
    interruption.addEventListener('abort', interrupt)
    worker.on('error', fail)
    worker.on('message', hear)
    worker.ref()
    worker.postMessage(task)
  })
}

/** It waits for the next run, and does not keep the process from ending. */
function retire(worker: Worker): void {
  worker.unref()
  idle.push(worker)
}

function conclude(
  message: Exclude<WorkerMessage, { kind: 'progress' }>,
  resolve: (run: Run) => void,
  reject: (error: Error) => void,
) {
  if (message.kind === 'done') return resolve(message.run)
  if (message.kind === 'budget') return reject(new BudgetExceeded(message.events, message.simulatedNs))
  const bug = new Error(message.message)
  bug.stack = message.stack
  reject(bug)
}
