import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { exactExponentialQuantile } from '../../src/engine/exact-math.ts'
import { draw32, fraction53 } from '../../src/engine/streams.ts'
import { NONE } from '../../src/engine/table.ts'
import { expandBlueprint } from '../../src/simulation/expand.ts'
import { makePlan } from '../../src/simulation/make-plan.ts'
import { Simulation } from '../../src/simulation/simulation.ts'
import { CONNECTING, IDLE, NO_REQUEST } from '../../src/workload/http-client-table.ts'
import type { HttpClient } from '../../src/workload/rows.ts'
import { begun, finish, resultOf, scenarioOf } from '../fixtures/simulations.ts'

/** A round trip takes exactly 20 ms, and nothing else takes time. */
function scenarioWith(workload: string, link = 'delay: 10ms', more = ''): string {
  return `version: 1
seed: 5
hosts: { client: { cpu: instant }, server: { cpu: instant } }
links: { wire: { between: [client, server], ${link} } }
paths: { web: { from: client, to: server } }
workloads: { asks: { path: web, ${workload} } }
${more}
`
}

const SYN = 2

/** Returns when the client sends requests and SYNs, in ticks. */
function sendingsOf(text: string): { requests: number[]; syns: number[] } {
  const scenario = scenarioOf(text)
  const simulation = new Simulation(makePlan(expandBlueprint(scenario.blueprint)))
  const sendings = { requests: [] as number[], syns: [] as number[] }
  const forward = simulation.plan.directions.findIndex(({ name }) => name === 'link/wire/forward')
  simulation.network.observer = {
    observe(stage, packet) {
      const { direction, tickNs: tick } = packet
      if (stage !== 'sent' || direction !== forward) return
      if (packet.payloadBytes > 0) sendings.requests.push(tick)
      if ((packet.flags & SYN) !== 0) sendings.syns.push(tick)
    },
  }
  simulation.begin()
  finish(simulation, scenario)
  return sendings
}

const MS = 1_000_000

describe('the time of a streamed response', () => {
  test('the time of a streamed response is that of its chunks, each from when it is due until the client has it', () => {
    const streamOf = (link: string) =>
      resultOf(scenarioWith('kind: stream, rate: 40KB/s, chunk: 4KB, for: 2s', link)).workloads[0]
    const smooth = streamOf('delay: 10ms')
    expect(smooth.completed).toBe(19)
    expect(smooth.breakdownNs).toMatchObject({ propagation: 19 * 10 * MS, handshake: 0, window: 0, retransmission: 0 })
    const lossy = streamOf('delay: 10ms, loss: 5%')
    expect(lossy.breakdownNs.retransmission).toBeGreaterThan(0)
    const sumNs = Object.values(lossy.breakdownNs).reduce((sum, ns) => sum + ns, 0)
    expect(sumNs / lossy.completed / MS).toBeCloseTo(lossy.latencyMs.mean ?? 0, 6)
  })
})

describe('a closed loop', () => {
  test('a closed loop sends the next request when the response to the last has been read', () => {
    expect(sendingsOf(scenarioWith('requests: 4'))).toEqual({
      syns: [0],
      requests: [20 * MS, 40 * MS, 60 * MS, 80 * MS],
    })
  })

  test('a closed loop dials a new connection for each request without keep-alive', () => {
    expect(sendingsOf(scenarioWith('requests: 3, connection: per-request'))).toEqual({
      syns: [0, 40 * MS, 80 * MS],
      requests: [20 * MS, 60 * MS, 100 * MS],
    })
  })

  test('a closed loop with concurrency 3 has three connections, each with one request at a time', () => {
    const at = [20, 20, 20, 40, 40, 40, 60].map((ms) => ms * MS)
    expect(sendingsOf(scenarioWith('requests: 7, concurrency: 3'))).toEqual({ syns: [0, 0, 0], requests: at })
  })

  test('a closed loop begins at its start time', () => {
    expect(sendingsOf(scenarioWith('requests: 1, start: 3s'))).toEqual({ syns: [3000 * MS], requests: [3020 * MS] })
  })

  test('a closed loop completes every request in spite of losses', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 1, max: 8 }),
        fc.boolean(),
        (requests, clients, isKept) => {
          const concurrency = Math.min(clients, requests)
          const connection = isKept ? 'keep-alive' : 'per-request'
          const text = scenarioWith(
            `requests: ${requests}, concurrency: ${concurrency}, connection: ${connection}`,
            'delay: 5ms, loss: 5%',
          )
          const [{ completed, failed, unfinished }] = resultOf(text).workloads
          expect([completed + failed, unfinished]).toEqual([requests, 0])
        },
      ),
      { numRuns: 25, endOnFailure: true },
    )
  })
})

