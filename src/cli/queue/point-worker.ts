import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { UnrecoverableError } from 'bullmq'
import { BudgetExceeded } from '../../simulation/budget.ts'
import { keyOf, type Point, type PointKey, scenarioOf } from '../../study/sweep/point.ts'
import { isWhole, runPoint } from '../../study/sweep/point-outcome.ts'
import { sha256 } from '../sha256.ts'
import { InterruptedBeforeStart } from '../simulation/interrupted-before-start.ts'
import type { Simulate } from '../simulation/simulate.ts'
import { BullMqWorkerServer } from './bullmq-worker-server.ts'
import { readJob } from './job-message.ts'
import type { TakenJob, WorkerServer } from './job-server.ts'
import { Notices } from './notices.ts'
import type { QueueAddress } from './queue-address.ts'
import { connectToQueue } from './queue-connection.ts'
import { workerKey } from './queue-names.ts'
import { failureMessage, outcomeMessage } from './result-message.ts'
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

/** Takes points from a queue, simulates them, and stores their results. A job is data; only its scenario is run. */
export class PointWorker {
  readonly #server: WorkerServer
  readonly #options: PointWorkerOptions
  readonly #seal: Seal
  readonly #notices: Notices
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

  constructor(server: WorkerServer, secret: string | null, options: PointWorkerOptions) {
    this.#server = server
    this.#options = options
    this.#seal = new Seal(secret)
    this.#notices = new Notices(options.notify)
    server.listen({
      onError: (error) => this.#notices.error(error),
      // The job was taken, and cannot be read: it is removed before the next is fetched.
      onRefusedReply: () => {
        this.#lastRemoval = 0
      },
    })
  }

  /** @throws UsageError when the server cannot be reached */
  static async open(address: QueueAddress, options: PointWorkerOptions): Promise<PointWorker> {
    const connection = await connectToQueue(address)
    return new PointWorker(BullMqWorkerServer.on(connection, options.build, options.lockMs), address.secret, options)
  }

  /** Works until it is interrupted, or has had no work for a time. */
  async run(): Promise<WorkerReport> {
    void this.#try(() => this.#server.watchOthers())
    void this.#try(() => this.#giveSign())
    const signs = setInterval(() => void this.#try(() => this.#giveSign()), WORKER_PAUSES.betweenSignsMs)
    const lanes = Array.from({ length: this.#options.jobs }, () => this.#lane())
    await this.#end()
    this.#isOver = true
    clearInterval(signs)
    const closing = Promise.allSettled([this.#server.close(), ...lanes])
    await Promise.race([closing, sleep(WORKER_PAUSES.beforeDisconnectMs, null, { ref: false })])
    this.#server.disconnect()
    return { done: this.#done, refused: this.#refused }
  }

  /** Waits for the reason to end. */
  #end(): Promise<void> {
    const { interruption, idleMs } = this.#options
    return new Promise((resolve) => {
      const isIdle = () => idleMs !== null && this.#held.size === 0 && Date.now() - this.#lastWork > idleMs
      const looks = setInterval(() => isIdle() && end(), WORKER_PAUSES.betweenIdleLooksMs)
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
  async #fetch(): Promise<TakenJob | null> {
    if (this.#isOver) return null
    const token = `${this.#name}:${this.#fetched}`
    this.#fetched += 1
    if (Date.now() - this.#lastRemoval > this.#options.lockMs / 2) await this.#try(() => this.#removeUnreadable())
    try {
      const job = await this.#server.take(token)
      if (job !== null) this.#held.add(job.id)
      return job
    } catch (error) {
      this.#notices.error(error)
      await this.#try(() => this.#removeUnreadable())
      await sleep(WORKER_PAUSES.afterErrorMs)
      return null
    }
  }

  async #work(job: TakenJob): Promise<void> {
    const renewal = setInterval(() => void this.#try(() => job.renew()), this.#options.lockMs / 3)
    try {
      const result = await this.#resultOf(job.data)
      if (result === null) await job.giveBack()
      else {
        await this.#server.leaveResult(result.key, result.text)
        this.#done += 1
        await job.complete()
      }
    } catch (error) {
      if (error instanceof UnrecoverableError) await this.#try(() => job.fail(error))
      else this.#notices.error(error)
    } finally {
      clearInterval(renewal)
      this.#held.delete(job.id)
      this.#lastWork = Date.now()
    }
  }

  /**
   * Returns the result of a job; null when it was interrupted.
   * @throws UnrecoverableError when the job is refused
   */
  async #resultOf(data: unknown): Promise<{ readonly key: PointKey; readonly text: string } | null> {
    const { build, maxEvents } = this.#options
    const read = readJob(data, this.#seal, build)
    if (!read.ok) throw this.#refuse(read.reason)
    const { point } = read
    if (maxEvents !== null && (point.maxEvents === null || point.maxEvents > maxEvents))
      throw this.#refuse(`it may have more events than this worker allows; give the sweep --max-events ${maxEvents}`)
    const text = await this.#simulate(point)
    return text === null ? null : { key: keyOf(point, sha256), text }
  }

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

  /** Removes jobs that cannot be read. No job may be on its way to this worker meanwhile. */
  async #removeUnreadable(): Promise<void> {
    this.#lastRemoval = Date.now()
    const removed = await this.#server.removeUnreadable(this.#name, this.#held)
    this.#refused += removed
    if (removed > 0) this.#notices.once('a job of the queue is refused: it cannot be read')
  }

  /** Shows sweeps that a worker of this build is there. */
  async #giveSign(): Promise<void> {
    await this.#server.giveSign(workerKey(this.#options.build, this.#name))
  }

  async #try(action: () => Promise<unknown>): Promise<void> {
    try {
      await action()
    } catch (error) {
      this.#notices.error(error)
    }
  }
}
