import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Job, UnrecoverableError, Worker } from 'bullmq'
import { BudgetExceeded } from '../../simulation/budget.ts'
import { InterruptedBeforeStart } from '../simulation/interrupted-before-start.ts'
import type { Simulate } from '../simulation/simulate.ts'
import { keyOf, type Point, scenarioOf } from '../sweep/points/point.ts'
import { isWhole, runPoint } from '../sweep/points/point-outcome.ts'
import { removeUnreadable } from './active-jobs.ts'
import { readJob } from './job-message.ts'
import { Notices } from './notices.ts'
import type { QueueAddress } from './queue-address.ts'
import { connectToQueue, type QueueConnection, REFUSED } from './queue-connection.ts'
import { PREFIX, queueName, resultKey, workerKey } from './queue-names.ts'
import { failureMessage, outcomeMessage } from './result-message.ts'
import { Seal } from './seal.ts'

export interface PointWorkerOptions {
  readonly build: string
  /** The number of points at a time. */
  readonly jobs: number
  /** The most events of a run, whatever its job says; null without a limit. */
  readonly maxEvents: number | null
  /** The time after which another worker takes over the points of one that does not show itself. */
  readonly lockMs: number
  /** The time without work after which the worker ends; null without one. */
  readonly idleMs: number | null
  readonly simulate: Simulate
  readonly interruption: AbortSignal
  /** Tells the user what happens to the queue. */
  readonly notify: (text: string) => void
}

/** The work of a worker that has ended. */
export interface WorkerReport {
  readonly done: number
  readonly refused: number
}

/** The most takeovers of a point from workers that were killed, before it counts as what kills them. */
const MAX_TAKEOVERS = 20

/** The time that results wait for a sweep that was killed and is started again, in seconds. */
const RESULT_SECONDS = 24 * 60 * 60

/** The time that a worker counts as there, in seconds, and the time between two signs of it. */
const WORKER_SECONDS = 60
const SIGN_MS = 20_000

/** The longest wait for a job, in seconds, before the next look. */
const WAIT_SECONDS = 5

/** The wait after an error of the server. */
const RETRY_MS = 500

/** The time between looks whether the worker has been idle for long enough. */
const IDLE_LOOK_MS = 200

/** The longest wait for the server when a worker ends. */
const CLOSE_MS = 3_000

/**
 * Takes points from a queue, simulates them, and leaves their results. A job is data, of which only the scenario is run.
 * Jobs are fetched one by one here, and not by BullMQ, whose loop stops at a job that it cannot read.
 */
export class PointWorker {
  readonly #connection: QueueConnection
  readonly #options: PointWorkerOptions
  readonly #seal: Seal
  readonly #notices: Notices
  readonly #worker: Worker<unknown, null>
  readonly #name = randomUUID()
  /** The ids of the jobs that are being worked on. */
  readonly #held = new Set<string>()
  #fetching: Promise<unknown> = Promise.resolve()
  #fetched = 0
  #isOver = false
  #lastWork = Date.now()
  #lastRemoval = 0
  #done = 0
  #refused = 0

