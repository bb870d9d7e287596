import { describe, expect, test } from 'vitest'
import { median } from '../../src/measure/order-statistics.ts'
import type { Result, TunnelResult } from '../../src/measure/result.ts'
import type { CheckedScenario } from '../../src/scenario/load.ts'
import { expandBlueprint } from '../../src/simulation/expand.ts'
import { makePlan } from '../../src/simulation/make-plan.ts'
import type { Simulation } from '../../src/simulation/simulation.ts'
import { beginning, begun, finish, resultOf, scenarioOf, workloadOf } from '../fixtures/simulations.ts'

/** A scenario with a master, three nodes with an agent each (with every strategy), and a path to the first node. */
function threeNodes(strategy: string, seed = 1): CheckedScenario {
  const scenario = scenarioOf(`version: 1
seed: ${seed}
hosts: { master: {}, n1: {}, n2: {}, n3: {} }
segments: { lan: { hosts: [master, n1, n2, n3], delay: 1ms } }
paths: { asked: { from: master, to: n1, tunnel: { kind: konnectivity, strategy: ${strategy} } } }
workloads: { asks: { path: asked, connection: per-request, requests: 30 } }
`)
  const { blueprint } = scenario
  const paths = blueprint.paths.map((path) => ({ ...path, tunnel: { ...path.tunnel!, via: ['n1', 'n2', 'n3'] } }))
  return { ...scenario, blueprint: { ...blueprint, paths: paths as typeof blueprint.paths } }
}

function resultOfScenario(scenario: CheckedScenario): Result {
  return finish(beginning(scenario), scenario)
}

function channelsOf(scenario: CheckedScenario): number[] {
  return resultOfScenario(scenario).tunnels.map(({ channels }) => channels)
}

describe('the Konnectivity server', () => {
  test('the Konnectivity server picks a random agent for each connection, each equally often, with the strategy default', () => {
    const sums = [0, 0, 0]
    for (let seed = 1; seed <= 20; seed++)
      channelsOf(threeNodes('default', seed)).forEach((channels, agent) => {
        sums[agent] += channels
      })
    expect(sums[0] + sums[1] + sums[2]).toBe(600)
    for (const sum of sums) expect(Math.abs(sum - 200)).toBeLessThan(3 * Math.sqrt((600 * 2) / 9))
  })

  test('the Konnectivity server picks the agent of the target’s host with the strategy destHost', () => {
    expect(channelsOf(threeNodes('destHost'))).toEqual([30, 0, 0])
  })

  test('the Konnectivity server picks another agent with the strategy destHost if the target’s agent is not connected', () => {
    const scenario = threeNodes('destHost')
    const plan = makePlan(expandBlueprint(scenario.blueprint))
    const [own, ...others] = plan.konnectivity.agents
    const nowhere = { ...own, remoteAddress: plan.konnectivity.agents[1].localAddress }
    const simulation = begun({ ...plan, konnectivity: { ...plan.konnectivity, agents: [nowhere, ...others] } })
    const { tunnels, workloads } = finish(simulation, scenario)
    expect(workloads[0]).toMatchObject({ completed: 30, failed: 0 })
    expect(tunnels.map(({ channels }) => channels > 0)).toEqual([false, true, true])
  })

  test('the Konnectivity server picks any agent with the strategy defaultRoute', () => {
    expect(channelsOf(threeNodes('defaultRoute')).every((channels) => channels > 0)).toBe(true)
  })

  test('the Konnectivity server has an agent on every node in a cluster', () => {
    const { tunnels } = resultOf('version: 1\ncluster: { preset: konnectivity, nodes: 3 }\n')
    expect(tunnels.map(({ name }) => name)).toEqual([1, 2, 3].map((node) => `konnectivity/master/node-${node}`))
  })
})

/** A scenario with requests at a steady rate from a master through the agent of a node. */
function steady(more: string, workload = 'rate: 10/s, for: 20s'): string {
  return `version: 1
hosts: { master: {}, node: {} }
links: { wire: { between: [master, node], delay: 5ms } }
paths: { asked: { from: master, to: node, tls: { version: 1.3 }, tunnel: konnectivity } }
workloads: { asks: { path: asked, connection: per-request, ${workload} } }
${more}
`
}

