import { expect, test } from 'vitest'
import { run } from '../../src/simulation/run.ts'
import { SMALL_SCENARIO } from '../fixtures/scenario-text.ts'
import { scenarioOf } from '../fixtures/simulations.ts'

test('a run checks every 2,000 events for an interruption, since some events take a millisecond', () => {
  const scenario = scenarioOf(SMALL_SCENARIO, ['workloads.visits.requests=2000'])
  const asked: number[] = []
  const options = {
    onProgress: (_: number, events: number) => void asked.push(events),
    shouldStop: () => asked.at(-1) === 6_000,
  }
  expect(run(scenario, options).result).toMatchObject({ ended: 'interrupted', events: 6_000 })
  expect(asked).toEqual([0, 2_000, 4_000, 6_000])
})
