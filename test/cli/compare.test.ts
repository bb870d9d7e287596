import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { writeBenchCsv } from '../../bench/write-bench-csv.ts'
import { scenarioBeside, tablesIn } from '../../src/cli/input/read-run.ts'
import type { Simulate } from '../../src/cli/simulation/simulate.ts'
import { foreignTable, missingTable, tablesOf } from '../../src/report/run/run-tables.ts'
import { run } from '../../src/simulation/run.ts'
import { invoke } from '../fixtures/fake-io.ts'
import { aFolder } from '../fixtures/folder.ts'
import { aResult, aVerdict, aWorkload } from '../fixtures/results.ts'
import { SMALL_SCENARIO } from '../fixtures/scenario-text.ts'

const slower = aResult({ workloads: [aWorkload({ latencyMs: { ...aWorkload().latencyMs, p50: 72.82 } })] })

function someRuns() {
  const folder = aFolder({
    'slower.json': JSON.stringify(slower),
    'bench.csv': writeBenchCsv([{ name: 'x', unit: 'ns/op', samples: [1, 2] }]),
  })
  mkdirSync(join(folder, 'run'))
  writeFileSync(join(folder, 'run', 'summary.json'), JSON.stringify(aResult()))
  return { run: join(folder, 'run'), slower: join(folder, 'slower.json'), bench: join(folder, 'bench.csv'), folder }
}

test('compare accepts a run folder and a summary, and ends with a sentence', async () => {
  const { run, slower } = someRuns()
  const { code, out, err } = await invoke(['compare', run, slower])
  expect([code, err]).toEqual([0, ''])
  expect(out).toMatch(
    /\n1 of 16 figures changed: 1 worse, 0 better, 0 other\. Largest: fresh latency p50 66\.2 to 72\.8 ms \(\+10\.0%\)\. One seed is one draw: .*\n$/,
  )
})

test.each([
  ['name: a\nseed: 2\n', { name: 'a', seed: 2 }],
  ['name: a\nname: b\n', null],
  ['name: !text a\n', null],
  ['name: [a\n', null],
  ['name: *a\n', null],
])('compare finds the scenario beside result %j: the configuration is %j', (text, configuration) => {
  const folder = aFolder({ 'scenario.yaml': text })
  expect(scenarioBeside(join(folder, 'summary.json'))).toEqual(configuration)
})

test('compare has no configuration if there is no scenario beside a result', () => {
  expect(scenarioBeside(join(aFolder({ 'other.yaml': 'name: a' }), 'summary.json'))).toBeNull()
})

test('compare names the first missing CSV file of a run, and the first line that differs', () => {
  const result = aResult({ verdicts: [aVerdict()] })
  const tables = Object.fromEntries(tablesOf(result).map(({ name, text }) => [name, text]))
  expect(Object.keys(tables)).toEqual(['results.csv', 'verdicts.csv'])
  const doubts = (files: Readonly<Record<string, string>>, of = result) => {
    const read = tablesIn(aFolder(files))
    return [missingTable(of, read), foreignTable(of, read)]
  }
  expect(doubts(tables)).toEqual([null, null])
  expect(doubts({ 'results.csv': tables['results.csv'] })).toEqual(['verdicts.csv is missing', null])
  expect(doubts({})).toEqual(['results.csv is missing', null])
  const text = tables['results.csv']
  const lines = text.split('\n').length
  const foreign = (changed: string) => doubts({ ...tables, 'results.csv': changed })
  expect(foreign(`x${text}`)).toEqual([null, 'results.csv, line 1'])
  expect(foreign(`${text}more\n`)).toEqual([null, `results.csv, line ${lines}`])
  expect(foreign(`${text}\n`)).toEqual([null, `results.csv, line ${lines + 1}`])
  expect(foreign(text.slice(0, -1))).toEqual([null, `results.csv, line ${lines}`])
  expect(doubts(tables, aResult())).toEqual([null, 'verdicts.csv belongs to another run'])
})

test('--fail-on-regression exits with 5 above its limit and with 0 below', async () => {
  const { run, slower } = someRuns()
  const beyond = await invoke(['compare', run, slower, '--fail-on-regression', '5%'])
  expect([beyond.code, beyond.err]).toEqual([5, 'regression: fresh: latency p50 is worse (+10.0%)\n'])
  expect((await invoke(['compare', run, slower, '--fail-on-regression', '10.5%'])).code).toBe(0)
  expect((await invoke(['compare', slower, run, '--fail-on-regression', '0%'])).code).toBe(0)
})

test('compare fails two single runs only with a limit, since each figure is one sample', async () => {
  const { run, slower } = someRuns()
  expect((await invoke(['compare', run, slower])).code).toBe(0)
})

