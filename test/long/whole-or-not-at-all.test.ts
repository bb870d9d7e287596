import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { diskFiles, type Files } from '../../src/cli/files/files.ts'
import { OutputFile } from '../../src/cli/files/output-file.ts'
import { type FolderKind, OutputFolder } from '../../src/cli/files/output-folder.ts'
import { InterruptedBeforeStart } from '../../src/cli/simulation/interrupted-before-start.ts'
import type { Simulate } from '../../src/cli/simulation/simulate.ts'
import { UsageError } from '../../src/disk/usage-error.ts'
import { failingFiles, Killed } from '../fixtures/failing-files.ts'
import { invoke } from '../fixtures/fake-io.ts'
import { aFolder } from '../fixtures/folder.ts'
import { aResult, aVerdict } from '../fixtures/results.ts'
import { SMALL_SCENARIO } from '../fixtures/scenario-text.ts'

/** No operation. */
const NEVER = Number.MAX_SAFE_INTEGER

/** A result with verdicts for seed 1, and without for other seeds. */
const simulate: Simulate = async ({ blueprint: { name, seed } }) => ({
  result: aResult({ scenario: name, seed, packets: 2, verdicts: seed === 1 ? [aVerdict()] : [] }),
  packetDigests: Uint32Array.of(seed, 2),
})

const run = (out: string, seed: number, files = failingFiles({ nth: NEVER, how: 'killed', pid: 9 })) =>
  invoke(['run', '-', '--json', '--out', out, '--seed', `${seed}`], { stdin: SMALL_SCENARIO, simulate, files })

/** At least the operations with which a folder is opened; later ones never come. */
const OPERATIONS_OF_AN_OPENING = 24

/** Returns the files of a folder, without what a killed process left, or null when it holds no result. */
function resultIn(folder: string): Record<string, string> | null {
  if (!existsSync(join(folder, 'summary.json'))) return null
  const names = readdirSync(folder).filter((name) => name !== 'unfinished' && !name.startsWith('.onpath-'))
  return Object.fromEntries(names.sort().map((name) => [name, readFileSync(join(folder, name), 'base64')]))
}

/** Makes the processes that were killed ones of this machine, of which it can see that they have ended. */
function asHere(folder: string): void {
  for (const name of readdirSync(folder)) {
    const owner = join(folder, name, 'owner.json')
    if (!existsSync(owner)) continue
    const text = readFileSync(owner, 'utf8')
    writeFileSync(owner, text.replace('"host":"test"', `"host":${JSON.stringify(diskFiles.thisProcess.host)}`))
  }
}

/** The folders before and after the second run, and the number of its operations. */
async function aSecondRun() {
  const folder = aFolder()
  const [before, after] = [join(folder, 'before'), join(folder, 'after')]
  await run(before, 1)
  writeFileSync(join(before, 'notes.txt'), 'mine')
  cpSync(before, after, { recursive: true })
  const files = failingFiles({ nth: NEVER, how: 'killed' })
  expect((await run(after, 2, files)).code).toBe(0)
  const results = { old: resultIn(before), new: resultIn(after) }
  expect(Object.keys(results.old ?? {})).toContain('verdicts.csv')
  expect(Object.keys(results.new ?? {})).toEqual([
    'SHA256SUMS',
    'notes.txt',
    'packets.digest',
    'results.csv',
    'scenario.yaml',
    'summary.json',
  ])
  return { before, results, operations: files.operations }
}

