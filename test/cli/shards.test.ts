import { execFileSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { sha256 } from '../../src/cli/sha256.ts'
import type { Simulate } from '../../src/cli/simulation/simulate.ts'
import { readShards, writeManifest } from '../../src/cli/sweep/shard-files.ts'
import { buildOf } from '../../src/cli/version.ts'
import { run } from '../../src/simulation/run.ts'
import { encodeRecord } from '../../src/study/sweep/record.ts'
import { failingFiles } from '../fixtures/failing-files.ts'
import { invoke } from '../fixtures/fake-io.ts'
import { aFolder } from '../fixtures/folder.ts'
import { LOSSY } from '../fixtures/scenario-text.ts'

const really: Simulate = async (scenario, options) => run(scenario, options)
const stdin = LOSSY

/** Files of which no write waits for the disk. */
const files = failingFiles({ nth: Number.POSITIVE_INFINITY, how: 'killed' })

const sweep = (argv: readonly string[], simulate = really) =>
  invoke(['sweep', '-', ...argv], { stdin, simulate, files })
const merge = (argv: readonly string[]) => invoke(['merge', ...argv], { simulate: neverSimulated, files })
const neverSimulated: Simulate = () => Promise.reject(new Error('merge simulates nothing'))

/** Returns all files below a folder, with their contents. */
function filesIn(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile())
  return Object.fromEntries(
    names.map(({ parentPath, name }) => {
      const path = join(parentPath, name)
      return [path.slice(folder.length + 1), readFileSync(path, 'utf8')]
    }),
  )
}

/** Runs the shards of a split into folders of their own, and returns these. */
async function shardsOf(n: number, folder: string, argv: readonly string[] = []): Promise<string[]> {
  const folders = Array.from({ length: n }, (_, i) => join(folder, `part-${i + 1}`))
  for (const [i, out] of folders.entries()) await sweep([...argv, '--shard', `${i + 1}/${n}`, '--out', out])
  return folders
}

/** Returns a record whose checksum is right, with any text as its value. */
function sealed(name: string, body: string): string {
  return `${JSON.stringify({ onpath: 1, name, sha256: sha256(body) })}\n${body}\n`
}

describe('merge gives what one run of the whole sweep gives', () => {
  test.each([1, 2, 4, 6, 9])(
    'merge equals one run of the whole sweep for %i shards, in any order of their folders',
    async (n) => {
      const folder = aFolder()
      const parts = await shardsOf(n, folder)
      for (const formats of [[], ['--json'], ['--csv']]) {
        const [whole, merged] = [join(folder, `whole${formats}`), join(folder, `merged${formats}`)]
        const one = await sweep([...formats, '--out', whole])
        const joined = await merge([...formats, ...parts.toReversed(), '--out', merged])
        expect([joined.code, joined.out]).toEqual([one.code, one.out])
        expect(joined.err).toBe(one.err.replaceAll(whole, merged))
        expect(filesIn(merged)).toEqual(filesIn(whole))
      }
    },
  )

  test('merge equals one run of the whole sweep for shards in one folder, and into the same folder', async () => {
    const folder = aFolder()
    const [shared, whole] = [join(folder, 'shared'), join(folder, 'whole')]
    const one = await sweep(['--out', whole])
    await Promise.all(['1/3', '2/3', '3/3'].map((shard) => sweep(['--shard', shard, '--out', shared])))
    const joined = await merge([shared, '--out', shared])
    expect([joined.code, joined.out]).toEqual([one.code, one.out])
    expect(filesIn(shared)).toMatchObject(filesIn(whole))
  })

  test('merge with a report equals the report of the whole sweep', async () => {
    const folder = aFolder()
    const parts = await shardsOf(2, folder)
    const [whole, merged] = ['whole.html', 'merged.html'].map((name) => join(folder, name))
    await sweep(['--report', whole])
    const { err } = await merge([...parts, '--report', merged])
    expect(err).toContain(`written: ${merged}\n`)
    expect(readFileSync(merged, 'utf8')).toBe(readFileSync(whole, 'utf8'))
  })

  test('merge equals one run of the whole sweep for runs that used up their events', async () => {
    const folder = aFolder()
    const parts = await shardsOf(2, folder, ['--max-events', '3'])
    const one = await sweep(['--csv', '--max-events', '3'])
    expect(one.code).toBe(7)
    expect(await merge(['--csv', ...parts])).toEqual(one)
  })
})

