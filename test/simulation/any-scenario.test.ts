import fc from 'fast-check'
import { test } from 'vitest'
import { anyScenario } from '../fixtures/any-scenario.ts'
import { accountForEverything } from './accounts-for-everything.ts'

/** `npm run test:long` tries many more. */
const SCENARIOS = 60

test('any scenario comes to an end, with every request and every nanosecond accounted for, forked or not', () => {
  fc.assert(fc.property(anyScenario, fc.nat(), accountForEverything), { numRuns: SCENARIOS, endOnFailure: true })
}, 60_000)
