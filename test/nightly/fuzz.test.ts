import { expect, it } from 'vitest'
import { fuzz } from '../fuzz/fuzz.ts'

/** A search ends after this time with fewer texts, so that a busy machine does not break the limit of a test. */
const LONGEST_MS = 180_000

it.each([
  { generator: 'scenarios', runs: 2_000, fewest: 60 },
  { generator: 'edges', runs: 600, fewest: 30 },
  { generator: 'hostile', runs: 98_000, fewest: 3_000 },
] as const)('no generated text breaks a promise: $generator, $runs of them or as many as time allows', (one) => {
  const { generator, runs, fewest } = one
  const report = fuzz({ generator, seed: 7, runs, timeMs: LONGEST_MS })
  if (report.runs < runs) console.warn(`${generator}: the time was over after ${report.runs} of ${runs} texts`)
  expect(report.finding).toBeNull()
  expect(report.runs).toBeGreaterThanOrEqual(fewest)
})
