import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import type { Simulate } from '../../src/cli/simulation/simulate.ts'
import { BudgetExceeded } from '../../src/simulation/budget.ts'
import { run } from '../../src/simulation/run.ts'
import { cannedRun, invoke } from '../fixtures/fake-io.ts'
import { aFolder } from '../fixtures/folder.ts'
import { aWorkload } from '../fixtures/results.ts'
import { LOSSY, SMALL_SCENARIO } from '../fixtures/scenario-text.ts'

/** A result whose figures tell which point it is of: 10 ms for each seed, and ten times as much with losses. */
const telling: Simulate = async (scenario) => {
  const { blueprint } = scenario
  const factor = blueprint.links[0].forward.lossRatio === 0 ? 1 : 10
  const p50 = blueprint.seed * 10 * factor
  const { result, packetDigests } = cannedRun(scenario, p50 < 200)
  const digest = `0000000000000${factor}${blueprint.seed}`.slice(-16).padStart(16, '0')
  const latencyMs = { min: p50, p50, p95: null, p99: null, max: p50, mean: p50 }
  const workloads = [aWorkload({ name: 'visits', path: 'web', latencyMs, digest })]
  return { result: { ...result, digest, workloads }, packetDigests }
}

const really: Simulate = async (scenario, options) => run(scenario, options)

describe('the table of a sweep', () => {
  test('the table of a sweep has a row for each workload and point, with the median, minimum and maximum over the seeds', async () => {
    const { code, out } = await invoke(['sweep', '-'], { stdin: LOSSY, simulate: telling })
    expect(code).toBe(4)
    expect(out).toMatchInlineSnapshot(`
      "small: 6 runs: links.wire.loss (2) x seed (3)

      ✗ NOT MET   latency(visits) p50 < 120ms  in 2 of 6 runs, first at links.wire.loss=1%, seed 2: 66.2ms

      workload  links.wire.loss  seeds          p50 ms  p99 ms   Mbps  failed            digest
      visits    0%                   3     20 (10..30)       -  0.121       0  da3c12f050feb69f
      visits    1%                   3  200 (100..300)       -  0.121       0  1b5bd58cfee6d58f

      Each figure is the median over the seeds (smallest..greatest).

      seeds 1..3   digest of 6 runs a9c8ea78377c66c6
      reproduce: npx onpath sweep -
      reproduce one run: npx onpath run - --set links.wire.loss=1% --seed 2
      "
    `)
  })

  test('the table of a sweep has a row for each point of a sweep with one seed', async () => {
    const argv = ['sweep', '-', '--set', 'sweep=null', '--sweep', 'links.wire.loss=[0%, 2%]', '--seed', '2']
    const { code, out } = await invoke(argv, { stdin: LOSSY, simulate: telling })
    expect(code).toBe(4)
    expect(out).toMatchInlineSnapshot(`
      "small: 2 runs: links.wire.loss (2)

      ✗ NOT MET   latency(visits) p50 < 120ms  in 1 of 2 runs, first at links.wire.loss=2%, seed 2: 66.2ms

      workload  links.wire.loss  p50 ms  p99 ms   Mbps  failed            digest
      visits    0%                   20       -  0.121       0  0000000000000012
      visits    2%                  200       -  0.121       0  0000000000000102

      seed 2   digest of 2 runs 9c78f82ecb257eb0
      reproduce: npx onpath sweep - --set sweep=null --sweep 'links.wire.loss=[0%, 2%]' --seed 2
      reproduce one run: npx onpath run - --set sweep=null --set links.wire.loss=2% --seed 2
      "
    `)
  })
})

