import { describe, expect, test } from 'vitest'
import { beginning, finish, resultOf, scenarioOf, workloadOf } from '../fixtures/simulations.ts'

const ENDS =
  'hosts: { client: { cpu: instant }, server: { cpu: instant } }\npaths: { web: { from: client, to: server } }'

/** A scenario of two hosts and this link. */
function over(link: string, workloads: string, more = ''): string {
  return `version: 1\n${ENDS}\nlinks: { wire: { between: [client, server], ${link} } }\nworkloads: { ${workloads} }\n${more}`
}

describe('an unusual link', () => {
  test('a link without delay and rate delivers a packet one tick later', () => {
    const asks = workloadOf(resultOf(over('delay: 0ms', 'asks: { path: web, requests: 5, response: 1MB }')), 'asks')
    expect(asks).toMatchObject({ completed: 5, failed: 0, setupMs: 2e-6 })
    expect(asks.latencyMs.min).toBeGreaterThan(0)
    expect(asks.latencyMs.max).toBeLessThan(0.001)
  })

  test('a link without rate delivers a full window at once', () => {
    const asks = workloadOf(resultOf(over('delay: 10ms', 'asks: { path: web, requests: 3, response: 10KB }')), 'asks')
    expect(asks).toMatchObject({ completed: 3, latencyMs: { min: 20, max: 20 } })
  })

  test('a link with the delay to the moon and 1 kbps completes its requests', () => {
    const text = over('delay: 1280ms, rate: 1kbps', 'asks: { path: web, requests: 1, response: 10B }')
    expect(workloadOf(resultOf(text), 'asks')).toMatchObject({ completed: 1, failed: 0 })
  })

  test('a link with the smallest or the largest MTU completes its requests', () => {
    for (const mtu of [576, 65_535]) {
      const text = over(`delay: 1ms, mtu: ${mtu}`, 'asks: { path: web, requests: 2, request: 100KB, response: 100KB }')
      expect(workloadOf(resultOf(text), 'asks')).toMatchObject({ completed: 2, failed: 0 })
    }
  })

  test('a link that loses half of all packets completes its requests', () => {
    const text = over('delay: 1ms, loss: 50%', 'asks: { path: web, requests: 5, response: 5KB }')
    const { completed, failed, unfinished } = workloadOf(resultOf(text), 'asks')
    expect(completed + failed).toBe(5)
    expect(unfinished).toBe(0)
    expect(completed).toBeGreaterThan(0)
  })

  test('a link that loses all packets fails every attempt after 127 s, when Linux gives up a SYN', () => {
    const asks = workloadOf(resultOf(over('delay: 1ms, loss: 100%', 'asks: { path: web, requests: 2 }')), 'asks')
    expect(asks.failures).toEqual([{ reason: 'timed out', count: 2 }])
    expect(asks).toMatchObject({ completed: 0, unfinished: 0, setupMs: null, throughputMbps: null })
    expect(asks.latencyMs).toEqual({ min: null, p50: null, p95: null, p99: null, max: null, mean: null })
  })

  test('a link with jitter larger than its delay delivers no packet before it was sent', () => {
    const text = over(
      'delay: 1ms, jitter: { normal: 20ms, reorder: true }',
      'asks: { path: web, requests: 20, response: 50KB }',
    )
    expect(workloadOf(resultOf(text), 'asks')).toMatchObject({ completed: 20, failed: 0 })
  })

  test('a link with a queue of one packet completes its requests', () => {
    const text = over('delay: 5ms, rate: 10Mbps, queue: 1 packets', 'asks: { path: web, requests: 2, response: 200KB }')
    const result = resultOf(text)
    expect(workloadOf(result, 'asks')).toMatchObject({ completed: 2, failed: 0 })
    expect(result.links[1].droppedAtQueue + result.links[0].droppedAtQueue).toBeGreaterThan(10)
  })
})

