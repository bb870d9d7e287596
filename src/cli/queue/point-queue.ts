import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { UsageError } from '../../disk/usage-error.ts'
import { BudgetExceeded } from '../../simulation/budget.ts'
import { keyOf, type Point, type PointKey } from '../../study/sweep/point.ts'
import type { PointOutcome } from '../../study/sweep/point-outcome.ts'
import { sha256 } from '../sha256.ts'
import { InterruptedBeforeStart } from '../simulation/interrupted-before-start.ts'
import { BullMqJobServer } from './bullmq-job-server.ts'
import { jobMessage, MAX_JOB_CHARACTERS } from './job-message.ts'
import type { JobServer } from './job-server.ts'
import { Notices } from './notices.ts'
import type { QueueAddress } from './queue-address.ts'
import { connectToQueue } from './queue-connection.ts'
import { type Failure, MAX_RESULT_BYTES, readResult } from './result-message.ts'
import { Seal } from './seal.ts'

/** The parameters of a queue for points, from the command that opens it. */
export interface PointQueueOptions {
  readonly build: string
  /** Tells the user about events of the queue. */
  readonly notify: (text: string) => void
}

/** A point that waits for its result. */
interface Waiting {
  readonly key: PointKey
  readonly point: Point
  readonly resolve: (outcome: PointOutcome) => void
  readonly reject: (error: Error) => void
  /** The job of the point: first one that a sweep that was killed has left, then new ones. */
  jobId: string
  failures: number
  /** The checks, one after the other, at which the job was active and no worker held it. */
  unheldChecks: number
  /** True while a result is read or a job is sent. Nothing else is done about the point meanwhile. */
  isBusy: boolean
}

/** The most failures of a point, by a wrong result or a failed job, after which it is sent again. */
const MAX_FAILURES = 10

/** The pauses of a queue in milliseconds. Tests have shorter ones. */
export const QUEUE_PAUSES = {
  /** Half the pause after the first failure; each further one is twice as long, half a minute in the end. */
  afterFailureMs: 50,
  /** The time between looks for results that no event has announced, as after a restart of the server. */
  betweenLooksMs: 1_000,
}
/** The number of looks after which the jobs themselves are looked for. */
const LOOKS_PER_CHECK = 5

/** The states of a job that a worker has or will take. */
const GOING_ON: readonly string[] = ['waiting', 'active', 'prioritized']

/** The number of looks before the first notice that no worker is there, and between notices. */
const FIRST_NOTICE = 10
const NEXT_NOTICE = 60

/** The most builds of workers that are shown. */
const MAX_SHOWN = 10

/** The number of checks after which a job counts as lost whose worker does not hold it. */
const MAX_UNHELD_CHECKS = 12

/**
 * The end of a queue where points go in and outcomes come out. Nothing that comes out is trusted: an outcome counts when
 * its seal, its checksum, its point and its shape are right. Otherwise the point is sent again, as are points whose jobs
 * or results the server has lost.
 */
export class PointQueue {
  readonly #server: JobServer
  readonly #seal: Seal
  readonly #options: PointQueueOptions
  readonly #waiting = new Map<PointKey, Waiting>()
  readonly #timer: NodeJS.Timeout
  readonly #notices: Notices
  /** The signal that stops the points that wait. */
  #stop: AbortSignal | null = null
  #looks = 0
  #isLooking = false
  #hasWorkers = false

  constructor(server: JobServer, secret: string | null, options: PointQueueOptions) {
    this.#server = server
    this.#seal = new Seal(secret)
    this.#options = options
    this.#notices = new Notices(options.notify)
    server.listen({
      onCompleted: (jobId) => this.#onCompleted(jobId),
      onFailed: (jobId, reason) => this.#onFailed(jobId, reason),
      onError: (error) => this.#notices.error(error),
    })
    this.#timer = setInterval(() => void this.#look(), QUEUE_PAUSES.betweenLooksMs)
  }

  /** @throws UsageError when the server cannot be reached */
  static async open(address: QueueAddress, options: PointQueueOptions): Promise<PointQueue> {
    return new PointQueue(BullMqJobServer.on(await connectToQueue(address), options.build), address.secret, options)
  }

  /**
   * Has a worker simulate a point.
   * @throws BudgetExceeded when the worker has too little memory, InterruptedBeforeStart, UsageError when the point cannot
   *   go through the queue, or whatever is a bug
   */
  run(point: Point, stop: AbortSignal): Promise<PointOutcome> {
    if (stop !== this.#stop) stop.addEventListener('abort', () => this.#interrupt(stop))
    this.#stop = stop
    return new Promise((resolve, reject) => {
      const key = keyOf(point, sha256)
      const waiting: Waiting = { key, point, resolve, reject, jobId: key, failures: 0, unheldChecks: 0, isBusy: false }
      this.#waiting.set(key, waiting)
      if (stop.aborted) return this.#interrupt(stop)
      void this.#do(waiting, async () => {
        if (!(await this.#readResult(waiting))) await this.#send(waiting)
      })
    })
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#server.close()
  }

  /** Does something about a point, unless something is being done. What fails is tried again. */
  async #do(waiting: Waiting, action: () => Promise<void>): Promise<void> {
    if (waiting.isBusy || !this.#waiting.has(waiting.key)) return
    waiting.isBusy = true
    try {
      await action()
    } catch (error) {
      if (error instanceof UsageError) this.#settle(waiting, () => waiting.reject(error))
      else this.#notices.error(error)
    } finally {
      waiting.isBusy = false
    }
  }

  async #send({ point, jobId }: Waiting): Promise<void> {
    const message = jobMessage(point, this.#seal)
    if (message.body.length > MAX_JOB_CHARACTERS)
      throw new UsageError(`a scenario of more than ${MAX_JOB_CHARACTERS} characters cannot go through a queue`)
    await this.#server.add(jobId, message)
  }

  /** Reads the result of a point, if there is one. Returns false when the point is to be sent. */
  async #readResult(waiting: Waiting): Promise<boolean> {
    const { key } = waiting
    const bytes = await this.#server.resultBytes(key)
    if (bytes === 0) return false
    const read =
      bytes > MAX_RESULT_BYTES
        ? ({ kind: 'refused', reason: `it has ${bytes} bytes` } as const)
        : readResult(key, await this.#server.readResult(key), this.#seal)
    await this.#server.removeResult(key)
    if (read.kind === 'refused') return this.#countFailure(waiting, `its result is refused: ${read.reason}`)
    this.#settle(waiting, () =>
      read.kind === 'outcome' ? waiting.resolve(read.outcome) : waiting.reject(errorOf(read.failure)),
    )
    return true
  }