describe('a run folder holds the whole earlier result or the whole new one,', () => {
  test('a run folder holds the old or the new result if the process is killed between any two operations', async () => {
    const { before, results, operations } = await aSecondRun()
    expect(operations.length).toBeGreaterThan(20)
    const states = new Set<string>()
    for (let nth = 1; nth <= operations.length; nth++) {
      const out = join(aFolder(), 'out')
      cpSync(before, out, { recursive: true })
      await run(out, 2, failingFiles({ nth, how: 'killed' }))
      const found = resultIn(out)
      expect([nth, [results.old, results.new, null]]).toEqual([nth, expect.arrayContaining([found])])
      states.add(found === null ? 'none' : JSON.stringify(found) === JSON.stringify(results.old) ? 'old' : 'new')
      // A command that reads the folder goes on where the process was killed.
      const copy = join(aFolder(), 'out')
      cpSync(out, copy, { recursive: true })
      asHere(copy)
      const { code, err } = await invoke(['compare', copy, before])
      expect([nth, code === 2, err]).toEqual([nth, false, expect.not.stringContaining('cannot')])
      expect([nth, resultIn(copy)]).toEqual([nth, found ?? results.new])
      expect(readFileSync(join(out, 'notes.txt'), 'utf8')).toBe('mine')
      const next = await run(out, 2)
      expect([nth, next.code, resultIn(out)]).toEqual([nth, 0, results.new])
      expect(readdirSync(out).sort()).toEqual(Object.keys(results.new ?? {}))
    }
    expect([...states].sort()).toEqual(['new', 'none', 'old'])
  })

  test('a run folder keeps a whole result if the next run is killed too, between any two operations', async () => {
    const { before, results, operations } = await aSecondRun()
    const isCut = async (nth: number, out: string) => {
      cpSync(before, out, { recursive: true })
      await run(out, 2, failingFiles({ nth, how: 'killed' }))
      return resultIn(out) === null
    }
    let cuts = 0
    for (let nth = 1; nth <= operations.length; nth++) {
      const cut = join(aFolder(), 'out')
      if (!(await isCut(nth, cut))) continue
      cuts++
      for (let then = 1; then <= 16; then++) {
        const out = join(aFolder(), 'out')
        cpSync(cut, out, { recursive: true })
        // The third run would fail: nothing but the second one can be found.
        const failing: Simulate = () => Promise.reject(new InterruptedBeforeStart(130))
        await invoke(['run', '-', '--out', out, '--seed', '3'], {
          stdin: SMALL_SCENARIO,
          simulate: failing,
          files: failingFiles({ nth: then, how: 'killed', pid: 2 }),
        })
        asHere(out)
        const { code, err } = await invoke(['compare', out, before])
        expect([nth, then, code === 2, err]).toEqual([nth, then, false, expect.not.stringContaining('cannot')])
        expect([nth, then, resultIn(out)]).toEqual([nth, then, results.new])
      }
    }
    expect(cuts).toBeGreaterThan(3)
  })

  test.each(['ENOSPC', 'EIO'] as const)(
    'a run folder holds the old or the new result if any operation fails with %s, and the result is printed',
    async (how) => {
      const { before, results, operations } = await aSecondRun()
      for (let nth = 1; nth <= operations.length; nth++) {
        const out = join(aFolder(), 'out')
        cpSync(before, out, { recursive: true })
        const { code, out: printed, err } = await run(out, 2, failingFiles({ nth, how }))
        const found = resultIn(out)
        expect([nth, [results.old, results.new, null]]).toEqual([nth, expect.arrayContaining([found])])
        if (code === 0) expect([nth, found]).toEqual([nth, results.new])
        else expect([nth, code, err]).toEqual([nth, 2, expect.stringContaining(`cannot write to ${out}`)])
        // What fails before the run is reported before it.
        if (operations[nth - 1] === 'rename' || nth > 4)
          expect([nth, printed.includes('"seed": 2')]).toEqual([nth, nth > 3])
        expect([nth, (await run(out, 2)).code, resultIn(out)]).toEqual([nth, 0, results.new])
      }
    },
  )
})

