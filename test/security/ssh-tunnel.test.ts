import { describe, expect, test } from 'vitest'
import type { Result, WorkloadResult } from '../../src/measure/result.ts'
import type { CheckedScenario } from '../../src/scenario/load.ts'
import { expandBlueprint } from '../../src/simulation/expand.ts'
import { makePlan } from '../../src/simulation/make-plan.ts'
import type { Plan } from '../../src/simulation/plan.ts'
import type { Simulation } from '../../src/simulation/simulation.ts'
import { beginning, begun, finish, resultOf, scenarioOf, workloadOf } from '../fixtures/simulations.ts'

function scenarioWith(link: string, tunnel: string, workloads: string): string {
  return `version: 1
hosts: { client: { cpu: instant }, server: { cpu: instant } }
links: { wire: { between: [client, server], ${link} } }
paths: { web: { from: client, to: server, ${tunnel} } }
workloads: { ${workloads} }
`
}

const CHECKED = 'tunnel: { kind: ssh, host-key: check }'
const IGNORED = 'tunnel: { kind: ssh, host-key: ignore }'

function finishWith(plan: Plan, scenario: CheckedScenario): Result {
  return finish(begun(plan), scenario)
}

describe('a connection through an SSH tunnel', () => {
  /** A scenario in which a server with another host key listens on port 22. */
  function withAnotherHostKey(tunnel: string): Result {
    const scenario = scenarioOf(scenarioWith('delay: 10ms', tunnel, 'asks: { path: web, requests: 3 }'))
    const plan = makePlan(expandBlueprint(scenario.blueprint))
    const servers = plan.ssh.servers.map((server) => ({ ...server, hostKey: 'somebody-else' }))
    return finishWith({ ...plan, ssh: { ...plan.ssh, servers } }, scenario)
  }

  test('a connection through an SSH tunnel takes the same time when the host key is correct, whether it is verified or not', () => {
    const [checked, ignored] = [CHECKED, IGNORED].map((tunnel) =>
      resultOf(scenarioWith('delay: 10ms', tunnel, 'asks: { path: web, requests: 3 }')),
    )
    expect(checked.workloads[0]).toMatchObject({ completed: 3, failed: 0, tunnelSetupMs: 140 })
    expect(checked.workloads[0].latencyMs).toEqual(ignored.workloads[0].latencyMs)
  })

  test('a connection through an SSH tunnel fails after a new dial for each request when the host key is wrong and verified', () => {
    const { workloads, tunnels } = withAnotherHostKey(CHECKED)
    expect(workloads[0].failures).toEqual([{ reason: 'host key refused', count: 3 }])
    expect(tunnels[0].setupMs).toBeNull()
  })

  test('a connection through an SSH tunnel succeeds when the host key is wrong but not verified, as in Kubernetes', () => {
    expect(withAnotherHostKey(IGNORED).workloads[0]).toMatchObject({ completed: 3, failed: 0, tunnelSetupMs: 140 })
  })
})

describe('a request to a host without a listener', () => {
  function withoutListeners(tunnel: string, connection: string): WorkloadResult {
    const scenario = scenarioOf(
      scenarioWith('delay: 10ms', tunnel, `asks: { path: web, requests: 2, connection: ${connection} }`),
    )
    const plan = makePlan(expandBlueprint(scenario.blueprint))
    const listeners = plan.listeners.filter(({ kind }) => kind === 'ssh')
    return workloadOf(finishWith({ ...plan, listeners }, scenario), 'asks')
  }

  test.each(['keep-alive', 'per-request'])(
    'a connection to a port without a listener is refused (%s)',
    (connection) => {
      expect(withoutListeners('scheme: http', connection).failures).toEqual([
        { reason: 'connection refused', count: 2 },
      ])
    },
  )

  test.each(['keep-alive', 'per-request'])(
    'a connection through an SSH tunnel to a port without a listener refuses only the channel (%s)',
    (connection) => {
      const asks = withoutListeners(IGNORED, connection)
      expect(asks.failures).toEqual([{ reason: 'channel refused', count: 2 }])
      expect(asks.tunnelSetupMs).toBe(140)
    },
  )
})

/** Ten requests at a time on keep-alive connections of their own, with one lost segment of one response. */
describe('one lost segment of several requests', () => {
  function latenciesMs(tunnel: string, drops: boolean): number[] {
    const clients = Array.from({ length: 10 }, (_, i) => `c${i}: { path: web, requests: 20, response: 1000B }`).join(
      ', ',
    )
    const scenario = scenarioOf(scenarioWith('delay: 10ms', tunnel, clients))
    const simulation = beginning(scenario)
    if (drops) dropOneAnswer(simulation)
    return finish(simulation, scenario).workloads.map(({ latencyMs }) => latencyMs.max ?? 0)
  }

  function dropOneAnswer(simulation: Simulation): void {
    let isDropped = false
    const backward = simulation.plan.directions.findIndex(({ name }) => name === 'link/wire/backward')
    simulation.network.rules.setRule(backward, {
      judge(packet) {
        const { tickNs: tick } = packet
        if (isDropped || tick < 300_000_000 || packet.payloadBytes < 1000) return { action: 'pass' }
        isDropped = true
        return { action: 'drop' }
      },
    })
  }

  test('one lost segment delays only one connection if each request has its own', () => {
    const slow = latenciesMs('scheme: http', true).filter((ms) => ms > 25)
    expect(latenciesMs('scheme: http', false).every((ms) => ms === 20)).toBe(true)
    expect(slow).toHaveLength(1)
  })

  test('one lost segment delays all channels if the requests share an SSH tunnel', () => {
    const calm = latenciesMs(IGNORED, false)
    const stalled = latenciesMs(IGNORED, true)
    expect(Math.max(...calm)).toBeLessThan(20.1)
    expect(stalled.every((ms) => ms > 30)).toBe(true)
  })
})