  /** Sends a point again after a failure. It uses a new job, because the failed one may belong to another process. */
  async #sendAgain(waiting: Waiting, reason: string): Promise<void> {
    if (this.#countFailure(waiting, reason)) return
    await sleep(QUEUE_PAUSES.afterFailureMs * 2 ** waiting.failures)
    if (!this.#waiting.has(waiting.key)) return
    waiting.jobId = `${waiting.key}-${randomUUID()}`
    waiting.unheldChecks = 0
    await this.#send(waiting)
  }

  /** Counts a failure of a point. Returns true when there were too many. */
  #countFailure(waiting: Waiting, reason: string): boolean {
    waiting.failures += 1
    this.#notices.once(`a point is sent to the queue again: ${reason}`)
    if (waiting.failures < MAX_FAILURES) return false
    const message = `the queue gave no result of a point ${MAX_FAILURES} times; the last time: ${reason}`
    this.#settle(waiting, () => waiting.reject(new UsageError(message)))
    return true
  }

  #settle(waiting: Waiting, how: () => void): void {
    if (this.#waiting.delete(waiting.key)) how()
  }

  #onCompleted(jobId: string): void {
    const waiting = this.#ofJob(jobId)
    if (waiting === null) return
    this.#hasWorkers = true
    void this.#do(waiting, async () => {
      if (!(await this.#readResult(waiting))) await this.#sendAgain(waiting, 'its job has no result')
    })
  }

  #onFailed(jobId: string, reason: string): void {
    const waiting = this.#ofJob(jobId)
    if (waiting !== null)
      void this.#do(waiting, () => this.#sendAgain(waiting, `its job failed: ${reason.slice(0, 200)}`))
  }

  #ofJob(jobId: string): Waiting | null {
    const waiting = this.#waiting.get(String(jobId).slice(0, KEY_LENGTH))
    return waiting?.jobId === jobId ? waiting : null
  }

  async #look(): Promise<void> {
    if (this.#isLooking || !this.#server.isReady() || this.#waiting.size === 0) return
    this.#isLooking = true
    this.#looks += 1
    const isCheck = this.#looks % LOOKS_PER_CHECK === 0
    try {
      await Promise.all(
        [...this.#waiting.values()].map((waiting) => this.#do(waiting, () => this.#lookFor(waiting, isCheck))),
      )
      if (!this.#hasWorkers && this.#looks % NEXT_NOTICE === FIRST_NOTICE) await this.#noticeMissingWorkers()
    } catch (error) {
      this.#notices.error(error)
    } finally {
      this.#isLooking = false
    }
  }

  async #lookFor(waiting: Waiting, isCheck: boolean): Promise<void> {
    if ((await this.#readResult(waiting)) || !isCheck) return
    const state = await this.#server.stateOf(waiting.jobId)
    const isHeld = state !== 'active' || (await this.#server.isHeld(waiting.jobId))
    waiting.unheldChecks = isHeld ? 0 : waiting.unheldChecks + 1
    if (waiting.unheldChecks > MAX_UNHELD_CHECKS) await this.#sendAgain(waiting, 'its worker has died')
    else if (!GOING_ON.includes(state))
      await this.#sendAgain(waiting, `its job is ${state === 'unknown' ? 'lost' : state}`)
  }

  async #noticeMissingWorkers(): Promise<void> {
    const { build } = this.#options
    const builds = await this.#server.buildsOfWorkers()
    this.#hasWorkers = builds.has(build)
    if (this.#hasWorkers) return
    const others = [...builds].sort().slice(0, MAX_SHOWN)
    const who = others.length === 0 ? 'there are none' : `there are workers of ${others.join(', ')}`
    this.#options.notify(`no worker of onpath ${build} takes points from the queue (${who}); start \`onpath worker\``)
  }

  #interrupt({ reason }: AbortSignal): void {
    for (const waiting of [...this.#waiting.values()]) {
      this.#server.remove(waiting.jobId).catch(() => {})
      this.#settle(waiting, () => waiting.reject(new InterruptedBeforeStart(reason)))
    }
  }
}

const KEY_LENGTH = 64

function errorOf({ kind, message }: Failure): Error {
  return kind === 'memory' ? new BudgetExceeded(0, 0, 'memory') : new Error(`a worker: ${message}`)
}
