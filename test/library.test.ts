import { expect, test } from 'vitest'
import { BudgetExceeded, InvalidScenario, loadScenario, simulate, simulateText } from '../src/index.ts'
import { BROKEN_SCENARIO, SMALL_SCENARIO } from './fixtures/scenario-text.ts'

test('a scenario runs in a test in one call, twice to the same result', () => {
  const result = simulateText(SMALL_SCENARIO)
  expect(result).toMatchObject({ schemaVersion: 1, scenario: 'small', seed: 3, ended: 'finished' })
  expect(result.workloads).toMatchObject([{ name: 'visits', path: 'web', completed: 2, failed: 0 }])
  expect(result.expectations).toMatchObject([{ expect: 'latency(visits) p50 < 120ms', met: true }])
  expect(simulateText(SMALL_SCENARIO)).toEqual(result)
})

test('a result is a plain JSON value', () => {
  const result = simulateText(SMALL_SCENARIO)
  expect(JSON.parse(JSON.stringify(result))).toEqual(result)
})

test('in two steps a scenario is loaded once and simulated as often as one likes', () => {
  const loaded = loadScenario({ text: SMALL_SCENARIO, file: 'small.yaml' }, { seed: 4 })
  if (!loaded.ok) throw new InvalidScenario(loaded.problems)
  expect(simulate(loaded.scenario)).toEqual(simulateText(SMALL_SCENARIO, { seed: 4 }))
})

test('a scenario that is none is thrown with everything that is wrong with it', () => {
  expect(() => simulateText(BROKEN_SCENARIO)).toThrow(InvalidScenario)
  expect(() => simulateText(BROKEN_SCENARIO)).toThrow(
    /scenario:5:45: error\[unknown-key\][\s\S]*scenario:7:30: error\[unknown-name\]/,
  )
})

test('a run past its budget of events is thrown', () => {
  expect(() => simulateText(SMALL_SCENARIO, { maxEvents: 10 })).toThrow(BudgetExceeded)
  expect(() => simulateText(SMALL_SCENARIO, { set: ['links.wire.delay=5ms'], maxEvents: 100_000 })).not.toThrow()
})
