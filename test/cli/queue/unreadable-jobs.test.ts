import { describe, expect, test } from 'vitest'
import { removeUnreadable } from '../../../src/cli/queue/active-jobs.ts'
import { Notices } from '../../../src/cli/queue/notices.ts'
import type { QueueConnection } from '../../../src/cli/queue/queue-connection.ts'
import { buildOfWorker, queueName, resultKey, workerKey } from '../../../src/cli/queue/queue-names.ts'
import { sha256 } from '../../../src/cli/sha256.ts'
import { type Point, keyOf as pointKeyOf } from '../../../src/study/sweep/point.ts'

const OWNER = 'me:'
const keyOf = (name: string) => `onpath:points:${name}`

/** A server whose list of active jobs has these ids, each with the type of its entry and the holder of its lock. */
function aServer(jobs: Readonly<Record<string, readonly [type: string, lock: string | null | 'a list']>>) {
  const removed: string[] = []
  const jobAt = (key: string) => jobs[key.replace(keyOf(''), '').replace(/:lock$/, '')]
  const connection = {
    lrange: async (key: string) => (key === keyOf('active') ? Object.keys(jobs) : []),
    type: async (key: string) => {
      const [type, lock] = jobAt(key)
      if (!key.endsWith(':lock')) return type
      return lock === null ? 'none' : lock === 'a list' ? 'list' : 'string'
    },
    get: async (key: string) => jobAt(key)[1],
    lrem: async (key: string, count: number, id: string) => removed.push(`lrem ${key} ${count} ${id}`),
    srem: async (key: string, id: string) => removed.push(`srem ${key} ${id}`),
    unlink: async (...keys: readonly string[]) => removed.push(`unlink ${keys.join(' ')}`),
  } as unknown as QueueConnection
  return { removed, remove: (...held: readonly string[]) => removeUnreadable(connection, keyOf, OWNER, new Set(held)) }
}

describe('jobs that a worker has taken and could not read', () => {
  test('jobs that a worker took and could not read are removed from the lists, with their locks', async () => {
    const { remove, removed } = aServer({ big: ['hash', 'me:1'] })
    expect(await remove()).toBe(1)
    expect(removed).toEqual([
      `lrem ${keyOf('active')} 0 big`,
      `srem ${keyOf('stalled')} big`,
      `unlink ${keyOf('big')} ${keyOf('big')}:lock`,
    ])
  })

  test('jobs that the worker has read, jobs of other workers and jobs without a lock are not removed as unreadable', async () => {
    const { remove, removed } = aServer({
      read: ['hash', 'me:1'],
      others: ['hash', 'you:1'],
      open: ['hash', null],
      gone: ['none', null],
    })
    expect([await remove('read'), removed]).toEqual([0, []])
  })

  test.each([
    ['string', 'you:1'],
    ['list', null],
    ['hash', 'a list'],
  ])('entries that are no jobs are removed as unreadable too: %s, with the lock %s', async (type, lock) => {
    expect(await aServer({ odd: [type, lock] }).remove()).toBe(1)
  })

  test('jobs that a worker took and could not read are counted', async () => {
    const { remove } = aServer({ a: ['hash', 'me:1'], b: ['hash', 'you:1'], c: ['set', null] })
    expect(await remove()).toBe(2)
  })
})

describe('notices about a queue', () => {
  function shown() {
    const texts: string[] = []
    return { texts, notices: new Notices((text) => texts.push(text)) }
  }

  test('each notice about a queue is shown once, with the text of the error', () => {
    const { texts, notices } = shown()
    for (const error of [new Error('one'), new Error('one'), 'two']) notices.error(error)
    notices.once('three')
    notices.once('three')
    expect(texts).toEqual(['the queue: one; trying again', 'the queue: two; trying again', 'three'])
  })

  test('notices about a queue are limited in length and number, and have no control characters', () => {
    const { texts, notices } = shown()
    notices.once('x'.repeat(1_000))
    notices.once(`clear\u001b[2J`)
    expect([texts[0].length, texts[1].includes('\u001b')]).toEqual([300, false])
    for (let nth = 0; nth < 200; nth++) notices.once(`${nth}`)
    expect(texts.length).toBe(100)
  })
})

describe('the names on the server', () => {
  test('names of queues and workers distinguish builds, also those with colons', () => {
    expect(queueName('0.1.0+a:b:c')).toBe('points-0.1.0+a-b-c')
    const key = workerKey('0.1.0+a:b', 'host:7')
    expect(key).toBe('onpath:worker:0.1.0%2Ba%3Ab:host:7')
    expect(buildOfWorker(key)).toBe('0.1.0+a:b')
  })

  test('a name of another program has no build', () => {
    const texts = ['onpath:worker:', 'onpath:worker:<b>:1', `onpath:worker:${'x'.repeat(201)}:1`]
    expect(texts.map(buildOfWorker)).toEqual([null, null, null])
    expect(buildOfWorker(`onpath:worker:${'x'.repeat(200)}:1`)).toBe('x'.repeat(200))
  })

  test('the name of a result contains the key of its point', () => {
    const point: Point = { build: 'b', scenario: '', seed: 1, maxEvents: null }
    expect(resultKey(pointKeyOf(point, sha256))).toBe(`onpath:result:${pointKeyOf(point, sha256)}`)
  })
})
