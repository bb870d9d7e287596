import { EventEmitter } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { UnrecoverableError, WaitingError } from 'bullmq'
import { describe, expect, onTestFinished, test } from 'vitest'
import {
  PointWorker,
  type PointWorkerOptions,
  type TakenJob,
  WORKER_PAUSES,
  type WorkerServer,
} from '../../../src/cli/queue/point-worker.ts'
import { Seal } from '../../../src/cli/queue/seal.ts'
import { sha256 } from '../../../src/cli/sha256.ts'
import { InterruptedBeforeStart } from '../../../src/cli/simulation/interrupted-before-start.ts'
import type { Simulate } from '../../../src/cli/simulation/simulate.ts'
import { BudgetExceeded } from '../../../src/simulation/budget.ts'
import { jobMessage } from '../../../src/study/sweep/job-message.ts'
import { keyOf, type Point } from '../../../src/study/sweep/point.ts'
import { readResult } from '../../../src/study/sweep/result-message.ts'
import { aResult } from '../../fixtures/results.ts'
import { SMALL_SCENARIO } from '../../fixtures/scenario-text.ts'

const BUILD = '0.1.0+abc'
const SECRET = 'a secret of the test'
const SEAL = new Seal(SECRET)
const POINT: Point = { build: BUILD, scenario: SMALL_SCENARIO, seed: 3, maxEvents: null }

/** A server in memory that gives a worker jobs as the loop of BullMQ does, and lists what becomes of each. */
class FakeServer {
  readonly waiting: { readonly id: string; readonly data: unknown }[] = []
  readonly log: string[] = []
  readonly results = new Map<string, string>()
  readonly signs: string[] = []
  jobs = 1
  /** The error with which the loop ends the first time. */
  error: Error | null = null
  isStuck = false
  /** The key of a result that cannot be stored. */
  full = ''
  readonly emitter = new EventEmitter()
  #isClosing = false

