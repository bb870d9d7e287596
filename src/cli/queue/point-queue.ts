import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { Queue, QueueEvents } from 'bullmq'
import type { Redis } from 'ioredis'
import { UsageError } from '../../disk/usage-error.ts'
import { BudgetExceeded } from '../../simulation/budget.ts'
import { type JobMessage, jobMessage, MAX_JOB_CHARACTERS } from '../../study/sweep/job-message.ts'
import { keyOf, type Point, type PointKey } from '../../study/sweep/point.ts'
import type { PointOutcome } from '../../study/sweep/point-outcome.ts'
import { type Failure, MAX_RESULT_BYTES, type ReadResult, readResult } from '../../study/sweep/result-message.ts'
import { sha256 } from '../sha256.ts'
import { InterruptedBeforeStart } from '../simulation/interrupted-before-start.ts'
import { Notices } from './notices.ts'
import type { QueueAddress } from './queue-address.ts'
import { connectToQueue } from './queue-connection.ts'
import { ANY_WORKER, buildOfWorker, PREFIX, queueName, resultKey } from './queue-names.ts'
import { Seal } from './seal.ts'

/** The parameters of a queue for points, from the command that opens it. */
export interface PointQueueOptions {
  readonly build: string
  /** Tells the user about events of the queue. */
  readonly notify: (text: string) => void
}

/** The parts of BullMQ and ioredis that a queue uses. */
export interface QueueServer {
  readonly connection: Redis
  readonly jobs: Queue<JobMessage>
  readonly events: QueueEvents
}

/** The most failures of a point, by a wrong result or a failed job, after which it is sent again. */
const MAX_FAILURES = 10

/** The most characters of the reason why a job has failed. */
const MAX_REASON = 200

/** The pauses of a queue in milliseconds. Tests have shorter ones. */
export const QUEUE_PAUSES = {
  /** Half the pause after the first failure; each further one is twice as long, half a minute in the end. */
  afterFailureMs: 50,
  /** The time between looks for a result that no event has announced, as after a restart of the server. */
  betweenLooksMs: 1_000,
  /** The time without any result after which the user is told that no worker is there. */
  beforeNoticeMs: 10_000,
}

/** The longest wait for the server when a queue is closed. */
const MAX_CLOSING_MS = 3_000

/** The states of a job that a worker has or will take. BullMQ gives jobs of workers that died to others. */
const GOING_ON: readonly string[] = ['waiting', 'active', 'prioritized', 'delayed']

/** The most builds of workers that are shown. */
const MAX_SHOWN = 10

/**
 * The end of a queue where points go in and outcomes come out. Nothing that comes out is trusted: an outcome counts when
 * its seal, its checksum, its point and its shape are right. Otherwise the point is sent again, as are points whose jobs
 * or results the server has lost.
 */
export class PointQueue {
  readonly #server: QueueServer
  readonly #seal: Seal
  readonly #options: PointQueueOptions
  readonly #notices: Notices
  /** Wakes the points that wait, by their jobs, with the reason why a job has failed. */
  readonly #wakers = new Map<string, (reason: string | null) => void>()
  readonly #noticing: NodeJS.Timeout
  #hasWorkers = false
  #isClosed = false
  /** The signal that stops the points that wait, and what rejects them. */
  #stop: AbortSignal | null = null
  #interruption: Promise<never> = new Promise(() => {})

