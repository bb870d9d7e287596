import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { jobMessage } from '../../../src/cli/queue/job-message.ts'
import type { TakenJob, WorkerListener, WorkerServer } from '../../../src/cli/queue/job-server.ts'
import { PointWorker, type PointWorkerOptions, WORKER_PAUSES } from '../../../src/cli/queue/point-worker.ts'
import { readResult } from '../../../src/cli/queue/result-message.ts'
import { Seal } from '../../../src/cli/queue/seal.ts'
import { sha256 } from '../../../src/cli/sha256.ts'
import { InterruptedBeforeStart } from '../../../src/cli/simulation/interrupted-before-start.ts'
import type { Simulate } from '../../../src/cli/simulation/simulate.ts'
import { BudgetExceeded } from '../../../src/simulation/budget.ts'
import { keyOf, type Point } from '../../../src/study/sweep/point.ts'
import { aResult } from '../../fixtures/results.ts'
import { SMALL_SCENARIO } from '../../fixtures/scenario-text.ts'

const BUILD = '0.1.0+abc'
const SECRET = 'a secret of the test'
const SEAL = new Seal(SECRET)
const POINT: Point = { build: BUILD, scenario: SMALL_SCENARIO, seed: 3, maxEvents: null }

/** A server in memory that gives a worker jobs, and lists what the worker does with each. */
class FakeServer implements WorkerServer {
  readonly waiting: { readonly id: string; readonly data: unknown }[] = []
  readonly log: string[] = []
  readonly results = new Map<string, string>()
  readonly signs: string[] = []
  readonly tokens: string[] = []
  /** The ids of the jobs that the worker held when it removed those that it cannot read. */
  readonly removals: (readonly string[])[] = []
  readonly owners: string[] = []
  unreadable = 0
  error: Error | null = null
  isStuck = false
  listener!: WorkerListener

