import { describe, expect, test } from 'vitest'
import type { CheckedScenario } from '../../src/scenario/load.ts'
import type { Simulation } from '../../src/simulation/simulation.ts'
import { A_BIT_OF_EVERYTHING } from '../determinism/a-bit-of-everything.ts'
import { beginning, COMMITTED_SMALL, finish, scenarioOf } from '../fixtures/simulations.ts'

const NO_LIMIT = Number.POSITIVE_INFINITY

const LOSSY = `version: 1
hosts: { client: {}, server: {} }
links: { wire: { between: [client, server], delay: 10ms, loss: 3% } }
paths: { web: { from: client, to: server } }
workloads: { visits: { path: web, requests: 40, response: 30KB } }
`

const heartbeats = COMMITTED_SMALL.find(({ name }) => name === 'heartbeats-500')!.text
const SCENARIOS: readonly [string, CheckedScenario][] = [
  ['requests over a lossy link', scenarioOf(LOSSY)],
  ['requests that its duration cuts short', scenarioOf(LOSSY, ['duration=700ms'])],
  ['a bit of everything', scenarioOf(A_BIT_OF_EVERYTHING)],
  ['kubelets whose master fails', scenarioOf(heartbeats, ['duration=90s'])],
]

/** Returns a simulation in which provisional events are pending from the start. */
function withoutProvisional(scenario: CheckedScenario): Simulation {
  const simulation = beginning(scenario)
  Reflect.set(simulation.timeline, 'provisional', null)
  simulation.timeline.now = 0
  return simulation
}

describe.each(SCENARIOS)('the provisional events of %s', (_, scenario) => {
  const expected = finish(withoutProvisional(scenario), scenario)

  test('provisional events do not change the result when they are pending from the start', () => {
    expect(finish(beginning(scenario), scenario)).toEqual(expected)
  })

  test('provisional events do not change the result when the run pauses at many ticks and its next tick is read', () => {
    const simulation = beginning(scenario)
    const reference = withoutProvisional(scenario)
    for (let part = 1; part < 60; part++) {
      const tick = Math.floor((expected.simulatedNs * part) / 60)
      expect(simulation.runUntil(tick, NO_LIMIT)).toBe(reference.runUntil(tick, NO_LIMIT))
      expect(simulation.events).toBe(reference.events)
      if (part % 3 === 0) expect(simulation.nextTick).toBeGreaterThanOrEqual(reference.nextTick)
    }
    expect(finish(simulation, scenario)).toEqual(expected)
  })

  test('provisional events are copied into forks of a run that a budget has stopped', () => {
    const simulation = beginning(scenario)
    const reference = withoutProvisional(scenario)
    for (let part = 1; part < 8; part++) {
      const events = Math.floor((expected.events * part) / 8)
      expect(simulation.runUntil(NO_LIMIT, events)).toBe('budget')
      expect(reference.runUntil(NO_LIMIT, events)).toBe('budget')
      expect(simulation.timeline.now).toBe(reference.timeline.now)
      expect(finish(simulation.fork(), scenario)).toEqual(expected)
    }
  })
})

describe('a run that waits for a response that never comes', () => {
  const scenario = scenarioOf(`version: 1
hosts: { client: { cpu: instant }, server: { cpu: instant } }
links: { wire: { between: [client, server], delay: 200us } }
paths: { web: { from: client, to: server } }
workloads: { visits: { path: web, requests: 3, response: 100KB } }
events:
  - { at: 1010us, link: wire, state: down }
  - { at: 1060us, restart: server }
`)
  const unpaused = finish(beginning(scenario), scenario)

  test('a run with a response that never comes ends at its last event, not at an idle wake-up', () => {
    expect(unpaused).toMatchObject({ ended: 'finished', simulatedNs: 1_200_000 })
    expect(finish(withoutProvisional(scenario), scenario)).toEqual(unpaused)
  })

  test('a run with a response that never comes ends at the same tick after a pause, in a fork and from a copied state', () => {
    const simulation = beginning(scenario)
    for (const ms of [1, 50, 2_000]) {
      expect(simulation.runUntil(ms * 1_000_000, NO_LIMIT)).toBe('tick')
      expect(finish(simulation.fork(), scenario)).toEqual(unpaused)
      const other = beginning(scenario)
      other.exchangeState(simulation.copyState())
      expect(finish(other, scenario)).toEqual(unpaused)
    }
    expect(finish(simulation, scenario)).toEqual(unpaused)
  })
})
