import fc from 'fast-check'
import { expect, test } from 'vitest'
import { makeArenasRestless } from '../determinism/restless-arena.ts'
import { anyScenario } from '../fixtures/any-scenario.ts'
import { LONGEST_LONG_SEARCH_MS } from '../fixtures/property-seed.ts'
import { beginning, finish } from '../fixtures/simulations.ts'
import { accountForEverything } from '../simulation/accounts-for-everything.ts'

test('every generated scenario ends with every request and nanosecond accounted for, with and without a fork', () => {
  fc.assert(fc.property(anyScenario, fc.nat(), accountForEverything), {
    numRuns: 1_200,
    interruptAfterTimeLimit: LONGEST_LONG_SEARCH_MS,
  })
})

test('every generated scenario gives the same result in an arena that moves at every row and event', () => {
  fc.assert(
    fc.property(anyScenario, (scenario) => {
      const settled = finish(beginning(scenario), scenario)
      fc.pre(settled.events < 3_000)
      const restlessness = makeArenasRestless()
      try {
        expect(finish(beginning(scenario), scenario)).toEqual(settled)
      } finally {
        restlessness.end()
      }
    }),
    { numRuns: 40, interruptAfterTimeLimit: LONGEST_LONG_SEARCH_MS },
  )
})
