import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { run } from '../../src/simulation/run.ts'
import type { SampleRequest } from '../../src/simulation/sampling/sample-request.ts'
import { Sampler } from '../../src/simulation/sampling/sampler.ts'
import type { ConnectionSeries, LinkSeries, Series } from '../../src/simulation/sampling/series.ts'
import { A_BIT_OF_EVERYTHING } from '../determinism/a-bit-of-everything.ts'
import { anyScenario } from '../fixtures/any-scenario.ts'
import { beginning, finish, scenarioOf } from '../fixtures/simulations.ts'

const MS = 1_000_000

/** A byte takes a microsecond. The SYN arrives at 10.06 ms, the SYN-ACK at 20.12 ms, the request at 30.269 ms. */
const SLOW = `version: 1
hosts: { client: { cpu: instant }, server: { cpu: instant } }
links: { wan: { between: [client, server], delay: 10ms, rate: 8Mbps } }
paths: { web: { from: client, to: server }, idle: { from: client, to: server } }
workloads: { bulk: { path: web, requests: 1, response: 20000B } }
`

function samplesOf(text: string, request: SampleRequest): readonly Series[] {
  return run(scenarioOf(text), { samples: [request] }).samples ?? []
}

function link(series: readonly Series[], name: string): LinkSeries {
  const found = series.find((one) => one.kind === 'link' && one.link === name)
  if (found?.kind !== 'link') throw new Error(`no series of ${name}`)
  return found
}

function endOn(series: readonly Series[], host: string): ConnectionSeries {
  const found = series.find((one) => one.kind === 'connection' && one.host === host)
  if (found?.kind !== 'connection') throw new Error(`no connection on ${host}`)
  return found
}

/** Returns the values of a series by the tick, in milliseconds. */
function byMs({ ticksNs }: Series, values: Float64Array): Record<number, number> {
  return Object.fromEntries(Array.from(ticksNs, (tick, n) => [tick / MS, values[n]]))
}

describe('samples of a path', () => {
  const series = samplesOf(SLOW, { path: 'web', everyNs: 5 * MS })
  const back = link(series, 'link/wan/backward')
  const server = endOn(series, 'server')
  const client = endOn(series, 'client')

  test('samples of a path are of both directions of its link and both ends of its connection', () => {
    expect(series.map((one) => (one.kind === 'link' ? one.link : `${one.host} ${one.hasDialled}`))).toEqual([
      'link/wan/backward',
      'link/wan/forward',
      'client true',
      'server false',
    ])
    expect([client.local, client.remote]).toEqual([server.remote, server.local])
  })

  test('samples of a path show the queue of ten segments of 1500 bytes drain, a byte a microsecond', () => {
    // The response leaves at 30.269 ms: ten segments of the initial window, the first of them with its head.
    const { 30: before, 35: early, 40: later, 45: last } = byMs(back, back.values.queuedBytes)
    expect([before, early - later, later - last]).toEqual([0, 5000, 5000])
    expect(early).toBe(15_000 + 104 - (35_000 - 30_269))
    expect(byMs(back, back.values.queueDelayNs)).toMatchObject({ 35: early * 1000, 40: later * 1000 })
    expect(byMs(back, back.values.queuedPackets)).toMatchObject({ 30: 0, 35: 7, 40: 4, 45: 1, 50: 0 })
  })

  test('samples of a path show the congestion window grow by a segment for each acknowledged one', () => {
    const windows = byMs(server, server.values.congestionWindowSegments)
    expect(windows).toMatchObject({ 15: 10, 45: 10, 50: 10, 55: 13, 60: 16, 65: 19 })
    expect(byMs(server, server.values.congestionWindowBytes)).toMatchObject({ 15: 14_480, 55: 13 * 1448 })
    expect([...server.values.slowStartThresholdBytes]).toContain(Number.POSITIVE_INFINITY)
  })

  test('samples of a path show data in flight without SYN and FIN, and the round-trip time once measured', () => {
    expect(byMs(client, client.values.inFlightBytes)).toMatchObject({ 0: 0, 20: 0, 25: 97, 40: 97, 45: 0 })
    expect(byMs(client, client.values.inFlightSegments)).toMatchObject({ 0: 1, 20: 1, 25: 1, 45: 0 })
    expect(byMs(client, client.values.smoothedRttNs)).toMatchObject({ 20: Number.NaN, 25: 20_120_000 })
  })

  test('samples of a path show rates since the sample before', () => {
    // The SYN-ACK, 60 bytes, is all that arrives between 20 and 25 ms.
    expect(byMs(back, back.values.deliveredBps)).toMatchObject({ 20: 0, 25: (60 * 8) / 0.005, 30: 0 })
    const { acknowledgedBps } = client.values
    expect(byMs(client, acknowledgedBps)).toMatchObject({ 40: 0, 45: (97 * 8) / 0.005, 50: 0 })
  })

  test('samples of a path skip a pause except for its first and last tick, and end at the last event', () => {
    expect([...back.ticksNs].map((tick) => tick / MS)).toEqual([
      0, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 67.772,
    ])
    expect(server.ticksNs[0]).toBe(15 * MS)
  })

  test('samples of a path do not include the connections of another path between the same hosts', () => {
    expect(samplesOf(SLOW, { path: 'idle', everyNs: 5 * MS }).map(({ kind }) => kind)).toEqual(['link', 'link'])
  })
})