test('sweep --json prints a line for each run, with its point', async () => {
  const { out, err } = await invoke(['sweep', '-', '--json'], { stdin: LOSSY, simulate: telling })
  const lines = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(lines.map(({ point }) => point)).toEqual(
    ['0%', '1%'].flatMap((loss) => [1, 2, 3].map((seed) => ({ 'links.wire.loss': loss, seed }))),
  )
  expect(lines[5]).toMatchObject({
    schemaVersion: 1,
    seed: 3,
    workloads: [{ latencyMs: { p50: 300 } }],
    reproduce: 'npx onpath run - --set links.wire.loss=1% --seed 3',
  })
  expect(err).toBe(
    'onpath: 2 of 6 runs did not meet their expectations\nreproduce the first: npx onpath run - --set links.wire.loss=1% --seed 2\n',
  )
})

test('sweep --csv prints a line for each run and workload, and --out writes the same', async () => {
  const folder = join(aFolder(), 'new', 'out')
  const { out } = await invoke(['sweep', '-', '--csv', '--out', folder], { stdin: LOSSY, simulate: telling })
  const [head, first, ...others] = out.trim().split('\n')
  expect(head).toMatch(
    /^links\.wire\.loss_percent,seed,ended,run_digest,expectations_not_met,workload,.*,latency_p50_ms,/,
  )
  expect(first).toMatch(/^0,1,finished,[0-9a-f]{16},0,visits,web,/)
  expect(others.length).toBe(5)
  expect(readdirSync(folder).sort()).toEqual(['SHA256SUMS', 'points', 'scenario.yaml', 'sweep.csv'])
  expect(readFileSync(join(folder, 'sweep.csv'), 'utf8')).toBe(out)
})

describe('for every --jobs', () => {
  test('sweep prints results in the order of the grid for every --jobs, even if later runs end first', async () => {
    let underWay = 0
    let most = 0
    const simulate: Simulate = async (scenario, options) => {
      most = Math.max(most, ++underWay)
      await setTimeout(scenario.blueprint.seed === 1 ? 20 : 1)
      underWay -= 1
      return telling(scenario, options)
    }
    const one = await invoke(['sweep', '-', '--json', '--jobs', '1'], { stdin: LOSSY, simulate })
    expect(most).toBe(1)
    const four = await invoke(['sweep', '-', '--json', '--jobs', '4'], { stdin: LOSSY, simulate })
    expect(most).toBe(4)
    expect(four).toEqual(one)
  })

  test('a point of a sweep has for every --jobs the digest of the run that its command reproduces', async () => {
    const { out } = await invoke(['sweep', '-', '--json', '--jobs', '3'], { stdin: LOSSY, simulate: really })
    const lines = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    for (const { digest, reproduce } of lines) {
      const argv = reproduce.split(' ').slice(2)
      const alone = await invoke([...argv, '--json'], { stdin: LOSSY, simulate: really })
      expect(JSON.parse(alone.out).digest).toBe(digest)
    }
    expect(new Set(lines.map(({ digest }) => digest)).size).toBeGreaterThan(1)
  })
})

test('a problem in one point prevents the whole sweep', async () => {
  let runs = 0
  const simulate: Simulate = async (scenario) => {
    runs += 1
    return cannedRun(scenario)
  }
  const out = join(aFolder(), 'out')
  const stdin = LOSSY.replace('1%]', '1%, 101%]')
  const spoken = await invoke(['sweep', '-', '--out', out], { stdin, simulate })
  expect([spoken.code, spoken.out, runs, existsSync(out)]).toEqual([3, '', 0, false])
  expect(spoken.err).toContain('-:10:36: error[out-of-range]')
  expect((await invoke(['validate', '-'], { stdin })).err).toContain('-:10:36: error[out-of-range]')
  expect((await invoke(['run', '-'], { stdin })).code).toBe(0)
})

