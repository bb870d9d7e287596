import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { NS_PER_S } from '../../src/engine/ticks.ts'
import { loadScenario } from '../../src/scenario/load.ts'
import { run } from '../../src/simulation/run.ts'
import { problemsIn } from '../fixtures/clusters.ts'
import { beginning, finish, resultOf, scenarioOf } from '../fixtures/simulations.ts'
import { accountForRequests } from './accounts-for-everything.ts'

const scenario = (churn: string, more = '') => `
version: 1
name: churn
kubernetes: "1.32"
duration: 60s
cluster: { nodes: 4, links: { control-to-nodes: gce-private } }
paths: { kubelets: { kind: kubelet-apiserver, from: nodes/*, to: master } }
workloads: { churn: { path: kubelets, kind: pod-changes, ${churn} } }
${more}`

function changesByNode(text: string): readonly number[] {
  const { result } = run(scenarioOf(text), { perInstance: true })
  return (result.instances ?? []).map(({ completed }) => completed)
}

describe('pod changes', () => {
  test('pod changes are spread over the watches of the nodes in turn, at the rate of all nodes together', () => {
    // The change that is due when the run ends is not sent.
    expect(changesByNode(scenario('rate: 2/s, for: 50s'))).toEqual([25, 25, 25, 24])
  })

  test('pod changes with poisson arrivals go to random nodes, and differ by seed', () => {
    const [once, other] = [1, 2].map((seed) =>
      changesByNode(`${scenario('rate: 8/s, arrivals: poisson')}seed: ${seed}\n`),
    )
    expect(once).not.toEqual(other)
    for (const counts of [once, other]) {
      expect(new Set(counts).size).toBeGreaterThan(1)
      // 480 expected: four standard deviations are 88.
      expect(Math.abs(counts.reduce((sum, count) => sum + count) - 480)).toBeLessThan(88)
    }
  })

  test('pod changes that a node missed while its link was down are sent when it watches again', () => {
    const outage = 'events: [{ at: 20s, link: control-node-2, state: down, for: 10s }]\n'
    const through = resultOf(scenario('rate: 4/s, for: 50s'))
    const interrupted = resultOf(scenario('rate: 4/s, for: 50s', outage))
    expect(interrupted.workloads[0].completed).toBe(through.workloads[0].completed)
    expect(through.workloads[0].latencyMs?.max).toBeLessThan(100)
    expect(interrupted.workloads[0].latencyMs?.max).toBeGreaterThan(9_000)
  })

  test('pod changes that a broken watch did not deliver are sent on the next one', () => {
    const restart = 'events: [{ at: 20s, restart: node-2 }]\n'
    const { completed } = resultOf(scenario('rate: 4/s, for: 50s', restart)).workloads[0]
    expect(completed).toBe(resultOf(scenario('rate: 4/s, for: 50s')).workloads[0].completed)
  })

  test('pod changes that wait for a lost watch have each nanosecond in one part, also in a fork', () => {
    const outage = 'events: [{ at: 5s, link: control-node-1, state: down, for: 70s }]\n'
    const churn = scenario('rate: 2/s, arrivals: poisson', outage)
    const lost = scenarioOf(churn.replace('60s', '90s').replace('nodes: 4', 'nodes: 1'))
    const simulation = beginning(lost)
    const result = finish(simulation, lost)
    const [{ breakdownNs, failed }] = result.workloads
    accountForRequests(simulation, result)
    // The connection is lost, and a dial after it.
    expect(failed).toBe(2)
    expect(breakdownNs.handshake).toBeGreaterThan(0)
    const parent = beginning(lost)
    parent.runUntil(60 * NS_PER_S, Number.POSITIVE_INFINITY)
    expect(finish(parent.fork(), lost)).toEqual(result)
  })

  test('pod changes continue in a fork as in its origin', () => {
    const whole = beginning(scenarioOf(scenario('rate: 4/s')))
    whole.runUntil(30 * NS_PER_S, Number.POSITIVE_INFINITY)
    const fork = whole.fork()
    whole.runUntil(60 * NS_PER_S, Number.POSITIVE_INFINITY)
    fork.runUntil(60 * NS_PER_S, Number.POSITIVE_INFINITY)
    expect(fork.events).toBe(whole.events)
  })
})

