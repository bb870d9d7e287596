import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { reproduceLine } from '../../src/cli/run/reproduce.ts'
import type { Simulate } from '../../src/cli/simulation/simulate.ts'
import { BudgetExceeded } from '../../src/simulation/budget.ts'
import { cannedRun, invoke } from '../fixtures/fake-io.ts'
import { aFolder } from '../fixtures/folder.ts'
import { BROKEN_SCENARIO, SMALL_SCENARIO } from '../fixtures/scenario-text.ts'

const unmet: Simulate = async (scenario) => cannedRun(scenario, false)

test('run prints a table and the command that reproduces it, and writes no file', async () => {
  const folder = aFolder({ 'small.yaml': SMALL_SCENARIO })
  const file = join(folder, 'small.yaml')
  const { code, out, err } = await invoke(['run', file])
  expect(code).toBe(0)
  expect(err).toBe('')
  expect(out).toContain('✓ met       latency(visits) p50 < 120ms  66.2ms\n')
  expect(out).toContain('\nseed 3   digest 53de64a7c0ffee00   ')
  expect(out.endsWith(`\nreproduce: npx onpath run ${file} --seed 3\n`)).toBe(true)
  expect(readdirSync(folder)).toEqual(['small.yaml'])
})

test('--seed and --set change the scenario and are part of the command that reproduces the run', async () => {
  let delayNs = 0
  const simulate: Simulate = async (scenario) => {
    delayNs = scenario.blueprint.links[0].forward.delayNs
    return cannedRun(scenario)
  }
  const argv = ['run', '-', '--seed', '-9', '--set', 'links.wire.delay=20ms', '--set', 'expect=[]']
  const { out } = await invoke(argv, { stdin: SMALL_SCENARIO, simulate })
  expect(delayNs).toBe(20_000_000)
  expect(out).toContain("reproduce: npx onpath run - --set links.wire.delay=20ms --set 'expect=[]' --seed -9\n")
})

test('the command that reproduces a run names a file that begins with - as ./-', async () => {
  expect(reproduceLine('run', { file: '--odd name.yaml', seed: 1 })).toBe("npx onpath run './--odd name.yaml' --seed 1")
})

test('run --json prints one document for one file, and a line for each of several', async () => {
  const folder = aFolder({ 'a.yaml': SMALL_SCENARIO, 'b.yaml': SMALL_SCENARIO })
  const [a, b] = [join(folder, 'a.yaml'), join(folder, 'b.yaml')]
  const one = await invoke(['run', a, '--json'])
  expect(JSON.parse(one.out)).toMatchObject({
    schemaVersion: 1,
    scenario: 'small',
    seed: 3,
    reproduce: `npx onpath run ${a} --seed 3`,
  })
  const lines = (await invoke(['run', a, b, '--json', '--seed', '5'])).out.split('\n')
  expect(lines.length).toBe(3)
  expect(JSON.parse(lines[1])).toMatchObject({ seed: 5, reproduce: `npx onpath run ${b} --seed 5` })
})

test('an unmet expectation exits with 4 after the result is printed', async () => {
  const { code, out } = await invoke(['run', '-'], { stdin: SMALL_SCENARIO, simulate: unmet })
  expect(code).toBe(4)
  expect(out).toContain('✗ NOT MET   latency(visits) p50 < 120ms  66.2ms')
})

test('an invalid file among several prevents all runs, and all problems are printed', async () => {
  const folder = aFolder({ 'good.yaml': SMALL_SCENARIO, 'bad.yaml': BROKEN_SCENARIO })
  const bad = join(folder, 'bad.yaml')
  const out = join(folder, 'out')
  const spoken = await invoke(['run', join(folder, 'good.yaml'), bad, '--out', out], { simulate: unmet })
  expect(spoken.code).toBe(3)
  expect(spoken.out).toBe('')
  expect(spoken.err).toContain(`${bad}:5:45: error[unknown-key]`)
  expect(spoken.err).toContain(`${bad}:7:30: error[unknown-name]`)
  expect(spoken.err).toContain('2 errors; ')
  expect(existsSync(out)).toBe(false)
})

test('an override with an unknown path is reported with its position', async () => {
  const { code, err } = await invoke(['run', '-', '--set', 'links.wire.dealy=1ms'], { stdin: SMALL_SCENARIO })
  expect(code).toBe(3)
  expect(err).toContain('--set:1:12: error[unknown-key]')
})

