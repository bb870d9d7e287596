import { Worker } from 'node:worker_threads'
import type { CheckedScenario } from '../scenario/load.ts'
import { BudgetExceeded, type Run } from '../simulation/run.ts'
import type { ExitCode } from './exit-code.ts'

export interface SimulateOptions {
  readonly maxEvents?: number
  readonly recordPackets: boolean
  readonly onProgress: (simulatedNs: number) => void
  readonly interruption: AbortSignal
}

/** How a command has a scenario simulated; tests put their own in its place. */
export type Simulate = (scenario: CheckedScenario, options: SimulateOptions) => Promise<Run>

/** Thrown when the user or the system asked to stop before the run had ended. */
export class Interrupted extends Error {
  readonly exitCode: ExitCode
  readonly simulatedNs: number

  constructor(exitCode: ExitCode, simulatedNs: number) {
    super('interrupted')
    this.name = 'Interrupted'
    this.exitCode = exitCode
    this.simulatedNs = simulatedNs
  }
}

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
}

/** A run never yields, so it has a thread of its own, and this one hears signals and draws progress. */
export const simulateInWorker: Simulate = (scenario, options) => {
  const { maxEvents, recordPackets, onProgress, interruption } = options
  const workerData: WorkerTask = { scenario, maxEvents, recordPackets }
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./simulation-worker.js', import.meta.url), { workerData })
    let simulatedNs = 0
    const interrupt = () => settle(() => reject(new Interrupted(interruption.reason, simulatedNs)))
    const settle = (outcome: () => void) => {
      interruption.removeEventListener('abort', interrupt)
      worker.terminate().then(outcome, reject)
    }
    interruption.addEventListener('abort', interrupt)
    worker.on('error', reject)
    worker.on('message', (message: WorkerMessage) => {
      if (message.kind !== 'progress') return settle(() => conclude(message, resolve, reject))
      simulatedNs = message.simulatedNs
      onProgress(simulatedNs)
    })
  })
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
