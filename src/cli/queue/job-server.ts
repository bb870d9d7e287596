import type { PointKey } from '../../study/sweep/point.ts'
import type { JobMessage } from './job-message.ts'

/** Called for events of a queue's jobs, and for errors of its server, which is tried again afterwards. */
export interface JobListener {
  onCompleted(jobId: string): void
  onFailed(jobId: string, reason: string): void
  onError(error: unknown): void
}

/** The server of a queue, for the end where points go in and outcomes come out. */
export interface JobServer {
  listen(listener: JobListener): void
  /** Returns whether the server can be asked now. */
  isReady(): boolean
  /** Adds a job, unless there is one with this id. */
  add(jobId: string, message: JobMessage): Promise<void>
  remove(jobId: string): Promise<void>
  /** Returns the state of a job in the terms of BullMQ; `unknown` if there is no such job. */
  stateOf(jobId: string): Promise<string>
  /** Returns whether a worker holds a job. */
  isHeld(jobId: string): Promise<boolean>
  /** Returns the number of bytes of a point's result; 0 if there is none. */
  resultBytes(key: PointKey): Promise<number>
  readResult(key: PointKey): Promise<Uint8Array>
  removeResult(key: PointKey): Promise<void>
  /** Returns the builds of the workers that show themselves, each once, in no order. */
  buildsOfWorkers(): Promise<ReadonlySet<string>>
  close(): Promise<void>
}

/** A job that a worker has taken, and holds as long as it renews its lock. */
export interface TakenJob {
  readonly id: string
  readonly data: unknown
  renew(): Promise<unknown>
  /** Gives the job back, for the next worker. */
  giveBack(): Promise<unknown>
  complete(): Promise<unknown>
  fail(error: Error): Promise<unknown>
}

/** Called for errors of the server of a worker. */
export interface WorkerListener {
  onError(error: unknown): void
  /** Called when the connection has refused a reply, such as a huge job, which this worker has taken then. */
  onRefusedReply(): void
}

/** The server of a queue, for a worker. */
export interface WorkerServer {
  listen(listener: WorkerListener): void
  /** Begins to look for the jobs of workers that have died. */
  watchOthers(): Promise<void>
  /** Takes the next job, and waits for one for some seconds. Returns null when there is none. */
  take(token: string): Promise<TakenJob | null>
  /**
   * Removes the jobs that this worker has taken and could not read (`removeUnreadable`). Returns their number.
   * @param owner the beginning of the tokens of the worker
   * @param held the ids of the jobs that it has read
   */
  removeUnreadable(owner: string, held: ReadonlySet<string>): Promise<number>
  /** Leaves the result of a point for a sweep that comes for it within a day. */
  leaveResult(key: PointKey, text: string): Promise<void>
  /** Shows sweeps for a minute that a worker is there. */
  giveSign(key: string): Promise<void>
  /** Ends the fetching of jobs. */
  close(): Promise<void>
  disconnect(): void
}
