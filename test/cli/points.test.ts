import {
  lutimesSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import { isMainThread } from 'node:worker_threads'
import { describe, expect, test } from 'vitest'
import { sharedTemporaryName } from '../../src/cli/files/shared-temporary.ts'
import { PointStore } from '../../src/cli/points/point-store.ts'
import { sha256 } from '../../src/cli/sha256.ts'
import { run } from '../../src/simulation/run.ts'
import { keyOf, type Point, scenarioOf } from '../../src/study/sweep/point.ts'
import { decodePoint, encodePoint, type PointOutcome, runPoint } from '../../src/study/sweep/point-outcome.ts'
import { readSweep, type Sweep } from '../../src/study/sweep/read-sweep.ts'
import { describeSweep, pointOf } from '../../src/study/sweep/sweep-description.ts'
import { failingFiles } from '../fixtures/failing-files.ts'
import { aFolder } from '../fixtures/folder.ts'
import { aResult } from '../fixtures/results.ts'
import { LOSSY } from '../fixtures/scenario-text.ts'

const NEVER = Number.POSITIVE_INFINITY
const interruption = new AbortController().signal
const command = { file: 'small.yaml', attack: [], set: [], sweep: [] }
const given = { build: '0.1.0', maxEvents: null }

function sweepOf(text: string, sweep: readonly string[] = []): Sweep {
  const loaded = readSweep({ text, file: 'small.yaml' }, { sweep })
  if (!loaded.ok) throw new Error(loaded.problems.map(({ message }) => message).join('\n'))
  return loaded.sweep
}

const outcomeOf = async ({ scenario, seed, ...point }: Point): Promise<PointOutcome> => {
  const loaded = scenarioOf({ scenario, seed, ...point })
  if (!loaded.ok) throw new Error(loaded.problems.map(({ message }) => message).join('\n'))
  return runPoint({ scenario: loaded.scenario, maxEvents: point.maxEvents, interruption }, async (one, given) =>
    run(one, given),
  )
}

describe('a point', () => {
  test('a point of a sweep holds everything that its result depends on, so another process gets the same bytes', async () => {
    const sweep = sweepOf(LOSSY, ['kubernetes=["1.30", "1.24"]', 'workloads.visits.requests=[1, 2]'])
    const described = describeSweep(sweep, command, given)
    for (let index = 0; index < sweep.grid.size; index += 5) {
      const point: Point = JSON.parse(JSON.stringify(pointOf(sweep, described, index)))
      const key = keyOf(point, sha256)
      const here = await runPoint(
        { scenario: sweep.scenarioAt(index), maxEvents: null, interruption },
        async (one, given) => run(one, given),
      )
      expect(encodePoint(key, await outcomeOf(point), sha256)).toBe(encodePoint(key, here, sha256))
    }
  })

  test('a point of a sweep has a different key for each scenario, seed, event limit and build', () => {
    const sweep = sweepOf(LOSSY)
    const described = describeSweep(sweep, command, given)
    const points = Array.from({ length: sweep.grid.size }, (_, index) => pointOf(sweep, described, index))
    const [first] = points
    const others = [
      { ...first, maxEvents: 5 },
      { ...first, build: `${first.build}+other` },
    ]
    expect(new Set([...points, ...others].map((point) => keyOf(point, sha256))).size).toBe(sweep.grid.size + 2)
    expect(keyOf(first, sha256)).toMatch(/^[0-9a-f]{64}$/)
  })

  test('a point of a sweep keeps its key if the scenario gets a comment, reordered options or more points', () => {
    const keyOfFirst = (text: string, more: readonly string[] = []) => {
      const sweep = sweepOf(text, more)
      return keyOf(pointOf(sweep, describeSweep(sweep, command, given), 0), sha256)
    }
    const key = keyOfFirst(LOSSY)
    expect(keyOfFirst(`# new\n${LOSSY}`)).toBe(key)
    expect(keyOfFirst(LOSSY, ['seed=1..9', 'links.wire.loss=[0%, 3%, 1%]'])).toBe(key)
    expect(keyOfFirst(LOSSY.replace('delay: 10ms', 'delay: 11ms'))).not.toBe(key)
  })

  test('a point from another process that is no scenario has problems, and does not throw', () => {
    const { build } = describeSweep(sweepOf(LOSSY), command, given)
    for (const scenario of ['', 'null', '{}', '{"version":1,"extends":"/etc/passwd"}', '"\u0000', '[[[['])
      expect(scenarioOf({ build, scenario, seed: 1, maxEvents: null }).ok).toBe(false)
  })
})

const key = (digit: string) => digit.repeat(64)
const outcome: PointOutcome = { kind: 'result', result: aResult({ scenario: 'größe ␛' }) }
const usedUp: PointOutcome = { kind: 'events-used-up', seed: 3, events: 100, simulatedNs: 5 }

describe('the bytes of a stored point', () => {
  test('a stored point is read back unchanged', () => {
    for (const one of [outcome, usedUp])
      expect(decodePoint(key('a'), Buffer.from(encodePoint(key('a'), one, sha256)), sha256)).toEqual(one)
  })

  test('a stored point is refused if any byte is lost or changed, or for another key', () => {
    const bytes = Buffer.from(encodePoint(key('a'), usedUp, sha256))
    for (let i = 0; i < bytes.length; i++) {
      const changed = Buffer.from(bytes)
      changed[i] ^= 1
      expect([i, decodePoint(key('a'), changed, sha256)]).toEqual([i, null])
      expect([i, decodePoint(key('a'), bytes.subarray(0, i), sha256)]).toEqual([i, null])
    }
    expect(decodePoint(key('a'), Buffer.concat([bytes, Buffer.from('\n')]), sha256)).toBe(null)
    expect(decodePoint(key('b'), bytes, sha256)).toBe(null)
  })
})

describe('a store of points', () => {
  const files = failingFiles({ nth: NEVER, how: 'killed' })

  test('a store of points finds, returns and lists what was put into it', async () => {
    const store = PointStore.open(join(aFolder(), 'new', 'folder'), files)
    expect([store.list(), store.has(key('a')), store.get(key('a'))]).toEqual([[], false, { kind: 'absent' }])
    await Promise.all([store.put(key('b'), usedUp), store.put(key('a'), outcome), store.put(key('a'), outcome)])
    expect(store.list()).toEqual([key('a'), key('b')])
    expect(store.get(key('a'))).toEqual({ kind: 'whole', outcome })
    expect(readdirSync(store.path).length).toBe(2)
  })

  test('a store of points reports damaged points, and replaces them', async () => {
    const store = PointStore.open(aFolder(), files)
    for (const digit of ['a', 'b', 'c']) await store.put(key(digit), outcome)
    truncateSync(store.pathOf(key('b')), 90)
    writeFileSync(store.pathOf(key('c')), '')
    expect(store.verify()).toEqual([key('b'), key('c')])
    expect(store.get(key('b'))).toEqual({ kind: 'damaged', path: store.pathOf(key('b')) })
    await store.put(key('b'), outcome)
    expect(store.verify()).toEqual([key('c')])
  })

  test('a store of points ignores files that are not named after a key', () => {
    const folder = aFolder({ 'points/notes.txt': '', [`points/${key('a')}.txt`]: '', 'points/.onpath-x.tmp': '' })
    mkdirSync(join(folder, 'points', `${key('b')}.json`))
    const store = PointStore.read(folder, files)
    expect([store.list(), store.has(key('b')), store.get(key('b'))]).toEqual([[key('b')], false, { kind: 'absent' }])
  })

  test('a store of points removes temporary files of killed processes of this machine only', async () => {
    const folder = aFolder()
    const killed = failingFiles({ nth: 3, how: 'killed', pid: 11 })
    const store = PointStore.open(folder, killed)
    await store.put(key('a'), outcome).catch(() => {})
    const left = readdirSync(store.path)
    expect(left).toEqual([expect.stringMatching(/^\.onpath-.*\.tmp$/)])
    const elsewhere = { ...files, thisProcess: { ...files.thisProcess, host: 'elsewhere' } }
    PointStore.open(folder, elsewhere)
    expect(readdirSync(store.path)).toEqual(left)
    PointStore.open(folder, files)
    expect(readdirSync(store.path)).toEqual([])
  })

  test('a store of points removes temporary files of other machines after an hour, and no other old files', async () => {
    const folder = aFolder({ 'points/.onpath-mine.tmp': '', 'points/notes.txt': '' })
    const elsewhere = { ...files.thisProcess, host: 'elsewhere' }
    const name = () => join(folder, 'points', sharedTemporaryName({ ...files, thisProcess: elsewhere }))
    const [recent, old, link, subfolder] = [name(), name(), name(), name()]
    for (const path of [recent, old]) writeFileSync(path, '')
    symlinkSync('notes.txt', link)
    mkdirSync(subfolder)
    const anHourAgo = Date.now() / 1000 - 3601
    for (const one of readdirSync(join(folder, 'points')))
      lutimesSync(join(folder, 'points', one), anHourAgo, anHourAgo)
    lutimesSync(recent, anHourAgo + 60, anHourAgo + 60)
    PointStore.open(folder, files)
    const kept = ['.onpath-mine.tmp', 'notes.txt', ...[recent, link, subfolder].map((path) => basename(path))]
    expect(readdirSync(join(folder, 'points')).sort()).toEqual(kept.sort())
  })

  // A thread, in which Stryker runs tests, cannot set the mask of its process.
  test.runIf(isMainThread)(
    'a store of points never creates a file with wider permissions than its user set, even temporarily',
    async () => {
      const before = process.umask(0o077)
      try {
        const folder = join(aFolder(), 'private')
        const store = PointStore.open(folder, failingFiles({ nth: 4, how: 'killed', pid: 11 }))
        await store.put(key('a'), outcome).catch(() => {})
        const [temporary] = readdirSync(store.path)
        await PointStore.open(folder, failingFiles({ nth: NEVER, how: 'killed', pid: 11 })).put(key('b'), outcome)
        const modes = [store.path, join(store.path, temporary), store.pathOf(key('b'))].map(
          (path) => statSync(path).mode,
        )
        expect(modes.map((mode) => (mode & 0o777).toString(8))).toEqual(['700', '600', '600'])
        expect(readFileSync(join(store.path, temporary), 'utf8').length).toBeGreaterThan(0)
      } finally {
        process.umask(before)
      }
    },
  )
})
