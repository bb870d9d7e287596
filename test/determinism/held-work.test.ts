import fc from 'fast-check'
import { afterEach, expect, test, vi } from 'vitest'
import { Processors } from '../../src/network/processor.ts'
import { anyScenario } from '../fixtures/any-scenario.ts'
import { beginning, finish } from '../fixtures/simulations.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

test('a run has the same result if each piece of work has an event of its own', () => {
  const finishHeld = vi.spyOn(Processors.prototype, 'finishHeld')
  fc.assert(
    fc.property(anyScenario, (scenario) => {
      const usual = finish(beginning(scenario), scenario)
      const finished = finishHeld.mock.calls.length
      const beginHolding = vi.spyOn(Processors.prototype, 'beginHolding').mockImplementation(() => {})
      expect(finish(beginning(scenario), scenario)).toEqual(usual)
      expect(finishHeld.mock.calls.length).toBe(finished)
      beginHolding.mockRestore()
    }),
    { numRuns: 8, endOnFailure: true },
  )
  expect(finishHeld).toHaveBeenCalled()
}, 60_000)
