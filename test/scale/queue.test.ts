import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Queue } from 'bullmq'
import { Redis } from 'ioredis'
import { describe, expect, onTestFinished, test } from 'vitest'
import { queueName } from '../../src/cli/queue/queue-names.ts'
import { aFolder } from '../fixtures/folder.ts'
import { Chance } from './chance.ts'
import { BUILD, type Ended, onpath, type Running, start } from './onpath.ts'
import { hasValkey, Valkey, type ValkeyOptions } from './valkey.ts'

const isThere = hasValkey()
if (!isThere) console.warn('valkey-server is missing, so that the tests of the queue are skipped')

const RUNS = ['--set', 'workloads.visits.requests=3', '--set', 'expect=["latency(visits) max < 100ms"]']
const sweepOf = (grid: readonly string[]) => ['sweep', 'scenarios/first-steps.yaml', ...grid, ...RUNS]
/** The seeds of the large sweep, which four values of the loss multiply. Slow machines can have fewer. */
const SEEDS = Number(process.env.ONPATH_SCALE_SEEDS ?? 500)
const SMALL = sweepOf(['--seeds', '1..40'])
const LARGE = sweepOf(['--sweep', 'links.wire.loss=[0%, 0.1%, 1%, 2.50%]', '--seeds', `1..${SEEDS}`])

async function aServer(options: Omit<ValkeyOptions, 'folder'> = {}): Promise<Valkey> {
  const server = await Valkey.start({ folder: aFolder(), ...options })
  onTestFinished(() => server.kill())
  return server
}

/** Starts a worker, which is killed when the test ends. */
function aWorker(words: readonly string[], environment: Readonly<Record<string, string>> = {}): Running {
  const worker = start(['worker', '--jobs', '1', '--lock', '3s', ...words], environment)
  onTestFinished(() => worker.kill('SIGKILL'))
  return worker
}

/** Whether a process found no server when it started. A Deployment would start it again. */
const foundNoServer = ({ code, err }: Ended) => code === 2 && err.includes('nothing listens there')

/** Returns the files of a sweep's folder with their contents, without those of single points. */
function filesOf(folder: string): Readonly<Record<string, string>> {
  const names = readdirSync(folder).filter((name) => name !== 'points')
  return Object.fromEntries(names.sort().map((name) => [name, readFileSync(join(folder, name), 'utf8')]))
}

describe.skipIf(!isThere)('a sweep through a queue', () => {
  test('a sweep of thousands of points through a queue has the bytes of one machine, with workers, server and sweep killed', async () => {
    const [alone, queued] = [aFolder(), aFolder()].map((folder) => join(folder, 'sweep'))
    const expected = await onpath([...LARGE, '--csv', '--out', alone])
    const server = await aServer()
    const chance = new Chance(18)
    const queue = ['--queue', server.url]
    const workers: Running[] = []
    const startWorker = async (at: number) => {
      workers[at] = aWorker(queue)
      if (foundNoServer(await workers[at].ended)) void startWorker(at)
    }
    for (const at of [0, 1, 2]) void startWorker(at)
    const words = [...LARGE, ...queue, '--csv', '--resume', '--out', queued]
    let sweep = start(words)
    let ended: Ended | null = null
    let kills = 0
    const follow = async (running: Running) => {
      const end = await running.ended
      if (foundNoServer(end)) startAgain()
      else if (end.code !== null) ended = end
    }
    const startAgain = () => {
      sweep = start(words)
      void follow(sweep)
    }
    void follow(sweep)
    while (ended === null) {
      await sleep(500 + chance.below(2_000))
      if (kills >= 20 || ended !== null) continue
      kills += 1
      const victim = chance.below(4)
      if (victim < 2) {
        const at = chance.below(workers.length)
        workers[at].kill(victim === 0 ? 'SIGKILL' : 'SIGTERM')
        void startWorker(at)
      } else if (victim === 2) {
        await server.kill()
        await sleep(chance.below(1_000))
        await server.start()
      } else {
        sweep.kill('SIGKILL')
        if ((await sweep.ended).code === null) startAgain()
      }
    }
    expect(kills).toBeGreaterThan(5)
    expect(ended).toMatchObject({ code: 4, out: expected.out })
    expect(filesOf(queued)).toEqual(filesOf(alone))
  })

  test('a sweep through a queue repeats the points of a worker that is stopped and never comes back', async () => {
    const server = await aServer()
    const stopped = aWorker(['--queue', server.url])
    const sweep = start([...SMALL, '--queue', server.url, '--csv'])
    await sleep(1_500)
    stopped.kill('SIGSTOP')
    aWorker(['--queue', server.url])
    const { out } = await sweep.ended
    expect(out).toBe((await onpath([...SMALL, '--csv'])).out)
  })

  test('a sweep through a queue uses a password from the environment, and is refused without it', async () => {
    const server = await aServer({ password: 'correct-horse' })
    const environment = { ONPATH_QUEUE_PASSWORD: 'correct-horse' }
    for (const wrong of [{}, { ONPATH_QUEUE_PASSWORD: 'wrong' }]) {
      const { code, err } = await onpath([...SMALL, '--queue', server.url], wrong)
      expect(code).toBe(2)
      expect(err).toContain('the password is missing or wrong; set ONPATH_QUEUE_PASSWORD')
    }
    aWorker(['--queue', server.url], environment)
    const { code, out } = await onpath([...SMALL, '--queue', server.url, '--csv'], environment)
    expect(code).toBe(0)
    expect(out).toBe((await onpath([...SMALL, '--csv'])).out)
  })

  test('a sweep through a queue uses TLS with a server whose CA it knows, and with no other', async () => {
    const folder = aFolder()
    const server = await Valkey.start({ folder, isEncrypted: true })
    onTestFinished(() => server.kill())
    const unknown = await onpath([...SMALL, '--queue', server.url])
    expect(unknown.code).toBe(2)
    expect(unknown.err).toContain('name the certificate of the CA with --queue-ca')
    const queue = ['--queue', server.url, '--queue-ca', join(folder, 'ca.crt')]
    aWorker(queue)
    const { code, out } = await onpath([...SMALL, ...queue, '--csv'])
    expect(code).toBe(0)
    expect(out).toBe((await onpath([...SMALL, '--csv'])).out)
  })

  test('a sweep through a queue reports missing workers', async () => {
    const server = await aServer()
    const redis = new Redis(server.port)
    await redis.set('onpath:worker:0.0.9:x', '', 'EX', 60)
    redis.disconnect()
    const sweep = start([...SMALL, '--queue', server.url])
    await sleep(14_000)
    sweep.kill('SIGINT')
    const { code, err } = await sweep.ended
    expect(code).toBe(130)
    expect(err).toContain('(there are workers of 0.0.9); start `onpath worker`')
  })

  test('a worker of a queue without work ends', async () => {
    const server = await aServer()
    expect(await onpath(['worker', '--queue', server.url, '--idle', '1s'])).toMatchObject({ code: 0 })
  })
})

