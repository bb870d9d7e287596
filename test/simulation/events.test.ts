import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Result } from '../../src/measure/result.ts'
import { CPU_FIGURES } from '../../src/security/cpu-profiles.ts'
import type { EventBlueprint } from '../../src/simulation/blueprint.ts'
import type { Sample } from '../../src/workload/rows.ts'
import { beginning, COSTLY_WORK, finish, resultOf, scenarioOf, workloadOf } from '../fixtures/simulations.ts'

/**
 * A link with 10 ms of delay where nothing else takes time and timers are exact, so that a round trip takes exactly 20
 * ms.
 */
function scenarioWith(workloads: string, events: string): string {
  return `version: 1
hosts:
  client: { cpu: instant, tcp: { timer-tick: off } }
  server: { cpu: instant, tcp: { timer-tick: off } }
links: { wire: { between: [client, server], delay: 10ms } }
paths: { web: { from: client, to: server } }
workloads: { ${workloads} }
events: [ ${events} ]
`
}

const ONE_A_SECOND = 'asks: { path: web, rate: 1/s, for: 5s }'

/** Returns the latencies in the order of completion. */
function latenciesMs(text: string): number[] {
  const scenario = scenarioOf(text)
  const simulation = beginning(scenario)
  finish(simulation, scenario)
  const { samples } = simulation.workloads.measurements
  return Array.from({ length: samples.count }, (_, sample) => samples.latencyNsOf(sample as Sample) / 1e6)
}

describe('a link that goes down', () => {
  test('a link that goes down loses packets until it is up, and the sender retransmits them at doubling timeouts', () => {
    // The second request leaves at 1020 ms. Linux's probe and time-out are 20 ms + 200 ms: 1240, 1460, 1900, 2780 (the
    // link is up).
    const text = scenarioWith(ONE_A_SECOND, '{ at: 990ms, link: wire, state: down, for: 1s }')
    // The third finds the one connection busy, and dials another.
    expect(latenciesMs(text)).toEqual([20, 20 + 20, 220 + 220 + 440 + 880 + 20, 20, 20])
  })

  test('a link that goes down loses the packets in flight', () => {
    // The request left at 1020 ms and would arrive at 1030.
    const text = scenarioWith(ONE_A_SECOND, '{ at: 1029ms, link: wire, state: down, for: 5ms }')
    expect(latenciesMs(text)[1]).toBe(220 + 20)
    const { links } = resultOf(text)
    expect(links.map(({ name, droppedWhileDown }) => [name, droppedWhileDown])).toContainEqual(['link/wire/forward', 1])
  })

  test('a link that goes down loses a packet that would arrive a nanosecond later, and none that arrived before', () => {
    const at = (ns: number) => scenarioWith(ONE_A_SECOND, `{ at: ${ns}ns, link: wire, state: down, for: 1ms }`)
    expect(latenciesMs(at(1_029_999_999))[1]).toBe(240)
    // Now the answer is lost. Events of one tick come in the order of their targets, and links come before the scenario.
    expect(latenciesMs(at(1_030_000_000))[1]).toBe(240)
    expect(latenciesMs(at(1_030_000_001))[1]).toBe(240)
    expect(latenciesMs(at(1_039_999_999))[1]).toBe(240)
    expect(latenciesMs(at(1_040_000_001))[1]).toBe(20)
  })

  test('a link that goes down stays down until another event brings it up', () => {
    const text = scenarioWith(
      ONE_A_SECOND,
      '{ at: 990ms, link: wire, state: down }, { at: 1990ms, link: wire, state: up }',
    )
    expect(latenciesMs(text)).toEqual(
      latenciesMs(scenarioWith(ONE_A_SECOND, '{ at: 990ms, link: wire, state: down, for: 1s }')),
    )
  })
})

