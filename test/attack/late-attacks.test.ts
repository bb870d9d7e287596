import { afterEach, describe, expect, test } from 'vitest'
import type { Result } from '../../src/measure/result.ts'
import { collectHistories, LATE } from '../../src/simulation/attack/collect-history.ts'
import { run } from '../../src/simulation/run.ts'
import { beginning, finish, scenarioOf } from '../fixtures/simulations.ts'

/** Two workloads of a path for ten seconds, of which an attacker disturbs one from the fourth second on. */
const scenario = (step: string) =>
  scenarioOf(`
version: 1
hosts: { client: {}, server: {} }
links: { wire: { between: [client, server], delay: 10ms, rate: 100Mbps } }
paths: { web: { from: client, to: server } }
workloads: { slow: { path: web, rate: 7/s, for: 10s }, quick: { path: web, rate: 90/s, for: 6s } }
attackers: { mallory: { vantage: inline, on: wire, plan: [{ path: web, at: 4s, ${step} }] } }
`)

const DROP = 'for: 2s, technique: drop'
const LATE_AT_FIRST = LATE.ns
afterEach(() => {
  LATE.ns = LATE_AT_FIRST
})

describe('an attack that counts as late', () => {
  test.each([
    ['drops all packets', DROP],
    ['drops three packets', 'technique: drop, count: 3'],
    ['delays packets', 'for: 3s, technique: delay, delay: 40ms'],
    ['resets connections', 'for: 1s, technique: reset'],
    ['only listens', 'technique: eavesdrop'],
  ])(
    'an attack simulated from its start has the same result as one simulated from the first response, if it %s',
    (_, step) => {
      const resultIf = (ns: number): Result => {
        LATE.ns = ns
        return run(scenario(step)).result
      }
      expect(resultIf(0)).toEqual(resultIf(LATE_AT_FIRST))
    },
  )

  test('an attack that is simulated from its start keeps one earlier response of each workload for comparison', () => {
    const late = scenario(DROP)
    const simulation = beginning(late)
    finish(simulation, late)
    const early = () => collectHistories(simulation)[0].responses.filter(({ endTick }) => endTick < 4e9).length
    expect(early()).toBeGreaterThan(300)
    LATE.ns = 0
    expect(early()).toBe(2)
  })
})