describe('an unusual workload', () => {
  test('a workload with empty responses completes its requests', () => {
    for (const tls of ['', 'tls: { version: 1.3 }', 'tls: { version: 1.2 }', 'tunnel: ssh']) {
      const text = over('delay: 10ms', 'asks: { path: web, requests: 3, response: 0B }').replace(
        'to: server',
        `to: server, ${tls}`,
      )
      const asks = workloadOf(resultOf(text), 'asks')
      expect(asks).toMatchObject({ completed: 3, deliveredBytes: 0, throughputMbps: 0, aggregateMbps: 0 })
    }
  })

  test('a workload in a run that is too short leaves its requests unfinished', () => {
    const asked = workloadOf(
      resultOf(over('delay: 10ms', 'asks: { path: web, connection: per-request, requests: 3 }', 'duration: 1ns')),
      'asks',
    )
    expect(asked).toMatchObject({ completed: 0, failed: 0, unfinished: 1 })
    const waiting = workloadOf(
      resultOf(over('delay: 10ms', 'asks: { path: web, requests: 3 }', 'duration: 1ns')),
      'asks',
    )
    expect(waiting).toMatchObject({ completed: 0, failed: 0, unfinished: 1 })
    const later = resultOf(over('delay: 10ms', 'asks: { path: web, requests: 3, start: 1h }', 'duration: 1ms'))
    expect(later).toMatchObject({ ended: 'duration', simulatedNs: 1_000_000, packets: 0 })
  })

  test('a workload in a run that ends at the tick of the last response completes its requests', () => {
    const text = (duration: string) => over('delay: 10ms', 'asks: { path: web, requests: 2 }', `duration: ${duration}`)
    expect(resultOf(text('60ms'))).toMatchObject({ ended: 'finished', simulatedNs: 60_000_000 })
    expect(resultOf(text('59999999ns'))).toMatchObject({
      ended: 'duration',
      workloads: [{ completed: 1, unfinished: 1 }],
    })
    expect(resultOf(text('10d'))).toMatchObject({ ended: 'finished', simulatedNs: 60_000_000 })
  })

  test('a workload that starts after 99 days completes its requests', () => {
    expect(resultOf(over('delay: 10ms', 'asks: { path: web, requests: 1, start: 99d }'))).toMatchObject({
      ended: 'finished',
      simulatedNs: 99 * 86_400e9 + 40_000_000,
    })
  })

  test('a workload with more clients than the host has cores and ports completes its requests', () => {
    const text = over(
      'delay: 1ms, rate: 1Gbps',
      'asks: { path: web, requests: 3000, concurrency: 1500, connection: per-request }',
    )
    expect(workloadOf(resultOf(text.replaceAll('instant', 'go')), 'asks')).toMatchObject({ completed: 3000, failed: 0 })
  })

  test('a workload in an open loop sends requests faster than responses arrive', () => {
    const text = over('delay: 50ms, rate: 1Mbps', 'asks: { path: web, rate: 1000/s, for: 300ms, response: 100B }')
    expect(workloadOf(resultOf(text), 'asks')).toMatchObject({ completed: 300, failed: 0 })
  })
})

describe('an unreachable server', () => {
  test('a server behind a link that stays down fails open connections after 924.6 s, and new ones after 127 s', () => {
    const workloads =
      'kept: { path: web, rate: 1/s, for: 3s }, fresh: { path: web, requests: 1, connection: per-request, start: 5s }'
    const result = resultOf(over('delay: 10ms', workloads, 'events: [{ at: 1500ms, link: wire, state: down }]'))
    const kept = workloadOf(result, 'kept')
    expect(kept).toMatchObject({ completed: 2, failed: 1, failures: [{ reason: 'timed out', count: 1 }] })
    expect(workloadOf(result, 'fresh').failures).toEqual([{ reason: 'timed out', count: 1 }])
    // The last request left at 2020 ms.
    expect(result.simulatedNs / 1e9).toBeGreaterThan(2 + 900)
    expect(result.simulatedNs / 1e9).toBeLessThan(2 + 1000)
  })

  test('a server behind a failed warm tunnel makes workloads start when the tunnel has failed, and fail with its reason', () => {
    const text = over('delay: 10ms, loss: 100%', 'asks: { path: web, requests: 2 }').replace(
      'to: server',
      'to: server, tunnel: ssh',
    )
    const result = resultOf(text)
    expect(workloadOf(result, 'asks')).toMatchObject({
      failures: [{ reason: 'timed out', count: 2 }],
      tunnelSetupMs: null,
    })
    expect(result.tunnels[0]).toMatchObject({ setupMs: null })
  })
})