describe('a link that changes', () => {
  const CLOSED_LOOP = 'asks: { path: web, requests: 10 }'

  test('a link that changes temporarily gets its old options back after the given time', () => {
    const text = scenarioWith(CLOSED_LOOP, '{ at: 61ms, for: 60ms, set: { links.wire.delay: 30ms } }')
    // Connected at 20 ms, answers at 40, 60; then one whose answer takes the longer way, and one whose request does.
    expect(latenciesMs(text)).toEqual([20, 20, 40, 40, 20, 20, 20, 20, 20, 20])
  })

  test('a link that changes can change in one direction only', () => {
    const text = scenarioWith(CLOSED_LOOP, '{ at: 45ms, set: { links.wire.backward.delay: 15ms } }')
    expect(latenciesMs(text)).toEqual([20, 25, 25, 25, 25, 25, 25, 25, 25, 25])
  })

  test('a link with two changes at the same time applies both if they set different options', () => {
    const changes = '{ at: 45ms, for: 100ms, set: { links.wire.forward.delay: 20ms } }'
    const more = '{ at: 85ms, for: 200ms, set: { links.wire.backward.delay: 40ms } }'
    const both = latenciesMs(scenarioWith(CLOSED_LOOP, `${changes}, ${more}`))
    expect(both).toEqual(latenciesMs(scenarioWith(CLOSED_LOOP, `${more}, ${changes}`)))
    expect(both).toEqual([20, 20, 30, 60, 50, 50, 50, 20, 20, 20])
  })

  test('a link returns from a temporary change to an earlier permanent one', () => {
    const changes =
      '{ at: 41ms, set: { links.wire.delay: 5ms } }, { at: 81ms, for: 20ms, set: { links.wire.delay: 20ms } }'
    const latencies = latenciesMs(scenarioWith(CLOSED_LOOP, changes))
    expect(latencies.at(-1)).toBe(10)
    expect(Math.max(...latencies.slice(2))).toBeGreaterThan(20)
  })
})

describe('an event at tick 0', () => {
  function resultWith(event: EventBlueprint): Result {
    const { blueprint } = scenarioOf(scenarioWith('asks: { path: web, requests: 2 }', ''))
    const scenario = { blueprint: { ...blueprint, events: [event] }, expectations: [] }
    return finish(beginning(scenario), scenario)
  }

  test('an event at tick 0 takes a link down before the first SYN is sent, which is lost', () => {
    const result = resultWith({ kind: 'link-state', atNs: 0, forNs: 500_000_000, link: 'wire', state: 'down' })
    expect(workloadOf(result, 'asks')).toMatchObject({ completed: 2, setupMs: 1020 })
  })

  test('an event at tick 0 changes a link before the first SYN is sent', () => {
    const { blueprint } = scenarioOf(scenarioWith('asks: { path: web, requests: 2 }', ''))
    const { forward, backward } = blueprint.links[0]
    const slow = { ...forward, delayNs: 70_000_000 }
    const result = resultWith({ kind: 'set-link', atNs: 0, forNs: null, link: 'wire', forward: slow, backward })
    expect(workloadOf(result, 'asks')).toMatchObject({ completed: 2, setupMs: 80, latencyMs: { min: 80, max: 80 } })
  })

  test('an event at tick 0 restarts a host without effect, because it has no state yet', () => {
    const result = resultWith({ kind: 'restart', atNs: 0, host: 'client' })
    expect(workloadOf(result, 'asks')).toMatchObject({ completed: 2, failed: 0, setupMs: 20 })
  })
})

describe('a server that restarts', () => {
  const at = (ms: number) =>
    resultOf(scenarioWith('asks: { path: web, requests: 4 }', `{ at: ${ms}ms, restart: server }`))

  test('a server that restarts answers a request on a forgotten connection with a reset, and the next request opens a new connection', () => {
    // Connected at 20 ms; requests leave at 20, 40, and arrive 10 ms later.
    const asks = workloadOf(at(45), 'asks')
    expect(asks).toMatchObject({ completed: 3, failed: 1, unfinished: 0, latencyMs: { max: 20 } })
    expect(asks.failures).toEqual([{ reason: 'connection reset', count: 1 }])
  })

  test('a server that restarts lets a response in flight arrive, and resets the connection at the next request', () => {
    expect(workloadOf(at(55), 'asks')).toMatchObject({ completed: 3, failed: 1, latencyMs: { max: 20 } })
  })

  test('a server that restarts resets a connection when it restarts after its SYN-ACK and before the next packet', () => {
    expect(workloadOf(at(15), 'asks')).toMatchObject({ completed: 3, failed: 1 })
  })
})