describe('an open loop', () => {
  test('an open loop sends requests at its configured rate from the time when the first connection is up', () => {
    const { requests, syns } = sendingsOf(scenarioWith('rate: 30/s, for: 200ms'))
    // 33.3 ms are more than a round trip, so one connection is enough. Each arrival is rounded to the nearest tick by
    // itself.
    expect(syns).toEqual([0])
    expect(requests).toEqual(
      [0, 33_333_333, 66_666_667, 100_000_000, 133_333_333, 166_666_667].map((ns) => 20 * MS + ns),
    )
  })

  test('an open loop dials another connection for a request that finds all of them busy, and sends it when that is up', () => {
    const { requests, syns } = sendingsOf(scenarioWith('rate: 100/s, for: 40ms'))
    // Requests are due at 20, 30, 40 and 50 ms. That of 40 ms finds the first connection free at that very tick; that
    // of 50 ms finds the second one just up, and busy with the request that it was dialled for.
    expect(syns).toEqual([0, 30 * MS, 50 * MS])
    expect(requests).toEqual([20, 40, 50, 70].map((ms) => ms * MS))
  })

  test('an open loop measures a request from its intended start, dialling included', () => {
    const { latencyMs } = resultOf(scenarioWith('rate: 100/s, for: 40ms')).workloads[0]
    expect(latencyMs).toMatchObject({ min: 20, max: 40 })
  })

  test('an open loop begins at once when each request has its own connection', () => {
    const { requests, syns } = sendingsOf(scenarioWith('rate: 100/s, for: 30ms, connection: per-request'))
    expect(syns).toEqual([0, 10 * MS, 20 * MS])
    expect(requests).toEqual([20 * MS, 30 * MS, 40 * MS])
  })

  test('an open loop sends no request at the end of its duration, and one just before', () => {
    expect(sendingsOf(scenarioWith('rate: 10/s, for: 300ms')).requests).toHaveLength(3)
    expect(sendingsOf(scenarioWith('rate: 10/s, for: 300000001ns')).requests).toHaveLength(4)
  })

  test('an open loop sends at most one request per tick', () => {
    const text = scenarioWith('rate: 3000000000/s, for: 10ns, connection: per-request')
    expect(resultOf(text).workloads[0]).toMatchObject({ failed: 0, unfinished: 0 })
  })

  test('an open loop with Poisson arrivals sends requests exactly at the times of its random stream', () => {
    const text = scenarioWith('rate: 5/s, arrivals: poisson, for: 20s', 'delay: 0ms')
    const [{ arrivals, nameHigh, nameLow }] = makePlan(expandBlueprint(scenarioOf(text).blueprint)).workloads
    if (arrivals.kind !== 'open') throw new Error('an open loop was asked for')
    const expected: number[] = []
    let sinceFirstNs = 0
    for (let request = 0; ; request++) {
      const high = draw32(arrivals.key.hi, arrivals.key.lo, nameHigh, nameLow, request, 0)
      const low = draw32(arrivals.key.lo, arrivals.key.hi, nameHigh, nameLow, request, 0)
      sinceFirstNs += exactExponentialQuantile(fraction53(high, low)) * (1e9 / 5)
      if (Math.round(sinceFirstNs) >= 20e9) break
      expected.push(Math.round(sinceFirstNs))
    }
    // The first connection is up after two hops of a tick each.
    const { requests } = sendingsOf(text)
    expect(requests).toEqual(expected.map((ns) => 2 + ns))
    expect(expected.length).toBeGreaterThan(70)
    expect(expected.length).toBeLessThan(130)
  })

  test('an open loop with Poisson arrivals has other times for another seed or another workload', () => {
    const times = (text: string) => sendingsOf(text).requests.join()
    const text = scenarioWith('rate: 5/s, arrivals: poisson, for: 5s', 'delay: 0ms')
    const variants = [text, text.replace('seed: 5', 'seed: 6'), text.replace('asks:', 'wants:')].map(times)
    expect(new Set(variants).size).toBe(3)
  })
})

describe('setting up a connection', () => {
  test('connection set-up counts only in setupMs when connections are kept alive', () => {
    const { latencyMs, setupMs, aggregateMbps } = resultOf(scenarioWith('requests: 5, response: 1000B')).workloads[0]
    expect(setupMs).toBe(20)
    expect(latencyMs).toMatchObject({ min: 20, max: 20 })
    expect(aggregateMbps).toBe((5 * 1000 * 8) / 0.1 / 1e6)
  })

  test('connection set-up counts in the latency and in setupMs when each request has its own connection', () => {
    const { latencyMs, setupMs, throughputMbps } = resultOf(
      scenarioWith('requests: 5, response: 1000B, connection: per-request'),
    ).workloads[0]
    expect(setupMs).toBe(20)
    expect(latencyMs).toMatchObject({ min: 40, max: 40 })
    expect(throughputMbps).toBe((1000 * 8) / 0.04 / 1e6)
  })
})