describe('a watch', () => {
  test('a watch with poisson arrivals has random times between its events', () => {
    const watch = (arrivals: string) =>
      scenario('rate: 1/s').replace('kind: pod-changes, rate: 1/s', `kind: watch, rate: 1/s, arrivals: ${arrivals}`)
    expect(new Set(changesByNode(watch('fixed'))).size).toBe(1)
    expect(new Set(changesByNode(watch('poisson'))).size).toBeGreaterThan(1)
  })
})

describe('loadScenario, pod changes,', () => {
  test('loadScenario refuses pod changes without a rate, and on paths of other clients', () => {
    const cluster = 'cluster: { preset: kubeadm-default }\n'
    expect(problemsIn(`${cluster}workloads:\n  w: { path: kubelets, kind: pod-changes }\n`)).toMatchInlineSnapshot(`
      "test.yaml:4:3: error[missing-key]: the key rate is missing in workloads.w
      4 |   w: { path: kubelets, kind: pod-changes }
            ^
      hint: write it like rate: 20/s, for all nodes together"
    `)
    expect(
      problemsIn(`${cluster}workloads:\n  w: { path: pods, kind: pod-changes, rate: 1/s }\n`),
    ).toMatchInlineSnapshot(`
      "test.yaml:4:26: error[contradiction]: a path of kind pod-apiserver carries no pod-changes: each change is sent on the watch of one kubelet; other clients that watch pods have a workload of kind watch
      4 |   w: { path: pods, kind: pod-changes, rate: 1/s }
                                   ^^^^^^^^^^^
      hint: use a path of kind kubelet-apiserver"
    `)
  })

  test('an event with a name prefix changes all links with it, and no others', () => {
    const loss = (...links: string[]) => {
      const set = links.map((link) => `links.${link}.loss: 20%`).join(', ')
      return resultOf(scenario('rate: 8/s', `events: [{ at: 10s, for: 20s, set: { ${set} } }]\n`)).digest
    }
    expect(loss('control-node-*')).toBe(loss(...[1, 2, 3, 4].map((node) => `control-node-${node}`)))
    expect(loss('control-node-1*')).toBe(loss('control-node-1'))
  })

  test('loadScenario refuses a change of links by a prefix that no name has', () => {
    const events = 'events: [{ at: 1s, set: { links.wan-*.loss: 1% } }]\n'
    expect(problemsIn(scenario('rate: 1/s', events).replace('version: 1', ''))).toMatchInlineSnapshot(`
      "test.yaml:10:27: error[unknown-name]: no link has a name that begins with wan-
      10 | events: [{ at: 1s, set: { links.wan-*.loss: 1% } }]
                                     ^^^^^^^^^^^^^^^^"
    `)
  })
})

describe('the scenario cluster-5000', () => {
  const text = readFileSync('scenarios/cluster-5000.yaml', 'utf8')
  const short = ['cluster.nodes.node=20', 'duration=5m', 'events.0.at=10s', 'events.0.for=20s']
  const attack = ['attackers.mallory.plan.0.at=60s', 'attackers.mallory.plan.0.for=100s']
  const loaded = loadScenario({ file: 'cluster-5000.yaml', text }, { set: [...short, ...attack] })

  test('the scenario cluster-5000 loses the nodes of one rack during the attack, and no others', () => {
    if (!loaded.ok) throw new Error('it loads')
    const { result } = run(loaded.scenario)
    expect(result.expectations.map(({ expect: line, met }) => `${line}: ${met}`)).toEqual([
      'verdict(mallory, rack, drop) includes outage: true',
      'node(rack-1) ready: true',
      'node(node-1) ready throughout: true',
      'latency(pods) p50 < 1ms: true',
      'failed(rack-heartbeats) > 0: true',
    ])
    expect(result.verdicts).toHaveLength(40)
    expect(new Set(result.verdicts.map(({ worst }) => worst))).toEqual(new Set(['outage']))
  })
})
