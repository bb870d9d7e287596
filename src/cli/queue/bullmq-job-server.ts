import { Queue, QueueEvents } from 'bullmq'
import type { PointKey } from '../../study/sweep/point.ts'
import type { JobMessage } from './job-message.ts'
import type { JobListener, JobServer } from './job-server.ts'
import type { QueueConnection } from './queue-connection.ts'
import { ANY_WORKER, buildOfWorker, PREFIX, queueName, resultKey } from './queue-names.ts'

/** The wait after an event that cannot be read. */
const LISTEN_AGAIN_MS = 1_000

/** The queue of a build on a server that BullMQ speaks to. */
export class BullMqJobServer implements JobServer {
  readonly #connection: QueueConnection
  readonly #eventConnection: QueueConnection
  readonly #queue: Queue<JobMessage>
  readonly #events: QueueEvents

  /** @param eventConnection a connection of its own for events, which wait on it */
  constructor(
    connection: QueueConnection,
    eventConnection: QueueConnection,
    queue: Queue<JobMessage>,
    events: QueueEvents,
  ) {
    this.#connection = connection
    this.#eventConnection = eventConnection
    this.#queue = queue
    this.#events = events
  }

  static on(connection: QueueConnection, build: string): BullMqJobServer {
    const eventConnection = connection.duplicate()
    const name = queueName(build)
    const queue = new Queue<JobMessage>(name, { connection, prefix: PREFIX })
    const events = new QueueEvents(name, { connection: eventConnection, prefix: PREFIX, autorun: false })
    return new BullMqJobServer(connection, eventConnection, queue, events)
  }

  listen(listener: JobListener): void {
    const fail = (error: Error) => listener.onError(error)
    for (const one of [this.#connection, this.#eventConnection]) one.on('error', fail)
    this.#queue.on('error', fail)
    this.#events.on('error', fail)
    this.#events.on('completed', ({ jobId }) => listener.onCompleted(jobId))
    this.#events.on('failed', ({ jobId, failedReason }) => listener.onFailed(jobId, failedReason))
    this.#runEvents(fail)
  }

  isReady(): boolean {
    return this.#connection.status === 'ready'
  }

  async add(jobId: string, message: JobMessage): Promise<void> {
    await this.#queue.add('point', message, { jobId, removeOnComplete: true, removeOnFail: true })
  }

  async remove(jobId: string): Promise<void> {
    await this.#queue.remove(jobId)
  }

  stateOf(jobId: string): Promise<string> {
    return this.#queue.getJobState(jobId)
  }

  async isHeld(jobId: string): Promise<boolean> {
    return (await this.#connection.exists(`${this.#queue.toKey(jobId)}:lock`)) === 1
  }

  resultBytes(key: PointKey): Promise<number> {
    return this.#connection.strlen(resultKey(key))
  }

  async readResult(key: PointKey): Promise<Uint8Array> {
    return (await this.#connection.getBuffer(resultKey(key))) ?? Buffer.alloc(0)
  }

  async removeResult(key: PointKey): Promise<void> {
    await this.#connection.unlink(resultKey(key))
  }

  async buildsOfWorkers(): Promise<ReadonlySet<string>> {
    const builds = new Set<string>()
    for await (const keys of this.#connection.scanStream({ match: ANY_WORKER, count: 1_000 }))
      for (const key of keys) builds.add(buildOfWorker(String(key)) ?? 'unknown')
    return builds
  }

  async close(): Promise<void> {
    await Promise.allSettled([this.#events.close(), this.#queue.close()])
    this.#eventConnection.disconnect()
    this.#connection.disconnect()
  }

  /** Listens to events, again after one that cannot be read. */
  #runEvents(fail: (error: Error) => void): void {
    this.#events.run().catch((error: Error) => {
      if (this.#connection.status === 'end') return
      fail(error)
      setTimeout(() => this.#runEvents(fail), LISTEN_AGAIN_MS)
    })
  }
}
