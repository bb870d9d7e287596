import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { diskFiles, type Files } from '../../src/cli/files/files.ts'
import { type FolderKind, OutputFolder, openSharedFolder } from '../../src/cli/files/output-folder.ts'
import { UsageError } from '../../src/disk/usage-error.ts'
import { type CheckedScenario, loadScenario } from '../../src/scenario/load.ts'
import { BudgetExceeded } from '../../src/simulation/budget.ts'
import { cannedRun, invoke } from '../fixtures/fake-io.ts'
import { aFolder } from '../fixtures/folder.ts'
import { SMALL_SCENARIO } from '../fixtures/scenario-text.ts'

const FILES = ['SHA256SUMS', 'packets.digest', 'results.csv', 'scenario.yaml', 'summary.json']

function runInto(out: string, ...more: string[]) {
  return invoke(['run', '-', '--out', out, ...more], { stdin: SMALL_SCENARIO })
}

test('a run folder has the scenario, the figures, the result and the packet digests', async () => {
  const out = join(aFolder(), 'deep', 'out')
  const { code, err } = await runInto(out)
  expect([code, err]).toEqual([0, `written: ${out}\n`])
  expect(readdirSync(out).sort()).toEqual(FILES)
  expect(JSON.parse(readFileSync(join(out, 'summary.json'), 'utf8'))).toMatchObject({ scenario: 'small', seed: 3 })
  expect([...readFileSync(join(out, 'packets.digest'))]).toEqual([1, 0, 0, 0, 2, 0, 0, 0])
})

test('the scenario in a run folder includes its bases, overrides and seed', async () => {
  const folder = aFolder({ 'base.yaml': SMALL_SCENARIO, 'over.yaml': 'version: 1\nextends: base.yaml\nseed: 4\n' })
  const out = join(folder, 'out')
  let asked: unknown
  const simulate = async (scenario: CheckedScenario) => {
    asked = scenario
    return cannedRun(scenario)
  }
  await invoke(['run', join(folder, 'over.yaml'), '--out', out, '--set', 'links.wire.loss=1%', '--seed', '11'], {
    simulate,
  })
  const again = loadScenario({ file: 'elsewhere.yaml', text: readFileSync(join(out, 'scenario.yaml'), 'utf8') })
  expect(again).toMatchObject({ ok: true, scenario: asked })
})

test('a second run replaces the first and keeps other files of the folder', async () => {
  const out = aFolder()
  await runInto(out)
  writeFileSync(join(out, 'notes.txt'), 'mine')
  expect((await runInto(out, '--seed', '8')).code).toBe(0)
  expect(JSON.parse(readFileSync(join(out, 'summary.json'), 'utf8')).seed).toBe(8)
  expect(readdirSync(out).sort()).toEqual([...FILES, 'notes.txt'].sort())
})

test('a failed run keeps the earlier result, and a later run can replace it', async () => {
  const out = aFolder()
  await runInto(out)
  const before = FILES.map((name) => readFileSync(join(out, name)))
  const simulate = async () => {
    throw new BudgetExceeded(10, 20)
  }
  const failed = await invoke(['run', '-', '--out', out, '--seed', '99'], { stdin: SMALL_SCENARIO, simulate })
  expect(failed.code).toBe(7)
  expect(FILES.map((name) => readFileSync(join(out, name)))).toEqual(before)
  expect(readFileSync(join(out, 'unfinished', 'reason.txt'), 'utf8')).toContain('seed 99: stopped after 10 events')
  expect((await runInto(out)).code).toBe(0)
  expect(readdirSync(out).sort()).toEqual(FILES)
})

test('--out refuses a file, and a folder with other files', async () => {
  const folder = aFolder({ 'scenario.yaml': 'precious' })
  for (const out of [folder, join(folder, 'scenario.yaml'), join(folder, 'scenario.yaml', 'below')]) {
    const { code, err } = await runInto(out)
    expect(code).toBe(2)
    expect(err).toContain(`cannot write to ${out}`)
  }
  expect(readdirSync(folder)).toEqual(['scenario.yaml'])
  expect(readFileSync(join(folder, 'scenario.yaml'), 'utf8')).toBe('precious')
})

test('--out keeps a folder with the name “unfinished” that has other files', async () => {
  const folder = aFolder()
  mkdirSync(join(folder, 'unfinished'))
  writeFileSync(join(folder, 'unfinished', 'novel.txt'), 'precious')
  expect((await runInto(folder)).code).toBe(2)
  expect(readFileSync(join(folder, 'unfinished', 'novel.txt'), 'utf8')).toBe('precious')
})

test('--out refuses a broken symbolic link', async () => {
  const folder = aFolder()
  symlinkSync('nowhere', join(folder, 'out'))
  expect((await runInto(join(folder, 'out'))).code).toBe(2)
})

test('--out refuses two scenarios with one name', async () => {
  const folder = aFolder({ 'a.yaml': SMALL_SCENARIO, 'b.yaml': SMALL_SCENARIO })
  const { code, err } = await invoke([
    'run',
    join(folder, 'a.yaml'),
    join(folder, 'b.yaml'),
    '--out',
    join(folder, 'out'),
  ])
  expect(code).toBe(2)
  expect(err).toContain('two scenarios have the name small')
})

