import { EventEmitter } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { PointQueue, QUEUE_PAUSES, type QueueServer } from '../../../src/cli/queue/point-queue.ts'
import { workerKey } from '../../../src/cli/queue/queue-names.ts'
import { Seal } from '../../../src/cli/queue/seal.ts'
import { sha256 } from '../../../src/cli/sha256.ts'
import { InterruptedBeforeStart } from '../../../src/cli/simulation/interrupted-before-start.ts'
import { UsageError } from '../../../src/disk/usage-error.ts'
import { BudgetExceeded } from '../../../src/simulation/budget.ts'
import { readJob } from '../../../src/study/sweep/job-message.ts'
import { keyOf, type Point } from '../../../src/study/sweep/point.ts'
import type { PointOutcome } from '../../../src/study/sweep/point-outcome.ts'
import { failureMessage, MAX_RESULT_BYTES, outcomeMessage } from '../../../src/study/sweep/result-message.ts'
import { aResult } from '../../fixtures/results.ts'

const BUILD = '0.1.0+abc'
const SECRET = 'a secret of the test'
const SEAL = new Seal(SECRET)
const pointOf = (seed: number): Point => ({ build: BUILD, scenario: 'version: 1', seed, maxEvents: null })
const outcomeOf = (seed: number): PointOutcome => ({ kind: 'result', result: aResult({ seed }) })
const resultOf = (point: Point) => outcomeMessage(keyOf(point, sha256), outcomeOf(point.seed), SEAL)

/** A server in memory, whose jobs stay in the state `waiting` until a test does something about them. */
class FakeServer {
  /** The states of jobs. */
  readonly jobs = new Map<string, string>()
  /** The ids of the jobs that were added, and the points that they have. */
  readonly added: string[] = []
  readonly points: Point[] = []
  readonly removed: string[] = []
  readonly results = new Map<string, string>()
  readonly builds = new Set<string>()
  readonly closed: string[] = []
  error: Error | null = null
  /** The number of questions for the size of a result. */
  looks = 0
  hugeBytes = 0
  readonly #events = new EventEmitter()

