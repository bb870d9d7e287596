import { Worker } from 'bullmq'
import type { PointKey } from '../../study/sweep/point.ts'
import { removeUnreadable } from './active-jobs.ts'
import type { TakenJob, WorkerListener, WorkerServer } from './job-server.ts'
import { type QueueConnection, REFUSED } from './queue-connection.ts'
import { PREFIX, queueName, resultKey } from './queue-names.ts'

/** The most takeovers of a point from killed workers. Beyond it, the point is considered to be what kills them. */
const MAX_TAKEOVERS = 20

/** The time that results wait for a sweep that was killed and is started again, in seconds. */
const RESULT_SECONDS = 24 * 60 * 60

/** The time that a worker counts as there, in seconds. */
const WORKER_SECONDS = 60

/** The longest wait for a job, in seconds, before the next look. */
const WAIT_SECONDS = 5

/**
 * A worker's side of the queue of a build, on a server that BullMQ speaks to. Jobs are fetched one by one, and not by
 * BullMQ, whose loop stops at a job that it cannot read.
 */
export class BullMqWorkerServer implements WorkerServer {
  readonly #connection: QueueConnection
  readonly #worker: Worker<unknown, null>
  readonly #lockMs: number

  /** @param lockMs the time after which another worker takes over the points of one that does not show itself */
  constructor(connection: QueueConnection, worker: Worker<unknown, null>, lockMs: number) {
    this.#connection = connection
    this.#worker = worker
    this.#lockMs = lockMs
  }

  static on(connection: QueueConnection, build: string, lockMs: number): BullMqWorkerServer {
    const worker = new Worker<unknown, null>(queueName(build), null, {
      connection,
      prefix: PREFIX,
      lockDuration: lockMs,
      stalledInterval: lockMs / 2,
      maxStalledCount: MAX_TAKEOVERS,
      drainDelay: WAIT_SECONDS,
      // Jobs of others that are refused.
      removeOnFail: { count: 100 },
    })
    return new BullMqWorkerServer(connection, worker, lockMs)
  }

  listen(listener: WorkerListener): void {
    this.#connection.on('error', (error: Error) => listener.onError(error))
    this.#connection.on(REFUSED, () => listener.onRefusedReply())
    this.#worker.on('error', (error: Error) => listener.onError(error))
  }

  watchOthers(): Promise<void> {
    return this.#worker.startStalledCheckTimer()
  }

  async take(token: string): Promise<TakenJob | null> {
    const job = await this.#worker.getNextJob(token)
    if (job?.id === undefined) return null
    return {
      id: job.id,
      data: job.data,
      renew: () => job.extendLock(token, this.#lockMs),
      giveBack: () => job.moveToWait(token),
      complete: () => job.moveToCompleted(null, token, false),
      fail: (error) => job.moveToFailed(error, token, false),
    }
  }

  removeUnreadable(owner: string, held: ReadonlySet<string>): Promise<number> {
    return removeUnreadable(this.#connection, (name) => this.#worker.toKey(name), owner, held)
  }

  async leaveResult(key: PointKey, text: string): Promise<void> {
    await this.#connection.set(resultKey(key), text, 'EX', RESULT_SECONDS)
  }

  async giveSign(key: string): Promise<void> {
    await this.#connection.set(key, '', 'EX', WORKER_SECONDS)
  }

  close(): Promise<void> {
    return this.#worker.close()
  }

  disconnect(): void {
    this.#connection.disconnect()
  }
}
