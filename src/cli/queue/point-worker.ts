import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Job, UnrecoverableError, WaitingError, Worker } from 'bullmq'
import type { Redis } from 'ioredis'
import { BudgetExceeded } from '../../simulation/budget.ts'
import { readJob } from '../../study/sweep/job-message.ts'
import { keyOf, type Point, scenarioOf } from '../../study/sweep/point.ts'
import { isWhole, runPoint } from '../../study/sweep/point-outcome.ts'
import { failureMessage, outcomeMessage } from '../../study/sweep/result-message.ts'
import { sha256 } from '../sha256.ts'
import { InterruptedBeforeStart } from '../simulation/interrupted-before-start.ts'
import type { Simulate } from '../simulation/simulate.ts'
import { Notices } from './notices.ts'
import type { QueueAddress } from './queue-address.ts'
import { connectToQueue } from './queue-connection.ts'
import { PREFIX, queueName, resultKey, workerKey } from './queue-names.ts'
import { Seal } from './seal.ts'

export interface PointWorkerOptions {
  readonly build: string
  /** The number of points at a time. */
  readonly jobs: number
  /** The most events of a run, even if its job allows more; null for no limit. */
  readonly maxEvents: number | null
  /** The time after which another worker takes over the points of one that does not show itself. */
  readonly lockMs: number
  /** The time without work after which the worker ends; null without one. */
  readonly idleMs: number | null
  readonly simulate: Simulate
  readonly interruption: AbortSignal
  /** Tells the user about events of the queue. */
  readonly notify: (text: string) => void
}

/** The work of a worker that has ended. */
export interface WorkerReport {
  readonly done: number
  readonly refused: number
}

/** The pauses of a worker in milliseconds. Tests have shorter ones. */
export const WORKER_PAUSES = {
  /** The wait after an error of the server. */
  afterErrorMs: 500,
  /** The time between looks whether the worker has been idle for long enough. */
  betweenIdleLooksMs: 200,
  /** The time between two signs that a worker is there. */
  betweenSignsMs: 20_000,
  /** The longest wait for the server when a worker ends. */
  beforeDisconnectMs: 3_000,
}

/** The most takeovers of a point from workers that were killed, before it counts as what kills them. */
const MAX_TAKEOVERS = 20

/** The longest wait for a job, in seconds, before the next look. */
const WAIT_SECONDS = 5

/** The time that results wait for a sweep that was killed and is started again, in seconds. */
const RESULT_SECONDS = 24 * 60 * 60

/** The time that a worker counts as there, in seconds. */
const SIGN_SECONDS = 60

/** The things of a job that a worker uses. */
export type TakenJob = Pick<Job<unknown, null>, 'data' | 'moveToWait'>

/** The connection of a worker, and the loop that takes jobs, of which `process` gets each. */
export interface WorkerServer {
  readonly connection: Redis
  loop(process: (job: TakenJob, token?: string) => Promise<null>): Worker
}

/**
 * Takes points from a queue, simulates them, and leaves their results. BullMQ hands out the jobs, renews their locks and
 * gives those of dead workers to others. A job is data, of which only the scenario is run.
 */
export class PointWorker {
  readonly #server: WorkerServer
  readonly #options: PointWorkerOptions
  readonly #seal: Seal
  readonly #notices: Notices
  readonly #name = randomUUID()
  /** The number of jobs that are being worked on. */
  #held = 0
  #lastWork = Date.now()
  #done = 0
  #refused = 0

  constructor(server: WorkerServer, secret: string | null, options: PointWorkerOptions) {
    this.#server = server
    this.#options = options
    this.#seal = new Seal(secret)
    this.#notices = new Notices(options.notify)
  }

  /** @throws UsageError when the server cannot be reached */
  static async open(address: QueueAddress, options: PointWorkerOptions): Promise<PointWorker> {
    const connection = await connectToQueue(address)
    const { build, lockMs, jobs } = options
    const loop: WorkerServer['loop'] = (process) =>
      new Worker<unknown, null>(queueName(build), process, {
        connection,
        prefix: PREFIX,
        autorun: false,
        concurrency: jobs,
        lockDuration: lockMs,
        stalledInterval: lockMs / 2,
        maxStalledCount: MAX_TAKEOVERS,
        drainDelay: WAIT_SECONDS,
        runRetryDelay: WORKER_PAUSES.afterErrorMs,
        // Jobs of others that are refused.
        removeOnFail: { count: 100 },
      })
    return new PointWorker({ connection, loop }, address.secret, options)
  }

