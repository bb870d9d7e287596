import fc from 'fast-check'
import { expect, test } from 'vitest'
import { anyScenario } from '../fixtures/any-scenario.ts'
import { beginning, finish } from '../fixtures/simulations.ts'

/** How many scenarios are tried; ONPATH_TRIES of them in the long run. */
const TRIES = Number(process.env.ONPATH_TRIES ?? 60)

test('any scenario comes to an end, with every request and every nanosecond accounted for, forked or not', () => {
  fc.assert(
    fc.property(anyScenario, fc.nat(), (scenario, events) => {
      const simulation = beginning(scenario)
      const result = finish(simulation, scenario)
      const { samples, table } = simulation.workloads
      for (const [workload, { completed, failed, failures, breakdownNs }] of result.workloads.entries()) {
        expect(failures.reduce((sum, { count }) => sum + count, 0)).toBe(failed)
        let latencyNs = 0
        let count = 0
        for (let sample = table.firstSample[workload]; sample >= 0; sample = samples.next[sample]) {
          latencyNs += samples.latencyNs[sample]
          count++
        }
        expect(count).toBe(completed)
        expect(Object.values(breakdownNs).reduce((sum, part) => sum + part, 0)).toBe(latencyNs)
      }
      const parent = beginning(scenario)
      parent.runUntil(Number.POSITIVE_INFINITY, events % (result.events + 1))
      expect(finish(parent.fork(), scenario)).toEqual(result)
    }),
    { numRuns: TRIES, endOnFailure: true },
  )
}, 60_000)
