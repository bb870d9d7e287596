import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Simulate } from '../../src/cli/simulation/simulate.ts'
import type { NodeResult } from '../../src/measure/result.ts'
import type { Blueprint } from '../../src/simulation/blueprint.ts'
import { run } from '../../src/simulation/run.ts'
import { cannedRun, invoke } from '../fixtures/fake-io.ts'
import { aFolder } from '../fixtures/folder.ts'
import { SMALL_SCENARIO } from '../fixtures/scenario-text.ts'

const CLUSTER = 'version: 1\nname: small\ncluster: { preset: kubeadm-default, nodes: 2 }\n'

const really: Simulate = async (scenario, options) => run(scenario, options)

function outageS({ events }: Blueprint): number {
  const [event] = events
  return event?.kind === 'link-state' && event.forNs !== null ? event.forNs / 1e9 : 0
}

/** Nodes that are NotReady if `isLost` says so of the seconds of the outage and the seed. */
function lostWhen(isLost: (seconds: number, seed: number, graceS: number) => boolean): Simulate {
  return async (scenario) => {
    const { blueprint } = scenario
    const { result, packetDigests } = cannedRun(scenario)
    const graceS = (blueprint.cluster?.controllerManager.nodeMonitorGracePeriodNs ?? 0) / 1e9
    const transitions = isLost(outageS(blueprint), blueprint.seed, graceS) ? [{ atNs: 1, ready: false }] : []
    const node: NodeResult = {
      name: 'node-1',
      zone: null,
      ready: true,
      joinedNs: null,
      certificates: 0,
      heartbeats: 9,
      lastHeartbeatNs: 1,
      taintedNs: null,
      evictedNs: null,
      evictedPods: [],
      transitions,
    }
    return { result: { ...result, nodes: [node] }, packetDigests }
  }
}

const READY = ['limits', '-', '--axis', 'outage', '--only', 'ready']

describe('the table of limits', () => {
  test('the table of limits has the timers, and a range for each criterion and profile', async () => {
    const simulate = lostWhen((seconds, seed, graceS) => seconds > graceS - 2 * seed)
    const argv = [...READY, '--profile', 'as-it-is', 'low', '--seeds', '1..5', '--set', 'kubernetes="1.32"']
    const { code, out } = await invoke(argv, { stdin: CLUSTER, simulate, columns: 80 })
    expect(code).toBe(0)
    expect(out).toMatchInlineSnapshot(`
      "small: Kubernetes 1.32, 2 nodes, 140 runs

                                   as it is         Low
      timers
        status every                   10 s        60 s
        lease every                    10 s        10 s
        heartbeat gives up after       10 s        40 s
        closes all at 2nd failure        no          no
        PING after silence of          30 s        30 s
        PING answered within           15 s        15 s
        TCP gives up after            925 s       925 s
        NotReady after                 50 s       5 min
        nodes checked every             5 s         5 s
        evicted after taint           5 min        60 s

      outage
        node NotReady              40..50 s  290..300 s

      A..B: in 0 of 5 runs up to A (95 % interval: 0..43 %), in 5 of 5 from B on
        (57..100 %).
      outage: the time for which no packets pass between control plane and any node
        (control-node-1, control-node-2)
      node NotReady: a node is NotReady at some time

      shares in between, as it is:
      outage, node NotReady: 1/5 (4..62 %) at 42 s, 2/5 (12..77 %) at 44 s, 4/5
        (38..96 %) at 48 s

      tunnel flaps: the cluster has no tunnels

      reproduce: npx onpath limits - --axis outage --only ready --profile as-it-is \\
        low --set 'kubernetes="1.32"' --seeds 1..5
      "
    `)
    for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
  })

  test('the table of limits marks axes that are not monotone, says where the share falls, and does not search there', async () => {
    const tried = new Set<number>()
    const simulate = lostWhen((seconds) => {
      tried.add(seconds)
      return seconds === 20 || seconds >= 160
    })
    const { out } = await invoke([...READY, '--profile', 'as-it-is'], { stdin: CLUSTER, simulate })
    expect(out).toMatch(/node NotReady +!19\.\.160 s/)
    expect(out).toContain('! outage, node NotReady: 5/5 at 20 s, but 0/5 at 150 s')
    expect([...tried].filter((seconds) => seconds > 20 && seconds < 80)).toEqual([40])
  })
})

test('onpath limits gives the same limits for any number of jobs, as JSON and as CSV', async () => {
  const simulate = lostWhen((seconds, seed) => seconds > 30 + seed)
  const argv = [...READY, '--profile', 'as-it-is', '--seeds', '1,2']
  const one = await invoke([...argv, '--json', '--jobs', '1'], { stdin: CLUSTER, simulate })
  const two = await invoke([...argv, '--json', '--jobs', '4'], { stdin: CLUSTER, simulate })
  expect(two.out).toBe(one.out)
  const { limits } = JSON.parse(one.out)
  expect(limits[0]).toMatchObject({ holdsUpTo: 31e9, breaksFrom: 33e9, falls: [] })
  const csv = await invoke([...argv, '--csv'], { stdin: CLUSTER, simulate })
  expect(csv.out.split('\n')[0]).toBe('scenario,kubernetes,axis,unit,profile,criterion,value,broken,runs,low,high')
  expect(csv.out).toContain('small,1.30,outage,ns,as-it-is,ready,31000000000,0,2,0,')
})