test('a verdict that got worse exits with 5 without any option, and one that got better with 0', async () => {
  const folder = aFolder({
    'resists.json': JSON.stringify(aResult({ verdicts: [aVerdict({ worst: 'no-effect', outcomes: ['no-effect'] })] })),
    'leaks.json': JSON.stringify(aResult({ verdicts: [aVerdict({ worst: 'read', outcomes: ['read'] })] })),
  })
  const at = (name: string) => join(folder, name)
  const { code, err } = await invoke(['compare', at('resists.json'), at('leaks.json')])
  expect([code, err]).toEqual([5, expect.stringMatching(/^regression: .* is worse: read, was no-effect\n$/)])
  expect((await invoke(['compare', at('leaks.json'), at('resists.json')])).code).toBe(0)
})

test('benchmarks that are slower beyond their spread exit with 5, and faster or unclear ones with 0', async () => {
  const times = (first: number) => Array.from({ length: 10 }, (_, i) => first + i / 10)
  const folder = aFolder({
    'fast.csv': writeBenchCsv([{ name: 'x', unit: 'ns/op', samples: times(100) }]),
    'slow.csv': writeBenchCsv([{ name: 'x', unit: 'ns/op', samples: times(120) }]),
  })
  const [fast, slow] = [join(folder, 'fast.csv'), join(folder, 'slow.csv')]
  expect((await invoke(['compare', fast, slow])).code).toBe(5)
  expect((await invoke(['compare', fast, slow, '--fail-on-regression', '30%'])).code).toBe(0)
  expect((await invoke(['compare', slow, fast])).code).toBe(0)
  expect((await invoke(['compare', fast, fast])).code).toBe(0)
})

test('compare --json has every figure and the sentence', async () => {
  const { run, slower } = someRuns()
  const comparison = JSON.parse((await invoke(['compare', run, slower, '--json'])).out)
  expect(comparison).toMatchObject({ kind: 'results', onlyInA: [], sentence: expect.stringContaining('1 worse') })
  expect(comparison.pairs[0].figures[1]).toMatchObject({ figure: 'latency p50', a: 66.2, b: 72.82, judgement: 'worse' })
})

test('compare accepts two benchmark files', async () => {
  const { bench } = someRuns()
  expect((await invoke(['compare', bench, bench])).out).toContain('No clear difference in 1 benchmark.\n')
})

test('files that cannot be compared exit with 2', async () => {
  const { run, bench, folder } = someRuns()
  writeFileSync(join(folder, 'other.json'), '{"schemaVersion":1,"digest":"x","workloads":[{"name":"a"}]}')
  writeFileSync(join(folder, 'broken.json'), '{')
  writeFileSync(join(folder, 'other.csv'), 'a,b\n')
  for (const other of [
    bench,
    folder,
    'nowhere',
    join(folder, 'other.json'),
    join(folder, 'broken.json'),
    join(folder, 'other.csv'),
  ]) {
    const { code, out } = await invoke(['compare', run, other])
    expect([code, out]).toEqual([2, ''])
  }
})

test('two runs, sweeps or benchmarks with nothing in common exit with 2, since nothing was compared', async () => {
  const simulate: Simulate = async (scenario) => run(scenario)
  const folder = aFolder({
    'wan.yaml': SMALL_SCENARIO,
    'a.json': JSON.stringify(aResult()),
    'b.json': JSON.stringify(
      aResult({ workloads: [aWorkload({ name: 'other' })], verdicts: [aVerdict({ worst: 'read' })] }),
    ),
    'x.csv': writeBenchCsv([{ name: 'x', unit: 'ns/op', samples: [1, 2] }]),
    'y.csv': writeBenchCsv([{ name: 'y', unit: 'ns/op', samples: [1, 2] }]),
    'none.csv': writeBenchCsv([]),
  })
  const at = (name: string) => join(folder, name)
  for (const [name, seeds] of Object.entries({ low: '1..2', high: '3..4', middle: '2..3' }))
    await invoke(['sweep', at('wan.yaml'), '--seeds', seeds, '--out', at(name)], { simulate })
  for (const [a, b] of [
    ['a.json', 'b.json'],
    ['x.csv', 'y.csv'],
    ['none.csv', 'none.csv'],
    ['low', 'high'],
  ]) {
    const { code, out, err } = await invoke(['compare', at(a), at(b)])
    expect([code, out]).toEqual([2, expect.stringMatching(/so nothing was compared\.\n$/)])
    expect(err).toContain(`onpath: ${at(a)} and ${at(b)} have nothing in common\n`)
  }
  const { code, out } = await invoke(['compare', at('low'), at('middle')])
  expect([code, out]).toEqual([0, expect.stringContaining('over 1 common seed')])
})

