import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Simulate } from '../../src/cli/simulation/simulate.ts'
import { NS_PER_S } from '../../src/engine/ticks.ts'
import { importCluster } from '../../src/import/import-cluster.ts'
import type { LimitsResult } from '../../src/measure/limits/limits-result.ts'
import type { Blueprint } from '../../src/simulation/blueprint.ts'
import { LIMIT_AXES } from '../../src/study/limits/axes.ts'
import { MOST_OF_POOL } from '../../src/study/limits/read-limits.ts'
import { invoke } from '../fixtures/fake-io.ts'
import { aFolder } from '../fixtures/folder.ts'
import { aResult, aWorkload } from '../fixtures/results.ts'
import { manifest } from '../import/lab.ts'

const CLUSTER = 'version: 1\nname: small\nkubernetes: "1.30"\ncluster: { nodes: 2 }\n'
const OUTAGE = ['--axis', 'outage', '--only', 'logs', '--profile', 'as-it-is', '--seeds', '1,2']

const outageNs = ({ events }: Blueprint) =>
  Math.max(0, ...events.map((event) => (event.kind === 'link-state' ? (event.forNs ?? 0) : 0)))

/**
 * Returns what simulates by a rule: requests for logs fail in outages of a time that depends on the run, or longer
 * ones.
 */
function breakingFrom(limitNs: (blueprint: Blueprint) => number) {
  const runs: Blueprint[] = []
  const simulate: Simulate = async ({ blueprint }) => {
    runs.push(blueprint)
    const isBroken = outageNs(blueprint) >= limitNs(blueprint)
    const workloads = blueprint.workloads.map(({ name, path }) =>
      aWorkload({ name, path, completed: isBroken ? 0 : 10, failed: isBroken ? 10 : 0 }),
    )
    return { result: aResult({ workloads }), packetDigests: new Uint32Array() }
  }
  return { simulate, runs }
}

async function limitsOf(words: readonly string[], limitNs: (blueprint: Blueprint) => number, stdin = CLUSTER) {
  const { simulate, runs } = breakingFrom(limitNs)
  const { code, out, err } = await invoke(['limits', '-', ...words, '--json'], { stdin, simulate })
  return { code, err, runs, result: (out === '' ? null : JSON.parse(out)) as LimitsResult }
}

