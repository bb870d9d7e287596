import { expect, test } from 'vitest'
import { SHRUNK_LIMITS, type ShrunkLimit, searchShrunkLimits } from './shrunk-limits.ts'

/** `npm run nightly` tries more. */
const RUNS = 18

test.each(Object.keys(SHRUNK_LIMITS) as ShrunkLimit[])('a run with shrunk limits gives the same result: %s', (name) => {
  const { tried } = searchShrunkLimits(name, { numRuns: RUNS })
  expect(tried).toBeGreaterThan(RUNS / 10)
})
