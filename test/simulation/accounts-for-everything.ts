import { expect } from 'vitest'
import type { Result } from '../../src/measure/result.ts'
import type { CheckedScenario } from '../../src/scenario/load.ts'
import type { Simulation } from '../../src/simulation/simulation.ts'
import { beginning, finish } from '../fixtures/simulations.ts'

/**
 * Runs a scenario, and a fork of it taken after so many events, and checks that every request and nanosecond of both is
 * accounted for.
 */
export function accountForEverything(scenario: CheckedScenario, events: number): void {
  const simulation = beginning(scenario)
  const result = finish(simulation, scenario)
  accountForRequests(simulation, result)
  const parent = beginning(scenario)
  parent.runUntil(Number.POSITIVE_INFINITY, events % (result.events + 1))
  expect(finish(parent.fork(), scenario)).toEqual(result)
}

/**
 * Checks that every failure has a reason, every response a latency, and every nanosecond of a latency a part in the
 * breakdown.
 */
export function accountForRequests(simulation: Simulation, { workloads }: Result): void {
  for (const { name, completed, failed, failures, breakdownNs } of workloads) {
    const latenciesNs = simulation.plan.workloads.flatMap(({ declared }, workload) =>
      declared === name ? latenciesOf(simulation, workload) : [],
    )
    const parts = Object.values(breakdownNs)
    expect([name, failures.reduce((sum, { count }) => sum + count, 0)]).toEqual([name, failed])
    expect([name, latenciesNs.length]).toEqual([name, completed])
    expect([name, parts.reduce((sum, part) => sum + part, 0)]).toEqual([
      name,
      latenciesNs.reduce((sum, ns) => sum + ns, 0),
    ])
    expect([name, parts.every((part) => Number.isSafeInteger(part) && part >= 0)]).toEqual([name, true])
  }
}

function latenciesOf({ workloads }: Simulation, workload: number): number[] {
  const { table } = workloads
  const { samples } = workloads.measurements
  const latenciesNs: number[] = []
  for (let sample = table.lastSample[table.rowOf(workload)]; sample >= 0; sample = samples.previousOf(sample)) {
    latenciesNs.push(samples.latencyNsOf(sample))
  }
  return latenciesNs
}
