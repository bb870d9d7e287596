import fc from 'fast-check'
import { test } from 'vitest'
import { anyScenario } from '../fixtures/any-scenario.ts'
import { accountForEverything } from './accounts-for-everything.ts'

/** `npm run nightly` tries many more. */
const SCENARIOS = 15

test('every generated scenario ends with every request and nanosecond accounted for, with and without a fork', () => {
  fc.assert(fc.property(anyScenario, fc.nat(), accountForEverything), { numRuns: SCENARIOS, endOnFailure: true })
}, 60_000)