describe('agent-port', () => {
  test('agent-port is the port on which the Konnectivity server listens and which agents dial', () => {
    const { listeners, tunnels } = resultOf(`version: 1
cluster: { preset: konnectivity, nodes: 1, konnectivity: { agent-port: 8132 } }
`)
    const ports = listeners.filter(({ serves }) => serves.endsWith('konnectivity server')).map(({ port }) => port)
    expect(ports).toEqual([8132])
    expect(tunnels.map(({ setups, channels }) => [setups, channels > 0])).toEqual([[1, true]])
  })
})

describe('a Konnectivity agent that connects to its server', () => {
  test('new connections fail at once while the Konnectivity agent is not connected, and the agent dials about once a second', () => {
    // While something is under way: an agent that is silent finds out by its next ping.
    const { workloads, tunnels } = resultOf(steady('events: [{ at: 5060ms, restart: master }]'))
    const [{ completed, failures }] = workloads
    const noAgent = failures.find(({ reason }) => reason === 'no agent')?.count ?? 0
    expect(noAgent).toBeGreaterThan(0)
    expect(noAgent).toBeLessThanOrEqual(12)
    expect(completed).toBeGreaterThan(185)
    expect(tunnels[0]).toMatchObject({ dials: 2, setups: 2 })
  })

  test('a Konnectivity agent waits longer after each failed dial, with jitter, up to ten seconds', () => {
    const scenario = scenarioOf(steady('', 'requests: 1, start: 100s').replace('5ms', '5ms, mtu: 1500'))
    const plan = makePlan(expandBlueprint(scenario.blueprint))
    const listeners = plan.listeners.filter(({ port }) => port !== 8091)
    const { tunnels, workloads } = finish(begun({ ...plan, listeners }), scenario)
    // 1, 1.5, 2.25, 3.375, 5.06, 7.59 and then 10 s, each up to a tenth longer: 15 to 16 in 100 s.
    expect(tunnels[0].dials).toBeGreaterThanOrEqual(13)
    expect(tunnels[0].dials).toBeLessThanOrEqual(15)
    expect(tunnels[0]).toMatchObject({ setups: 0, setupMs: null })
    expect(workloads[0].failures).toEqual([{ reason: 'no agent', count: 1 }])
  })

  test('a Konnectivity agent reconnects after its host has restarted, and dials through its old stream time out after 30 s', () => {
    const text = steady('events: [{ at: 5025ms, restart: node }]', 'rate: 10/s, for: 10s')
    const [{ completed, failures }] = resultOf(text).workloads
    const timedOut = failures.find(({ reason }) => reason === 'timed out')?.count ?? 0
    expect(timedOut).toBe(1)
    expect(completed).toBeGreaterThan(85)
    const { simulatedNs, tunnels } = resultOf(text)
    expect(tunnels[0]).toMatchObject({ dials: 2, setups: 2 })
    expect(Math.round(simulatedNs / 1e9)).toBe(35)
  })

  test('a Konnectivity agent sends more metadata and less TLS data with a token than with a certificate', () => {
    const bytesOf = (authentication: string) =>
      resultOf(
        steady('', 'requests: 1').replace('konnectivity', `{ kind: konnectivity, authentication: ${authentication} }`),
      ).tunnels[0].wireBytes
    expect(bytesOf('token')).not.toBe(bytesOf('certificate'))
  })
})