describe('a file is the whole earlier one or the whole new one,', () => {
  /** Writes as most commands do, or piece by piece as captures are written. */
  const writers = {
    'written at once': (path: string, files: Files) =>
      OutputFile.open(path, () => true, [], files).write('new'.repeat(9)),
    'written in pieces': (path: string, files: Files) => {
      const output = OutputFile.open(path, () => true, [], files)
      try {
        for (let i = 0; i < 3; i++) files.append(output.temporaryPath, 'new'.repeat(3))
      } catch (error) {
        output.discard()
        throw error
      }
      output.place()
    },
  }

  test.each(
    Object.entries(writers).flatMap(([name, write]) =>
      (['killed', 'ENOSPC', 'EIO'] as const).map((how) => ({ name, write, how })),
    ),
  )('$name: a file is whole, old or new, whichever operation fails: $how', ({ write, how }) => {
    const known = failingFiles({ nth: NEVER, how })
    write(join(aFolder({ file: 'old' }), 'file'), known)
    expect(known.operations.length).toBeGreaterThan(4)
    const states = new Set<string>()
    for (let nth = 1; nth <= known.operations.length; nth++) {
      const folder = aFolder({ file: 'old' })
      const path = join(folder, 'file')
      let failure: unknown = null
      try {
        write(path, failingFiles({ nth, how }))
      } catch (error) {
        failure = error
      }
      expect([nth, failure]).toEqual([nth, expect.any(how === 'killed' ? Killed : Error)])
      expect([nth, ['old', 'new'.repeat(9)]]).toEqual([nth, expect.arrayContaining([readFileSync(path, 'utf8')])])
      states.add(readFileSync(path, 'utf8'))
      if (how !== 'killed' && known.operations[nth - 1] !== 'removeFile')
        expect([nth, readdirSync(folder)]).toEqual([nth, ['file']])
      write(path, failingFiles({ nth: NEVER, how, pid: 2 }))
      expect([nth, readFileSync(path, 'utf8'), readdirSync(folder)]).toEqual([nth, 'new'.repeat(9), ['file']])
    }
    expect(states.size).toBe(2)
  })
})

test('folders made for a run that cannot begin are removed again', async () => {
  for (let nth = 1; nth <= 5; nth++) {
    const folder = aFolder()
    const { code, err } = await run(join(folder, 'new', 'out'), 1, failingFiles({ nth, how: 'ENOSPC' }))
    expect([nth, code, err]).toEqual([nth, 2, expect.stringContaining('the disk is full')])
    expect([nth, readdirSync(folder)]).toEqual([nth, []])
  }
})

test('a folder is not created in place of a file, and the message names the file', async () => {
  const folder = aFolder()
  const file = join(folder, 'FILE')
  writeFileSync(file, 'mine')
  symlinkSync('FILE', join(folder, 'LINK'))
  expect((await run(file, 1)).err).toContain(`cannot write to ${file}: it is not a folder`)
  const below = join(folder, 'LINK', 'new', 'out')
  const { code, err } = await run(below, 1)
  expect([code, err]).toEqual([
    2,
    expect.stringContaining(`cannot write to ${below}: ${join(folder, 'LINK')} is not a folder`),
  ])
  expect(readdirSync(folder)).toEqual(['FILE', 'LINK'])
  expect(readFileSync(file, 'utf8')).toBe('mine')
})