describe.skipIf(!isThere)('a hostile queue', () => {
  /** Puts into a queue what has no business there. */
  async function spoil(server: Valkey): Promise<void> {
    const redis = new Redis(server.port, { maxRetriesPerRequest: null })
    const name = queueName(BUILD)
    const key = (id: string) => `onpath:${name}:${id}`
    const queue = new Queue(name, { connection: redis, prefix: 'onpath' })
    for (const data of ['run me', { body: '{}', seal: '0'.repeat(64) }, { command: 'touch /tmp/hacked' }])
      await queue.add('point', data, { attempts: 1_000, backoff: 1 })
    await queue.add('point', JSON.parse('{ "__proto__": { "body": "x", "seal": "y" } }'))
    await queue.add('point', { body: 'x'.repeat(17_000_000), seal: '' })
    // More than one reply may hold.
    await redis.hset(key('huge'), { name: 'point', data: `"${'x'.repeat(250_000_000)}"`, opts: '{}' })
    await redis.hset(key('broken'), { name: 'point', data: '{{{', opts: '{{{', timestamp: 'soon' })
    await redis.hset(key('repeated'), {
      name: 'point',
      data: '{}',
      opts: '{"repeat":{"pattern":"* * * * * *"}}',
      rjk: 'a:b:c:d',
    })
    await redis.set(key('text'), 'x')
    await redis.rpush(key('wait'), 'huge', 'missing', '', 'text', 'broken', 'repeated')
    await redis.xadd(key('events'), '*', 'event', 'completed', 'jobId', 'x', 'returnvalue', '{{{')
    await queue.close()
    redis.disconnect()
  }

  test('jobs of a hostile queue are refused one by one, and the sweep has the bytes of one machine', async () => {
    const server = await aServer()
    const worker = aWorker(['--queue', server.url])
    await spoil(server)
    const sweep = start([...SMALL, '--queue', server.url, '--csv'])
    const { code, out } = await sweep.ended
    expect(code).toBe(0)
    expect(out).toBe((await onpath([...SMALL, '--csv'])).out)
    worker.kill('SIGTERM')
    const { err } = await worker.ended
    expect(err).toContain('a job of the queue is refused: it is not a job of onpath')
    expect(err).toContain('a job of the queue is refused: its seal is wrong')
  })

  test('a hostile queue cannot replace results of workers', async () => {
    const server = await aServer()
    const environment = { ONPATH_QUEUE_SECRET: 'shared by sweep and workers' }
    const redis = new Redis(server.port)
    // A worker without the secret, which takes everything, and results that it would leave.
    const foreign = aWorker(['--queue', server.url])
    const folder = join(aFolder(), 'sweep')
    const sweep = start([...SMALL, '--queue', server.url, '--csv', '--out', folder], environment)
    await sleep(2_000)
    foreign.kill('SIGKILL')
    for (const name of await redis.keys(
      'onpath:points-*:????????????????????????????????????????????????????????????????*',
    )) {
      const key = name.split(':')[2].slice(0, 64)
      await redis.set(`onpath:result:${key}`, `${'0'.repeat(64)}\n{"forged":true}\n`)
    }
    redis.disconnect()
    aWorker(['--queue', server.url], environment)
    const { code, out } = await sweep.ended
    expect(code).toBe(0)
    expect(out).toBe((await onpath([...SMALL, '--csv'])).out)
  })
})