test('a sweep whose figures are damaged exits with 2 and names the line', async () => {
  const { run, folder } = someRuns()
  const file = join(folder, 'sweep.csv')
  writeFileSync(file, 'seed,run_digest,workload\n1,ab,"get\n')
  const { code, err } = await invoke(['compare', file, run])
  expect([code, err]).toEqual([2, expect.stringMatching(/sweep\.csv: it is no sweep: line \d+: /)])
})

test('compare of a file inside a run folder exits with 2 and names the folder', async () => {
  const { run, folder } = someRuns()
  writeFileSync(join(run, 'results.csv'), 'workload,path\nfresh,logs\n')
  const { code, err } = await invoke(['compare', join(run, 'results.csv'), run])
  expect(code).toBe(2)
  expect(err).toContain(`cannot read ${join(run, 'results.csv')}: name the run folder ${run} instead\n`)
  writeFileSync(join(folder, 'results.csv'), 'workload,path\nfresh,logs\n')
  expect((await invoke(['compare', join(folder, 'results.csv'), run])).err).not.toContain('name the run folder')
})

test('compare shows how the scenarios of two runs differ, and uses the common seeds of two sweeps', async () => {
  const folder = aFolder({ 'wan.yaml': SMALL_SCENARIO })
  const at = (name: string) => join(folder, name)
  const simulate: Simulate = async (scenario) => run(scenario)
  for (const [name, delay] of Object.entries({ a: '10ms', b: '20ms' })) {
    const change = ['--set', `links.wire.delay=${delay}`, '--out']
    await invoke(['run', at('wan.yaml'), ...change, at(name)], { simulate })
    await invoke(['sweep', at('wan.yaml'), '--seeds', '1..6', ...change, at(`sweep-${name}`)], { simulate })
  }
  const runs = await invoke(['compare', at('a'), at('b')])
  expect(runs.out).toContain('configuration\n  links.wire.delay: "10ms" -> "20ms"\n')
  const sweeps = await invoke(['compare', at('sweep-a'), at('sweep-b'), '--fail-on-regression', '5%'])
  expect(sweeps.code).toBe(5)
  expect(sweeps.out).toContain('over 6 common seeds')
  expect((await invoke(['compare', at('sweep-a'), at('sweep-b')])).code).toBe(5)
  expect((await invoke(['compare', at('sweep-b'), at('sweep-a')])).code).toBe(0)
  const mixed = await invoke(['compare', at('a'), at('sweep-b')])
  expect([mixed.code, mixed.err]).toEqual([2, expect.stringContaining('one is a run and the other a sweep')])
})

test('compare of two sweep folders uses their scenarios and verdicts', async () => {
  const attacked = `${SMALL_SCENARIO}
attackers: { eve: { on: wire, vantage: passive, plan: [{ technique: eavesdrop, path: web }] } }
`
  const folder = aFolder({ 'wan.yaml': attacked })
  const at = (name: string) => join(folder, name)
  const simulate: Simulate = async (scenario) => run(scenario)
  const sealed = ['--set', 'paths.web.tls={ version: 1.3, verify: ca }', '--set', 'paths.web.port=443']
  const swept = (name: string, more: string[]) =>
    invoke(['sweep', at('wan.yaml'), '--seeds', '1..3', ...more, '--out', at(name)], { simulate })
  await swept('sealed', sealed)
  await swept('plain', [])
  expect(readdirSync(at('plain')).sort()).toEqual([
    'SHA256SUMS',
    'points',
    'scenario.yaml',
    'sweep.csv',
    'verdicts.csv',
  ])
  const { code, out, err } = await invoke(['compare', at('sealed'), at('plain')])
  expect(code).toBe(5)
  expect(out).toMatch(
    /\nconfiguration\n {2}paths\.web\.port: 443 -> .*\n(?:.*\n)*\nverdicts\n {2}worse: eavesdrop on web/,
  )
  expect(err).toContain('is worse: read, was metadata, at 3 of 3 common seeds\n')
  const again = await swept('again', ['--set', 'name=other'])
  expect(again.code).toBe(0)
  const rerun = ['sweep', at('plain/scenario.yaml'), '--out', at('rerun')]
  expect((await invoke(rerun, { simulate })).code).toBe(0)
  expect((await invoke(['compare', at('plain'), at('rerun')])).out).toContain('configuration: the same\n')
  writeFileSync(at('plain/verdicts.csv'), 'x\n')
  const damaged = await invoke(['compare', at('sealed'), at('plain')])
  expect([damaged.code, damaged.err]).toEqual([
    2,
    expect.stringContaining('verdicts.csv: it has no verdicts of a sweep'),
  ])
})