describe('samples', () => {
  test('samples of a link are those of its path, and of one direction only of that direction', () => {
    const whole = samplesOf(SLOW, { path: 'web', everyNs: 5 * MS })
    expect(samplesOf(SLOW, { link: 'wan', everyNs: 5 * MS })).toEqual(whole.slice(0, 2))
    expect(samplesOf(SLOW, { link: 'link/wan/forward', everyNs: 5 * MS })).toEqual(whole.slice(1, 2))
  })

  test('samples of a host are those of its connection ends', () => {
    const whole = samplesOf(SLOW, { path: 'web', everyNs: 5 * MS })
    expect(samplesOf(SLOW, { host: 'server', everyNs: 5 * MS })).toEqual(whole.slice(3))
  })

  test('samples of a path through a tunnel are those of the tunnel and of the connection behind it', () => {
    const text = `version: 1
hosts: { a: {}, b: {}, c: {} }
links: { ab: { between: [a, b], delay: 1ms }, bc: { between: [b, c], delay: 1ms } }
paths: { web: { from: a, to: c, tunnel: { kind: ssh, via: b } } }
workloads: { some: { path: web, requests: 3, response: 100KB } }
`
    const series = samplesOf(text, { path: 'web', everyNs: MS })
    const names = series.map((one) => (one.kind === 'link' ? one.link : `${one.host} ${one.remote.split(':')[1]}`))
    expect(names.slice(0, 4)).toEqual(['link/ab/backward', 'link/ab/forward', 'link/bc/backward', 'link/bc/forward'])
    expect(names).toContain('a 22')
    expect(names).toContain('b 80')
    expect(series.filter((one) => one.kind === 'connection' && one.host === 'c')).toHaveLength(1)
  })

  test('samples of unknown subjects, or at an impossible interval, are refused', () => {
    expect(() => samplesOf(SLOW, { path: 'wbe', everyNs: 1 })).toThrow('no path wbe; it has web, idle')
    expect(() => samplesOf(SLOW, { link: 'lan', everyNs: 1 })).toThrow('no link lan')
    expect(() => samplesOf(SLOW, { host: 'nobody', everyNs: 1 })).toThrow('no host nobody; it has client, server')
    expect(() => samplesOf(SLOW, { link: 'wan', everyNs: 0.5 })).toThrow(
      'everyNs must be a whole number from 1, not 0.5',
    )
  })
})

const everything = scenarioOf(A_BIT_OF_EVERYTHING)
const unseen = finish(beginning(everything), everything)
const all: readonly SampleRequest[] = everything.blueprint.paths.map(({ name }) => ({ path: name, everyNs: 20 * MS }))

describe('a run that is sampled', () => {
  test('a run that is sampled gives the same result', () => {
    const { result, samples = [] } = run(everything, { samples: all })
    expect(result).toEqual(unseen)
    expect(samples.length).toBeGreaterThan(all.length)
  })

  test('a run that is sampled gives the same samples when it was forked, as does the fork', () => {
    const NO_LIMIT = Number.POSITIVE_INFINITY
    const whole = beginning(everything)
    const unforked = new Sampler(whole, all, everything.blueprint)
    unforked.runUntil(NO_LIMIT, NO_LIMIT)
    const tick = 21 * MS
    const parent = beginning(everything)
    const sampler = new Sampler(parent, all, everything.blueprint)
    sampler.runUntil(tick, NO_LIMIT)
    const fork = parent.fork()
    const ofFork = new Sampler(fork, all, everything.blueprint)
    ofFork.runUntil(NO_LIMIT, NO_LIMIT)
    sampler.runUntil(NO_LIMIT, NO_LIMIT)
    expect(sampler.series()).toEqual(unforked.series())
    expect(finish(fork, everything)).toEqual(unseen)
    const lastOf = (one: Series) => Object.values(one.values).map((column: Float64Array) => column.at(-1))
    const linksOf = (series: readonly Series[]) => series.filter(({ kind }) => kind === 'link').map(lastOf)
    expect(linksOf(ofFork.series())).toEqual(linksOf(unforked.series()))
  })

  test('a run that is sampled gives the same result for any subjects and interval', () => {
    fc.assert(
      fc.property(
        anyScenario,
        fc.integer({ min: 1, max: 20_000 }),
        fc.integer({ min: 1, max: 500 }),
        (scenario, ms, budget) => {
          const requests = [...scenario.blueprint.paths.map(({ name }) => ({ path: name, everyNs: ms * MS }))]
          const simulation = beginning(scenario)
          const sampler = new Sampler(simulation, requests, scenario.blueprint)
          // The budget ends the run again and again, between samples and at them.
          while (sampler.runUntil(Number.POSITIVE_INFINITY, simulation.events + budget) === 'budget') {}
          expect(finish(simulation, scenario)).toEqual(finish(beginning(scenario), scenario))
        },
      ),
      { numRuns: 5, endOnFailure: true },
    )
  }, 60_000)
})
