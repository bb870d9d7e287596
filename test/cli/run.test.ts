import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Simulate } from '../../src/cli/simulation/simulate.ts'
import { BudgetExceeded } from '../../src/simulation/budget.ts'
import { reproduceLine } from '../../src/study/reproduce.ts'
import { cannedRun, invoke } from '../fixtures/fake-io.ts'
import { aFolder } from '../fixtures/folder.ts'
import { aWorkload } from '../fixtures/results.ts'
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

test('the exit code of several runs is the most severe one, and all are run', async () => {
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

test('an interrupted run keeps completed runs, marks the partial one and starts no other', async () => {
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

test('run gives a finished capture its name and says its size, or why it could not be written', async () => {
  const folder = aFolder()
  const capture = join(folder, 'a.pcapng')
  const capturing =
    (failure: string | null): Simulate =>
    async (scenario, { captures: [task] = [] }) => {
      writeFileSync(task.path, 'packets')
      return { ...cannedRun(scenario), captured: [{ packets: 3, bytes: 7, leftOut: 0, failure }] }
    }
  const run = (failure: string | null) =>
    invoke(['run', '-', '--pcap', capture], { stdin: SMALL_SCENARIO, simulate: capturing(failure) })
  const failed = await run('the disk is full')
  expect([failed.code, failed.err]).toEqual([2, `onpath: cannot write to ${capture}: the disk is full\n`])
  expect([failed.out === '', readdirSync(folder)]).toEqual([false, []])
  expect(await run(null)).toMatchObject({ code: 0, err: `written: ${capture} (3 packets)\n` })
  expect(readFileSync(capture, 'utf8')).toBe('packets')
})

test('run computes instances, limits, packets, reports, samples and captures only if options request them', async () => {
  const given: Parameters<Simulate>[1][] = []
  const simulate: Simulate = async (scenario, options) => {
    given.push(options)
    return cannedRun(scenario)
  }
  const run = (...more: string[]) => invoke(['run', '-', ...more], { stdin: SMALL_SCENARIO, simulate })
  const folder = aFolder()
  await run()
  await run('--per-instance', '--max-events', '9', '--max-memory', '1KB', '--out', join(folder, 'out'))
  await run('--report', join(folder, 'report.html'))
  await run('--samples', join(folder, 'samples.csv'), '--pcap', join(folder, 'a.pcapng'), '--pcap-size', '1KB')
  const chosen = given.map(({ onProgress, interruption, ...options }) => options)
  const plain = { recordPackets: false, isForReport: false, isAlone: true, perInstance: false }
  expect(chosen).toEqual([
    plain,
    { ...plain, recordPackets: true, perInstance: true, maxEvents: 9, maxMemoryBytes: 1000 },
    { ...plain, isForReport: true },
    {
      ...plain,
      samples: [{ path: 'web', everyNs: 10_000_000 }],
      captures: [
        { path: expect.stringContaining(folder), subject: { kind: 'everything' }, isPlaintext: false, mostBytes: 1000 },
      ],
    },
  ])
})

describe('run --joint', () => {
  const files = () => {
    const folder = aFolder({ 'a.yaml': named('a'), 'b.yaml': named('b') })
    return ['a', 'b'].map((name) => join(folder, `${name}.yaml`))
  }

  test('run --joint prints one table, with the digest and the command of each run', async () => {
    const [a, b] = files()
    const { code, out, err } = await invoke(['run', a, b, '--joint'])
    expect([code, err]).toEqual([0, ''])
    expect(out.match(/\b(?:a|b) +fresh\b/g)).toHaveLength(2)
    expect(out.match(/^reproduce: .*$/gm)).toEqual([a, b].map((file) => `reproduce: npx onpath run ${file} --seed 3`))
  })

  test('run --joint says once where the runs were written', async () => {
    const [a, b] = files()
    const folder = join(aFolder(), 'out')
    const { err } = await invoke(['run', a, b, '--joint', '--out', folder])
    expect(err.split('\n').filter((line) => line.includes(folder))).toHaveLength(1)
  })

  test('run --joint prints no table if no run ended', async () => {
    const simulate = async () => {
      throw new BudgetExceeded(1, 1)
    }
    expect(await invoke(['run', ...files(), '--joint'], { simulate })).toMatchObject({ code: 7, out: '' })
  })

  test('run --joint shows every row of a long table with --all, which needs --joint', async () => {
    const many =
      (count: number): Simulate =>
      async (scenario) => {
        const run = cannedRun(scenario)
        const workloads = Array.from({ length: count }, (_, i) => aWorkload({ name: `w${i}` }))
        return { ...run, result: { ...run.result, workloads } }
      }
    const [a] = files()
    const rowsOf = async (...more: string[]) =>
      (await invoke(['run', a, '--joint', ...more], { simulate: many(200) })).out.split('\n').length
    expect(await rowsOf('--all')).toBeGreaterThan(200)
    expect(await rowsOf()).toBeLessThan(100)
    const { code, err } = await invoke(['run', a, '--all'])
    expect([code, err]).toEqual([2, expect.stringContaining('--all goes with --joint')])
  })
})

test('run --print-config --json prints a document for one file, and a line for each of several', async () => {
  const folder = aFolder({ 'a.yaml': named('a'), 'b.yaml': named('b') })
  const [a, b] = ['a.yaml', 'b.yaml'].map((name) => join(folder, name))
  const one = await invoke(['run', a, '--print-config', '--json'])
  expect([one.code, JSON.parse(one.out).name]).toEqual([0, 'a'])
  expect(one.out).toMatch(/^\{\n {2}"/)
  const both = await invoke(['run', a, b, '--print-config', '--json'])
  expect(
    both.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).name),
  ).toEqual(['a', 'b'])
  const text = await invoke(['run', a, b, '--print-config'])
  expect(text.out.split('---\n').map((part) => /^name: (\w)/m.exec(part)?.[1])).toEqual(['a', 'b'])
})

test.each([
  ['--baseline', '--baseline needs exactly one scenario file'],
  ['--report', '--report needs exactly one scenario file'],
])('run %s is refused for several files, before the first run', async (option, message) => {
  const folder = aFolder({ 'a.yaml': named('a'), 'b.yaml': named('b') })
  const argv = ['run', join(folder, 'a.yaml'), join(folder, 'b.yaml'), option, join(folder, 'x')]
  const simulate = async () => {
    throw new Error('no run was expected')
  }
  const { code, out, err } = await invoke(argv, { simulate })
  expect([code, out, err]).toEqual([2, '', expect.stringContaining(message)])
})

test.each([
  ['the only run', ['a'], 0],
  ['the last of two runs', ['a', 'b'], 1],
  ['the first of two runs', ['a', 'b'], 0],
])('an interruption at the end of %s leaves its result, and starts no other run', async (_, names, at) => {
  const folder = aFolder(Object.fromEntries(names.map((name) => [`${name}.yaml`, named(name)])))
  const controller = new AbortController()
  const begun: string[] = []
  const simulate: Simulate = async (scenario) => {
    if (begun.push(scenario.blueprint.name) - 1 === at) controller.abort(130)
    return cannedRun(scenario)
  }
  const argv = ['run', ...names.map((name) => join(folder, `${name}.yaml`)), '--json']
  const { code } = await invoke(argv, { simulate, interruption: controller.signal })
  expect([code, begun]).toEqual([at + 1 < names.length ? 130 : 0, names.slice(0, at + 1)])
  const out = join(folder, 'out')
  begun.length = 0
  const again = new AbortController()
  const kept: Simulate = async (scenario) => {
    if (begun.push(scenario.blueprint.name) - 1 === at) again.abort(130)
    return cannedRun(scenario)
  }
  await invoke([...argv, '--out', out], { simulate: kept, interruption: again.signal })
  if (names.length === 1) expect(readdirSync(out)).toContain('summary.json')
  else
    expect(names.map((name) => readdirSync(join(out, name)).includes('summary.json'))).toEqual(
      names.map((_name, i) => i <= at),
    )
})

function named(name: string): string {
  return SMALL_SCENARIO.replace('name: small', `name: ${name}`)
}
