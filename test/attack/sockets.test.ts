import { describe, expect, test } from 'vitest'
import { collectResult } from '../../src/simulation/collect-result.ts'
import { expandBlueprint } from '../../src/simulation/expand.ts'
import { makePlan } from '../../src/simulation/make-plan.ts'
import type { Simulation } from '../../src/simulation/simulation.ts'
import { blueprintOf } from '../fixtures/clusters.ts'
import { begun, resultOf } from '../fixtures/simulations.ts'
import { attacked, delivered, mallory, plainScenario, step } from './attack-lab.ts'

describe('an inline attacker that impersonates the server', () => {
  test('an impersonating inline attacker receives all requests of a client that does not verify, and the real node none', () => {
    const run = attacked(plainScenario('none'), mallory([step('impersonate-server')]))
    expect(run.result.workloads[0]).toMatchObject({ completed: 5, failed: 0 })
    expect(delivered(run, 'link/wan/forward')).toBe(0)
    expect(delivered(run, 'link/~mallory/A/forward')).toBe(11)
    // Half the link, there and back; and nobody waits for the other half.
    expect(run.result.workloads[0].setupMs).toBe(81.302243)
    expect(run.result.workloads[0].latencyMs.p50).toBe(40.400007)
  })

  test('an impersonating inline attacker is refused each time by a client that verifies', () => {
    const run = attacked(plainScenario('ca'), mallory([step('impersonate-server')]))
    expect(run.result.workloads[0]).toMatchObject({ completed: 0, failed: 5 })
    expect(run.result.workloads[0].failures).toEqual([
      { reason: 'x509: certificate signed by unknown authority', count: 5 },
    ])
  })

  test('an impersonating inline attacker with the CA’s key is accepted by a client that verifies', () => {
    const holds = ['default-ca']
    const run = attacked(plainScenario('ca'), mallory([step('impersonate-server')], { holds }))
    expect(run.result.workloads[0]).toMatchObject({ completed: 5, failed: 0 })
    expect(delivered(run, 'link/wan/forward')).toBe(0)
  })

  test('an impersonating inline attacker receives nothing of connections that were open before', () => {
    const run = attacked(plainScenario('none'), mallory([step('impersonate-server', { atNs: 300_000_000 })]))
    expect(run.result.workloads[0]).toMatchObject({ completed: 5, failed: 0 })
    expect(delivered(run, 'link/~mallory/A/forward')).toBe(0)
    expect(run.result.trafficDigest).toBe(resultOf(`version: 1\n${plainScenario('none')}`).trafficDigest)
  })
})

describe('a relay', () => {
  test('a relay forwards requests with the client’s address, and responses back', () => {
    const run = attacked(plainScenario('none, client: none'), mallory([step('relay')]))
    expect(run.result.workloads[0]).toMatchObject({ completed: 5, failed: 0 })
    expect(delivered(run, 'link/wan/forward')).toBe(0)
    expect(delivered(run, 'link/wan/backward')).toBe(0)
    // The node answers the master, and what it says turns off halfway.
    expect(delivered(run, 'link/~mallory/B/forward')).toBe(10)
  })
})

describe('an attacker on a segment', () => {
  const onSegment = plainScenario('none').replace(
    /links:.*/,
    'segments: { wan: { hosts: [master, node], delay: 40ms, rate: 100Mbps } }',
  )
  const there = { on: { kind: 'segment', name: 'wan' } } as const

  test('an attacker at a switch answers in the server’s name', () => {
    const run = attacked(onSegment, mallory([step('impersonate-server')], there))
    expect(run.result.workloads[0]).toMatchObject({ completed: 5, failed: 0 })
    expect(delivered(run, 'segment/wan/node/out')).toBe(0)
    expect(delivered(run, 'segment/wan/~mallory/out')).toBe(11)
  })

  test('an attacker on a segment relays between both ends', () => {
    const open = onSegment.replace('verify: none', 'verify: none, client: none')
    const run = attacked(open, mallory([step('relay')], there))
    expect(run.result.workloads[0]).toMatchObject({ completed: 5, failed: 0 })
    expect(run.simulation.attack?.events.amount(0, 0, 'relayed')).toBe(5)
  })

  test('an attacker on a segment that only eavesdrops does not change traffic', () => {
    const { result } = attacked(onSegment, mallory([step('eavesdrop')], { ...there, vantage: 'passive' }))
    expect(result.trafficDigest).toBe(resultOf(`version: 1\n${onSegment}`).trafficDigest)
  })
})

describe('a direct request', () => {
  test('a direct request reaches the server, without affecting the traffic of others', () => {
    const run = attacked(plainScenario('none'), mallory([step('direct-request', { ask: 'exec' })]))
    expect(run.result.workloads[0]).toMatchObject({ completed: 5, failed: 0 })
    expect(delivered(run, 'link/~mallory/B/forward')).toBe(10)
    expect(run.simulation.attack?.state.acts(0)).toBe(1)
  })

  test('a direct request is sent as often as its count says', () => {
    const run = attacked(plainScenario('none'), mallory([step('direct-request', { ask: 'logs', count: 3 })]))
    expect(run.simulation.attack?.state.acts(0)).toBe(3)
  })
})

describe('an attacker that does nothing', () => {
  const quiet = resultOf(`version: 1\n${plainScenario('none')}`)

  test.each([
    ['has no plan', []],
    ['listens', [step('eavesdrop')]],
    ['waits for packets that never come', [step('drop', { match: { from: 'node', kind: 'rst' } })]],
  ])('an attacker does not change traffic when it %s', (_, plan) => {
    const { result } = attacked(plainScenario('none'), mallory(plan))
    expect(result.trafficDigest).toBe(quiet.trafficDigest)
    expect(result.workloads).toEqual(quiet.workloads)
  })
})

describe('a simulation that is forked during', () => {
  test.each(['impersonate-server', 'relay', 'direct-request'] as const)(
    'a simulation that is forked during %s has the same result as its fork',
    (technique) => {
      const attackers = [mallory([step(technique, { atNs: 10, count: technique === 'direct-request' ? 4 : null })])]
      const blueprint = { ...blueprintOf(plainScenario('none')), attackers }
      const plan = makePlan(expandBlueprint(blueprint))
      const endOf = (simulation: Simulation) => {
        simulation.runUntil(Number.POSITIVE_INFINITY, 1_000_000)
        return collectResult(simulation, blueprint, [], 'finished')
      }
      const whole = endOf(begun(plan))
      for (const tick of [1, 50, 90, 130, 200, 260].map((ms) => ms * 1_000_000)) {
        const simulation = begun(plan)
        simulation.runUntil(tick, 1_000_000)
        const fork = simulation.fork()
        expect(endOf(fork)).toEqual(whole)
        expect(endOf(simulation)).toEqual(whole)
      }
    },
  )
})
