import { describe, expect, test } from 'vitest'
import { NONE } from '../../src/engine/table.ts'
import type { Simulation } from '../../src/simulation/simulation.ts'
import { beginning, scenarioOf } from '../fixtures/simulations.ts'

const S = 1e9
/** The tick at which the link begins to drop all packets. */
const CUT = 10 * S

const CUT_EVENT = 'events: [{ at: 10s, link: control-node-1, state: down }]'

interface Setting {
  readonly keepalive?: string
  readonly work?: string
  readonly events?: string
}

/** A server and an agent whose connection is idle from 1 s on, over a link that drops all packets from 10 s on. */
function silent({ keepalive = '1h', work = '', events = CUT_EVENT }: Setting = {}) {
  return beginning(
    scenarioOf(`version: 1
kubernetes: "1.30"
duration: 3h
cluster:
  apiserver: { flags: { egress-selector-config-file: konnectivity } }
  nodes: 1
  pods: { web: { listens: 8080 } }
  konnectivity: { keepalive: ${keepalive} }
  links: { control-to-nodes: { delay: 10ms, rate: 100Mbps } }
paths: { get: { kind: apiserver-pod, from: master, to: pods/web, port: 8080 }, own: { kind: component-apiserver } }
workloads:
  gets: { path: get, connection: per-request, requests: 1 }
  last: { path: own, requests: 1, start: 9000s }${work}
${events}
`),
  )
}

const isKnownToServer = ({ parts }: Simulation) => parts.konnectivity.agents.table.firstEnd[0] !== NONE
const isConnected = ({ parts }: Simulation) => parts.konnectivity.agents.table.connection[0] !== NONE

/** Returns the whole second of the first tick at which something holds no longer. */
function endsAtS(simulation: Simulation, holds: (simulation: Simulation) => boolean, from = CUT): number {
  for (let tick = from; tick < 10_000 * S; tick += S / 10) {
    simulation.runUntil(tick, Number.POSITIVE_INFINITY)
    if (!holds(simulation)) return Math.floor(tick / S)
  }
  return Number.POSITIVE_INFINITY
}

describe('a Konnectivity connection without traffic whose packets are dropped', () => {
  test('the server ends an idle agent connection 30 s after the last packet if packets are dropped, since it probes after 15 s', () => {
    // The last probe that the agent answered came at most 15 s before the cut.
    const seconds = endsAtS(silent(), isKnownToServer)
    expect(seconds).toBeGreaterThanOrEqual(25)
    expect(seconds).toBeLessThanOrEqual(40)
  })

  test('an agent ends an idle connection only 20 s after its ping, an hour after the last frame, if packets are dropped', () => {
    const seconds = endsAtS(silent(), isConnected)
    expect(seconds).toBeGreaterThanOrEqual(3_620)
    expect(seconds).toBeLessThanOrEqual(3_622)
  })

  test('an agent ends an idle connection earlier with a shorter keepalive if packets are dropped', () => {
    const seconds = endsAtS(silent({ keepalive: '60s' }), isConnected)
    expect(seconds).toBeGreaterThanOrEqual(80)
    expect(seconds).toBeLessThanOrEqual(82)
  })
})

test('a Konnectivity connection whose packets are dropped ends 20 s after data were not acknowledged', () => {
  const work = '\n  later: { path: get, connection: per-request, requests: 1, start: 12s }'
  const seconds = endsAtS(silent({ work }), isKnownToServer)
  // A tail loss probe and the first timeout come within a second.
  expect(seconds).toBeGreaterThanOrEqual(32)
  expect(seconds).toBeLessThanOrEqual(33)
})

test('a Konnectivity connection without traffic stays as long as its packets arrive', () => {
  const simulation = silent({ events: '' })
  simulation.runUntil(3_000 * S, Number.POSITIVE_INFINITY)
  expect([isKnownToServer(simulation), isConnected(simulation)]).toEqual([true, true])
})
