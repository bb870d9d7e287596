import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { CheckedScenario } from '../../src/scenario/load.ts'
import { tunnelledCluster } from '../cluster/ssh-tunneler-lab.ts'
import { makeArenasRestless } from '../determinism/restless-arena.ts'
import { beginning, endOf, finish } from '../fixtures/simulations.ts'

/** A cluster whose tunnels are lost, checked, dialled again, and missing when requests need them. */
const TROUBLED = tunnelledCluster(`
seed: 5
duration: 190s
paths:
  proxy: { kind: apiserver-pod, to: pods/web, tunnel: { kind: ssh, warm: false } }
  kubelets: { kind: apiserver-kubelet, to: nodes/*, tunnel: { kind: ssh, warm: false } }
workloads:
  ask: { path: proxy, rate: 1/s, arrivals: poisson, for: 185s, connection: per-request }
  logs: { path: kubelets, rate: 0.5/s, arrivals: poisson, for: 185s, connection: per-request }
  early: { path: proxy, rate: 20/s, for: 1s, connection: per-request }
  pull: { path: kubelets, requests: 8, response: 100KB, start: 30s }
events:
  - { at: 25s, restart: master }
  - { at: 91s, restart: node-3 }
  - { at: 100s, for: 40s, link: control-node-2, state: down }
  - { at: 150s, for: 20s, set: { links.control-node-1.loss: 4% } }
`)

function resultOf(scenario: CheckedScenario) {
  return finish(beginning(scenario), scenario)
}

const expected = resultOf(TROUBLED)
const NO_LIMIT = Number.POSITIVE_INFINITY
const aTick = fc.integer({ min: 0, max: endOf(TROUBLED) })

describe('a cluster whose tunnels come and go', () => {
  test('a cluster whose tunnels come and go has failed checks, repeated dials, and requests that fail without a tunnel', () => {
    expect(expected.tunnels.every(({ dials, setups }) => dials > 1 && setups > 1)).toBe(true)
    expect(expected.tunnels.some(({ healthChecks }) => healthChecks.failed > 0)).toBe(true)
    const reasons = expected.workloads.flatMap(({ failures }) => failures.map(({ reason }) => reason))
    expect(reasons).toEqual(expect.arrayContaining(['no tunnel', 'unexpected end']))
    expect(expected.workloads.every(({ completed }) => completed > 7)).toBe(true)
  })

  test('a cluster whose tunnels come and go ends with the same result in any order of declaration', () => {
    fc.assert(
      fc.property(fc.infiniteStream(fc.nat()), (choices) => {
        const reorder = <T>(list: readonly T[]): T[] =>
          list
            .map((item) => ({ item, rank: choices.next().value }))
            .sort((a, b) => a.rank - b.rank)
            .map(({ item }) => item)
        const { blueprint } = TROUBLED
        const cluster = { ...blueprint.cluster!, nodes: reorder(blueprint.cluster!.nodes) }
        const paths = blueprint.paths.map((path) =>
          path.tunnel?.kind === 'ssh' ? { ...path, tunnel: { ...path.tunnel, via: reorder(path.tunnel.via) } } : path,
        )
        const scenario = {
          ...TROUBLED,
          blueprint: {
            ...blueprint,
            cluster,
            hosts: reorder(blueprint.hosts),
            links: reorder(blueprint.links),
            identities: reorder(blueprint.identities),
            paths: reorder(paths),
            workloads: reorder(blueprint.workloads),
            events: reorder(blueprint.events),
          },
        }
        expect(resultOf(scenario)).toEqual(expected)
      }),
      { numRuns: 6, endOnFailure: true },
    )
  })

  test('a cluster whose tunnels come and go ends with the same result in a fork from any tick, and in its parent', () => {
    fc.assert(
      fc.property(aTick, (tick) => {
        const parent = beginning(TROUBLED)
        parent.runUntil(tick, NO_LIMIT)
        const fork = parent.fork()
        expect(finish(fork, TROUBLED)).toEqual(expected)
        expect(finish(parent, TROUBLED)).toEqual(expected)
      }),
      { numRuns: 6, endOnFailure: true },
    )
  })

  test('a cluster whose tunnels come and go ends with the same result in a fork between any two events', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: expected.events - 1 }), (events) => {
        const parent = beginning(TROUBLED)
        expect(parent.runUntil(NO_LIMIT, events)).toBe('budget')
        expect(finish(parent.fork(), TROUBLED)).toEqual(expected)
      }),
      { numRuns: 6, endOnFailure: true },
    )
  })

  test('a cluster whose tunnels come and go uses the same tunnels for connections if a path without traffic is added', () => {
    const { blueprint } = TROUBLED
    const [proxy] = blueprint.paths.filter(({ declared }) => declared === 'proxy')
    const idle = { ...proxy, name: 'idle', declared: 'idle' }
    const { tunnels, trafficDigest } = resultOf({
      ...TROUBLED,
      blueprint: { ...blueprint, paths: [...blueprint.paths, idle] },
    })
    expect(trafficDigest).toBe(expected.trafficDigest)
    expect(tunnels).toEqual(expected.tunnels)
  })

  test('a cluster whose tunnels come and go ends with the same result if its memory moves at every event', {
    timeout: 60_000,
  }, () => {
    const short = tunnelledCluster(`
duration: 102s
paths: { proxy: { kind: apiserver-pod, to: pods/web, tunnel: { kind: ssh, warm: false } } }
workloads: { ask: { path: proxy, rate: 0.5/s, connection: per-request } }
events: [{ at: 10s, restart: node-2 }, { at: 101s, restart: master }]`)
    const settled = resultOf(short)
    const restlessness = makeArenasRestless()
    try {
      expect(resultOf(short)).toEqual(settled)
      expect(restlessness.moves).toBeGreaterThan(settled.events)
    } finally {
      restlessness.end()
    }
  })
})