  /** The server as the queue sees it. */
  get server(): QueueServer {
    const keyIn = (name: string) => name.slice('onpath:result:'.length)
    const connection = {
      strlen: async (name: string) => {
        this.looks++
        return this.hugeBytes > 0 ? this.hugeBytes : (this.results.get(keyIn(name))?.length ?? 0)
      },
      getBuffer: async (name: string) => Buffer.from(this.results.get(keyIn(name)) ?? ''),
      unlink: async (name: string) => {
        this.hugeBytes = 0
        this.results.delete(keyIn(name))
      },
      scanStream: () => [[...this.builds].map((build) => workerKey(build, 'x'))],
      disconnect: () => this.closed.push('connection'),
    }
    const jobs = {
      add: async (_: string, message: unknown, { jobId }: { readonly jobId: string }) => {
        const { error } = this
        this.error = null
        if (error !== null) throw error
        this.added.push(jobId)
        const read = readJob(message, SEAL, BUILD)
        if (read.ok) this.points.push(read.point)
        this.jobs.set(jobId, 'waiting')
        return {}
      },
      remove: async (jobId: string) => {
        this.removed.push(jobId)
        throw new Error('it is gone')
      },
      getJobState: async (jobId: string) => this.jobs.get(jobId) ?? 'unknown',
      close: async () => this.closed.push('jobs'),
    }
    const events = Object.assign(this.#events, { close: async () => this.closed.push('events') })
    const emitting = (methods: object) => Object.assign(new EventEmitter(), methods)
    return { connection: emitting(connection), jobs: emitting(jobs), events } as unknown as QueueServer
  }

  complete(jobId: string): void {
    this.jobs.delete(jobId)
    this.#events.emit('completed', { jobId })
  }

  fail(jobId: string, failedReason: string): void {
    this.jobs.delete(jobId)
    this.#events.emit('failed', { jobId, failedReason })
  }

  emitError(error: Error): void {
    this.#events.emit('error', error)
  }
}

/** Opens a queue on a server in memory; it is closed at the end of the test. */
function aQueue({ afterFailureMs = 0, betweenLooksMs = 1_000_000, beforeNoticeMs = 1_000_000 } = {}) {
  const before = { ...QUEUE_PAUSES }
  Object.assign(QUEUE_PAUSES, { afterFailureMs, betweenLooksMs, beforeNoticeMs })
  const server = new FakeServer()
  const notices: string[] = []
  const queue = new PointQueue(server.server, SECRET, { build: BUILD, notify: (text) => notices.push(text) })
  onTestFinished(() => {
    Object.assign(QUEUE_PAUSES, before)
    return queue.close()
  })
  const stop = new AbortController()
  const run = (point: Point) => queue.run(point, stop.signal)
  return { server, notices, queue, stop, run }
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await sleep(1)
}

const [POINT, OTHER] = [pointOf(1), pointOf(2)]
const KEY = keyOf(POINT, sha256)

describe('a point in a queue', () => {
  test('a queued point is a job named after its key, and takes the outcome that the worker leaves', async () => {
    const { server, run, notices } = aQueue()
    const outcomes = [run(POINT), run(OTHER)]
    await until(() => server.added.length === 2)
    expect([server.added, server.points]).toEqual([
      [KEY, keyOf(OTHER, sha256)],
      [POINT, OTHER],
    ])
    for (const point of [OTHER, POINT]) {
      server.results.set(keyOf(point, sha256), resultOf(point))
      server.complete(keyOf(point, sha256))
    }
    expect(await Promise.all(outcomes)).toEqual([outcomeOf(1), outcomeOf(2)])
    expect([server.results.size, notices]).toEqual([0, []])
  })

  test('a point is not queued if its result is there already, from a sweep that was killed', async () => {
    const { server, run } = aQueue()
    server.results.set(KEY, resultOf(POINT))
    expect(await run(POINT)).toEqual(outcomeOf(1))
    expect(server.added).toEqual([])
  })

  test('a queued point accepts a result up to the size limit', async () => {
    const { server, run, notices } = aQueue()
    server.results.set(KEY, resultOf(POINT))
    server.hugeBytes = MAX_RESULT_BYTES
    expect(await run(POINT)).toEqual(outcomeOf(1))
    expect(notices).toEqual([])
  })

  test('a queued point fails with the reason that the worker gives', async () => {
    const { server, run } = aQueue()
    server.results.set(KEY, failureMessage(KEY, { kind: 'bug', message: 'no such row' }, SEAL))
    await expect(run(POINT)).rejects.toThrow('a worker: no such row')
    server.results.set(KEY, failureMessage(KEY, { kind: 'memory', message: '' }, SEAL))
    await expect(run(POINT)).rejects.toSatisfy((error) => error instanceof BudgetExceeded && error.budget === 'memory')
  })

  test('a point that exceeds the size limit of jobs is refused', async () => {
    const { run, server } = aQueue()
    const failed = run({ ...POINT, scenario: 'x'.repeat(16 * 1024 * 1024) })
    await expect(failed).rejects.toThrow('a scenario of more than 16777216 characters cannot go through a queue')
    await expect(failed).rejects.toThrow(UsageError)
    expect(server.added).toEqual([])
  })

  test('a queued point is removed at an interruption, even a later one', async () => {
    const { server, run, stop } = aQueue()
    const listening = vi.spyOn(stop.signal, 'addEventListener')
    const waiting = [run(POINT), run(OTHER)]
    await until(() => server.added.length === 2)
    stop.abort(130)
    for (const one of [...waiting, run(pointOf(3))])
      await expect(one).rejects.toSatisfy((error) => error instanceof InterruptedBeforeStart)
    await until(() => server.removed.length === 2)
    expect(server.removed).toEqual([KEY, keyOf(OTHER, sha256)])
    expect(listening).toHaveBeenCalledTimes(1)
    expect(server.added).toHaveLength(2)
  })
})

describe('a point is sent again, in another job', () => {
  const FIRST = /^[0-9a-f]{64}-[0-9a-f-]{36}$/

  test.each<[string, string, (server: FakeServer, jobId: string) => void]>([
    ['is completed without a result', 'its job is lost', (server, id) => server.complete(id)],
    ['fails', 'its job failed: refused', (server, id) => server.fail(id, 'refused')],
    [
      'fails with a long reason',
      `its job failed: ${'x'.repeat(200)}`,
      (server, id) => server.fail(id, 'x'.repeat(201)),
    ],
  ])('a point is queued again if its job %s', async (_, reason, spoil) => {
    const { server, run, notices } = aQueue()
    const outcome = run(POINT)
    await until(() => server.added.length === 1)
    spoil(server, KEY)
    await until(() => server.added.length === 2)
    expect(server.added[1]).toMatch(FIRST)
    expect(server.added[1].slice(0, 64)).toBe(KEY)
    expect(notices).toEqual([`a point is sent to the queue again: ${reason}`])
    // What happens to the first job is of no interest any longer.
    spoil(server, KEY)
    server.complete('x')
    server.results.set(KEY, resultOf(POINT))
    server.complete(server.added[1])
    expect(await outcome).toEqual(outcomeOf(1))
    expect(server.added).toHaveLength(2)
  })

  test('a point is queued again if its result is refused, as soon as its job is completed', async () => {
    const { server, run, notices } = aQueue()
    const outcome = run(POINT)
    await until(() => server.added.length === 1)
    server.results.set(KEY, resultOf(OTHER))
    server.complete(KEY)
    await until(() => server.added.length === 2)
    expect(notices[0]).toBe(
      'a point is sent to the queue again: its result is refused: it is not a result of this point',
    )
    expect(server.results.size).toBe(0)
    server.hugeBytes = MAX_RESULT_BYTES + 1
    server.complete(server.added[1])
    await until(() => server.added.length === 3)
    expect(notices).toContain(
      `a point is sent to the queue again: its result is refused: it has ${MAX_RESULT_BYTES + 1} bytes`,
    )
    server.results.set(KEY, resultOf(POINT))
    server.complete(server.added[2])
    expect(await outcome).toEqual(outcomeOf(1))
  })

  test('a point is queued again nine times, and fails at the tenth failure', async () => {
    const { server, run } = aQueue()
    const outcome = run(POINT)
    outcome.catch(() => {})
    for (let nth = 1; nth <= 10; nth++) {
      await until(() => server.added.length === nth)
      server.fail(server.added[nth - 1], `no ${nth}`)
    }
    const message = 'the queue gave no result of a point 10 times; the last time: its job failed: no 10'
    await expect(outcome).rejects.toThrow(new UsageError(message))
    await sleep(2)
    expect(server.added).toHaveLength(10)
  })

  test('a point is not queued again after an interruption', async () => {
    const { server, run, stop } = aQueue({ afterFailureMs: 2 })
    const outcome = run(POINT)
    outcome.catch(() => {})
    await until(() => server.added.length === 1)
    server.fail(KEY, 'no')
    stop.abort(130)
    await expect(outcome).rejects.toThrow(InterruptedBeforeStart)
    await sleep(10)
    expect(server.added).toHaveLength(1)
  })
})

describe('a queue that looks for what no event has announced', () => {
  test('polling of the queue finds results, also of a worker whose event was lost', async () => {
    const { server, run } = aQueue({ betweenLooksMs: 1 })
    const outcome = run(POINT)
    await until(() => server.added.length === 1)
    server.results.set(KEY, resultOf(POINT))
    expect(await outcome).toEqual(outcomeOf(1))
  })

  test.each([
    ['unknown', 'its job is lost'],
    ['failed', 'its job is failed'],
    ['completed', 'its job is completed'],
  ])('polling of the queue sends a point again whose job is %s', async (state, reason) => {
    const { server, run, notices } = aQueue({ betweenLooksMs: 1 })
    const outcome = run(POINT)
    await until(() => server.added.length === 1)
    server.jobs.set(KEY, state)
    await until(() => server.added.length === 2)
    expect(notices).toEqual([`a point is sent to the queue again: ${reason}`])
    server.results.set(KEY, resultOf(POINT))
    await outcome
  })

  test('a queue reports that no worker is there, and nothing if there is one', async () => {
    const missing = async (...builds: readonly string[]) => {
      const { server, run, notices } = aQueue({ betweenLooksMs: 1, beforeNoticeMs: 5 })
      for (const build of builds) server.builds.add(build)
      const outcome = run(POINT)
      await sleep(30)
      server.results.set(KEY, resultOf(POINT))
      await outcome
      return notices
    }
    const notice = (who: string) => [
      `no worker of onpath ${BUILD} takes points from the queue (${who}); start \`onpath worker\``,
    ]
    expect(await missing()).toEqual(notice('there are none'))
    expect(await missing('0.2.0', '0.1.9')).toEqual(notice('there are workers of 0.1.9, 0.2.0'))
    const twelve = Array.from({ length: 12 }, (_, i) => `b${10 + i}`)
    expect(await missing(...twelve)).toEqual(notice(`there are workers of ${twelve.slice(0, 10).join(', ')}`))
    expect(await missing('0.2.0', BUILD)).toEqual([])
  })
})

test('a queue reports no missing workers once one has completed a job', async () => {
  const { server, run, notices } = aQueue({ betweenLooksMs: 1, beforeNoticeMs: 20 })
  const outcomes = [run(POINT), run(OTHER)]
  await until(() => server.added.length === 2)
  server.results.set(KEY, resultOf(POINT))
  server.complete(KEY)
  await sleep(50)
  expect(notices).toEqual([])
  server.results.set(keyOf(OTHER, sha256), resultOf(OTHER))
  await Promise.all(outcomes)
})

describe('an error of the server', () => {
  test('an error of the queue server is shown, and the command is repeated', async () => {
    const { server, run, notices } = aQueue({ betweenLooksMs: 1 })
    server.error = new Error('READONLY')
    const outcome = run(POINT)
    await until(() => server.added.length === 1)
    expect(notices[0]).toBe('the queue: READONLY; trying again')
    server.emitError(new Error('gone'))
    expect(notices).toContain('the queue: gone; trying again')
    server.results.set(KEY, resultOf(POINT))
    await outcome
  })

  test('a queue closes its connection at the end, and polls no more', async () => {
    const { server, run, queue, stop } = aQueue({ betweenLooksMs: 1 })
    run(POINT).catch(() => {})
    await until(() => server.looks > 2)
    await queue.close()
    expect(server.closed).toEqual(['events', 'jobs', 'connection'])
    await sleep(2)
    const { looks } = server
    await sleep(6)
    expect(server.looks).toBe(looks)
    stop.abort(130)
  })
})