test('--out with an empty name or an impossible path exits with 2 and creates nothing', async () => {
  const folder = aFolder({ 'small.yaml': SMALL_SCENARIO, file: 'mine' })
  const paths = [
    '',
    '-',
    join(folder, 'file'),
    join(folder, 'file', 'below'),
    ...(existsSync('/proc') ? ['/proc/a/b'] : []),
  ]
  for (const out of paths) {
    const { code, err } = await invoke(['run', join(folder, 'small.yaml'), '--out', out])
    expect([out, code]).toEqual([out, 2])
    expect(err).toMatch(/^onpath: /)
  }
  expect(readdirSync(folder).sort()).toEqual(['file', 'small.yaml'])
})

test('--out refuses a folder with an unfinished run and other files', async () => {
  const folder = aFolder({ 'thesis.txt': 'mine' })
  mkdirSync(join(folder, 'unfinished'))
  writeFileSync(join(folder, 'unfinished', 'scenario.yaml'), 'version: 1')
  const { code, err } = await runInto(folder)
  expect(code).toBe(2)
  expect(err).toContain('it holds other files')
  expect(readdirSync(folder).sort()).toEqual(['thesis.txt', 'unfinished'])
})

describe('a folder that another process has', () => {
  const kind: FolderKind = { noun: 'run', names: ['summary.json'], subfolders: [], isOfEarlierVersion: () => false }
  const OTHER = { pid: 5, host: 'test', started: '77', token: '5-0123456789ab', since: '2027-03-01T12:00:00.000Z' }

  /** Opens a folder in which another process writes, and returns the reason why that is refused. */
  function refusal(owner: object, more: Readonly<Record<string, string>> = {}): string {
    const out = aFolder({ 'unfinished/owner.json': JSON.stringify(owner), ...more })
    const files: Files = {
      ...diskFiles,
      thisProcess: { pid: 1, host: 'test', started: '1' },
      runningProcess: (pid) => (pid === OTHER.pid ? OTHER : null),
    }
    try {
      OutputFolder.open(out, kind, [], files)
    } catch (error) {
      if (error instanceof UsageError) return error.message.replaceAll(out, 'OUT')
      throw error
    }
    return 'opened'
  }

  test('an output folder in use by another process is refused, with the process that writes to it', () => {
    expect(refusal(OTHER)).toBe('cannot write to OUT: process 5 on test writes to it, since 2027-03-01T12:00:00.000Z')
    expect(refusal({ ...OTHER, since: null })).toBe('cannot write to OUT: process 5 on test writes to it')
    expect(refusal({ ...OTHER, started: '78' })).toBe('opened')
  })

  test('an output folder in use is refused in the same words if it holds files that may be temporary', () => {
    const since = 'since 2027-03-01T12:00:00.000Z'
    expect(refusal(OTHER, { 'summary.json': '{}' })).toBe(
      `cannot write to OUT: process 5 on test writes to it, ${since}`,
    )
  })

  test('an output folder in use on another machine is refused, with what to do if that process has ended', () => {
    expect(refusal({ ...OTHER, host: 'far', since: null })).toBe(
      'cannot write to OUT: process 5 on far writes to it; this machine (test) cannot see whether it still runs: if it has ended, remove OUT/unfinished',
    )
  })

  test('an output folder is refused as foreign if onpath did not make its subfolder', () => {
    expect(refusal({ ...OTHER, token: 'x' })).toBe(
      'cannot write to OUT: it holds other files in its folder unfinished; name a new folder, an empty one or that of a run',
    )
  })
})

describe('a folder to which several processes write', () => {
  const kind: FolderKind = {
    noun: 'sweep',
    names: ['sweep.csv'],
    subfolders: ['points'],
    isOfEarlierVersion: () => false,
  }
  const open = (path: string) => openSharedFolder(path, kind, diskFiles)

  test('a shared output folder without a name, or on standard output, is refused', () => {
    for (const path of ['', '-']) {
      expect(() => open(path)).toThrow('--out needs the name of a folder')
      expect(() => OutputFolder.open(path, kind, [], diskFiles)).toThrow('--out needs the name of a folder')
    }
  })

  test('a shared output folder may hold its own files and leftovers of onpath, and is made if missing', () => {
    const folder = join(aFolder({ 'a/points/x': '', 'a/sweep.csv': '', 'a/SHA256SUMS': '', 'a/unfinished/x': '' }), 'a')
    writeFileSync(join(folder, '.onpath-5-0123456789ab'), '')
    open(folder)
    open(join(folder, '..', 'b', 'c'))
    expect(readdirSync(join(folder, '..', 'b'))).toEqual(['c'])
    expect(() => open(aFolder({ 'sweep.csv': '', notes: '' }))).toThrow(
      'it holds other files; name a new folder, an empty one or that of a sweep',
    )
  })

  test('a shared output folder with a symbolic link in place of a subfolder is refused', () => {
    const folder = aFolder()
    symlinkSync(aFolder(), join(folder, 'points'))
    expect(() => open(folder)).toThrow('its points is not a folder')
    expect(() => OutputFolder.open(folder, kind, [], diskFiles)).toThrow()
  })
})
