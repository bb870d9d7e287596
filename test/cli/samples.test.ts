import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { simulateScenario } from '../../src/cli/simulation/simulate-scenario.ts'
import { namesOf } from '../../src/engine/registry.ts'
import { simulateText, simulateWithSamples } from '../../src/index.ts'
import { samplesCsv } from '../../src/report/run/samples-csv.ts'
import { CONNECTION_METRICS, LINK_METRICS } from '../../src/simulation/sampling/metrics.ts'
import { invoke } from '../fixtures/fake-io.ts'
import { aFolder } from '../fixtures/folder.ts'
import { scenarioOf } from '../fixtures/simulations.ts'

const PAGE = readFileSync(new URL('../../docs/samples.md', import.meta.url), 'utf8')
const [, WINDOW] = /```yaml\n([\s\S]*?)```/.exec(PAGE) ?? ['', '']
const SMALL = WINDOW.replace('50MB', '300KB')
const simulate = simulateScenario

/** Runs the scenario with these options, in a folder of its own. */
async function sampled(...options: string[]) {
  const folder = aFolder({ 'window.yaml': SMALL, 'notes.txt': 'mine' })
  const at = (name: string) => join(folder, name)
  const argv = ['run', at('window.yaml'), ...options.map((each) => each.replace('FOLDER', folder))]
  return { ...(await invoke(argv, { simulate })), at }
}

describe('run --samples', () => {
  test('run --samples writes a line for each sample, with units in the headers, and does not change the printed result', async () => {
    const without = await sampled()
    const { code, out, err, at } = await sampled('--samples', 'FOLDER/windows.csv', '--sample-every', '5ms')
    expect([code, err]).toEqual([0, `written: ${at('windows.csv')}\n`])
    const digest = (text: string) => /digest .*/.exec(text)?.[0]
    expect(digest(out)).toBe(digest(without.out))
    const [header, ...lines] = readFileSync(at('windows.csv'), 'utf8').trimEnd().split('\n')
    expect(header.startsWith('time_ms,of,link,host,local,remote,congestion_window_segments,')).toBe(true)
    expect(lines[0]).toMatch(/^0,link,link\/wan\/backward,,,,,,,,,,,,,,,,0,0,0,0,0,0,0$/)
    const server = lines.filter((line) => line.includes(',connection,,server,')).map((line) => line.split(','))
    expect(server[0].slice(0, 4)).toEqual(['15', 'connection', '', 'server'])
    expect(server.map(([, , , , , , window]) => Number(window)).slice(0, 2)).toEqual([10, 10])
    expect(Math.max(...server.map((cells) => Number(cells[6])))).toBeGreaterThan(40)
  })

  test('run --samples takes names of paths, links, link directions and hosts, also several', async () => {
    const kinds = async (...names: string[]) => {
      const of = names.flatMap((name) => ['--samples-of', name])
      const { at, code } = await sampled('--samples', 'FOLDER/a.csv', ...of)
      expect(code).toBe(0)
      const lines = readFileSync(at('a.csv'), 'utf8').trimEnd().split('\n').slice(1)
      return [...new Set(lines.map((line) => line.split(',').slice(2, 4).join('')))].sort()
    }
    expect(await kinds('web')).toEqual(['client', 'link/wan/backward', 'link/wan/forward', 'server'])
    expect(await kinds('wan')).toEqual(['link/wan/backward', 'link/wan/forward'])
    expect(await kinds('link/wan/forward')).toEqual(['link/wan/forward'])
    expect(await kinds('server', 'link/wan/forward')).toEqual(['link/wan/forward', 'server'])
  })

  test('run --samples refuses contradictory options before the run, and says what to do', async () => {
    for (const [options, reason] of [
      [['--sample-every', '1ms'], 'need --samples, the file for the samples'],
      [['--samples-of', 'web'], 'need --samples, the file for the samples'],
      [
        ['--samples', 'FOLDER/a.csv', '--samples-of', 'wbe'],
        'no path, link, segment or host of this name; did you mean web?',
      ],
      [['--samples', 'FOLDER/a.csv', '--sample-every', '0s'], 'It is not a duration such as 10ms'],
      [['--samples', 'FOLDER/a.csv', '--sample-every', '5'], 'It is not a duration such as 10ms'],
      [['--samples', '-'], '--samples needs the name of a file'],
      [['--samples', 'FOLDER/notes.txt'], 'it is another file'],
      [['--samples', 'FOLDER/window.yaml'], 'this command reads it'],
      [['FOLDER/window.yaml', '--samples', 'FOLDER/a.csv'], '--samples needs exactly one scenario file'],
    ] as const) {
      const { code, err, out, at } = await sampled(...options)
      expect([options, code, out]).toEqual([options, 2, ''])
      expect(err).toContain(reason)
      expect(existsSync(at('a.csv'))).toBe(false)
    }
  })

  test('run --samples replaces an earlier file of samples', async () => {
    const folder = aFolder({ 'window.yaml': SMALL })
    writeFileSync(join(folder, 'a.csv'), samplesCsv([]))
    const { code } = await invoke(['run', join(folder, 'window.yaml'), '--samples', join(folder, 'a.csv')], {
      simulate,
    })
    expect(code).toBe(0)
    expect(readFileSync(join(folder, 'a.csv'), 'utf8').split('\n').length).toBeGreaterThan(10)
  })
})

test('docs/samples.md describes each column, in the order of the file', () => {
  const headers = samplesCsv([]).trimEnd().split(',').slice(6)
  const metrics = { ...CONNECTION_METRICS, ...LINK_METRICS }
  const rows = namesOf(metrics).map((name, n) => `| \`${headers[n]}\` | ${metrics[name].meaning} |`)
  expect(PAGE).toContain(`${rows.join('\n')}\n`)
})

test('simulateWithSamples returns the result of simulate, and a series for each end and link direction', () => {
  const { result, samples } = simulateWithSamples(scenarioOf(SMALL), [{ path: 'web', everyNs: 10_000_000 }])
  expect(result).toEqual(simulateText(SMALL))
  expect(samples.map(({ kind }) => kind)).toEqual(['link', 'link', 'connection', 'connection'])
  for (const { ticksNs, values } of samples)
    for (const column of Object.values(values)) expect(column).toHaveLength(ticksNs.length)
})
