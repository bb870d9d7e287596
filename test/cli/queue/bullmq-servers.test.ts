import { EventEmitter } from 'node:events'
import type { Queue, QueueEvents, Worker } from 'bullmq'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { BullMqJobServer } from '../../../src/cli/queue/bullmq-job-server.ts'
import { BullMqWorkerServer } from '../../../src/cli/queue/bullmq-worker-server.ts'
import { type QueueConnection, REFUSED } from '../../../src/cli/queue/queue-connection.ts'
import { resultKey, workerKey } from '../../../src/cli/queue/queue-names.ts'

const KEY = 'a'.repeat(64)
const BROKEN = new Error('broken')

/** Objects of BullMQ and ioredis that have these methods, emit events, and record what is called. */
function fakes() {
  const called: string[] = []
  const record =
    (name: string, answer?: unknown) =>
    async (...given: readonly unknown[]) => {
      called.push([name, ...given].join(' '))
      if (answer instanceof Error) throw answer
      return answer
    }
  const fake = (methods: Readonly<Record<string, unknown>>) => Object.assign(new EventEmitter(), methods)
  return { called, record, fake }
}

afterEach(() => {
  vi.useRealTimers()
})

function aJobServer(more: Readonly<Record<string, unknown>> = {}, runs: readonly (Error | null)[] = []) {
  const { called, record, fake } = fakes()
  const left = [...runs]
  const connection = fake({ status: 'ready', disconnect: record('disconnect'), ...more })
  const eventConnection = fake({ disconnect: record('disconnect events') })
  const queue = fake({
    add: record('add'),
    toKey: (id: string) => `onpath:points:${id}`,
    close: record('close', BROKEN),
  })
  const run = () => {
    called.push('run')
    const error = left.shift() ?? null
    return error === null ? new Promise(() => {}) : Promise.reject(error)
  }
  const events = fake({ run, close: record('close events', BROKEN) })
  const server = new BullMqJobServer(
    connection as unknown as QueueConnection,
    eventConnection as unknown as QueueConnection,
    queue as unknown as Queue,
    events as unknown as QueueEvents,
  )
  const heard: unknown[] = []
  const listen = () =>
    server.listen({
      onCompleted: (jobId) => heard.push(`completed ${jobId}`),
      onFailed: (jobId, reason) => heard.push(`failed ${jobId}: ${reason}`),
      onError: (error) => heard.push(error),
    })
  return { server, called, heard, listen, connection, eventConnection, queue, events }
}

describe('the end of a sweep on BullMQ', () => {
  test('the sweep’s side of BullMQ passes on job events, and errors of the connection, queue and listener', () => {
    const { heard, listen, ...emitters } = aJobServer()
    listen()
    emitters.events.emit('completed', { jobId: 'a' })
    emitters.events.emit('failed', { jobId: 'b', failedReason: 'full' })
    expect(heard).toEqual(['completed a', 'failed b: full'])
    const { connection, eventConnection, queue, events } = emitters
    for (const one of [connection, eventConnection, queue, events]) one.emit('error', BROKEN)
    expect(heard.slice(2)).toEqual([BROKEN, BROKEN, BROKEN, BROKEN])
  })

  test('the sweep’s side of BullMQ listens again a second after an unreadable event, unless the connection has ended', async () => {
    vi.useFakeTimers()
    const { called, heard, listen, connection } = aJobServer({}, [BROKEN, BROKEN])
    listen()
    await vi.advanceTimersByTimeAsync(999)
    expect([called, heard]).toEqual([['run'], [BROKEN]])
    Object.assign(connection, { status: 'end' })
    await vi.advanceTimersByTimeAsync(1)
    expect([called, heard]).toEqual([['run', 'run'], [BROKEN]])
    await vi.advanceTimersByTimeAsync(10_000)
    expect(called).toEqual(['run', 'run'])
  })

  test.each([
    ['ready', true],
    ['reconnecting', false],
  ])('the sweep’s side of BullMQ can send commands while its connection is %s: %s', (status, isReady) => {
    expect(aJobServer({ status }).server.isReady()).toBe(isReady)
  })

  test('a worker holds a job if the job has a lock', async () => {
    const exists = async (key: string) => (key === 'onpath:points:held:lock' ? 1 : 0)
    const { server } = aJobServer({ exists })
    expect([await server.isHeld('held'), await server.isHeld('free')]).toEqual([true, false])
  })

  test('a result that is gone from BullMQ has no bytes', async () => {
    const getBuffer = async (key: string) => (key === resultKey(KEY) ? Buffer.from('whole') : null)
    const { server } = aJobServer({ getBuffer })
    expect(String(await server.readResult(KEY))).toBe('whole')
    expect(await server.readResult('b'.repeat(64))).toHaveLength(0)
  })

  test('each build of a worker is named once, and unreadable builds as unknown', async () => {
    const scanStream = () => [
      [workerKey('0.1.0', 'a'), Buffer.from(workerKey('0.1.0+ab', 'b'))],
      [workerKey('0.1.0', 'c'), 'onpath:worker:?'],
    ]
    const { server } = aJobServer({ scanStream })
    expect(await server.buildsOfWorkers()).toEqual(new Set(['0.1.0', '0.1.0+ab', 'unknown']))
  })

  test('the sweep’s side of BullMQ disconnects even if queue and events cannot be closed', async () => {
    const { server, called } = aJobServer()
    await server.close()
    expect(called).toEqual(['close events', 'close', 'disconnect events', 'disconnect'])
  })
})