  constructor(server: QueueServer, secret: string | null, options: PointQueueOptions) {
    this.#server = server
    this.#seal = new Seal(secret)
    this.#options = options
    this.#notices = new Notices(options.notify)
    const fail = (error: Error) => this.#notices.error(error)
    server.connection.on('error', fail)
    server.jobs.on('error', fail)
    server.events.on('error', fail)
    server.events.on('completed', ({ jobId }) => this.#wakers.get(jobId)?.(null))
    server.events.on('failed', ({ jobId, failedReason }) => this.#wakers.get(jobId)?.(failedReason))
    this.#noticing = setInterval(() => void this.#noticeMissingWorkers(), QUEUE_PAUSES.beforeNoticeMs)
  }

  /** @throws UsageError when the server cannot be reached */
  static async open(address: QueueAddress, options: PointQueueOptions): Promise<PointQueue> {
    const connection = await connectToQueue(address)
    const [name, given] = [queueName(options.build), { connection, prefix: PREFIX }]
    const jobs = new Queue<JobMessage>(name, given)
    return new PointQueue({ connection, jobs, events: new QueueEvents(name, given) }, address.secret, options)
  }

  /**
   * Has a worker simulate a point.
   * @throws BudgetExceeded when the worker has too little memory, InterruptedBeforeStart, UsageError when the point cannot
   *   go through the queue, or whatever is a bug
   */
  async run(point: Point, stop: AbortSignal): Promise<PointOutcome> {
    const interrupted = () => new InterruptedBeforeStart(stop.reason)
    if (stop.aborted) throw interrupted()
    // One listener for all points of a sweep.
    if (this.#stop !== stop)
      this.#interruption = new Promise((_, reject) => {
        stop.addEventListener('abort', () => {
          for (const wake of this.#wakers.values()) wake(null)
          reject(interrupted())
        })
      })
    this.#stop = stop
    return Promise.race([this.#interruption, this.#obtain(point, stop)])
  }

  async close(): Promise<void> {
    this.#isClosed = true
    clearInterval(this.#noticing)
    const { connection, jobs, events } = this.#server
    await Promise.race([
      Promise.allSettled([events.close(), jobs.close()]),
      sleep(MAX_CLOSING_MS, null, { ref: false }),
    ])
    connection.disconnect()
  }

  /** Sends a point, and waits for its outcome. Ends with an error when it is interrupted, and removes its job. */
  async #obtain(point: Point, stop: AbortSignal): Promise<PointOutcome> {
    const key = keyOf(point, sha256)
    const message = jobMessage(point, this.#seal)
    if (message.body.length > MAX_JOB_CHARACTERS)
      throw new UsageError(`a scenario of more than ${MAX_JOB_CHARACTERS} characters cannot go through a queue`)
    const { jobs } = this.#server
    const options = { removeOnComplete: true, removeOnFail: true }
    let jobId: string = key
    let isSent = false
    let failures = 0
    let why: string | null = null
    while (!stop.aborted && !this.#isClosed) {
      const found = await this.#try(() => this.#look(key, jobId))
      if (found?.kind === 'outcome') return found.outcome
      if (found?.kind === 'failure') throw errorOf(found.failure)
      if (found?.kind === 'refused' || (found?.kind === 'absent' && isSent)) {
        failures += 1
        const reason = why === null ? found.reason : `its job failed: ${why.slice(0, MAX_REASON)}`
        this.#notices.once(`a point is sent to the queue again: ${reason}`)
        if (failures === MAX_FAILURES)
          throw new UsageError(`the queue gave no result of a point ${MAX_FAILURES} times; the last time: ${reason}`)
        await sleep(QUEUE_PAUSES.afterFailureMs * 2 ** failures, null, { ref: false })
        if (stop.aborted) break
        // In a job of its own, since the one that failed can be anybody's.
        jobId = `${key}-${randomUUID()}`
      }
      if (found !== null && found.kind !== 'going-on')
        isSent = (await this.#try(() => jobs.add('point', message, { jobId, ...options }))) !== null || isSent
      why = await this.#news(jobId)
    }
    void this.#try(() => jobs.remove(jobId))
    throw new InterruptedBeforeStart(stop.reason)
  }

  /** Looks for the result of a point, and for its job. */
  async #look(key: PointKey, jobId: string): Promise<Found> {
    const result = await this.#takeResult(key)
    if (result !== null) return result
    const state = await this.#server.jobs.getJobState(jobId)
    if (GOING_ON.includes(state)) return { kind: 'going-on' }
    // It may have ended since the first look.
    return (
      (await this.#takeResult(key)) ?? { kind: 'absent', reason: `its job is ${state === 'unknown' ? 'lost' : state}` }
    )
  }

  /** Takes the result of a point from the server; null where there is none. */
  async #takeResult(key: PointKey): Promise<Found | null> {
    const { connection } = this.#server
    const name = resultKey(key)
    const bytes = await connection.strlen(name)
    if (bytes === 0) return null
    const isHuge = bytes > MAX_RESULT_BYTES
    const text = isHuge ? null : await connection.getBuffer(name)
    await connection.unlink(name)
    if (isHuge) return { kind: 'refused', reason: `its result is refused: it has ${bytes} bytes` }
    const read = readResult(key, text ?? new Uint8Array(), this.#seal)
    this.#hasWorkers ||= read.kind !== 'refused'
    return read.kind === 'refused' ? { ...read, reason: `its result is refused: ${read.reason}` } : read
  }

  /** Waits until something has happened to a job, or for a time. Returns the reason why it has failed, if it has. */
  async #news(jobId: string): Promise<string | null> {
    const news = new Promise<string | null>((resolve) => this.#wakers.set(jobId, resolve))
    const reason = await Promise.race([news, sleep(QUEUE_PAUSES.betweenLooksMs, null, { ref: false })])
    this.#wakers.delete(jobId)
    return reason
  }

  /** Asks the server; null where that fails, so that it is asked again later. */
  async #try<Value>(action: () => Promise<Value>): Promise<Value | null> {
    try {
      return await action()
    } catch (error) {
      this.#notices.error(error)
      return null
    }
  }

  async #noticeMissingWorkers(): Promise<void> {
    if (this.#hasWorkers || this.#wakers.size === 0) return
    const { build } = this.#options
    const builds = await this.#try(() => this.#buildsOfWorkers())
    if (builds === null) return
    this.#hasWorkers = builds.has(build)
    if (this.#hasWorkers) return
    const others = [...builds].sort().slice(0, MAX_SHOWN)
    const who = others.length === 0 ? 'there are none' : `there are workers of ${others.join(', ')}`
    this.#notices.once(`no worker of onpath ${build} takes points from the queue (${who}); start \`onpath worker\``)
  }

  /** Returns the builds of the workers that show themselves, each once, in no order. */
  async #buildsOfWorkers(): Promise<ReadonlySet<string>> {
    const builds = new Set<string>()
    for await (const keys of this.#server.connection.scanStream({ match: ANY_WORKER, count: 1_000 }))
      for (const key of keys) builds.add(buildOfWorker(String(key)) ?? 'unknown')
    return builds
  }
}

/** The outcome of a look at the server: a result, a wrong one, or where the job is. */
type Found =
  | Exclude<ReadResult, { readonly kind: 'refused' }>
  | { readonly kind: 'refused' | 'absent'; readonly reason: string }
  | { readonly kind: 'going-on' }

function errorOf({ kind, message }: Failure): Error {
  return kind === 'memory' ? new BudgetExceeded(0, 0, 'memory') : new Error(`a worker: ${message}`)
}
