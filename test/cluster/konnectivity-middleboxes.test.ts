import { describe, expect, test } from 'vitest'
import { NONE } from '../../src/engine/table.ts'
import { expandBlueprint } from '../../src/simulation/expand.ts'
import { makePlan } from '../../src/simulation/make-plan.ts'
import type { Plan } from '../../src/simulation/plan.ts'
import type { Simulation } from '../../src/simulation/simulation.ts'
import { begun, scenarioOf } from '../fixtures/simulations.ts'

const S = 1e9
const EXPIRIES = ['drop', 'reset-on-next', 'reset-both-at-expiry'] as const

/** A server and an agent on a node whose connection is idle from 1 s on, past a middlebox. */
function planOf(middlebox: string, keepalive = '1h'): Plan {
  const { blueprint } = scenarioOf(`version: 1
kubernetes: "1.30"
duration: 3h
cluster:
  apiserver: { flags: { egress-selector-config-file: konnectivity } }
  nodes: 1
  pods: { web: { listens: 8080 } }
  konnectivity: { keepalive: ${keepalive} }
middleboxes: { box: ${middlebox} }
paths: { get: { kind: apiserver-pod, from: master, to: pods/web, port: 8080 }, own: { kind: component-apiserver } }
workloads:
  gets: { path: get, connection: per-request, requests: 1 }
  last: { path: own, requests: 1, start: 9000s }
`)
  return makePlan(expandBlueprint(blueprint))
}

/** The same with a listener of the server that sends no keepalive probes. */
function withoutProbes(plan: Plan): Plan {
  const listeners = plan.listeners.map((listener) => {
    if (listener.kind !== 'https' || listener.service !== 'konnectivity') return listener
    const { keepalive, ...silence } = listener.silence
    expect(keepalive).toMatchObject({ idleNs: 15 * S, intervalNs: 15 * S })
    return { ...listener, silence }
  })
  return { ...plan, listeners }
}

const connectionOf = ({ parts }: Simulation) => parts.konnectivity.agents.table.connection[0]

/** Returns the whole seconds at which the agent's first connection was gone; Infinity if it stays for 1,800 s. */
function lostAtS(plan: Plan): number {
  const simulation = begun(plan)
  simulation.runUntil(S, Number.POSITIVE_INFINITY)
  const first = connectionOf(simulation)
  expect(first).not.toBe(NONE)
  const { generation } = simulation.parts.http.connections
  const before = generation[first]
  for (let tick = S; tick <= 1_800 * S; tick += S / 2) {
    simulation.runUntil(tick, Number.POSITIVE_INFINITY)
    if (connectionOf(simulation) !== first || simulation.parts.http.connections.generation[first] !== before)
      return Math.floor(tick / S)
  }
  return Number.POSITIVE_INFINITY
}

describe('an idle connection of a Konnectivity agent', () => {
  test('an idle agent connection outlives a NAT or balancer of 350 s, since the server probes every 15 s', () => {
    for (const kind of ['nat', 'balancer'])
      for (const expired of EXPIRIES)
        for (const before of ['node-1', 'master'])
          expect(lostAtS(planOf(`{ kind: ${kind}, before: ${before}, idle: 350s, expired: ${expired} }`))).toBe(
            Number.POSITIVE_INFINITY,
          )
  })

  test('an idle agent connection without probes is lost, and the agent notices at the expiry or its next ping', () => {
    const lost = (expired: string, keepalive?: string) =>
      lostAtS(withoutProbes(planOf(`{ kind: nat, before: node-1, idle: 350s, expired: ${expired} }`, keepalive)))
    expect(lost('reset-both-at-expiry')).toBe(350)
    // A ping comes an hour after the last frame: until then nobody knows.
    expect(lost('reset-on-next')).toBe(Number.POSITIVE_INFINITY)
    expect(lost('reset-on-next', '600s')).toBe(600)
    expect(lost('drop', '600s')).toBe(620)
  })

  test('an idle agent connection without probes is kept by pings that come sooner than the expiry', () => {
    const held = withoutProbes(planOf('{ kind: nat, before: node-1, idle: 350s, expired: drop }', '300s'))
    expect(lostAtS(held)).toBe(Number.POSITIVE_INFINITY)
  })

  test('an idle agent connection is lost if a middlebox forgets it before the next probe', () => {
    const lost = (expired: string) => lostAtS(planOf(`{ kind: nat, before: node-1, idle: 10s, expired: ${expired} }`))
    expect(lost('reset-both-at-expiry')).toBeLessThanOrEqual(11)
    // The first probe is the packet that is answered with a reset, which only the server gets.
    expect(lost('reset-on-next')).toBe(Number.POSITIVE_INFINITY)
  })

  test('an idle agent connection is lost behind a proxy of 35 s, which does not forward probes', () => {
    expect(lostAtS(planOf('{ kind: proxy, before: master }'))).toBe(35)
    expect(lostAtS(planOf('{ kind: proxy, before: master, timeout: { tunnel: 2h } }'))).toBe(Number.POSITIVE_INFINITY)
  })
})