  private constructor(connection: QueueConnection, secret: string | null, options: PointWorkerOptions) {
    this.#connection = connection
    this.#options = options
    this.#seal = new Seal(secret)
    this.#notices = new Notices(options.notify)
    this.#worker = new Worker(queueName(options.build), null, {
      connection,
      prefix: PREFIX,
      lockDuration: options.lockMs,
      stalledInterval: options.lockMs / 2,
      maxStalledCount: MAX_TAKEOVERS,
      drainDelay: WAIT_SECONDS,
      // Jobs of others that are refused.
      removeOnFail: { count: 100 },
    })
    connection.on('error', (error: Error) => this.#notices.error(error))
    // The job was taken, and cannot be read: it is removed before the next is fetched.
    connection.on(REFUSED, () => {
      this.#lastRemoval = 0
    })
    this.#worker.on('error', (error: Error) => this.#notices.error(error))
  }

  /** @throws UsageError when the server cannot be reached */
  static async open(address: QueueAddress, options: PointWorkerOptions): Promise<PointWorker> {
    return new PointWorker(await connectToQueue(address), address.secret, options)
  }

  /** Works until it is interrupted, or has had no work for a time. */
  async run(): Promise<WorkerReport> {
    this.#worker.startStalledCheckTimer().catch((error: unknown) => this.#notices.error(error))
    void this.#try(() => this.#giveSign())
    const signs = setInterval(() => void this.#try(() => this.#giveSign()), SIGN_MS)
    const lanes = Array.from({ length: this.#options.jobs }, () => this.#lane())
    await this.#end()
    this.#isOver = true
    clearInterval(signs)
    const closing = Promise.allSettled([this.#worker.close(), ...lanes])
    await Promise.race([closing, sleep(CLOSE_MS, null, { ref: false })])
    this.#connection.disconnect()
    return { done: this.#done, refused: this.#refused }
  }

  /** Waits for the reason to end. */
  #end(): Promise<void> {
    const { interruption, idleMs } = this.#options
    return new Promise((resolve) => {
      const isIdle = () => idleMs !== null && this.#held.size === 0 && Date.now() - this.#lastWork > idleMs
      const looks = setInterval(() => isIdle() && end(), IDLE_LOOK_MS)
      const end = () => {
        clearInterval(looks)
        resolve()
      }
      if (interruption.aborted) end()
      else interruption.addEventListener('abort', end, { once: true })
    })
  }

  /** Works on one job after the other. */
  async #lane(): Promise<void> {
    while (!this.#isOver) {
      const fetching = this.#fetching.then(() => this.#fetch())
      this.#fetching = fetching
      const fetched = await fetching
      if (fetched !== null) await this.#work(fetched)
    }
  }

  /** Takes the next job, and waits for it. Only one lane does so at a time. */
  async #fetch(): Promise<Taken | null> {
    if (this.#isOver) return null
    const token = `${this.#name}:${this.#fetched}`
    this.#fetched += 1
    if (Date.now() - this.#lastRemoval > this.#options.lockMs / 2) await this.#try(() => this.#removeUnreadable())
    try {
      const job = await this.#worker.getNextJob(token)
      if (job?.id === undefined) return null
      this.#held.add(job.id)
      return { job, id: job.id, token }
    } catch (error) {
      this.#notices.error(error)
      await this.#try(() => this.#removeUnreadable())
      await sleep(RETRY_MS)
      return null
    }
  }

  async #work({ job, id, token }: Taken): Promise<void> {
    const { lockMs } = this.#options
    const renewal = setInterval(() => void this.#try(() => job.extendLock(token, lockMs)), lockMs / 3)
    try {
      const result = await this.#resultOf(job.data)
      if (result === null) await job.moveToWait(token)
      else {
        await this.#connection.set(resultKey(result.key), result.text, 'EX', RESULT_SECONDS)
        this.#done += 1
        await job.moveToCompleted(null, token, false)
      }
    } catch (error) {
      if (error instanceof UnrecoverableError) await this.#try(() => job.moveToFailed(error, token, false))
      else this.#notices.error(error)
    } finally {
      clearInterval(renewal)
      this.#held.delete(id)
      this.#lastWork = Date.now()
    }
  }

  /**
   * Returns the result of a job; null when it was interrupted.
   * @throws UnrecoverableError when the job is refused
   */
  async #resultOf(data: unknown): Promise<{ readonly key: string; readonly text: string } | null> {
    const { build, maxEvents } = this.#options
    const read = readJob(data, this.#seal, build)
    if (!read.ok) throw this.#refuse(read.reason)
    const { point } = read
    if (maxEvents !== null && (point.maxEvents === null || point.maxEvents > maxEvents))
      throw this.#refuse(`it may have more events than this worker allows; give the sweep --max-events ${maxEvents}`)
    const text = await this.#simulate(point)
    return text === null ? null : { key: keyOf(point), text }
  }

  async #simulate(point: Point): Promise<string | null> {
    const { simulate, interruption } = this.#options
    const key = keyOf(point)
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

  /** Removes jobs that cannot be read. No job may be on its way to this worker meanwhile. */
  async #removeUnreadable(): Promise<void> {
    this.#lastRemoval = Date.now()
    const removed = await removeUnreadable(this.#connection, (name) => this.#worker.toKey(name), this.#name, this.#held)
    this.#refused += removed
    if (removed > 0) this.#notices.once('a job of the queue is refused: it cannot be read')
  }

  /** Shows sweeps that a worker of this build is there. */
  async #giveSign(): Promise<void> {
    await this.#connection.set(workerKey(this.#options.build, this.#name), '', 'EX', WORKER_SECONDS)
  }

  async #try(action: () => Promise<unknown>): Promise<void> {
    try {
      await action()
    } catch (error) {
      this.#notices.error(error)
    }
  }
}

/** A job that this worker has, with the token of its lock. */
interface Taken {
  readonly job: Job<unknown, null>
  readonly id: string
  readonly token: string
}