describe('a dial through an agent', () => {
  test('a dial through a Konnectivity agent fails with the reason that the agent reports', () => {
    const scenario = scenarioOf(steady('', 'requests: 3'))
    const plan = makePlan(expandBlueprint(scenario.blueprint))
    const listeners = plan.listeners.filter(({ port }) => port === 8091)
    const { workloads } = finish(begun({ ...plan, listeners }), scenario)
    expect(workloads[0].failures).toEqual([{ reason: 'connection refused', count: 3 }])
  })

  test('a dial through a Konnectivity agent fails after the agent’s time-out of five seconds if the target does not respond', () => {
    const silent = 'firewall: { default: allow, rules: [{ from: agent, to: slow, action: deny }] }\npaths:'
    const result = resultOf(twoTargets('1KB').replace('paths:', silent))
    expect(workloadOf(result, 'uploads').failures).toEqual([{ reason: 'timed out', count: 1 }])
    expect(workloadOf(result, 'asks').failed).toBe(0)
  })
})

/** A scenario with an agent between the master, a target behind a slow link, and one behind a fast link. */
function twoTargets(upload: string): string {
  return `version: 1
hosts: { master: { noise: none }, agent: { noise: none }, slow: { noise: none }, fast: { noise: none } }
links:
  wire: { between: [master, agent], delay: 1ms, rate: 1Gbps }
  thin: { between: [agent, slow], delay: 1ms, rate: 2Mbps }
  wide: { between: [agent, fast], delay: 1ms, rate: 1Gbps }
paths:
  to-slow: { from: master, to: slow, tunnel: { kind: konnectivity, via: agent } }
  to-fast: { from: master, to: fast, tunnel: { kind: konnectivity, via: agent } }
workloads:
  uploads: { path: to-slow, requests: 1, request: ${upload}, response: 100B }
  asks: { path: to-fast, rate: 20/s, for: 4s, start: 2s }
`
}

describe('a slow target', () => {
  test('a slow target behind a Konnectivity agent delays no other connection while the agent can buffer its packets', () => {
    const { latencyMs } = workloadOf(resultOf(twoTargets('2MB')), 'asks')
    expect(latencyMs.max).toBeLessThan(10)
  })

  test('a slow target behind a Konnectivity agent delays each packet of the tunnel by a full window of data once the agent’s buffer is full', () => {
    const { latencyMs } = workloadOf(resultOf(twoTargets('20MB')), 'asks')
    // 64 KiB at 2 Mbps, once for the dial and once for the request.
    expect(latencyMs.max).toBeGreaterThan(400)
    expect(latencyMs.p50).toBeGreaterThan(200)
  })
})

describe('a run with Konnectivity', () => {
  const text = `version: 1
hosts: { master: {}, n1: {}, n2: {} }
segments: { lan: { hosts: [master, n1, n2], delay: 2ms, jitter: { uniform: 1ms }, loss: 1% } }
paths:
  one: { from: master, to: n1, tls: { version: 1.3 }, tunnel: { kind: konnectivity, authentication: certificate } }
  two: { from: master, to: n2, tunnel: { kind: konnectivity, authentication: certificate } }
workloads:
  asks: { path: one, rate: 20/s, for: 6s, connection: per-request }
  loads: { path: two, requests: 5, response: 1MB }
events: [{ at: 1s, restart: n1 }, { at: 3s, restart: master }]
`
  const scenario = scenarioOf(text)
  const expected = resultOfScenario(scenario)

  test('a run with Konnectivity has the same result when it is forked at any time', () => {
    const parent = beginning(scenario)
    for (const tick of [50e6, 1_000_500_000, 1.7e9, 3.01e9, 4.4e9]) {
      parent.runUntil(tick, Number.POSITIVE_INFINITY)
      const fork = parent.fork()
      expect(finish(fork, scenario)).toEqual(expected)
      fork.release()
    }
    expect(finish(parent, scenario)).toEqual(expected)
  })

  test('a run with Konnectivity has the same result in any order of declaration', () => {
    const { blueprint } = scenario
    const reversed = {
      ...scenario,
      blueprint: {
        ...blueprint,
        hosts: [...blueprint.hosts].reverse(),
        paths: [...blueprint.paths].reverse(),
        workloads: [...blueprint.workloads].reverse(),
      },
    }
    expect(resultOfScenario(reversed)).toEqual(expected)
  })
})

