import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Context } from '../../src/cli/context.ts'
import { EXIT } from '../../src/cli/exit-code.ts'
import { diskFiles, type Files } from '../../src/cli/files/files.ts'
import { openReport, writeReport } from '../../src/cli/report/report-file.ts'
import type { SimulatedRun } from '../../src/cli/simulation/capture-task.ts'
import { runWhole } from '../../src/cli/simulation/run-whole.ts'
import type { Simulate } from '../../src/cli/simulation/simulate.ts'
import { reportFileName } from '../../src/report/html/report-name.ts'
import { takeAllTurns } from '../../src/simulation/run.ts'
import { anIo, invoke } from '../fixtures/fake-io.ts'
import { aFolder } from '../fixtures/folder.ts'
import { BROKEN_SCENARIO, SMALL_SCENARIO } from '../fixtures/scenario-text.ts'

const simulate: Simulate = async (scenario, { captures = [], isForReport = false, ...options }) =>
  takeAllTurns(runWhole(scenario, { captures, isForReport }, options))

const CONTEXT: Omit<Context, 'io' | 'files'> = { simulate, commands: {}, exit: () => {} }

const ATTACKED = `${SMALL_SCENARIO}attackers:
  mallory: { on: wire, vantage: passive, plan: [{ technique: eavesdrop, path: web }] }
`

async function reportOf(scenario: string): Promise<string> {
  const folder = aFolder({ 'small.yaml': scenario })
  const { code, out, err } = await invoke(['report', join(folder, 'small.yaml'), '--out', '-'], { simulate })
  expect([code, err]).toEqual([0, ''])
  return out
}

/** Returns the text of a document between tags. */
function textOf(html: string): string {
  return html.replaceAll(/<style>[\s\S]*?<\/style>|<[^>]*>/g, '')
}

