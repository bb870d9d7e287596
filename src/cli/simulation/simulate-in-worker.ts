import { availableParallelism } from 'node:os'
import type { ResourceLimits } from 'node:worker_threads'
import { Tinypool } from 'tinypool'
import { codeOf } from '../../disk/error-code.ts'
import { UsageError } from '../../disk/usage-error.ts'
import type { CheckedScenario } from '../../scenario/load.ts'
import { type Budget, BudgetExceeded } from '../../simulation/budget.ts'
import type { SampleRequest } from '../../simulation/sampling/sample-request.ts'
import type { CaptureTask, SimulatedRun } from './capture-task.ts'
import { InterruptedBeforeStart } from './interrupted-before-start.ts'
import { RunMonitor } from './run-monitor.ts'
import type { Simulate, SimulateOptions } from './simulate.ts'
import { ThreadStarts } from './thread-starts.ts'
import { Turns } from './turns.ts'

/** The end of a task. */
export type WorkerAnswer =
  | { readonly kind: 'done'; readonly runs: readonly SimulatedRun[] }
  /** A file cannot be written. */
  | { readonly kind: 'usage'; readonly message: string }
  | { readonly kind: 'budget'; readonly events: number; readonly simulatedNs: number; readonly budget: Budget }
  | { readonly kind: 'bug'; readonly message: string; readonly stack: string }

export interface WorkerTask {
  /** They are simulated one after the other. */
  readonly scenarios: readonly CheckedScenario[]
  readonly maxEvents: number | undefined
  readonly maxMemoryBytes: number | undefined
  readonly recordPackets: boolean
  readonly perInstance: boolean
  readonly describePacket: number | undefined
  readonly isForReport: boolean
  readonly samples: readonly SampleRequest[]
  readonly captures: readonly CaptureTask[]
  /** The memory that both threads share. */
  readonly shared: RunMonitor['shared']
}

/** The longest wait for a simulation to begin, or to end where a partial result is of no use, after an interruption. */
const PATIENCE_MS = 500
/** The time between two looks at how far a run is. */
const LOOK_MS = 100

/** A pool of threads that run `simulation-worker.ts`. */
export interface ThreadPool {
  /** Runs a task in an idle thread, or in a new one. The signal ends the thread. */
  run(task: WorkerTask, options: { readonly signal: AbortSignal }): Promise<WorkerAnswer>
  /** Ends the threads: idle ones at once, the others after their tasks. */
  recycleWorkers(): Promise<void>
}

/** Simulates in a worker thread, since a run never yields; this thread receives signals and shows progress. */
export const simulateInWorker: Simulate = simulateInThreads(
  (threads) => threadPool(new URL('./simulation-worker.js', import.meta.url), {}, threads),
  new ThreadStarts(Math.max(1, Math.floor(availableParallelism() / 2))),
)

/** The longest time for which an idle thread is kept. */
const IDLE_MS = 60_000
/** The memory of JavaScript values beyond which a thread is replaced after its run. */
const MOST_KEPT_BYTES = 1 << 30

/**
 * Returns a pool of threads that begins with some, or without any. Idle ones are kept: they have the compiled code of the
 * JavaScript engine, which makes short runs several times faster.
 */
export function threadPool(file: URL, resourceLimits: ResourceLimits = {}, threads = 0): ThreadPool {
  const pool = new Tinypool({
    resourceLimits,
    filename: file.href,
    minThreads: threads,
    maxThreads: 64,
    // An idle thread that waits on memory sends nothing more on Deno, not even the end of its last run.
    useAtomics: false,
    idleTimeout: IDLE_MS,
    maxMemoryLimitBeforeRecycle: MOST_KEPT_BYTES,
  })
  // One that ends is not replaced before there is a task.
  pool.options.minThreads = 0
  // The run of a thread that fails is told; a failure of an idle one has no consequence.
  pool.on('error', () => {})
  const watched = new WeakSet<object>()
  let running = 0
  return {
    run(task, options) {
      running += 1
      // While a thread starts, the pool would start another one for each task.
      pool.options.maxThreads = running
      const answer = pool.run(task, options).finally(() => {
        running -= 1
      })
      for (const thread of pool.threads) {
        if (watched.has(thread)) continue
        watched.add(thread)
        thread.once('exit', () => {
          // The pool notices only threads that fail.
          if (pool.threads.includes(thread)) thread.emit('error', new Error('its thread ended'))
        })
      }
      return answer
    },
    recycleWorkers: () => pool.recycleWorkers(),
  }
}

