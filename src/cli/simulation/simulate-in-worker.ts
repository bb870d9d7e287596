import { Worker } from 'node:worker_threads'
import type { CheckedScenario } from '../../scenario/load.ts'
import { type Budget, BudgetExceeded } from '../../simulation/budget.ts'
import type { Run } from '../../simulation/run.ts'
import { InterruptedBeforeStart } from './interrupted-before-start.ts'
import type { Simulate } from './simulate.ts'

/** A message of the worker. The last message of a run is any but progress. */
export type WorkerMessage =
  | { readonly kind: 'progress'; readonly simulatedNs: number }
  | { readonly kind: 'done'; readonly run: Run }
  | { readonly kind: 'budget'; readonly events: number; readonly simulatedNs: number; readonly budget: Budget }
  | { readonly kind: 'bug'; readonly message: string; readonly stack: string }

export interface WorkerTask {
  readonly scenario: CheckedScenario
  readonly maxEvents: number | undefined
  readonly maxMemoryBytes: number | undefined
  readonly recordPackets: boolean
  readonly perInstance: boolean
  readonly describePacket: number | undefined
  /** One number that both threads share; 1 makes the worker stop. */
  readonly stop: Int32Array
}

/** The longest wait for a simulation to begin, after an interruption. */
const PATIENCE_MS = 3_000

/** Idle workers. They keep the compiled code of the JavaScript engine, which makes short runs several times faster. */
const idle: Worker[] = []

/** Simulates in a worker thread, since a run never yields; this thread receives signals and shows progress. */
export const simulateInWorker: Simulate = (scenario, options) => {
  const {
    maxEvents,
    maxMemoryBytes,
    recordPackets,
    perInstance = false,
    describePacket,
    onProgress,
    interruption,
  } = options
  const stop = new Int32Array(new SharedArrayBuffer(4))
  const task: WorkerTask = { scenario, maxEvents, maxMemoryBytes, recordPackets, perInstance, describePacket, stop }
  const worker = idle.pop() ?? new Worker(new URL('./simulation-worker.js', import.meta.url))
  return new Promise((resolve, reject) => {
    let hasBegun = false
    let giveUp: NodeJS.Timeout | undefined
    const interrupt = () => {
      Atomics.store(stop, 0, 1)
      if (!hasBegun) giveUp ??= setTimeout(stopWaiting, PATIENCE_MS)
    }
    const stopWaiting = () => {
      if (hasBegun) return
      removeListeners()
      const { reason } = interruption
      worker.terminate().then(() => reject(new InterruptedBeforeStart(reason)), reject)
    }
    const removeListeners = () => {
      clearTimeout(giveUp)
      interruption.removeEventListener('abort', interrupt)
      worker.removeListener('error', fail)
      worker.removeListener('message', receive)
    }
    let simulatedNs = 0
    const fail = (error: Error) => {
      removeListeners()
      reject(isOutOfHeap(error) ? new BudgetExceeded(0, simulatedNs, 'memory') : error)
    }
    const receive = (message: WorkerMessage) => {
      if (message.kind === 'progress') {
        hasBegun = true
        simulatedNs = message.simulatedNs
        return onProgress(simulatedNs)
      }
      removeListeners()
      const outcome = () => conclude(message, resolve, reject)
      // The state of a worker is unknown after a bug, so it is not used again.
      if (message.kind === 'bug') worker.terminate().then(outcome, reject)
      else {
        keepIdle(worker)
        outcome()
      }
    }
    if (interruption.aborted) interrupt()
    interruption.addEventListener('abort', interrupt)
    worker.on('error', fail)
    worker.on('message', receive)
    worker.ref()
    worker.postMessage(task)
  })
}

/** Returns whether a worker ended since its JavaScript heap was full. */
function isOutOfHeap(error: Error): boolean {
  return 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'
}

/** Keeps a worker for the next run. An idle worker does not keep the process alive. */
function keepIdle(worker: Worker): void {
  worker.unref()
  idle.push(worker)
}

function conclude(
  message: Exclude<WorkerMessage, { kind: 'progress' }>,
  resolve: (run: Run) => void,
  reject: (error: Error) => void,
) {
  if (message.kind === 'done') return resolve(message.run)
  if (message.kind === 'budget') return reject(new BudgetExceeded(message.events, message.simulatedNs, message.budget))
  const bug = new Error(message.message)
  bug.stack = message.stack
  reject(bug)
}
