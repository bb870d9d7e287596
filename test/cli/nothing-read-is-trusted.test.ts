import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseResult } from '../../src/cli/input/parse-result.ts'
import { jsonDocument } from '../../src/report/json.ts'
import { loadScenario } from '../../src/scenario/load.ts'
import { run } from '../../src/simulation/run.ts'
import { invoke } from '../fixtures/fake-io.ts'
import { aFolder } from '../fixtures/folder.ts'
import { aResult, aVerdict } from '../fixtures/results.ts'
import { SMALL_SCENARIO } from '../fixtures/scenario-text.ts'

function aRun(summary: string): string {
  const folder = aFolder()
  writeFileSync(join(folder, 'summary.json'), summary)
  return folder
}

/** Every place in a JSON value, as a path of keys. */
function placesIn(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path]
  return [path, ...Object.entries(value).flatMap(([key, child]) => placesIn(child, [...path, key]))]
}

/** Returns a copy of a JSON value in which the value at a place is another. */
function withValue(value: unknown, [key, ...rest]: readonly string[], other: unknown): unknown {
  if (key === undefined) return other
  if (Array.isArray(value)) return value.map((item, i) => (String(i) === key ? withValue(item, rest, other) : item))
  const entries = Object.entries(value ?? {}).map(([name, child]) => [
    name,
    name === key ? withValue(child, rest, other) : child,
  ])
  return Object.fromEntries(entries)
}

const whole = aResult({ verdicts: [aVerdict({ noticedBy: [{ host: 'a', log: 'b', reason: 'c' }] })] })

describe('a summary that is damaged', () => {
  test('is refused with file and place, by compare and as a baseline', async () => {
    const good = aRun(JSON.stringify(whole))
    for (const [damaged, place] of [
      [withValue(whole, ['workloads', '0', 'latencyMs', 'p50'], '66'), 'workloads[0].latencyMs.p50'],
      [withValue(whole, ['workloads', '0', 'completed'], undefined), 'workloads[0].completed'],
      [withValue(whole, ['verdicts', '0', 'outcomes'], 'read'), 'verdicts[0].outcomes'],
      [{ ...whole, workloads: [whole.workloads[0], whole.workloads[0]] }, 'workloads'],
      [withValue(whole, ['expectations'], null), 'expectations'],
      [withValue(whole, ['digest'], '\u001b[2J'), 'digest'],
      [withValue(whole, ['schemaVersion'], 2), 'schemaVersion'],
      [[], 'the document'],
    ] as const) {
      const bad = aRun(JSON.stringify(damaged))
      const file = join(bad, 'summary.json')
      for (const argv of [
        ['compare', good, bad],
        ['compare', file, good],
        ['run', '-', '--baseline', bad],
      ]) {
        const { code, out, err } = await invoke(argv, { stdin: SMALL_SCENARIO })
        expect([place, code, out]).toEqual([place, 2, ''])
        expect(err).toContain(`cannot read ${file}: it is not the summary of a run of this version`)
        expect(err).toContain(`(${place}: `)
      }
    }
  })

  test('that is no JSON is refused with line and column, and nothing of it is shown', async () => {
    const bad = aRun('{\n  "schemaVersion": 1,\n  "token": hunter2\n}')
    const { code, err } = await invoke(['compare', bad, bad])
    expect([code, err]).toEqual([2, expect.stringContaining('it is not JSON')])
    expect(err).not.toContain('hunter2')
  })

  test('never ends compare in a bug or in a figure that is not a number, whichever value is another', async () => {
    const good = aRun(JSON.stringify(whole))
    const other = fc.constantFrom<unknown>(null, -1, 'INFINITY', 'x', [], {}, true, 0.5, undefined)
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...placesIn(whole)), other, async (place, value) => {
        // JSON has no infinity, but such a number is read as one.
        const text = JSON.stringify(withValue(whole, place, value)) ?? ''
        const bad = aRun(text.replaceAll('"INFINITY"', '1e999'))
        const { code, out } = await invoke(['compare', good, bad])
        expect([0, 2]).toContain(code)
        expect(out).not.toMatch(/NaN|Infinity|undefined/)
      }),
      { numRuns: 150 },
    )
  })

  test('is not one of this version: results of clusters with attackers, heartbeats and tunnels are whole', () => {
    for (const file of ['presets/gke-ssh-tunnels', 'join', 'presets/konnectivity']) {
      const text = readFileSync(new URL(`../../scenarios/${file}.yaml`, import.meta.url), 'utf8')
      const loaded = loadScenario({ text, file }, { set: ['duration=40s'] })
      if (!loaded.ok) throw new Error(`${file} is invalid`)
      const { result } = run(loaded.scenario, { perInstance: true })
      expect(parseResult(jsonDocument(result))).toEqual({ ok: true, result })
    }
  })
})