describe('merge exits with 2, prints nothing and names', () => {
  const refused = async (folders: readonly string[], ...messages: readonly string[]) => {
    const { code, out, err } = await merge([...folders])
    expect([code, out]).toEqual([2, ''])
    for (const message of messages) expect(err).toContain(message)
    expect(err.trim().split('\n').length).toBe(messages.length)
  }

  test('merge exits with 2 and names a missing shard, with the command that runs it', async () => {
    const [a, b, c, d] = await shardsOf(4, aFolder())
    await refused([a, b, d], 'shard 3/4 is missing; run it with: npx onpath sweep - --shard 3/4 --out FOLDER')
    await refused([c], 'shards 1, 2, 4 of 4 are missing; run the first with: npx onpath sweep - --shard 1/4')
  })

  test('merge exits with 2 and names a shard that is given twice', async () => {
    const [a, b] = await shardsOf(2, aFolder())
    cpSync(a, `${a}-copy`, { recursive: true })
    await refused([a, b, `${a}-copy`], `shard 1/2 is given 2 times: ${a}, ${a}-copy`)
    await refused([a, a, b], `the folder ${a} is given twice`)
  })

  test('merge exits with 2 and names a shard of another scenario, value, seed, event limit or split', async () => {
    const folder = aFolder()
    const [a, b] = await shardsOf(3, folder)
    const foreign = async (argv: readonly string[], reason: string, shard = '3/3') => {
      const out = join(folder, 'foreign')
      rmSync(out, { recursive: true, force: true })
      await sweep([...argv, '--shard', shard, '--out', out])
      const problems = [`shard ${shard} in ${out} does not belong here: ${reason}`]
      await refused([out, a, b], ...problems, ...(shard === '3/3' ? [] : ['shard 3/3 is missing']))
    }
    await foreign(['--set', 'links.wire.delay=11ms'], 'its scenario small differs from that of others')
    await foreign(['--set', 'name=other'], 'it is of the scenario other, and others of small')
    await foreign(['--seeds', '1..4'], 'it has other values of seed')
    await foreign(['--sweep', 'links.wire.loss=[0%, 2%]'], 'it has other values of links.wire.loss')
    await foreign(['--sweep', 'links.wire.delay=[1ms]'], 'it sweeps links.wire.loss, links.wire.delay, seed')
    await foreign(['--max-events', '1000000'], 'its --max-events is 1000000, and that of others not set')
    await foreign([], 'it is one of 4 parts, and others are of 3', '4/4')
  })

  test('merge exits with 2 and names a damaged or missing point, and a damaged list of points', async () => {
    const [a, b] = await shardsOf(2, aFolder())
    const [first, second] = readdirSync(join(b, 'points')).map((name) => join(b, 'points', name))
    truncateSync(first, 100)
    const again = `run: npx onpath sweep - --shard 2/2 --out ${b} --resume`
    await refused([a, b], `shard 2/2 in ${b} is damaged: ${first}; ${again}`)
    rmSync(second)
    await refused(
      [a, b],
      `shard 2/2 in ${b} is damaged: ${first}; ${again}`,
      `shard 2/2 in ${b} is not complete: 1 of 3 results are missing; ${again}`,
    )
    const list = join(b, 'shards', '2-of-2.json')
    writeFileSync(list, readFileSync(list, 'utf8').replace('"number":2', '"number":1'))
    await refused([a, b], `shard 2/2 is damaged: ${list} is not as it was written`)
  })

  test('merge exits with 2 and names a point or list with a valid checksum and invalid content', async () => {
    const [a, b] = await shardsOf(2, aFolder())
    const name = '2-of-2.json'
    const list = join(b, 'shards', name)
    const whole = readFileSync(list, 'utf8')
    const value = JSON.parse(whole.split('\n')[1])
    const [{ values }] = value.sweep.dimensions
    const wide = { path: 'x', values: Array.from({ length: 5000 }, () => values[0]) }
    for (const text of [
      sealed(name, '{"shard":'),
      sealed(name, ''),
      ...[
        null,
        [],
        { ...value, points: value.points.slice(1) },
        { ...value, points: [...value.points, value.points[0]] },
        { ...value, points: value.points.with(0, 'x') },
        { ...value, shard: { number: 1, of: 2 } },
        { ...value, sweep: { ...value.sweep, dimensions: [] } },
        { ...value, sweep: { ...value.sweep, dimensions: [wide, wide, wide, wide] } },
        { ...value, sweep: { ...value.sweep, dimensions: [{ path: 'x', values: [] }] } },
        { ...value, sweep: { ...value.sweep, scenario: 5 } },
        { ...value, points: 5 },
      ].map((one) => encodeRecord(name, one, sha256)),
    ]) {
      writeFileSync(list, text)
      await refused([a, b], `shard 2/2 is damaged: ${list} is not as it was written`)
    }
    writeFileSync(list, whole)
    const [point] = readdirSync(join(b, 'points'))
    const path = join(b, 'points', point)
    const key = point.slice(0, -'.json'.length)
    for (const text of [
      sealed(key, 'nonsense'),
      sealed(key, '['.repeat(1e5)),
      encodeRecord(key, { kind: 'result' }, sha256),
    ]) {
      writeFileSync(path, text)
      await refused([a, b], `shard 2/2 in ${b} is damaged: ${path}; run: `)
    }
  })

  test('merge exits with 2 and names a pipe, device, folder or file of gigabytes in place of a list of points', async () => {
    const [a, b] = await shardsOf(2, aFolder())
    const list = join(b, 'shards', '2-of-2.json')
    rmSync(list)
    const damaged = `shard 2/2 is damaged: ${list} is not as it was written`
    if (existsSync('/dev/zero')) {
      symlinkSync('/dev/zero', list)
      await refused([a, b], damaged)
      rmSync(list)
      execFileSync('mkfifo', [list])
      await refused([a, b], damaged)
      rmSync(list)
    }
    mkdirSync(list)
    await refused([a, b], damaged)
    rmSync(list, { recursive: true })
    writeFileSync(list, '')
    truncateSync(list, 3e9)
    const { code, out, err } = await merge([a, b])
    expect([code, out, err]).toEqual([2, '', expect.stringContaining(`${list}: it is larger than`)])
  })

  test('merge exits with 2 and names a folder that is no shard, a file, or a missing folder', async () => {
    const folder = aFolder({ 'notes.txt': '' })
    const [a] = await shardsOf(1, join(folder, 'parts'))
    const [file, nowhere, loop] = ['notes.txt', 'nowhere', 'loop'].map((name) => join(folder, name))
    const none = (path: string) => `${path} holds no shard`
    await refused(
      [a, folder, file, join(file, 'below'), nowhere],
      none(folder),
      none(file),
      'below holds',
      none(nowhere),
    )
    symlinkSync('loop', loop)
    await expect(merge([a, loop])).resolves.toMatchObject({ code: 2, err: /its symbolic links form a loop/ })
  })
})

test('merge names shards of other builds of onpath, even if all are', async () => {
  const [a, b] = await shardsOf(2, aFolder())
  const ofBuild = async (folder: string, build: string) => {
    const [{ manifest }] = readShards(folder, files)
    if (manifest === null) throw new Error('the shard is damaged')
    await writeManifest(folder, { ...manifest, sweep: { ...manifest.sweep, build } }, files)
  }
  await ofBuild(b, '9.9.9+abc')
  const one = await merge([a, b])
  expect([one.code, one.out]).toEqual([2, ''])
  expect(one.err).toBe(
    `onpath: shard 2/2 in ${b} does not belong here: onpath 9.9.9+abc made it, and this is ${buildOf()}\n`,
  )
  await ofBuild(a, '9.9.9+abc')
  const both = await merge([a, b])
  expect([both.code, both.out, both.err.match(/onpath 9\.9\.9\+abc made it/g)?.length]).toEqual([2, '', 2])
})
