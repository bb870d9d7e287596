import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
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

test('--out refuses a folder with other files, and a file', async () => {
  const folder = aFolder({ 'scenario.yaml': 'precious' })
  for (const out of [folder, join(folder, 'scenario.yaml'), join(folder, 'scenario.yaml', 'below')]) {
    const { code, err } = await runInto(out)
    expect(code).toBe(2)
    expect(err).toContain(`cannot write to ${out}`)
  }
  expect(readdirSync(folder)).toEqual(['scenario.yaml'])
  expect(readFileSync(join(folder, 'scenario.yaml'), 'utf8')).toBe('precious')
})

test('--out keeps a folder named unfinished with other files', async () => {
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