  get server(): WorkerServer {
    const connection = Object.assign(new EventEmitter(), {
      set: async (name: string, text: string) => {
        if (name.startsWith('onpath:worker:')) this.signs.push(name)
        else if (name === `onpath:result:${this.full}`) throw new Error('no memory there')
        else this.results.set(name.slice('onpath:result:'.length), text)
      },
      disconnect: () => this.log.push('disconnects'),
    })
    const loop = (process: (job: TakenJob, token?: string) => Promise<null>) =>
      Object.assign(this.emitter, {
        run: async () => {
          const { error } = this
          this.error = null
          if (error !== null) throw error
          await Promise.all(Array.from({ length: this.jobs }, () => this.#lane(process)))
        },
        close: async () => {
          this.#isClosing = true
          this.log.push('closes')
          if (this.isStuck) await new Promise(() => {})
        },
      })
    return { connection, loop } as unknown as WorkerServer
  }

  async #lane(process: (job: TakenJob, token?: string) => Promise<null>): Promise<void> {
    while (!this.#isClosing) {
      await sleep(1)
      const { id, data } = this.waiting.shift() ?? { id: '', data: null }
      if (id === '') continue
      const moveToWait = async (token: string) => this.log.push(`${id} given back by ${token}`)
      try {
        await process({ data, moveToWait } as unknown as TakenJob, 'its token')
        this.log.push(`${id} completed`)
      } catch (error) {
        if (error instanceof UnrecoverableError) this.log.push(`${id} fails: ${error.message}`)
        else if (!(error instanceof WaitingError)) this.log.push(`${id} fails, and may be tried again: ${error}`)
      }
    }
  }
}

const simulated: Simulate = async ({ blueprint }) => ({
  result: aResult({ seed: blueprint.seed }),
  packetDigests: new Uint32Array(),
})

/** Starts a worker, which is interrupted by `stop`. */
function aWorker(
  points: readonly unknown[],
  { simulate = simulated, ...more }: Partial<PointWorkerOptions> = {},
  prepare: (server: FakeServer) => void = () => {},
) {
  const before = { ...WORKER_PAUSES }
  Object.assign(WORKER_PAUSES, { afterErrorMs: 1, betweenIdleLooksMs: 1, betweenSignsMs: 5, beforeDisconnectMs: 10 })
  onTestFinished(() => {
    Object.assign(WORKER_PAUSES, before)
  })
  const server = new FakeServer()
  server.jobs = more.jobs ?? 1
  prepare(server)
  for (const [i, data] of points.entries()) server.waiting.push({ id: `job-${i}`, data })
  const interruption = new AbortController()
  const notices: string[] = []
  const worker = new PointWorker(server.server, SECRET, {
    build: BUILD,
    jobs: 1,
    maxEvents: null,
    lockMs: 1_000_000,
    idleMs: null,
    simulate,
    interruption: interruption.signal,
    notify: (text) => notices.push(text),
    ...more,
  })
  const report = worker.run()
  const doneWith = (count: number) => until(() => server.log.filter((line) => line.startsWith('job-')).length >= count)
  const end = async () => {
    interruption.abort(130)
    return await report
  }
  return { server, notices, doneWith, end, report, interruption }
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await sleep(1)
}

const message = (point: Partial<Point> = {}) => jobMessage({ ...POINT, ...point }, SEAL)
const resultIn = ({ results }: FakeServer, point: Partial<Point> = {}) => {
  const key = keyOf({ ...POINT, ...point }, sha256)
  return readResult(key, new TextEncoder().encode(results.get(key)), SEAL)
}
/** The lines about jobs. */
const ofJobs = ({ log }: FakeServer) => log.filter((line) => line.startsWith('job-'))

describe('a worker', () => {
  test('a queue worker simulates the point of a job, leaves its result, and then completes the job', async () => {
    const { server, doneWith, end, notices } = aWorker([message(), message({ seed: 4 })])
    await doneWith(2)
    expect(await end()).toEqual({ done: 2, refused: 0 })
    expect(resultIn(server)).toMatchObject({ kind: 'outcome', outcome: { kind: 'result', result: { seed: 3 } } })
    expect(resultIn(server, { seed: 4 })).toMatchObject({ kind: 'outcome', outcome: { result: { seed: 4 } } })
    expect(ofJobs(server)).toEqual(['job-0 completed', 'job-1 completed'])
    expect(server.log.slice(-2)).toEqual(['closes', 'disconnects'])
    expect(notices).toEqual([])
  })

  test('a queue worker announces itself at the start and repeatedly', async () => {
    const { server, end } = aWorker([])
    await until(() => server.signs.length >= 3)
    await end()
    expect(new Set(server.signs).size).toBe(1)
    expect(server.signs[0]).toMatch(/^onpath:worker:0\.1\.0%2Babc:[0-9a-f-]{36}$/)
    const { length } = server.signs
    await sleep(8)
    expect(server.signs).toHaveLength(length)
  })

  test('a queue worker leaves the reason if there is no outcome: too little memory, or a bug', async () => {
    const failing =
      (error: unknown): Simulate =>
      () =>
        Promise.reject(error)
    const failureOf = async (error: unknown) => {
      const { server, doneWith, end } = aWorker([message()], { simulate: failing(error) })
      await doneWith(1)
      expect(await end()).toEqual({ done: 1, refused: 0 })
      expect(ofJobs(server)).toEqual(['job-0 completed'])
      return resultIn(server)
    }
    expect(await failureOf(new Error('no such row'))).toMatchObject({
      kind: 'failure',
      failure: { kind: 'bug', message: 'no such row' },
    })
    expect(await failureOf('odd')).toMatchObject({ kind: 'failure', failure: { kind: 'bug', message: 'odd' } })
    expect(await failureOf(new BudgetExceeded(1, 2, 'memory'))).toMatchObject({
      kind: 'failure',
      failure: { kind: 'memory' },
    })
    expect(await failureOf(new BudgetExceeded(1, 2, 'events'))).toMatchObject({
      kind: 'outcome',
      outcome: { kind: 'events-used-up' },
    })
  })

  test('a queue worker returns a job that was interrupted, before or after its start', async () => {
    const interrupted: readonly Simulate[] = [
      () => Promise.reject(new InterruptedBeforeStart(130)),
      async () => ({ result: aResult({ ended: 'interrupted' }), packetDigests: new Uint32Array() }),
    ]
    for (const simulate of interrupted) {
      const { server, doneWith, end } = aWorker([message()], { simulate })
      await doneWith(1)
      expect(await end()).toEqual({ done: 0, refused: 0 })
      expect([ofJobs(server), server.results.size]).toEqual([['job-0 given back by its token'], 0])
    }
  })

  test.each<[string, unknown, Partial<PointWorkerOptions>, string]>([
    ['no job', { command: 'rm' }, {}, 'it is not a job of onpath'],
    ['a job of another build', message({ build: '0.2.0' }), {}, 'it is of another build of onpath'],
    ['an invalid scenario', message({ scenario: 'version: 1\nhots: {}\n' }), {}, 'its scenario is invalid'],
    [
      'a job without a limit of events, where the worker has one',
      message(),
      { maxEvents: 10 },
      'it may have more events than this worker allows; give the sweep --max-events 10',
    ],
    [
      'a job with more events than the worker allows',
      message({ maxEvents: 11 }),
      { maxEvents: 10 },
      'it may have more events than this worker allows; give the sweep --max-events 10',
    ],
  ])('a queue worker refuses %s, and goes on', async (_, data, options, reason) => {
    const { server, doneWith, end, notices } = aWorker([data, message({ maxEvents: 10 })], options)
    await doneWith(2)
    expect(await end()).toEqual({ done: 1, refused: 1 })
    expect(ofJobs(server)).toEqual([`job-0 fails: refused: ${reason}`, 'job-1 completed'])
    expect(notices).toContain(`a job of the queue is refused: ${reason}`)
  })

  test('a queue worker applies the job’s limit of events', async () => {
    const limits: (number | undefined)[] = []
    const simulate: Simulate = (scenario, options) => {
      limits.push(options.maxEvents)
      return simulated(scenario, options)
    }
    const { doneWith, end } = aWorker([message({ maxEvents: 9 }), message()], { simulate })
    await doneWith(2)
    await end()
    expect(limits).toEqual([9, undefined])
  })
})

describe('a worker whose server has trouble', () => {
  test('a queue worker shows an error of the server, and takes the next job', async () => {
    const { server, doneWith, end, notices } = aWorker([message()], {}, (one) => {
      one.error = new Error('a job cannot be read')
    })
    await doneWith(1)
    expect(notices).toEqual(['the queue: a job cannot be read; trying again'])
    server.emitter.emit('error', new Error('gone'))
    expect(notices.at(-1)).toBe('the queue: gone; trying again')
    expect(await end()).toEqual({ done: 1, refused: 0 })
  })

  test('a queue worker goes on if a result cannot be stored', async () => {
    const { server, doneWith, end } = aWorker([message(), message({ seed: 5 })], {}, (one) => {
      one.full = keyOf(POINT, sha256)
    })
    await doneWith(2)
    expect(await end()).toEqual({ done: 1, refused: 0 })
    const failed = 'job-0 fails, and may be tried again: Error: no memory there'
    expect(ofJobs(server)).toEqual([failed, 'job-1 completed'])
  })

  test('a queue worker ends even if the server does not respond', async () => {
    const { server, end } = aWorker([], {}, (one) => {
      one.isStuck = true
    })
    expect(await end()).toEqual({ done: 0, refused: 0 })
    expect(server.log.at(-1)).toBe('disconnects')
  })
})

describe('a worker ends', () => {
  test('a queue worker that is already interrupted takes no job', async () => {
    const { report, server } = aWorker([message()], { interruption: AbortSignal.abort(130) })
    expect(await report).toEqual({ done: 0, refused: 0 })
    expect(server.log).toEqual(['closes', 'disconnects'])
  })

  test('a queue worker ends after the configured idle time, counted from its last job', async () => {
    const slow: Simulate = async (scenario, options) => {
      await sleep(110)
      return simulated(scenario, options)
    }
    const { report, server } = aWorker([message()], { simulate: slow, idleMs: 100 })
    expect(await report).toEqual({ done: 1, refused: 0 })
    expect(ofJobs(server)).toEqual(['job-0 completed'])
  })
})