test('a report is one document without scripts and without external addresses', async () => {
  const html = await reportOf(ATTACKED)
  expect(html.startsWith('<!doctype html>')).toBe(true)
  expect(html).toContain(`content="default-src &#39;none&#39;; style-src &#39;sha256-`)
  expect(html).not.toMatch(/<script|<link|<iframe|<img|@import|url\((?!#)|\son\w+=/i)
  expect(html.match(/(?:href|src)="(?!#)[^"]*"/g)).toBeNull()
  expect(html.replaceAll(/ xmlns(:xlink)?="[^"]*"/g, '')).not.toMatch(/https?:/)
})

test('every link in a report leads to a place in it, and each place has its own name', async () => {
  const html = await reportOf(ATTACKED)
  const ids = [...html.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id)
  const targets = [...html.matchAll(/(?:href="#|url\(#)([^")]*)/g)].map(([, id]) => id)
  expect(new Set(ids).size).toBe(ids.length)
  expect(targets.length).toBeGreaterThan(8)
  expect(targets.filter((id) => !ids.includes(id))).toEqual([])
})

test('a report shows the verdict first, then expectations, network, attacks, performance and reproduction', async () => {
  const text = textOf(await reportOf(ATTACKED))
  const order = [
    'mallory (passive) reads what is not meant for it on web, 2 of 2 messages exposed, and nobody notices.',
    'latency(visits) p50 &lt; 120ms',
    'Delays are one way',
    '☠ mallory (passive) is between',
    'the attacker read a request',
    'Attackers read messages on web. No token, no key and no secret',
    'How latency is distributed',
    'Each nanosecond',
    'npx onpath run',
  ]
  let place = 0
  for (const part of order) {
    const next = text.indexOf(part, place)
    expect([part, next]).toEqual([part, expect.toSatisfy((at: number) => at >= place)])
    place = next
  }
})

test('the parts of the latency in a report add up to the latency, and the report says so', async () => {
  const html = await reportOf(SMALL_SCENARIO)
  const row = /visits(?:<[^>]*>|\s|\d|\u202f)*?<\/tr>/.exec(html.slice(html.indexOf('All latencies')))?.[0] ?? ''
  const cells = [...row.matchAll(/<td[^>]*>([\d\u202f]+)<\/td>/g)].map(([, text]) => text)
  const [sum, latencies] = cells.slice(-2)
  expect(latencies).toMatch(/^81\u202f\d{3}\u202f\d{3}$/)
  expect(sum).toBe(latencies)
})

test('two reports of one scenario are equal to the byte', async () => {
  const [a, b] = [await reportOf(ATTACKED), await reportOf(ATTACKED)]
  const withoutFolder = (html: string) => html.replaceAll(/onpath-test-\w+/g, '')
  expect(withoutFolder(a) === withoutFolder(b)).toBe(true)
})

test('report simulates a run folder again, and shows the recorded result', async () => {
  const folder = aFolder({ 'small.yaml': SMALL_SCENARIO })
  const [recorded, file] = [join(folder, 'run'), join(folder, 'small.html')]
  await invoke(['run', join(folder, 'small.yaml'), '--out', recorded], { simulate })
  const { code, out, err } = await invoke(['report', recorded, '--out', file], { simulate })
  expect([code, out]).toEqual([0, ''])
  expect(err).toContain(`simulating ${recorded} again`)
  expect(err).toContain(`written: ${file}`)
  const { digest } = JSON.parse(readFileSync(join(recorded, 'summary.json'), 'utf8'))
  expect(readFileSync(file, 'utf8')).toContain(digest)
})

test('report of a run folder that simulates to another result exits with 6 and writes nothing', async () => {
  const folder = aFolder({ 'small.yaml': SMALL_SCENARIO })
  const recorded = join(folder, 'run')
  await invoke(['run', join(folder, 'small.yaml'), '--out', recorded], { simulate })
  const summary = join(recorded, 'summary.json')
  writeFileSync(summary, readFileSync(summary, 'utf8').replace('"completed": 2', '"completed": 3'))
  const { code, out, err } = await invoke(['report', recorded, '--out', '-'], { simulate })
  expect([code, out]).toEqual([6, ''])
  expect(err).toContain('workloads[0].completed')
})

test('report replaces an earlier report, and no other file', async () => {
  const folder = aFolder({ 'small.yaml': SMALL_SCENARIO, 'mine.html': '<html>mine</html>' })
  const [scenario, mine, ours] = ['small.yaml', 'mine.html', 'ours.html'].map((name) => join(folder, name))
  const refused = await invoke(['report', scenario, '--out', mine], { simulate })
  expect([refused.code, readFileSync(mine, 'utf8')]).toEqual([2, '<html>mine</html>'])
  for (let i = 0; i < 2; i++) expect((await invoke(['report', scenario, '--out', ours], { simulate })).code).toBe(0)
})

test('run --report writes the report of the run, and the result is the same as without it', async () => {
  const folder = aFolder({ 'small.yaml': ATTACKED })
  const [scenario, file] = ['small.yaml', 'small.html'].map((name) => join(folder, name))
  const without = await invoke(['run', scenario, '--json'], { simulate })
  const having = await invoke(['run', scenario, '--json', '--report', file], { simulate })
  expect(having.out).toBe(without.out)
  expect(readFileSync(file, 'utf8')).toContain(JSON.parse(having.out).digest)
})

test('run --report takes one scenario file', async () => {
  const folder = aFolder({ 'a.yaml': SMALL_SCENARIO, 'b.yaml': SMALL_SCENARIO.replace('small', 'other') })
  const files = ['a.yaml', 'b.yaml'].map((name) => join(folder, name))
  const { code, err } = await invoke(['run', ...files, '--report', join(folder, 'x.html')], { simulate })
  expect([code, err]).toEqual([2, expect.stringContaining('--report needs exactly one scenario file')])
})

test('a report of two scenarios shows what the second prevents, and what this costs', async () => {
  const closed = ATTACKED.replace('web: { from', 'web: { tls: { version: 1.3 }, from')
  const folder = aFolder({ 'open.yaml': ATTACKED, 'closed.yaml': closed })
  const [a, b] = ['open.yaml', 'closed.yaml'].map((name) => join(folder, name))
  const { code, out } = await invoke(['report', a, b, '--out', '-'], { simulate })
  const text = textOf(out)
  expect(code).toBe(0)
  expect(text).toContain('B closes 1 of 1 attack that succeed in A; at most +')
  expect(text).toContain('paths.web.tls.version')
  expect(text).toMatch(/eavesdrop\s*mallory\s*web\s*✕ read\s*2 of 2 messages\s*◦ metadata\s*✓ closed/)
  const back = await invoke(['report', b, a, '--out', '-'], { simulate })
  expect(textOf(back.out)).toContain('B opens 1 attack that do not succeed in A; no latency rises')
})

test('the report of a sweep has a curve for each figure, with an interval over seeds', async () => {
  const folder = aFolder({ 'small.yaml': SMALL_SCENARIO })
  const [scenario, file] = ['small.yaml', 'sweep.html'].map((name) => join(folder, name))
  const grid = ['--sweep', 'links.wire.delay=[10ms, 20ms]', '--seeds', '1..6']
  const { code } = await invoke(['sweep', scenario, ...grid, '--report', file], { simulate })
  const text = textOf(readFileSync(file, 'utf8'))
  expect(code).toBe(0)
  expect(text).toContain('95 % interval of the median')
  expect(text).toMatch(/From links\.wire\.delay 10ms to 20ms, (latency p50|throughput) of visits goes from/)
  expect(text).toMatch(/latency p50, ms\s*20ms\s*80\.\d\s*80\.\d\s*80\.\d\s*6/)
})

test.each(['history', 'details'])('a report of a run without its %s fails as a bug of onpath', async (missing) => {
  const folder = aFolder({ 'small.yaml': SMALL_SCENARIO })
  const without: Simulate = async (...given) => {
    const { history, details, ...run } = await simulate(...given)
    return { ...run, ...(missing === 'history' ? { details } : { history }) } as SimulatedRun
  }
  const argv = ['report', join(folder, 'small.yaml'), '--out', '-']
  const { code, out, err } = await invoke(argv, { simulate: without })
  expect([code, out, err]).toEqual([1, '', expect.stringContaining('the run has no history')])
})

test('a run that uses up its events gets no report', async () => {
  const folder = aFolder({ 'small.yaml': SMALL_SCENARIO })
  const argv = ['report', join(folder, 'small.yaml'), '--max-events', '10', '--out', '-']
  const { code, out } = await invoke(argv, { simulate })
  expect([code, out]).toEqual([7, ''])
})

test('a report has the scenario as YAML, with each value on one line', async () => {
  const long = 'the machine room is locked, '.repeat(6).trimEnd()
  const html = await reportOf(`${ATTACKED}accept: [{ verdict: read by mallory on web, reason: "${long}" }]\n`)
  const text = textOf(html.slice(html.indexOf('aria-label="The scenario as YAML"')))
  expect(text).toContain(`reason: ${long}`)
})

test.each([
  [['first-steps'], 'first-steps-report.html'],
  [['before', 'after'], 'before-and-after-report.html'],
  [['same', 'same'], 'same-report.html'],
  [['a b/c  d'], 'a-b-c-d-report.html'],
  [['../../etc/passwd'], 'etc-passwd-report.html'],
  [['.hidden.v2'], 'hidden.v2-report.html'],
  [['/'], 'run-report.html'],
])('the report of %j is written to %s', (names, file) => {
  expect(reportFileName(names)).toBe(file)
})

describe('a report that was simulated', () => {
  const written = (error: Error) => {
    const { io, printed } = anIo()
    const files: Files = { ...diskFiles, rename: () => fail(error) }
    const output = openReport(join(aFolder(), 'x.html'), [], { ...CONTEXT, io, files })
    return { code: writeReport(output, 'x', { ...CONTEXT, io, files }), err: printed.err, path: output.path }
  }
  const fail = (error: Error): never => {
    throw error
  }

  test('report exits with 2 if its file cannot be written, and says why', () => {
    const full = Object.assign(new Error('full'), { code: 'ENOSPC', syscall: 'rename' })
    const { code, err, path } = written(full)
    expect([code, err]).toEqual([2, `onpath: cannot write to ${path}: the disk is full\n`])
  })

  test('report does not hide a bug', () => {
    expect(() => written(new Error('a bug'))).toThrow('a bug')
  })
})

describe('nothing is reported, and nothing written,', () => {
  test.each([0, 1])('report writes nothing if scenario %i of two is invalid', async (invalid) => {
    const texts = [SMALL_SCENARIO, SMALL_SCENARIO]
    texts[invalid] = BROKEN_SCENARIO
    const folder = aFolder({ 'a.yaml': texts[0], 'b.yaml': texts[1] })
    const out = join(folder, 'x.html')
    const { code, err } = await invoke(['report', join(folder, 'a.yaml'), join(folder, 'b.yaml'), '--out', out])
    expect([code, existsSync(out)]).toEqual([3, false])
    expect(err).toContain('unknown-key')
  })

  test('report writes nothing if the run is interrupted', async () => {
    const folder = aFolder({ 'small.yaml': SMALL_SCENARIO })
    const [scenario, out] = ['small.yaml', 'x.html'].map((name) => join(folder, name))
    const interruption = AbortSignal.abort(EXIT.interrupted)
    const { code, err } = await invoke(['report', scenario, '--out', out], { simulate, interruption })
    expect([code, existsSync(out)]).toEqual([130, false])
    expect(err).toBe(
      `onpath: small: interrupted, and no report was written\nreproduce: npx onpath run ${scenario} --seed 3\n`,
    )
  })
})

describe('the report of a run folder', () => {
  const recorded = async (text = SMALL_SCENARIO) => {
    const folder = aFolder({ 'small.yaml': text })
    const run = join(folder, 'run')
    await invoke(['run', join(folder, 'small.yaml'), '--out', run], { simulate })
    return run
  }
  const report = (run: string, ...words: string[]) => invoke(['report', run, ...words, '--out', '-'], { simulate })

  test.each([
    ['--seed', '4'],
    ['--set', 'links.wire.delay=1ms'],
    ['--attack', 'unchecked-kubelet'],
    ['--max-events', '5'],
  ])('the report of a run folder is refused with %s, which would change the run', async (...words) => {
    const { code, out, err } = await report(await recorded(), ...words)
    expect([code, out, err]).toEqual([2, '', expect.stringContaining('whose scenario is fixed')])
  })

  test('the report of a run folder is refused if its scenario has become invalid, or its run was interrupted', async () => {
    const run = await recorded()
    const [scenario, summary] = ['scenario.yaml', 'summary.json'].map((name) => join(run, name))
    const text = readFileSync(scenario, 'utf8')
    writeFileSync(scenario, BROKEN_SCENARIO)
    expect(await report(run)).toMatchObject({ code: 3, out: '', err: expect.stringContaining('unknown-key') })
    writeFileSync(scenario, text)
    writeFileSync(summary, readFileSync(summary, 'utf8').replace('"ended": "finished"', '"ended": "interrupted"'))
    const { code, out, err } = await report(run)
    expect([code, out, err]).toEqual([2, '', expect.stringContaining('its run was interrupted')])
  })

  test('the report of a run folder names the command that compares packets, if they are recorded', async () => {
    const run = await recorded()
    const command = `npx onpath replay ${run}`
    expect(textOf((await report(run)).out)).toContain(command)
    rmSync(join(run, 'packets.digest'))
    const { code, out } = await report(run)
    expect([code, textOf(out).includes(command)]).toEqual([0, false])
  })
})