function aWorkerServer(job: Readonly<Record<string, unknown>> | undefined = undefined) {
  const { called, record, fake } = fakes()
  const connection = fake({ set: record('set'), disconnect: record('disconnect') })
  const methods = ['extendLock', 'moveToWait', 'moveToCompleted', 'moveToFailed']
  const taken = job && { ...Object.fromEntries(methods.map((name) => [name, record(name)])), ...job }
  const worker = fake({ getNextJob: record('getNextJob', taken), toKey: (name: string) => name })
  const server = new BullMqWorkerServer(
    connection as unknown as QueueConnection,
    worker as unknown as Worker<unknown, null>,
    30_000,
  )
  return { server, called, connection, worker }
}

describe("a worker's end on BullMQ", () => {
  test('a BullMQ worker takes a job with a token, with which it renews the lock, returns the job or ends it', async () => {
    const { server, called } = aWorkerServer({ id: 'x', data: 'point' })
    const taken = await server.take('me:1')
    expect(taken).toMatchObject({ id: 'x', data: 'point' })
    await taken?.renew()
    await taken?.giveBack()
    await taken?.complete()
    await taken?.fail(BROKEN)
    expect(called).toEqual([
      'getNextJob me:1',
      'extendLock me:1 30000',
      'moveToWait me:1',
      'moveToCompleted  me:1 false',
      'moveToFailed Error: broken me:1 false',
    ])
  })

  test.each([undefined, {}])('a BullMQ worker takes no job if there is none, or one without an id: %j', async (job) => {
    expect(await aWorkerServer(job).server.take('me:1')).toBeNull()
  })

  test('a BullMQ worker keeps results for a day, and its sign of life for a minute', async () => {
    const { server, called } = aWorkerServer()
    await server.leaveResult(KEY, 'whole')
    await server.giveSign('here')
    expect(called).toEqual([`set ${resultKey(KEY)} whole EX 86400`, 'set here  EX 60'])
  })

  test('a BullMQ worker passes on errors of connection and BullMQ, and refused replies', () => {
    const { server, connection, worker } = aWorkerServer()
    const heard: unknown[] = []
    server.listen({ onError: (error) => heard.push(error), onRefusedReply: () => heard.push('refused') })
    connection.emit('error', BROKEN)
    worker.emit('error', BROKEN)
    connection.emit(REFUSED)
    expect(heard).toEqual([BROKEN, BROKEN, 'refused'])
  })

  test('a BullMQ worker removes jobs that it could not read from the list of active ones', async () => {
    const { server, connection } = aWorkerServer()
    const removed: string[] = []
    Object.assign(connection, {
      lrange: async (key: string) => (key === 'active' ? ['huge', 'read'] : []),
      type: async (key: string) => (key.endsWith(':lock') ? 'string' : 'hash'),
      get: async () => 'me:1',
      lrem: async (_: string, __: number, id: string) => removed.push(id),
      srem: async () => 1,
      unlink: async () => 1,
    })
    expect([await server.removeUnreadable('me:', new Set(['read'])), removed]).toEqual([1, ['huge']])
  })
})
