import { Worker } from 'node:worker_threads'
import type { CheckedScenario } from '../../scenario/load.ts'
import { type Budget, BudgetExceeded } from '../../simulation/budget.ts'
import type { SampleRequest } from '../../simulation/sampling/sample-request.ts'
import { UsageError } from '../usage-error.ts'
import type { CaptureTask, SimulatedRun } from './capture-task.ts'
import { InterruptedBeforeStart } from './interrupted-before-start.ts'
import type { Simulate, SimulateOptions } from './simulate.ts'

/** A message of the worker. The last message of a run is any but progress. */
export type WorkerMessage =
  | { readonly kind: 'progress'; readonly simulatedNs: number; readonly events: number }
  | { readonly kind: 'done'; readonly run: SimulatedRun }
  /** A file cannot be written. */
  | { readonly kind: 'usage'; readonly message: string }
  | { readonly kind: 'budget'; readonly events: number; readonly simulatedNs: number; readonly budget: Budget }
  | { readonly kind: 'bug'; readonly message: string; readonly stack: string }

export interface WorkerTask {
  readonly scenario: CheckedScenario
  readonly maxEvents: number | undefined
  readonly maxMemoryBytes: number | undefined
  readonly recordPackets: boolean
  readonly perInstance: boolean
  readonly describePacket: number | undefined
  readonly isForReport: boolean
  readonly samples: readonly SampleRequest[]
  readonly captures: readonly CaptureTask[]
  /** One number that both threads share; 1 makes the worker stop. */
  readonly stop: Int32Array
}

/** The longest wait for a simulation to begin, after an interruption. */
const PATIENCE_MS = 3_000

/** A thread that simulates one task after the other, as `simulation-worker.ts` does. */
export interface SimulationThread {
  on(event: 'error', listener: (error: Error) => void): unknown
  on(event: 'message', listener: (message: WorkerMessage) => void): unknown
  removeListener(event: 'error', listener: (error: Error) => void): unknown
  removeListener(event: 'message', listener: (message: WorkerMessage) => void): unknown
  postMessage(task: WorkerTask): void
  ref(): void
  unref(): void
  terminate(): Promise<unknown>
}

/** Simulates in a worker thread, since a run never yields; this thread receives signals and shows progress. */
export const simulateInWorker: Simulate = simulateInThreads(
  () => new Worker(new URL('./simulation-worker.js', import.meta.url)),
)

/**
 * Returns a function that simulates in threads. Idle ones are used again: they keep the compiled code of the JavaScript
 * engine, which makes short runs several times faster.
 */
export function simulateInThreads(start: () => SimulationThread): Simulate {
  const idle: SimulationThread[] = []
  /** Keeps a thread for the next run. An idle thread does not keep the process alive. */
  const keepIdle = (thread: SimulationThread) => {
    thread.unref()
    idle.push(thread)
  }
  return (scenario, options) => simulateIn(idle.pop() ?? start(), taskFor(scenario, options), options, keepIdle)
}

function simulateIn(
  thread: SimulationThread,
  task: WorkerTask,
  { interruption, onProgress }: SimulateOptions,
  keepIdle: (thread: SimulationThread) => void,
): Promise<SimulatedRun> {
  return new Promise((resolve, reject) => {
    let hasBegun = false
    let giveUp: NodeJS.Timeout | undefined
    const interrupt = () => {
      Atomics.store(task.stop, 0, 1)
      if (!hasBegun) giveUp ??= setTimeout(stopWaiting, PATIENCE_MS)
    }
    const stopWaiting = () => {
      if (hasBegun) return
      removeListeners()
      const { reason } = interruption
      thread.terminate().then(() => reject(new InterruptedBeforeStart(reason)), reject)
    }
    const removeListeners = () => {
      clearTimeout(giveUp)
      interruption.removeEventListener('abort', interrupt)
      thread.removeListener('error', fail)
      thread.removeListener('message', receive)
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
        return onProgress(simulatedNs, message.events)
      }
      removeListeners()
      const outcome = () => conclude(message, resolve, reject)
      // The state of a thread is unknown after a bug, so it is not used again.
      if (message.kind === 'bug') thread.terminate().then(outcome, reject)
      else {
        keepIdle(thread)
        outcome()
      }
    }
    if (interruption.aborted) interrupt()
    interruption.addEventListener('abort', interrupt)
    thread.on('error', fail)
    thread.on('message', receive)
    thread.ref()
    thread.postMessage(task)
  })
}

/** Returns the task for a thread. The functions of the options stay in this one. */
function taskFor(scenario: CheckedScenario, options: SimulateOptions): WorkerTask {
  const { maxEvents, maxMemoryBytes, recordPackets, perInstance = false, describePacket } = options
  const { isForReport = false, samples = [], captures = [] } = options
  const stop = new Int32Array(new SharedArrayBuffer(4))
  const recording = { recordPackets, describePacket, isForReport, samples, captures }
  return { scenario, maxEvents, maxMemoryBytes, perInstance, ...recording, stop }
}

/** Returns whether a worker ended since its JavaScript heap was full. */
function isOutOfHeap(error: Error): boolean {
  return 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'
}

function conclude(
  message: Exclude<WorkerMessage, { kind: 'progress' }>,
  resolve: (run: SimulatedRun) => void,
  reject: (error: Error) => void,
) {
  if (message.kind === 'done') return resolve(message.run)
  if (message.kind === 'usage') return reject(new UsageError(message.message))
  if (message.kind === 'budget') return reject(new BudgetExceeded(message.events, message.simulatedNs, message.budget))
  const bug = new Error(message.message)
  bug.stack = message.stack
  reject(bug)
}