describe('limits that are simulated', () => {
  const limitOf = async (version: string, more: readonly string[] = []) => {
    const argv = [...READY, '--profile', 'as-it-is', '--seeds', '1', '--json', '--set', `kubernetes="${version}"`]
    const { out } = await invoke([...argv, ...more], { stdin: CLUSTER, simulate: really })
    const [{ holdsUpTo, breaksFrom }] = JSON.parse(out).limits
    return [holdsUpTo / 1e9, breaksFrom / 1e9]
  }

  test('a node becomes NotReady if an outage is longer than its grace period minus one heartbeat', async () => {
    const [holds, breaks] = await limitOf('1.32')
    expect(holds).toBeGreaterThan(50 - 2 * 10)
    expect(breaks).toBeLessThanOrEqual(50)
    const [earlier] = await limitOf('1.31')
    expect(earlier).toBeLessThan(holds)
  })

  test('onpath limits --set changes the timers that decide', async () => {
    const [holds] = await limitOf('1.32', ['--set', 'cluster.controller-manager.flags.node-monitor-grace-period=120s'])
    expect(holds).toBeGreaterThan(90)
  })
})

describe('a criterion that cannot be measured', () => {
  test('onpath limits names a criterion that cannot be measured: no tunnels, or paths that are not modelled', async () => {
    const simulate = lostWhen(() => false)
    const argv = ['limits', 'examples/import/k3s', '--axis', 'outage', '--profile', 'low']
    const { out } = await invoke(argv, { simulate })
    expect(out).toContain('logs fail: not modelled: the apiserver reaches kubelets through the tunnels of its agents')
    expect(out).toContain(
      'tunnel flaps: not modelled: the apiserver reaches kubelets through the tunnels of its agents',
    )
    const plain = await invoke([...READY, 'tunnels', '--profile', 'low'], { stdin: CLUSTER, simulate })
    expect(plain.out).toContain('tunnel flaps: the cluster has no tunnels')
  })

  test('onpath limits refuses a request if no criterion can be measured', async () => {
    const argv = ['limits', '-', '--only', 'tunnels']
    expect(await invoke(argv, { stdin: CLUSTER })).toMatchObject({
      code: 2,
      err: expect.stringContaining('nothing can be measured: the cluster has no tunnels'),
    })
  })

  test('onpath limits reports a scenario without a cluster as a problem with its position', async () => {
    const { code, err } = await invoke(['limits', '-'], { stdin: SMALL_SCENARIO })
    expect(code).toBe(3)
    expect(err).toContain('-:1:1: error[missing-key]: there is no cluster, whose limits could be found')
  })

  test('onpath limits refuses unknown names', async () => {
    expect((await invoke(['limits', '-', '--axis', 'jitter'], { stdin: CLUSTER })).err).toContain(
      'there is no axis jitter; there are rtt, loss, outage, node-outage',
    )
    expect((await invoke(['limits', '-', '--seeds', '5..1'], { stdin: CLUSTER })).err).toContain(
      'The range ends before it begins.',
    )
  })
})

test('onpath limits imports a folder, with the timers of its files', async () => {
  const { code, out, err } = await invoke(
    ['limits', 'examples/import/kubeadm', '--axis', 'outage', '--only', 'ready', '--profile', 'as-it-is'],
    { simulate: lostWhen((seconds, _, graceS) => seconds > graceS) },
  )
  expect(code).toBe(0)
  expect(err).toMatch(/^imported examples\/import\/kubeadm \(\d+ notes: see `onpath import`\)/)
  // --node-monitor-grace-period=20s is in its kube-controller-manager.yaml.
  expect(out).toMatch(/NotReady after +20 s/)
  expect(out).toMatch(/node NotReady +20\.\.21 s/)
})

test('onpath limits --plot draws the shares as SVG, which names its limits, and replaces only its own file', async () => {
  const folder = aFolder({ 'mine.svg': '<svg/>' })
  const simulate = lostWhen((seconds, seed) => seconds > 30 + seed)
  const argv = [...READY, '--profile', 'as-it-is']
  const plot = join(folder, 'limits.svg')
  const first = await invoke([...argv, '--plot', plot], { stdin: CLUSTER, simulate })
  expect([first.code, first.err]).toEqual([0, `written: ${plot}\n`])
  const svg = readFileSync(plot, 'utf8')
  expect(svg).toContain('aria-label="Shares of runs in which a criterion is broken, small, Kubernetes 1.30.')
  expect(svg).toContain('outage, node NotReady: 31..36 s.')
  expect(svg).not.toMatch(/<script|NaN|undefined/)
  expect((await invoke([...argv, '--plot', plot], { stdin: CLUSTER, simulate })).code).toBe(0)
  expect(readFileSync(plot, 'utf8')).toBe(svg)
  const refused = await invoke([...argv, '--plot', join(folder, 'mine.svg')], { stdin: CLUSTER, simulate })
  expect([refused.code, refused.out]).toEqual([2, ''])
})

test('onpath limits refuses a folder that holds no cluster', async () => {
  const folder = join(aFolder(), 'empty')
  mkdirSync(folder)
  writeFileSync(join(folder, 'notes.txt'), 'nothing\n')
  const { code, err } = await invoke(['limits', folder])
  expect(code).toBe(2)
  expect(err).toContain('says how a cluster is set up')
})