describe('a request that does not complete', () => {
  test('a request that does not complete makes the next request use a new connection when an injected response arrives before the body is sent', () => {
    const forger = '{ on: wire, vantage: inline, plan: [{ technique: inject, path: web, at: 500ms, count: 1 }] }'
    const upload = 'requests: 3, request: 500KB, response: 1000B'
    const text = scenarioWith(upload, 'delay: 10ms, rate: 1Mbps', `attackers: { forger: ${forger} }`)
    expect(resultOf(text).workloads[0]).toMatchObject({ completed: 3, failed: 0, unfinished: 0 })
    expect(sendingsOf(text).syns).toHaveLength(2)
  })

  test('a request that does not complete counts as unfinished at the end of the duration', () => {
    const text = scenarioWith('rate: 100/s, for: 1s, connection: per-request', 'delay: 10ms', 'duration: 500ms')
    const { completed, failed, unfinished } = resultOf(text).workloads[0]
    // Requests are due at 0, 10, ... 500 ms; those up to 460 ms have their response.
    expect([completed, failed, unfinished]).toEqual([47, 0, 4])
  })

  test('a request that does not complete counts as failed by its reason, without an effect on others', () => {
    const text = scenarioWith('requests: 3, concurrency: 3', 'delay: 10ms', 'events: [{ at: 25ms, restart: server }]')
    expect(resultOf(text).workloads[0].failures).toEqual([{ reason: 'connection reset', count: 3 }])
  })

  test('a request that does not complete has no latency and is not included in percentiles', () => {
    const text = scenarioWith('requests: 21', 'delay: 10ms', 'events: [{ at: 45ms, restart: server }]')
    const { completed, failed, latencyMs } = resultOf(text).workloads[0]
    expect([completed, failed]).toEqual([20, 1])
    expect(latencyMs).toMatchObject({ p50: 20, p95: 20, p99: null })
  })

  test('a request that does not complete changes the workload’s digest, not only that of the traffic', () => {
    const calm = resultOf(scenarioWith('requests: 3')).workloads[0].digest
    const failing = resultOf(scenarioWith('requests: 3', 'delay: 10ms', 'events: [{ at: 45ms, restart: server }]'))
    expect(failing.workloads[0].digest).not.toBe(calm)
  })
})

describe('the clients of a workload', () => {
  test('the clients of a workload are listed, and the best free one is found, in whatever order requests end', () => {
    const more = 'events: [{ at: 90ms, restart: server }]'
    const link = 'delay: 10ms, jitter: { normal: 9ms }, loss: 5%, rate: 2Mbps'
    for (const connection of ['keep-alive', 'per-request']) {
      const text = scenarioWith(`rate: 900/s, for: 150ms, response: 300B, connection: ${connection}`, link, more)
      const simulation = begun(makePlan(expandBlueprint(scenarioOf(text).blueprint)))
      const { table } = simulation.workloads
      const { clients } = simulation.workloads.http
      let most = 0
      for (let events = 0; simulation.runUntil(Number.POSITIVE_INFINITY, events) === 'budget'; events += 7) {
        const found: HttpClient[] = []
        for (let client = table.firstClient[0]; client !== NONE; client = clients.next[client]) {
          if (found.length > 0) expect(clients.previous[client]).toBe(found.at(-1))
          found.push(client)
        }
        const free = found.filter((client) => clients.request[client] === NO_REQUEST)
        const rank = (client: HttpClient) => [IDLE, CONNECTING].indexOf(clients.state[client]) >>> 0
        free.sort((a, b) => rank(a) - rank(b) || clients.number[a] - clients.number[b])
        expect(table.firstFreeClient[0]).toBe(connection === 'keep-alive' ? (free[0] ?? NONE) : NONE)
        most = Math.max(most, found.length)
      }
      expect(most).toBeGreaterThan(20)
    }
  })
})

describe('the cores of a host', () => {
  test('the cores of a host make requests wait for each other when there are more requests than cores', () => {
    const slow = (cores: number) => {
      const scenario = scenarioOf(
        scenarioWith('requests: 4, concurrency: 4').replace(
          'server: { cpu: instant }',
          `server: { cpu: go, noise: none, cores: ${cores} }`,
        ),
      )
      const profile = { packetNs: 0, serveNs: 5 * MS, acceptNs: 0, dialNs: 0, requestNs: 0, responseNs: 0 }
      const plan = makePlan(expandBlueprint(scenario.blueprint))
      const hosts = plan.hosts.map((host) =>
        host.name === 'server' ? { ...host, cpu: { ...host.cpu, ...profile } } : host,
      )
      return finish(begun({ ...plan, hosts }), scenario).workloads[0]
    }
    expect(slow(1).latencyMs).toMatchObject({ min: 25, max: 40 })
    expect(slow(2).latencyMs).toMatchObject({ min: 25, max: 30 })
    expect(slow(4).latencyMs).toMatchObject({ min: 25, max: 25 })
    expect(slow(4).breakdownNs.cpu).toBe(4 * 5 * MS)
  })
})