test('a run that exceeds --max-events exits with 7 and prints its simulated time', async () => {
  const simulate = async () => {
    throw new BudgetExceeded(1_000, 66_200_000)
  }
  const { code, out, err } = await invoke(['run', '-', '--max-events', '1000'], { stdin: SMALL_SCENARIO, simulate })
  expect(code).toBe(7)
  expect(out).toBe('')
  expect(err).toContain(
    'small, seed 3: stopped after 1000 events, the limit of --max-events, at 66.2 ms of simulated time',
  )
  expect(err).toContain('\nreproduce: npx onpath run - --seed 3 --max-events 1000\n')
})

test('a run that needs more memory than --max-memory exits with 7 and says so', async () => {
  const given: unknown[] = []
  const simulate: Simulate = async (_, { maxMemoryBytes }) => {
    given.push(maxMemoryBytes)
    throw new BudgetExceeded(1_000, 66_200_000, 'memory')
  }
  const { code, out, err } = await invoke(['run', '-', '--max-memory', '10KB'], { stdin: SMALL_SCENARIO, simulate })
  expect([code, out, given]).toEqual([7, '', [10_000]])
  expect(err).toContain(
    'small, seed 3: stopped after 1000 events, since its state needs more memory than --max-memory (default: 2GiB) or the machine allows, at 66.2 ms of simulated time',
  )
  expect((await invoke(['run', '-', '--max-memory', 'much'], { stdin: SMALL_SCENARIO })).code).toBe(2)
})

test('a bug exits with 1, prints the command with its seed, and its stack only with ONPATH_DEBUG', async () => {
  const simulate = async () => {
    throw new TypeError('x is not a function')
  }
  const quiet = await invoke(['run', '-'], { stdin: SMALL_SCENARIO, simulate })
  expect(quiet.code).toBe(1)
  expect(quiet.err).toContain('x is not a function')
  expect(quiet.err).toContain('this command: npx onpath run - --seed 3\n')
  expect(quiet.err).not.toContain('run.test.ts')
  const loud = await invoke(['run', '-'], { stdin: SMALL_SCENARIO, simulate, isDebugging: true })
  expect(loud.err).toContain('run.test.ts')
})

test('the most severe of several runs gives the exit code, and all runs are made', async () => {
  const folder = aFolder({ 'a.yaml': SMALL_SCENARIO, 'b.yaml': SMALL_SCENARIO, 'c.yaml': SMALL_SCENARIO })
  const ends: Simulate[] = [
    unmet,
    async () => {
      throw new BudgetExceeded(1, 1)
    },
    unmet,
  ]
  const files = ['a', 'b', 'c'].map((name) => join(folder, `${name}.yaml`))
  const { code, out } = await invoke(['run', ...files, '--json'], { simulate: (...given) => ends.shift()!(...given) })
  expect(code).toBe(7)
  expect(out.trim().split('\n').length).toBe(2)
})

test('an interruption of run keeps completed runs, marks the partial one and begins no other', async () => {
  const folder = aFolder({ 'a.yaml': SMALL_SCENARIO, 'b.yaml': named('b'), 'c.yaml': named('c') })
  const files = ['a', 'b', 'c'].map((name) => join(folder, `${name}.yaml`))
  const controller = new AbortController()
  const simulate: Simulate = async (scenario) => {
    if (scenario.blueprint.name !== 'b') return cannedRun(scenario)
    controller.abort(143)
    const run = await cannedRun(scenario)
    return { ...run, result: { ...run.result, ended: 'interrupted', simulatedNs: 5_000_000 } }
  }
  const argv = ['run', ...files, '--json', '--out', join(folder, 'out')]
  const { code, out, err } = await invoke(argv, { simulate, interruption: controller.signal })
  expect(code).toBe(143)
  expect(
    out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).ended),
  ).toEqual(['finished', 'interrupted'])
  expect(err).toContain('b, seed 3: interrupted at 5 ms of simulated time')
  expect(readdirSync(join(folder, 'out', 'small')).sort()).toEqual([
    'SHA256SUMS',
    'packets.digest',
    'results.csv',
    'scenario.yaml',
    'summary.json',
  ])
  expect(readdirSync(join(folder, 'out', 'b'))).toEqual(['unfinished'])
  expect(readdirSync(join(folder, 'out', 'b', 'unfinished')).sort()).toEqual([
    'owner.json',
    'packets.digest',
    'reason.txt',
    'results.csv',
    'scenario.yaml',
    'summary.json',
  ])
})

function named(name: string): string {
  return SMALL_SCENARIO.replace('name: small', `name: ${name}`)
}