describe('a client that restarts', () => {
  test('a client that restarts loses its request, and opens a new connection for the next', () => {
    const asks = workloadOf(
      resultOf(scenarioWith('asks: { path: web, requests: 4 }', '{ at: 45ms, restart: client }')),
      'asks',
    )
    expect(asks.failures).toEqual([{ reason: 'host restarted', count: 1 }])
    expect(asks).toMatchObject({ completed: 3, unfinished: 0 })
  })

  test('a client that restarts fails a request that waits for a core to dial', () => {
    const text = scenarioWith(
      'asks: { path: web, connection: per-request, requests: 3 }',
      '{ at: 1ms, restart: client }',
    )
    const scenario = scenarioOf(text.replace('client: { cpu: instant }', 'client: { cpu: go }'))
    const result = finish(beginning(scenario, COSTLY_WORK), scenario)
    expect(workloadOf(result, 'asks')).toMatchObject({
      completed: 2,
      failed: 1,
      unfinished: 0,
      failures: [{ reason: 'host restarted', count: 1 }],
    })
  })

  test('a client that restarts before its first connection still sends the requests of an open loop', () => {
    const text = scenarioWith('asks: { path: web, rate: 10/s, for: 1s }', '{ at: 5ms, restart: client }')
    expect(workloadOf(resultOf(text), 'asks')).toMatchObject({ completed: 10, failed: 0 })
  })
})

/** Every kind of connection between busy hosts, with a host between the end of the tunnel and the server. */
const BUSY = `version: 1
hosts: { client: { cores: 1 }, via: { cores: 1 }, server: { cores: 1 } }
links:
  near: { between: [client, via], delay: 3ms, rate: 50Mbps }
  far: { between: [via, server], delay: 2ms, rate: 50Mbps }
paths:
  plain: { from: client, to: server }
  secure: { from: client, to: server, tls: { version: 1.2, client: certificate } }
  warm: { from: client, to: server, port: 8443, tls: { version: 1.3 }, tunnel: { kind: ssh, via: via } }
  cold: { from: via, to: server, port: 81, tunnel: { kind: ssh, via: server, warm: false } }
workloads:
  a: { path: plain, connection: per-request, requests: 8, concurrency: 3, response: 1KB }
  b: { path: plain, requests: 8, concurrency: 2, response: 100KB }
  c: { path: secure, connection: per-request, requests: 5, concurrency: 2, request: 5KB }
  d: { path: warm, connection: per-request, requests: 6, concurrency: 2, response: 40KB }
  e: { path: warm, rate: 20/s, for: 400ms, response: 2KB }
  f: { path: cold, rate: 30/s, for: 400ms, arrivals: poisson, connection: per-request }
`

/** Generates up to four restarts of these hosts, at any time. */
function restartsOf(...hosts: readonly string[]): fc.Arbitrary<EventBlueprint[]> {
  const atNs = fc.integer({ min: 0, max: 600_000_000 })
  const restart = fc
    .tuple(atNs, fc.constantFrom(...hosts))
    .map(([at, host]) => ({ kind: 'restart', atNs: at, host }) as const)
  return fc.array(restart, { minLength: 1, maxLength: 4 })
}

function busyResult(events: readonly EventBlueprint[]): Result {
  const { blueprint } = scenarioOf(BUSY)
  const scenario = { blueprint: { ...blueprint, events }, expectations: [] }
  return finish(beginning(scenario, COSTLY_WORK), scenario)
}

