import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LONGEST_LONG_SEARCH_MS } from '../fixtures/property-seed.ts'
import { runCase, tcpCases } from '../transport/tcp-property.ts'

const RUNS = 12_000

test('a TCP stream arrives complete or fails at both ends, whatever is dropped, duplicated, reordered or delayed', () => {
  const outcomes = { whole: 0, 'broken off': 0 }
  fc.assert(
    fc.property(tcpCases(400_000), (tcpCase) => {
      outcomes[runCase(tcpCase)]++
    }),
    { numRuns: RUNS, interruptAfterTimeLimit: LONGEST_LONG_SEARCH_MS },
  )
  expect(outcomes.whole).toBeGreaterThan(RUNS * 0.8)
  expect(outcomes['broken off']).toBeGreaterThan(RUNS * 0.005)
})