describe('onpath limits', () => {
  test('onpath limits tries the grid of an axis, and narrows down where runs begin to break, for each seed', async () => {
    const { code, err, runs, result } = await limitsOf(OUTAGE, () => 30 * NS_PER_S)
    expect([code, err]).toEqual([0, ''])
    expect(result).toMatchObject({
      schemaVersion: 1,
      scenario: 'small',
      kubernetes: '1.30',
      seeds: [1, 2],
      nodes: { of: 2 },
      simulations: runs.length,
      profiles: [{ name: 'as-it-is' }],
      axes: [{ name: 'outage', unit: 'ns', title: 'outage' }],
    })
    expect(result.axes[0].media.length).toBeGreaterThan(0)
    const [limit, ...others] = result.limits
    expect(others).toEqual([])
    const { holdsUpTo, breaksFrom, points } = limit
    if (holdsUpTo === null || breaksFrom === null) throw new Error('the limit is between two values')
    expect([holdsUpTo < 30 * NS_PER_S, breaksFrom >= 30 * NS_PER_S]).toEqual([true, true])
    const { grid, between } = LIMIT_AXES.outage
    expect(between(holdsUpTo, breaksFrom)).toBe(null)
    const values = points.map(({ value }) => value)
    expect(values).toEqual([...values].sort((a, b) => a - b))
    expect(values).toEqual(expect.arrayContaining([...grid]))
    expect(points.length).toBeGreaterThan(grid.length)
    for (const { value, broken, of } of points) expect([broken, of]).toEqual([value >= 30 * NS_PER_S ? 2 : 0, 2])
    expect(runs.map((run) => `${run.seed} ${outageNs(run)}`).sort()).toEqual(
      values.flatMap((value) => [1, 2].map((seed) => `${seed} ${value}`)).sort(),
    )
  })

  test('onpath limits counts the seeds whose runs break', async () => {
    const { result } = await limitsOf(OUTAGE, ({ seed }) => (seed === 1 ? 2 : 100) * NS_PER_S)
    const at = (seconds: number) => result.limits[0].points.find(({ value }) => value === seconds * NS_PER_S)?.broken
    expect([1, 3, 80, 160].map(at)).toEqual([0, 1, 1, 2])
  })

  test('onpath limits says if no run breaks, or all do', async () => {
    const never = await limitsOf(OUTAGE, () => Number.POSITIVE_INFINITY)
    expect(never.result.limits[0]).toMatchObject({ holdsUpTo: 640 * NS_PER_S, breaksFrom: null })
    const always = await limitsOf(OUTAGE, () => 0)
    expect(always.result.limits[0]).toMatchObject({ holdsUpTo: null, breaksFrom: NS_PER_S })
    expect(always.runs).toHaveLength(2 * LIMIT_AXES.outage.grid.length)
  })

  test('onpath limits prints a line for each requested axis, profile and criterion, in the order of the lists', async () => {
    const words = ['--axis', 'outage', 'loss', '--only', 'logs', 'exec', '--profile', 'low', 'as-it-is', '--seeds', '3']
    const { result } = await limitsOf(words, () => 30 * NS_PER_S)
    const names = (list: readonly { readonly name: string }[]) => list.map(({ name }) => name)
    expect(new Set(names(result.profiles))).toEqual(new Set(['as-it-is', 'low']))
    expect(new Set(names(result.axes))).toEqual(new Set(['loss', 'outage']))
    expect(result.limits).toHaveLength(8)
    const lines = result.limits.map(({ axis, profile, criterion }) => `${axis} ${profile} ${criterion}`)
    expect(new Set(lines).size).toBe(8)
    expect(result.seeds).toEqual([3])
    const order = ['loss', 'outage'].sort(
      (a, b) => Object.keys(LIMIT_AXES).indexOf(a) - Object.keys(LIMIT_AXES).indexOf(b),
    )
    expect(names(result.axes)).toEqual(order)
  })

  test('onpath limits uses five seeds by default', async () => {
    const { result } = await limitsOf(OUTAGE.slice(0, 6), () => 0)
    expect([result.seeds, result.limits[0].points[0].of]).toEqual([[1, 2, 3, 4, 5], 5])
  })

  test('onpath limits prints the command that repeats it, and draws a plot', async () => {
    const folder = aFolder()
    const plot = join(folder, 'limits.svg')
    const { simulate } = breakingFrom(() => 30 * NS_PER_S)
    const words = [...OUTAGE, '--set', 'seed=4', '--plot', plot]
    const { code, out, err } = await invoke(['limits', '-', ...words], { stdin: CLUSTER, simulate })
    expect([code, existsSync(plot)]).toEqual([0, true])
    expect(out).toContain('npx onpath limits - --axis outage --only logs --profile as-it-is --set seed=4 --seeds 1,2')
    expect(err).toContain(plot)
    expect(readFileSync(plot, 'utf8')).toContain('<svg')
  })

  test('onpath limits refuses unknown names, and criteria that cannot be measured', async () => {
    const refused = async (words: readonly string[], stdin = CLUSTER) => {
      const { code, err } = await invoke(['limits', '-', ...words], { stdin })
      return [code, err]
    }
    expect(await refused(['--axis', 'no'])).toEqual([2, expect.stringContaining('there is no axis no; there are ')])
    expect(await refused(['--only', 'no'])).toEqual([
      2,
      expect.stringContaining('there is no criterion no; there are '),
    ])
    expect(await refused(['--profile', 'no'])).toEqual([
      2,
      expect.stringContaining('there is no profile no; there are '),
    ])
    expect(await refused(['--only', 'tunnels'])).toEqual([2, expect.stringContaining('nothing can be measured: ')])
    expect((await refused([], 'version: 1\nhots: {}\n'))[0]).toBe(3)
  })

  test('onpath limits reads the folder of a real cluster, and says how many notes it made', async () => {
    const empty = await invoke(['limits', aFolder({ x: 'hello\n' })])
    expect(empty).toMatchObject({ code: 2, err: expect.stringContaining('/docs/import.md has what to collect') })
    const { simulate } = breakingFrom(() => 0)
    const folder = aFolder({ 'api.yaml': manifest('--client-ca-file=/ca.crt'), 'pods/x': 'data', 'etcd/x': 'data' })
    const { code, out, err } = await invoke(['limits', folder, ...OUTAGE, '--json'], { simulate })
    expect([code, (JSON.parse(out) as LimitsResult).limits.length]).toEqual([0, 1])
    // Each of the two folders that are left out is noted too.
    const path = join(folder, 'api.yaml')
    const { notes } = importCluster([{ path, text: readFileSync(path, 'utf8') }], { nodesOfKind: MOST_OF_POOL })
    expect(notes.length).toBeGreaterThan(0)
    expect(err).toBe(`imported ${folder} (${notes.length + 2} notes: see \`onpath import\`)\n\n`)
  })
})