describe('any hosts that restart at any time', () => {
  test('hosts that restart at any time give every request a response or a failure', () => {
    fc.assert(
      fc.property(restartsOf('client'), (events) => {
        const { ended, workloads } = busyResult(events)
        expect(ended).toBe('finished')
        expect(workloads.filter(({ unfinished }) => unfinished > 0)).toEqual([])
        expect(workloads.slice(0, 5).map(({ completed, failed }) => completed + failed)).toEqual([8, 8, 5, 6, 8])
      }),
      { numRuns: 20, endOnFailure: true },
    )
  })

  // A server that forgets a request which it has acknowledged leaves its client waiting: TCP's keepalive would tell.
  test('hosts that restart at any time let the run end with every workload started and every request accounted for', () => {
    fc.assert(
      fc.property(restartsOf('client', 'via', 'server'), (events) => {
        const { ended, workloads } = busyResult(events)
        expect(ended).toBe('finished')
        expect(workloads.filter(({ completed, failed, unfinished }) => completed + failed + unfinished === 0)).toEqual(
          [],
        )
      }),
      { numRuns: 20, endOnFailure: true },
    )
  })
})

describe('a host at the end of an SSH tunnel that restarts', () => {
  const text = `version: 1
hosts: { client: { cpu: instant }, via: { cpu: instant }, server: { cpu: instant } }
links:
  near: { between: [client, via], delay: 10ms }
  far: { between: [via, server], delay: 10ms }
paths: { web: { from: client, to: server, tunnel: { kind: ssh, via: via } } }
workloads: { asks: { path: web, rate: 10/s, for: 1s } }
events: [{ at: 575ms, restart: via }]
`

  test('a host at the end of an SSH tunnel that restarts fails the requests in the tunnel, which is dialled again when it is next needed', () => {
    const result = resultOf(text)
    const { completed, failures, latencyMs } = workloadOf(result, 'asks')
    expect(failures).toEqual([{ reason: 'connection reset', count: 1 }])
    expect(completed).toBe(9)
    // Seven round trips of 20 ms for the tunnel, one of 20 ms and one of 20 ms behind it for the channel, 40 ms to ask.
    expect(latencyMs.max).toBeGreaterThanOrEqual(140 + 40 + 40)
    expect(latencyMs.max).toBeLessThan(221)
    expect(latencyMs.p50).toBeLessThan(41)
  })

  test('a host at the end of an SSH tunnel that restarts during a log-in makes the client time out after 30 s, and dial again', () => {
    // sshd takes 100 ms to start, acknowledges meanwhile what the client said, and dies at 100 ms: nothing that the
    // client could send would find that out.
    const slowToStart = { ...CPU_FIGURES, go: { ...CPU_FIGURES.instant, sshSessionNs: 100_000_000 } }
    const scenario = scenarioOf(text.replace('via: { cpu: instant }', 'via: { cpu: go }').replace('575ms', '100ms'))
    const result = finish(beginning(scenario, slowToStart), scenario)
    const { completed, failed, setupMs } = workloadOf(result, 'asks')
    expect([completed, failed]).toEqual([10, 0])
    expect(result.tunnels[0].setupMs).toBe(100 + 140)
    expect(setupMs).toBe(100 + 140 + 40)
    expect(result.simulatedNs).toBe((20 + 30_000 + 100 + 140 + 40 + 900 + 40) * 1e6)
  })

  test('a host at the end of an SSH tunnel closes no connection before it restarts', () => {
    const scenario = scenarioOf(text)
    const simulation = beginning(scenario)
    const ticks: number[] = []
    const sent = (tick: number): { action: 'pass' } => {
      ticks.push(tick)
      return { action: 'pass' }
    }
    for (const [direction, { fromHost }] of simulation.plan.directions.entries()) {
      if (simulation.plan.hosts[fromHost].name !== 'via') continue
      simulation.network.rules.setRule(direction, { judge: ({ tickNs: tick }) => sent(tick) })
    }
    finish(simulation, scenario)
    expect(ticks.length).toBeGreaterThan(20)
    expect(ticks).not.toContain(575_000_000)
  })
})