  /** Works until it is interrupted, or has had no work for a time. */
  async run(): Promise<WorkerReport> {
    const { connection } = this.#server
    const worker = this.#server.loop((job, token) => this.#process(job, token))
    const fail = (error: unknown) => this.#notices.error(error)
    worker.on('error', fail)
    connection.on('error', fail)
    // Shows sweeps that a worker of this build is there.
    const giveSign = () => {
      connection.set(workerKey(this.#options.build, this.#name), '', 'EX', SIGN_SECONDS).catch(fail)
    }
    giveSign()
    const signs = setInterval(giveSign, WORKER_PAUSES.betweenSignsMs)
    const end = new AbortController()
    void this.#loop(worker, end.signal)
    await this.#end()
    end.abort()
    clearInterval(signs)
    await Promise.race([worker.close().catch(fail), sleep(WORKER_PAUSES.beforeDisconnectMs, null, { ref: false })])
    connection.disconnect()
    return { done: this.#done, refused: this.#refused }
  }

  /** Takes jobs until the end, again after an error that has ended the loop of BullMQ. */
  async #loop(worker: Worker, end: AbortSignal): Promise<void> {
    while (!end.aborted) {
      await worker.run().catch((error: unknown) => this.#notices.error(error))
      if (!end.aborted) await sleep(WORKER_PAUSES.afterErrorMs)
    }
  }

  /** Waits for the reason to end. */
  #end(): Promise<void> {
    const { interruption, idleMs } = this.#options
    return new Promise((resolve) => {
      const isIdle = () => idleMs !== null && this.#held === 0 && Date.now() - this.#lastWork > idleMs
      const looks = setInterval(() => isIdle() && end(), WORKER_PAUSES.betweenIdleLooksMs)
      const end = () => {
        clearInterval(looks)
        resolve()
      }
      if (interruption.aborted) end()
      else interruption.addEventListener('abort', end, { once: true })
    })
  }

  /**
   * Works on a job, and leaves its result.
   * @throws UnrecoverableError when the job is refused, WaitingError when it was given back
   */
  async #process(job: TakenJob, token?: string): Promise<null> {
    this.#held += 1
    try {
      const point = this.#pointOf(job.data)
      const text = await this.#simulate(point)
      if (text === null) {
        await job.moveToWait(token)
        throw new WaitingError()
      }
      await this.#server.connection.set(resultKey(keyOf(point, sha256)), text, 'EX', RESULT_SECONDS)
      this.#done += 1
      return null
    } finally {
      this.#held -= 1
      this.#lastWork = Date.now()
    }
  }

  /** Reads a job. @throws UnrecoverableError when it is refused */
  #pointOf(data: unknown): Point {
    const { build, maxEvents } = this.#options
    const read = readJob(data, this.#seal, build)
    if (!read.ok) throw this.#refuse(read.reason)
    const { point } = read
    if (maxEvents !== null && (point.maxEvents === null || point.maxEvents > maxEvents))
      throw this.#refuse(`it may have more events than this worker allows; give the sweep --max-events ${maxEvents}`)
    return point
  }

  /** Returns the result of a point as it is sent; null when it was interrupted. */
  async #simulate(point: Point): Promise<string | null> {
    const { simulate, interruption } = this.#options
    const key = keyOf(point, sha256)
    const loaded = scenarioOf(point)
    if (!loaded.ok) throw this.#refuse('its scenario is invalid')
    try {
      const { scenario } = loaded
      const outcome = await runPoint({ scenario, maxEvents: point.maxEvents, interruption }, simulate)
      return isWhole(outcome) ? outcomeMessage(key, outcome, this.#seal) : null
    } catch (error) {
      if (error instanceof InterruptedBeforeStart) return null
      const kind = error instanceof BudgetExceeded ? 'memory' : 'bug'
      return failureMessage(key, { kind, message: error instanceof Error ? error.message : String(error) }, this.#seal)
    }
  }

  /** Returns the error by which a job fails that is not simulated. */
  #refuse(reason: string): Error {
    this.#refused += 1
    this.#notices.once(`a job of the queue is refused: ${reason}`)
    return new UnrecoverableError(`refused: ${reason}`)
  }
}
