import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
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
  test('a damaged summary is refused with file and place, by compare and as a baseline', async () => {
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

  test('a summary that is not JSON is refused with line and column, without showing its content', async () => {
    const bad = aRun('{\n  "schemaVersion": 1,\n  "token": hunter2\n}')
    const { code, err } = await invoke(['compare', bad, bad])
    expect([code, err]).toEqual([2, expect.stringContaining('it is not JSON')])
    expect(err).not.toContain('hunter2')
  })

  test('compare never ends in a bug or prints NaN for a damaged summary, whichever value is replaced', async () => {
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
})

test('compare says which side was interrupted, and an interrupted baseline is reported', async () => {
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

test('packet digests of gigabytes are refused without reading them', async () => {
  const folder = join(aFolder(), 'out')
  await invoke(['run', '-', '--out', folder], { stdin: SMALL_SCENARIO })
  truncateSync(join(folder, 'packets.digest'), 3e9)
  const { code, err } = await invoke(['replay', folder])
  expect([code, err]).toEqual([2, expect.stringContaining('packets.digest: it is larger than')])
})

test('pipes and devices are refused without waiting', async () => {
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