  listen(listener: WorkerListener): void {
    this.listener = listener
  }
  async watchOthers(): Promise<void> {
    this.log.push('watches')
    throw new Error('cannot watch')
  }
  async take(token: string): Promise<TakenJob | null> {
    const { error } = this
    this.error = null
    if (error !== null) throw error
    await sleep(1)
    const job = this.waiting.shift()
    if (job === undefined) return null
    this.tokens.push(token)
    const { id, data } = job
    const log = (what: string) => async () => this.log.push(`${id} ${what}`)
    const fail = async (failure: Error) => this.log.push(`${id} fails: ${failure.message}`)
    return { id, data, renew: log('renewed'), giveBack: log('given back'), complete: log('completed'), fail }
  }
  async removeUnreadable(owner: string, held: ReadonlySet<string>): Promise<number> {
    this.owners.push(owner)
    this.removals.push([...held])
    const { unreadable } = this
    this.unreadable = 0
    return unreadable
  }
  async leaveResult(key: string, text: string): Promise<void> {
    this.results.set(key, text)
  }
  async giveSign(key: string): Promise<void> {
    this.signs.push(key)
  }
  async close(): Promise<void> {
    this.log.push('closes')
    if (this.isStuck) await new Promise(() => {})
  }
  disconnect(): void {
    this.log.push('disconnects')
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
  prepare(server)
  for (const [i, data] of points.entries()) server.waiting.push({ id: `job-${i}`, data })
  const interruption = new AbortController()
  const notices: string[] = []
  const worker = new PointWorker(server, SECRET, {
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
  const doneWith = (count: number) =>
    until(() => server.log.filter((line) => /^job-\d+ [^r]/.test(line)).length >= count)
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
    expect(notices).toEqual(['the queue: cannot watch; trying again'])
    const [owner] = server.owners
    expect(new Set(server.tokens).size).toBe(2)
    expect(server.tokens.every((token) => token.startsWith(`${owner}:`))).toBe(true)
  })

  test('a queue worker announces itself at the start and repeatedly', async () => {
    const { server, end } = aWorker([])
    expect(server.log).toEqual(['watches'])
    await until(() => server.signs.length >= 3)
    await end()
    expect(new Set(server.signs)).toEqual(new Set([`onpath:worker:0.1.0%2Babc:${server.owners[0]}`]))
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
      expect([ofJobs(server), server.results.size]).toEqual([['job-0 given back'], 0])
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

  test('a queue worker takes as many jobs at a time as configured, and renews their locks', async () => {
    let running = 0
    let most = 0
    let isOpen = false
    const simulate: Simulate = async (scenario, options) => {
      most = Math.max(most, ++running)
      await until(() => isOpen)
      running--
      return simulated(scenario, options)
    }
    const seeds = [1, 2, 3, 4]
    const { server, doneWith, end } = aWorker(
      seeds.map((seed) => message({ seed })),
      { simulate, jobs: 2, lockMs: 6 },
    )
    await until(() => ['job-0', 'job-1'].every((id) => server.log.includes(`${id} renewed`)))
    expect([running, server.waiting.length]).toEqual([2, 2])
    isOpen = true
    await doneWith(4)
    expect([most, (await end()).done]).toEqual([2, 4])
    const { length } = server.log
    await sleep(8)
    expect(server.log).toHaveLength(length)
  })
})

describe('a worker whose server has trouble', () => {
  test('a queue worker shows an error of the server, removes unreadable jobs, and takes the next job', async () => {
    const { server, doneWith, end, notices } = aWorker([message()], {}, (one) => {
      one.error = new Error('a reply is refused')
    })
    await doneWith(1)
    // Once at the beginning, and once after the error.
    expect(server.removals).toEqual([[], []])
    expect(await end()).toEqual({ done: 1, refused: 0 })
    expect(notices).toContain('the queue: a reply is refused; trying again')
    server.listener.onError(new Error('gone'))
    expect(notices.at(-1)).toBe('the queue: gone; trying again')
  })

  test('a queue worker does not count its current jobs as unreadable', async () => {
    let isOpen = false
    let isRunning = false
    const simulate: Simulate = async (scenario, options) => {
      isRunning = true
      await until(() => isOpen)
      return simulated(scenario, options)
    }
    const { server, doneWith, end } = aWorker([message()], { simulate, jobs: 2 })
    await until(() => isRunning)
    server.error = new Error('a reply is refused')
    await until(() => server.removals.length === 2)
    expect(server.removals).toEqual([[], ['job-0']])
    isOpen = true
    await doneWith(1)
    await end()
  })

  test('a queue worker counts unreadable jobs as refused, and reports them once', async () => {
    const { server, doneWith, end, notices } = aWorker([message()], {}, (one) => {
      one.unreadable = 2
    })
    await doneWith(1)
    server.listener.onRefusedReply()
    await until(() => server.removals.length >= 2)
    expect(await end()).toEqual({ done: 1, refused: 2 })
    const readable = notices.filter((text) => text.includes('cannot be read'))
    expect(readable).toEqual(['a job of the queue is refused: it cannot be read'])
  })

  test('a queue worker goes on if a result cannot be stored', async () => {
    const { server, doneWith, end, notices } = aWorker([message(), message({ seed: 5 })], {}, (one) => {
      const leave = one.leaveResult.bind(one)
      one.leaveResult = async (key, text) => {
        if (key === keyOf(POINT, sha256)) throw new Error('no memory there')
        await leave(key, text)
      }
    })
    await doneWith(1)
    expect(await end()).toEqual({ done: 1, refused: 0 })
    expect(ofJobs(server)).toEqual(['job-1 completed'])
    expect(notices).toContain('the queue: no memory there; trying again')
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
  test('a queue worker that is already interrupted ends after the job that is on its way to it', async () => {
    const interruption = AbortSignal.abort(130)
    const { report, server } = aWorker([message(), message({ seed: 4 })], { interruption })
    expect((await report).done).toBeLessThanOrEqual(1)
    expect([server.log.includes('disconnects'), server.waiting.length]).toEqual([true, 1])
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
