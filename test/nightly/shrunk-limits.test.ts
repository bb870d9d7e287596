import { expect, test } from 'vitest'
import { SHRUNK_LIMITS, type ShrunkLimit, searchShrunkLimits } from '../determinism/shrunk-limits.ts'

const RUNS = 300
/** A search ends after this time with fewer scenarios, so that a busy machine does not break the limit of a test. */
const LONGEST_MS = 120_000
const FEWEST = 10

test.each(Object.keys(SHRUNK_LIMITS) as ShrunkLimit[])('a run with shrunk limits gives the same result: %s', (name) => {
  const limit = { numRuns: RUNS, interruptAfterTimeLimit: LONGEST_MS, markInterruptAsFailure: false }
  expect(searchShrunkLimits(name, limit).tried).toBeGreaterThanOrEqual(FEWEST)
})