describe('the window of an SSH channel', () => {
  const LONG_AND_FAT = 'delay: 50ms, rate: 2Gbps'

  const known = new Map<string, number>()

  function throughputMbps(tunnel: string, concurrency: number): number {
    const key = `${concurrency} ${tunnel}`
    const mbps = known.get(key) ?? measuredMbps(tunnel, concurrency)
    known.set(key, mbps)
    return mbps
  }

  function measuredMbps(tunnel: string, concurrency: number): number {
    // Without a tunnel slow start takes longer.
    const response = tunnel === IGNORED ? '60MB' : '100MB'
    const bulk = `bulk: { path: web, requests: ${concurrency}, concurrency: ${concurrency}, response: ${response} }`
    const { completed, aggregateMbps } = resultOf(scenarioWith(LONG_AND_FAT, tunnel, bulk)).workloads[0]
    expect(completed).toBe(concurrency)
    return aggregateMbps ?? 0
  }

  test('the window of an SSH channel limits a channel to 2 MiB per round trip, however fast the link is', () => {
    const mostMbps = (2 * 2 ** 20 * 8) / 0.1 / 1e6
    const tunnelled = throughputMbps(IGNORED, 1)
    expect(tunnelled).toBeLessThan(mostMbps)
    // Less what slow start and a receive buffer that grows take at first.
    expect(tunnelled).toBeGreaterThan(0.7 * mostMbps)
    // Without a channel it is the send buffer: 4 MiB of memory, and writers who hear of room when a third is free.
    expect(throughputMbps('scheme: http', 1)).toBeGreaterThan(1.05 * mostMbps)
  })

  test('the window of an SSH channel is separate, so that two channels carry more than one', () => {
    // And no more than the send buffer of their connection holds.
    expect(throughputMbps(IGNORED, 2)).toBeGreaterThan(1.3 * throughputMbps(IGNORED, 1))
  })

  test('the window of an SSH channel needs window adjust packets, which HTTP without a tunnel does not send', () => {
    const short = (tunnel: string) =>
      resultOf(scenarioWith('delay: 1ms, rate: 1Gbps', tunnel, 'bulk: { path: web, requests: 1, response: 20MB }'))
    expect(short(IGNORED).workloads[0].wireBytes).toBeGreaterThan(short('scheme: http').workloads[0].wireBytes)
  })

  test('the window of an SSH channel appears in the breakdown as time that a request waited for window', () => {
    const bulk = 'bulk: { path: web, requests: 1, response: 20MB }'
    const { breakdownNs, latencyMs } = resultOf(scenarioWith(LONG_AND_FAT, IGNORED, bulk)).workloads[0]
    expect(breakdownNs.window / ((latencyMs.max ?? 0) * 1e6)).toBeGreaterThan(0.5)
  })
})

describe('the bytes of a tunnel', () => {
  test('the bytes of an SSH tunnel are split among its workloads by payload', () => {
    const workloads =
      'big: { path: web, requests: 1, response: 300KB }, small: { path: web, requests: 1, response: 100KB }'
    const {
      tunnels,
      links,
      workloads: measured,
    } = resultOf(scenarioWith('delay: 10ms, rate: 100Mbps', IGNORED, workloads))
    const overWire = links.filter(({ name }) => name.startsWith('link/')).reduce((sum, { bytes }) => sum + bytes, 0)
    const [big, small] = measured
    expect(big.wireBytes + small.wireBytes).toBe(tunnels[0].wireBytes)
    // What is still on its way when the last request is answered was sent and has not arrived.
    expect(tunnels[0].wireBytes - overWire).toBeGreaterThanOrEqual(0)
    expect(tunnels[0].wireBytes - overWire).toBeLessThan(3000)
    expect(big.wireBytes / small.wireBytes).toBeGreaterThan(2.9)
    expect(big.wireBytes / small.wireBytes).toBeLessThan(3)
  })

  test('the bytes of an SSH tunnel are counted once for all paths between the same two hosts', () => {
    const workloads = 'a: { path: web, requests: 1 }, b: { path: secure, requests: 1 }'
    const secure = `secure: { from: client, to: server, tls: {}, ${IGNORED} }`
    const { tunnels, workloads: measured } = resultOf(
      scenarioWith('delay: 10ms', IGNORED, workloads).replace('paths: {', `paths: { ${secure},`),
    )
    expect(tunnels.map(({ name }) => name)).toEqual(['ssh/client/server'])
    expect(measured.map(({ completed }) => completed)).toEqual([1, 1])
  })
})

describe('a slow reader behind a tunnel', () => {
  test('a slow reader behind an SSH tunnel slows down the sender, and no data are lost', () => {
    const text = `version: 1
hosts: { client: { cpu: instant }, via: { cpu: instant }, server: { cpu: instant } }
links:
  near: { between: [client, via], delay: 1ms, rate: 2Mbps, queue: 20 packets }
  far: { between: [via, server], delay: 1ms, rate: 1Gbps }
paths: { web: { from: client, to: server, tunnel: { kind: ssh, via: via } } }
workloads: { down: { path: web, requests: 2, response: 1MB }, up: { path: web, requests: 2, request: 500KB } }
`
    const { workloads } = resultOf(text)
    expect(workloads.map(({ completed, failed }) => [completed, failed])).toEqual([
      [2, 0],
      [2, 0],
    ])
    expect(workloads[0].aggregateMbps).toBeLessThan(2)
  })
})