/**
 * Returns a function that simulates in the threads of a pool, which `start` makes with a number of threads. A run for
 * which the memory did not suffice while others ran is run again alone, so that its result does not depend on the number
 * of runs at a time. `starts` decides how many of many short runs begin.
 */
export function simulateInThreads(start: (threads: number) => ThreadPool, starts: ThreadStarts): Simulate {
  const turns = new Turns()
  let pool: ThreadPool | null = null
  const all: Simulate['all'] = (scenarios, options) => {
    pool ??= start(0)
    const threads = pool
    const simulate = () =>
      turns.run(
        () => simulateIn(threads, scenarios, options),
        (error) => error instanceof BudgetExceeded && error.budget === 'memory' && !options.interruption.aborted,
        () => threads.recycleWorkers(),
      )
    return options.hasFewThreadsAtFirst === true ? starts.run(simulate, options.interruption) : simulate()
  }
  const prepare = async () => {
    pool ??= start(1)
  }
  const one = async (scenario: CheckedScenario, options: SimulateOptions) => (await all([scenario], options))[0]
  return Object.assign(one, { all, prepare })
}

async function simulateIn(
  pool: ThreadPool,
  scenarios: readonly CheckedScenario[],
  options: SimulateOptions,
): Promise<readonly SimulatedRun[]> {
  const { interruption, isWholeOrNothing = false, onProgress } = options
  const monitor = new RunMonitor()
  const end = new AbortController()
  let giveUp: NodeJS.Timeout | undefined
  const interrupt = () => {
    monitor.stop()
    const isOfUse = () => monitor.hasBegun && !isWholeOrNothing
    giveUp ??= setTimeout(() => isOfUse() || end.abort(), PATIENCE_MS)
  }
  if (interruption.aborted) interrupt()
  interruption.addEventListener('abort', interrupt)
  const look = onProgress && setInterval(() => onProgress(monitor.simulatedNs, monitor.events), LOOK_MS)
  let answer: WorkerAnswer
  try {
    answer = await pool.run(taskFor(scenarios, options, monitor), { signal: end.signal })
  } catch (error) {
    if (end.signal.aborted) throw new InterruptedBeforeStart(interruption.reason)
    throw isOutOfHeap(error) ? new BudgetExceeded(0, monitor.simulatedNs, 'memory') : error
  } finally {
    clearTimeout(giveUp)
    clearInterval(look)
    interruption.removeEventListener('abort', interrupt)
  }
  // The state of a thread is unknown after a bug, so it is not used again.
  if (answer.kind === 'bug') await pool.recycleWorkers()
  return runsIn(answer)
}

/** Returns the task for a thread. The functions of the options stay in this one. */
function taskFor(scenarios: readonly CheckedScenario[], options: SimulateOptions, { shared }: RunMonitor): WorkerTask {
  const { maxEvents, maxMemoryBytes, recordPackets, perInstance = false, describePacket } = options
  const { isForReport = false, samples = [], captures = [] } = options
  const recording = { recordPackets, describePacket, isForReport, samples, captures }
  return { scenarios, maxEvents, maxMemoryBytes, perInstance, ...recording, shared }
}

/** Returns whether a worker ended since its JavaScript heap was full. */
function isOutOfHeap(error: unknown): boolean {
  return codeOf(error) === 'ERR_WORKER_OUT_OF_MEMORY'
}

/** Returns the runs in an answer. @throws the error that ended the simulation */
function runsIn(answer: WorkerAnswer): readonly SimulatedRun[] {
  if (answer.kind === 'done') return answer.runs
  if (answer.kind === 'usage') throw new UsageError(answer.message)
  if (answer.kind === 'budget') throw new BudgetExceeded(answer.events, answer.simulatedNs, answer.budget)
  const bug = new Error(answer.message)
  bug.stack = answer.stack
  throw bug
}