test('compare says which side was interrupted, and a baseline that was is reported', async () => {
  const [done, partial] = [aRun(JSON.stringify(whole)), aRun(JSON.stringify({ ...whole, ended: 'interrupted' }))]
  const { out, err } = await invoke(['compare', done, partial])
  expect(out).toContain('B was interrupted, so its figures are partial.')
  expect(out).not.toContain('A was interrupted')
  expect(err).toBe(`warning: ${partial}: the run was interrupted, and its result is partial\n`)
  expect((await invoke(['compare', done, done])).out).not.toContain('interrupted')
})

test('a verdicts.csv of another run is reported', async () => {
  const folder = join(aFolder(), 'out')
  await invoke(['run', '-', '--out', folder], { stdin: SMALL_SCENARIO })
  expect((await invoke(['compare', folder, folder])).err).toBe('')
  writeFileSync(join(folder, 'verdicts.csv'), 'attacker,vantage\n')
  const { code, err } = await invoke(['compare', folder, folder])
  expect([code, err]).toEqual([0, expect.stringContaining('verdicts.csv belongs to another run')])
})

test('packet digests of gigabytes are refused, not read', async () => {
  const folder = join(aFolder(), 'out')
  await invoke(['run', '-', '--out', folder], { stdin: SMALL_SCENARIO })
  truncateSync(join(folder, 'packets.digest'), 3e9)
  const { code, err } = await invoke(['replay', folder])
  expect([code, err]).toEqual([2, expect.stringContaining('packets.digest: it is larger than')])
})

test('pipes and devices are refused, and not waited for', async () => {
  if (!existsSync('/dev/null')) return
  const folder = aFolder({ 'small.yaml': SMALL_SCENARIO, 'over.yaml': 'version: 1\nextends: pipe\n' })
  const pipe = join(folder, 'pipe')
  execFileSync('mkfifo', [pipe])
  symlinkSync('/dev/zero', join(folder, 'summary.json'))
  mkdirSync(join(folder, 'run'))
  execFileSync('mkfifo', [join(folder, 'run', 'summary.json')])
  for (const argv of [
    ['validate', pipe],
    ['run', pipe],
    ['run', '/dev/zero'],
    ['run', join(folder, 'small.yaml'), '--attack', `${folder}/./pipe`],
    ['compare', pipe, folder],
    ['compare', folder, folder],
    ['compare', join(folder, 'run'), folder],
    ['replay', join(folder, 'run')],
  ]) {
    const { code, err } = await invoke(argv)
    expect([argv, code, err]).toEqual([argv, 2, expect.stringContaining('it is a pipe or a device')])
  }
  const base = await invoke(['validate', join(folder, 'over.yaml')])
  expect([base.code, base.err]).toEqual([3, expect.stringContaining('it is a pipe or a device')])
})

test('the folder of a large scenario that run accepts is accepted by replay', async () => {
  const folder = aFolder()
  const name = (i: number) => `host-${i}-${'x'.repeat(80)}`
  const numbers = Array.from({ length: 2_000 }, (_, i) => i)
  const hosts = numbers.map((i) => `${name(i)}: {cores: 2,cpu: go}`)
  const links = numbers.slice(1).map((i) => `l${i}: {between: [${name(0)},${name(i)}],delay: 1ms,rate: 10Mbps}`)
  const text = `version: 1
hosts: {${hosts.join(',')}}
links: {${links.join(',')}}
paths: {p: {from: ${name(0)},to: ${name(1)},port: 80}}
workloads: {w: {path: p,requests: 1}}
`
  writeFileSync(join(folder, 'large.yaml'), text)
  const out = join(folder, 'out')
  expect((await invoke(['run', join(folder, 'large.yaml'), '--out', out])).code).toBe(0)
  const written = loadScenario({ text: readFileSync(join(out, 'scenario.yaml'), 'utf8'), file: 'scenario.yaml' })
  expect(written.ok).toBe(true)
})

test('--print-config of 600 nodes can be read again', async () => {
  const stdin = 'version: 1\nkubernetes: "1.30"\ncluster: { preset: kubeadm-default, nodes: 600 }\n'
  const { out } = await invoke(['run', '-', '--print-config'], { stdin })
  expect(out.length).toBeGreaterThan(2 ** 20)
  const [given, printed] = [stdin, out].map((text) => loadScenario({ text, file: '-' }))
  expect(given).toMatchObject({ ok: true })
  expect(printed).toMatchObject({ ok: true, scenario: given.ok ? { expectations: given.scenario.expectations } : {} })
})