test('a scenario without workloads ends at once, or at its last event', () => {
  const { blueprint } = scenarioOf(over('delay: 1ms', 'asks: { path: web, requests: 1 }'))
  const idle = { blueprint: { ...blueprint, workloads: [] }, expectations: [] }
  expect(finish(beginning(idle), idle)).toMatchObject({ ended: 'finished', simulatedNs: 0, events: 0, workloads: [] })
  const restart = { kind: 'restart', atNs: 12 * 3600e9, host: 'server' } as const
  const waiting = { blueprint: { ...idle.blueprint, events: [restart] }, expectations: [] }
  expect(finish(beginning(waiting), waiting)).toMatchObject({
    ended: 'finished',
    simulatedNs: 12 * 3600e9,
    events: 1,
  })
})

/** A scenario of `spokes` clients around one server. */
function star(spokes: number, path: string, workload: string): string {
  const names = Array.from({ length: spokes }, (_, i) => `spoke-${i}`)
  const lines = (make: (name: string) => string) => names.map(make).join('\n')
  return `version: 1
hosts:
  hub: { cores: 8 }
${lines((name) => `  ${name}: {}`)}
links:
${lines((name) => `  ${name}: { between: [hub, ${name}], delay: 2ms, rate: 1Gbps }`)}
paths:
${lines((name) => `  ${name}: { from: ${name}, to: hub, ${path} }`)}
workloads:
${lines((name) => `  ${name}: { path: ${name}, ${workload} }`)}
`
}

describe('a large scenario', () => {
  test('500 hosts that send requests over TLS to one server complete all of them', { timeout: 60_000 }, () => {
    const scenario = scenarioOf(
      star(500, 'tls: { version: 1.3 }', 'connection: per-request, requests: 4, response: 10KB'),
    )
    const simulation = beginning(scenario)
    const { workloads, links } = finish(simulation, scenario)
    expect(links.length).toBe(1501)
    expect(workloads.every(({ completed }) => completed === 4)).toBe(true)
  })

  test('2000 workloads between two hosts complete all requests', { timeout: 60_000 }, () => {
    const names = Array.from({ length: 2000 }, (_, i) => `w${i}: { path: web, requests: 2, response: 2KB }`)
    const { workloads } = resultOf(over('delay: 2ms, rate: 10Gbps', names.join(', ')))
    expect(workloads.length).toBe(2000)
    expect(workloads.every(({ completed, failed }) => completed === 2 && failed === 0)).toBe(true)
  })

  test('200 tunnels to one host complete all requests', { timeout: 60_000 }, () => {
    const { tunnels, workloads } = resultOf(star(200, 'tunnel: ssh', 'requests: 3, response: 20KB'))
    expect(tunnels.length).toBe(200)
    expect(workloads.every(({ completed }) => completed === 3)).toBe(true)
  })
})

test('400 hosts with their own TCP settings keep them separate', () => {
  const settings = Array.from(
    { length: 400 },
    (_, nth) => `h${nth}: { cpu: instant, tcp: { initial-window: ${nth + 1} } }`,
  )
  // 20 full segments: a window of 5 needs three rounds, one of 261 sends them at once. 261 is 5 in eight bits.
  const text = `version: 1
hosts: { client: { cpu: instant }, ${settings.join(', ')} }
links:
  narrow: { between: [client, h4], delay: 100ms }
  wide: { between: [client, h260], delay: 100ms }
paths:
  narrow: { from: client, to: h4 }
  wide: { from: client, to: h260 }
workloads:
  narrow: { path: narrow, requests: 1, response: 28KB }
  wide: { path: wide, requests: 1, response: 28KB }
`
  const result = resultOf(text)
  const p50Of = (name: string) => Math.floor(workloadOf(result, name).latencyMs.p50 ?? Number.NaN)
  expect([p50Of('narrow'), p50Of('wide')]).toEqual([600, 200])
})