test('a Konnectivity agent that has lost the server reconnects within 1.1 s, whatever the seed', () => {
  const gapsS = [1, 2, 3, 4, 5].map((seed) => {
    const { workloads } = resultOf(
      steady(`seed: ${seed}\nevents: [{ at: 5s, restart: master }]`, 'rate: 100/s, for: 8s'),
    )
    return (workloads[0].failures.find(({ reason }) => reason === 'no agent')?.count ?? 0) / 100
  })
  for (const gap of gapsS) expect(gap).toBeLessThan(1.2)
  expect(median(gapsS)).toBeGreaterThan(0.1)
})

/** Counts of rows in use in the tables whose rows come and go with connections. */
function rowsLeft({ parts }: Simulation): Record<string, number> {
  const { tunnelled } = parts.konnectivity
  const { network, tcp, http, streams, tls } = parts
  const tables = {
    packets: network.packets,
    tcp: tcp.connections,
    tls: tls['sessions'],
    http: http.connections,
    exchanges: http.exchanges,
    ends: tunnelled.ends.table,
    tunnelled: tunnelled.table,
    streams: streams.table,
  }
  return Object.fromEntries(Object.entries(tables).map(([name, { count }]) => [name, count]))
}

test('an hour after the last request, only the two ends of the agent’s connection still use rows', () => {
  const scenario = scenarioOf(`version: 1
hosts: { master: {}, node: {}, elsewhere: {} }
links: { wire: { between: [master, node], delay: 2ms, rate: 50Mbps, loss: 1% } }
paths: { web: { from: master, to: node, tls: { version: 1.3 }, tunnel: konnectivity } }
workloads:
  fresh: { path: web, connection: per-request, requests: 20, concurrency: 4 }
  kept: { path: web, requests: 20 }
  bulk: { path: web, requests: 2, response: 200KB }
events: [{ at: 59m, restart: elsewhere }]
`)
  const simulation = beginning(scenario)
  const { workloads } = finish(simulation, scenario)
  expect(workloads.every(({ completed, unfinished }) => completed > 0 && unfinished === 0)).toBe(true)
  const agent = { tcp: 2, tls: 2, http: 2, exchanges: 2, ends: 2, streams: 6 }
  expect(rowsLeft(simulation)).toEqual({ packets: 0, tunnelled: 0, ...agent })
})

describe('the keepalive of an agent', () => {
  /** The agent after two minutes in which the link is down and no program sends data. */
  function agentAfterSilence(keepalive: string): TunnelResult {
    return resultOf(`version: 1
kubernetes: "1.30"
duration: 10m
cluster: { preset: konnectivity, nodes: 1, konnectivity: { keepalive: ${keepalive} } }
events: [{ at: 10s, link: control-node-1, state: down, for: 2m }]
`).tunnels[0]
  }

  test('a Konnectivity agent’s keepalive does not detect a dead link in time with its default of an hour', () => {
    expect(agentAfterSilence('1h')).toMatchObject({ dials: 1, setups: 1 })
  })

  test('a Konnectivity agent’s keepalive of 30 s detects a dead link, and the agent dials until the link is up', () => {
    const { dials, setups } = agentAfterSilence('30s')
    expect(setups).toBe(2)
    // One dial ends when gRPC has waited for 20 s, and the next begins a few seconds later.
    expect(dials).toBeGreaterThan(3)
    expect(dials).toBeLessThan(7)
  })
})

test('keystrokes sent through a Konnectivity agent are echoed', () => {
  const { workloads } = resultOf(`version: 1
hosts: { master: { cpu: instant }, node: { cpu: instant } }
links: { wire: { between: [master, node], delay: 10ms } }
paths: { shell: { kind: apiserver-kubelet, from: master, to: node, tunnel: konnectivity } }
workloads: { types: { path: shell, kind: keystrokes, rate: 5/s, for: 2s } }
`)
  expect(workloads[0]).toMatchObject({ completed: 10, failed: 0 })
  expect(workloads[0].latencyMs.p50).toBeCloseTo(20, 0)
})