test('a sweep run that exceeds its budget has a row without figures, and an earlier sweep.csv is kept', async () => {
  const folder = aFolder()
  await invoke(['sweep', '-', '--out', folder], { stdin: LOSSY, simulate: telling })
  const earlier = readFileSync(join(folder, 'sweep.csv'), 'utf8')
  const simulate: Simulate = async (scenario, options) => {
    if (scenario.blueprint.seed === 2) throw new BudgetExceeded(1_000, 66_200_000)
    return telling(scenario, options)
  }
  const argv = ['sweep', '-', '--out', folder, '--csv', '--max-events', '1000']
  const { code, out, err } = await invoke(argv, { stdin: LOSSY, simulate })
  expect(code).toBe(7)
  expect(out.match(/^1,\d,\w+,/gm)).toEqual(['1,1,finished,', '1,2,budget,', '1,3,finished,'])
  expect(err).toContain('links.wire.loss=0%, seed 2: stopped after 1000 events, the limit of --max-events, at 66.2 ms')
  expect(err).toContain('reproduce: npx onpath run - --set links.wire.loss=0% --seed 2 --max-events 1000\n')
  expect(readFileSync(join(folder, 'sweep.csv'), 'utf8')).toBe(earlier)
  expect(readFileSync(join(folder, 'unfinished', 'sweep.csv'), 'utf8')).toBe(out)
})

test('an interrupted sweep keeps completed runs, marks partial ones and starts no other', async () => {
  const folder = join(aFolder(), 'out')
  const controller = new AbortController()
  const simulate: Simulate = async (scenario, options) => {
    const done = await telling(scenario, options)
    if (scenario.blueprint.seed < 3) return done
    controller.abort(130)
    return { ...done, result: { ...done.result, ended: 'interrupted' } }
  }
  const argv = ['sweep', '-', '--jobs', '1', '--out', folder]
  const { code, out, err } = await invoke(argv, { stdin: LOSSY, simulate, interruption: controller.signal })
  expect(code).toBe(130)
  expect(out).toContain('small: 6 runs, 2 have ended: links.wire.loss (2) x seed (3) (interrupted, partial result)\n')
  expect(err).toContain(
    'onpath: interrupted; 2 of 6 runs have ended\nreproduce: npx onpath sweep -\ngo on with: npx onpath sweep - --out ',
  )
  expect(readdirSync(folder).sort()).toEqual(['points', 'unfinished'])
  expect(readdirSync(join(folder, 'unfinished')).sort()).toEqual([
    'owner.json',
    'reason.txt',
    'scenario.yaml',
    'sweep.csv',
  ])
  expect(readFileSync(join(folder, 'unfinished', 'sweep.csv'), 'utf8')).toMatch(/^0,3,interrupted,/m)
})

test('a bug in one run of a sweep exits with 1 and prints the command that reproduces it', async () => {
  const simulate: Simulate = async (scenario, options) => {
    if (scenario.blueprint.seed === 2) throw new TypeError('x is not a function')
    return telling(scenario, options)
  }
  const { code, err } = await invoke(['sweep', '-', '--seeds', '1,2'], { stdin: LOSSY, simulate })
  expect(code).toBe(1)
  expect(err).toContain('this command: npx onpath run - --set links.wire.loss=0% --seed 2\n')
})

test.each([
  [['sweep', '-'], 'has no `sweep:`; give a dimension with --sweep, or seeds with --seeds'],
  [['sweep', '-', '--seeds', '1..3', '--json', '--csv'], 'give one of them'],
  [['sweep', '-', '--seeds', '1..3', '--jobs', '0'], 'at least 1'],
  [['sweep', '-', '--seeds', '1..3', '--jobs', '65'], 'at most 64'],
  [['sweep', '-', '--seeds', '1..3', '--out', ''], '--out needs the name of a folder'],
  [['sweep'], "missing required argument 'file'"],
])('sweep %j exits with 2 and prints the reason', async (argv, message) => {
  const { code, out, err } = await invoke(argv, { stdin: SMALL_SCENARIO })
  expect([code, out]).toEqual([2, ''])
  expect(err).toContain(message)
})

test('sweep --out refuses a folder with other files', async () => {
  const folder = aFolder({ 'sweep.csv': '', 'notes.txt': '' })
  const { code, err } = await invoke(['sweep', '-', '--out', folder], { stdin: LOSSY })
  expect(code).toBe(2)
  expect(err).toContain('it holds other files')
  expect(readdirSync(folder).sort()).toEqual(['notes.txt', 'sweep.csv'])
})