describe('figures of a sweep are those of the whole earlier one, of the whole new one, or none,', () => {
  const sweep = (
    out: string,
    seeds: string,
    files = failingFiles({ nth: NEVER, how: 'killed', pid: 9 }),
    more: readonly string[] = [],
  ) =>
    invoke(['sweep', '-', '--json', '--seeds', seeds, '--jobs', '1', '--out', out, ...more], {
      stdin: SMALL_SCENARIO,
      simulate,
      files,
    })
  const figuresIn = (out: string) => {
    const path = join(out, 'sweep.csv')
    return existsSync(path) ? readFileSync(path, 'utf8') : null
  }

  test.each(['killed', 'ENOSPC', 'EIO'] as const)(
    'figures of a sweep are the old ones, the new ones, or none, whichever operation fails: %s',
    async (how) => {
      const folder = aFolder()
      const [before, after] = [join(folder, 'before'), join(folder, 'after')]
      await sweep(before, '1..2')
      cpSync(before, after, { recursive: true })
      const files = failingFiles({ nth: NEVER, how })
      await sweep(after, '1..3', files)
      const { operations } = files
      const whole = [figuresIn(before), figuresIn(after), null]
      expect([new Set(whole).size, operations.length > 15]).toEqual([3, true])
      const lastStored = operations.lastIndexOf('append')
      const states = new Set<string | null>()
      for (let nth = 1; nth <= operations.length; nth++) {
        const out = join(folder, `${nth}`)
        cpSync(before, out, { recursive: true })
        const { code, out: printed, err } = await sweep(out, '1..3', failingFiles({ nth, how }))
        const found = figuresIn(out)
        states.add(found)
        expect([nth, whole]).toEqual([nth, expect.arrayContaining([found])])
        if (how !== 'killed') {
          if (code === 0) expect([nth, found]).toEqual([nth, whole[1]])
          else expect([nth, code, err]).toEqual([nth, 2, expect.stringContaining(`cannot write to ${out}`)])
          // Runs that were stored are printed, also those before a run that could not be stored.
          const seeds = [...printed.matchAll(/"point":\{"seed":(\d)/g)].map(([, seed]) => Number(seed))
          expect([nth, seeds]).toEqual([nth, [1, 2, 3].slice(0, seeds.length)])
          if (nth > lastStored) expect([nth, seeds.length]).toEqual([nth, 3])
        }
        const again = await sweep(out, '1..3', undefined, nth % 2 === 0 ? ['--resume'] : [])
        expect([nth, again.code, figuresIn(out)]).toEqual([nth, 0, whole[1]])
        expect(readdirSync(out).sort()).toEqual(['SHA256SUMS', 'points', 'scenario.yaml', 'sweep.csv', 'verdicts.csv'])
      }
      expect(states.size).toBeGreaterThan(1)
    },
  )
})

test('a run that is interrupted before it begins says so, whichever operation of its folder fails', async () => {
  const begin = async (files = failingFiles({ nth: NEVER, how: 'ENOSPC' })) => {
    const out = join(aFolder(), 'out')
    const spoken = await invoke(['run', '-', '--out', out], {
      stdin: SMALL_SCENARIO,
      simulate: () => Promise.reject(new InterruptedBeforeStart(130)),
      files,
    })
    return { ...spoken, files }
  }
  const { operations } = (await begin()).files
  let told = 0
  for (let nth = 1; nth <= operations.length; nth++) {
    const { code, err } = await begin(failingFiles({ nth, how: 'ENOSPC' }))
    if (code === 130) {
      told++
      expect([nth, err]).toEqual([nth, expect.stringContaining('reproduce: npx onpath run - --seed 3')])
    } else expect([nth, code, err]).toEqual([nth, 2, expect.stringContaining('the disk is full')])
  }
  expect(told).toBeGreaterThan(0)
})

test('of two processes that write to one folder, the second is refused', async () => {
  const out = join(aFolder(), 'out')
  let second: Awaited<ReturnType<typeof invoke>> | undefined
  const first = await invoke(['run', '-', '--out', out], {
    stdin: SMALL_SCENARIO,
    simulate: async (scenario, options) => {
      second = await invoke(['run', '-', '--out', out, '--seed', '2'], { stdin: SMALL_SCENARIO, simulate })
      return simulate(scenario, options)
    },
  })
  expect(first.code).toBe(0)
  expect([second?.code, second?.err]).toEqual([2, expect.stringContaining(`process ${process.pid} on `)])
  expect(JSON.parse(readFileSync(join(out, 'summary.json'), 'utf8')).seed).toBe(3)
})

test('of two processes that open a folder at the same time one is refused, at any interleaving', () => {
  const kind: FolderKind = { noun: 'run', names: ['summary.json'], subfolders: [], isOfEarlierVersion: () => false }
  const processes = [1, 2].map((pid) => ({ pid, host: 'test', started: `${pid}` }))
  const filesOf = (pid: number): Files => ({
    ...failingFiles({ nth: NEVER, how: 'killed', pid }),
    runningProcess: (other) => processes.find((one) => one.pid === other) ?? null,
  })
  const open = (out: string, files: Files) => {
    try {
      return OutputFolder.open(out, kind, [], files)
    } catch (error) {
      if (!(error instanceof UsageError)) throw error
      return null
    }
  }
  const outcomes: string[] = []
  for (let nth = 1; nth <= OPERATIONS_OF_AN_OPENING; nth++) {
    const out = join(aFolder(), 'out')
    let operations = 0
    let isOpening = true
    let second: OutputFolder | null = null
    const first = filesOf(1)
    const before =
      <Given extends unknown[], Value>(operation: (...given: Given) => Value) =>
      (...given: Given): Value => {
        if (isOpening && ++operations === nth) second = open(out, filesOf(2))
        return operation(...given)
      }
    const opened = open(out, {
      ...first,
      kindOf: before(first.kindOf),
      isFolder: before(first.isFolder),
      list: before(first.list),
      read: before(first.read),
      makeFolder: before(first.makeFolder),
      write: before(first.write),
      rename: before(first.rename),
    })
    isOpening = false
    outcomes.push(`${opened === null ? '-' : 'first'} ${second === null ? '-' : 'second'}`)
    const winner: OutputFolder | null = opened ?? second
    winner?.write('summary.json', 'whole')
    winner?.finish()
    expect([nth, readdirSync(out).sort()]).toEqual([nth, ['SHA256SUMS', 'summary.json']])
  }
  expect([...new Set(outcomes)].sort()).toEqual(['- second', 'first -'])
})

test('a sweep and a matrix take the lock of a folder too, and release it', async () => {
  const out = join(aFolder(), 'out')
  const argv = ['sweep', '-', '--seeds', '1..2', '--out', out]
  let second = 0
  const busy: Simulate = async (...given) => {
    second = (await invoke(argv, { stdin: SMALL_SCENARIO, simulate })).code
    return simulate(...given)
  }
  expect((await invoke(argv, { stdin: SMALL_SCENARIO, simulate: busy })).code).toBe(0)
  expect(second).toBe(2)
  expect((await invoke(argv, { stdin: SMALL_SCENARIO, simulate })).code).toBe(0)
})

test('a scenario that the user changed in a run folder is kept', async () => {
  const out = join(aFolder(), 'out')
  await run(out, 1)
  const file = join(out, 'scenario.yaml')
  const changed = `${readFileSync(file, 'utf8')}# mine\n`
  writeFileSync(file, changed)
  const { code, err } = await run(out, 2)
  expect([code, err]).toEqual([2, expect.stringContaining('scenario.yaml was changed after onpath wrote it')])
  expect(readFileSync(file, 'utf8')).toBe(changed)
  expect(readdirSync(out)).not.toContain('unfinished')
})

test('a folder named unfinished that is not onpath’s is kept, whatever it contains', async () => {
  for (const files of [{}, { 'scenario.yaml': 'precious' }, { 'owner.json': '{}' }, { 'owner.json': 'no JSON' }]) {
    const out = aFolder()
    mkdirSync(join(out, 'unfinished'))
    for (const [name, text] of Object.entries(files)) writeFileSync(join(out, 'unfinished', name), text)
    expect((await run(out, 1)).code).toBe(2)
    expect(readdirSync(out)).toEqual(['unfinished'])
    expect(readdirSync(join(out, 'unfinished'))).toEqual(Object.keys(files))
  }
})

test('a file that the user added to unfinished results is kept', async () => {
  const out = join(aFolder(), 'out')
  await run(out, 1, failingFiles({ nth: 12, how: 'killed' }))
  writeFileSync(join(out, 'unfinished', 'notes.txt'), 'mine')
  expect((await run(out, 1)).code).toBe(2)
  expect(readFileSync(join(out, 'unfinished', 'notes.txt'), 'utf8')).toBe('mine')
})

test('a run folder with symbolic links, and one whose scenario is the input, are refused', async () => {
  const folder = aFolder({ precious: 'mine' })
  const out = join(folder, 'out')
  await run(out, 1)
  const again = await invoke(['run', join(out, 'scenario.yaml'), '--out', out], { simulate })
  expect([again.code, again.err]).toEqual([2, expect.stringContaining('its scenario.yaml is read by this command')])
  const linked = join(folder, 'linked')
  mkdirSync(linked)
  symlinkSync(join(folder, 'precious'), join(linked, 'summary.json'))
  const refused = await run(linked, 1)
  expect([refused.code, refused.err]).toEqual([2, expect.stringContaining('its summary.json is not a regular file')])
  expect(readFileSync(join(folder, 'precious'), 'utf8')).toBe('mine')
})

test('when one of several folders is refused, the others are unchanged', async () => {
  const folder = aFolder({
    'a.yaml': SMALL_SCENARIO.replace('small', 'a'),
    'b.yaml': SMALL_SCENARIO.replace('small', 'b'),
  })
  const out = join(folder, 'out')
  mkdirSync(join(out, 'b'), { recursive: true })
  writeFileSync(join(out, 'b', 'thesis.txt'), 'mine')
  const { code } = await invoke(['run', join(folder, 'a.yaml'), join(folder, 'b.yaml'), '--out', out], { simulate })
  expect([code, readdirSync(join(out, 'a')), readdirSync(join(out, 'b'))]).toEqual([2, [], ['thesis.txt']])
})

test('a folder of an earlier version without checksums is replaced, and then has them', async () => {
  const out = aFolder()
  await run(out, 1)
  const { SHA256SUMS: _, ...old } = Object.fromEntries(
    readdirSync(out).map((name) => [name, readFileSync(join(out, name), 'utf8')]),
  )
  // Fields and outcomes have come and gone since.
  const { tunnels: _tunnels, ...summary } = JSON.parse(old['summary.json'])
  const verdicts = [{ technique: 'pose', worst: 'denied' }]
  const earlier = aFolder({ ...old, 'summary.json': JSON.stringify({ ...summary, verdicts }) })
  expect((await run(earlier, 2)).code).toBe(0)
  expect(readdirSync(earlier)).toContain('SHA256SUMS')
  expect(readdirSync(earlier)).not.toContain('verdicts.csv')
})

test('a result removes folders that ended processes left beside it, and none of a running process', async () => {
  const out = join(aFolder(), 'out')
  const [ended, running] = [7, 8].map((pid) => `.onpath-${pid}-0123456789ab`)
  for (const name of [ended, running]) {
    mkdirSync(join(out, name), { recursive: true })
    writeFileSync(join(out, name, 'summary.json'), 'half')
  }
  const files = {
    ...failingFiles({ nth: NEVER, how: 'killed' }),
    runningProcess: (pid: number) => (pid === 8 ? { pid, host: 'test', started: '8' } : null),
  }
  expect((await run(out, 1, files)).code).toBe(0)
  expect(readdirSync(out).filter((name) => name.startsWith('.'))).toEqual([running])
  expect(readFileSync(join(out, running, 'summary.json'), 'utf8')).toBe('half')
})

test('a sweep without checksums counts as from an earlier version if its folder holds only sweep.csv', async () => {
  const sweep = (out: string) =>
    invoke(['sweep', '-', '--seeds', '1..2', '--jobs', '1', '--out', out], { stdin: SMALL_SCENARIO, simulate })
  const earlier = aFolder({ 'sweep.csv': 'old' })
  expect((await sweep(earlier)).code).toBe(0)
  expect(readdirSync(earlier)).toContain('SHA256SUMS')
  expect(readFileSync(join(earlier, 'sweep.csv'), 'utf8')).not.toBe('old')
  const foreign = aFolder({ 'sweep.csv': 'old', 'notes.txt': 'mine' })
  const { code, err } = await sweep(foreign)
  expect([code, err]).toEqual([2, expect.stringContaining('it holds other files')])
  expect(readFileSync(join(foreign, 'sweep.csv'), 'utf8')).toBe('old')
})

test('a folder with another program’s summary.json is refused, and not changed', async () => {
  const files = { 'summary.json': '{ "schemaVersion": 1, "total": 5 }', 'scenario.yaml': 'scenes: []' }
  const foreign = aFolder(files)
  const { code, err } = await run(foreign, 1)
  expect([code, readdirSync(foreign).sort()]).toEqual([2, ['scenario.yaml', 'summary.json']])
  expect(err).toContain('it holds other files')
  expect(readFileSync(join(foreign, 'summary.json'), 'utf8')).toBe(files['summary.json'])
})

test('a folder in use by a process of another machine is refused, with the machine, the time and what to do', async () => {
  const out = join(aFolder(), 'out')
  const others = join(out, 'unfinished')
  mkdirSync(others, { recursive: true })
  const owner = { pid: 7, host: 'pod-x', started: '5', token: '7-0123456789ab', since: '2027-03-01T12:00:00.000Z' }
  writeFileSync(join(others, 'owner.json'), JSON.stringify(owner))
  const { code, err } = await run(out, 1)
  expect([code, err]).toEqual([
    2,
    expect.stringContaining(
      `process 7 on pod-x writes to it, since 2027-03-01T12:00:00.000Z; this machine (test) cannot see whether it still runs: if it has ended, remove ${others}\n`,
    ),
  ])
})
