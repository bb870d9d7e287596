import fc from 'fast-check'
import { expect, test } from 'vitest'
import { runCase, tcpCases } from './tcp-property.ts'

const RUNS = 400

// `npm run nightly` runs many more cases, and longer ones.
test('a TCP stream arrives complete or fails at both ends, whatever is dropped, duplicated, reordered or delayed', () => {
  const outcomes = { whole: 0, 'broken off': 0 }
  fc.assert(
    fc.property(tcpCases(60_000), (tcpCase) => {
      outcomes[runCase(tcpCase)]++
    }),
    { numRuns: RUNS },
  )
  // Most end well, or the property would say little about complete streams.
  expect(outcomes.whole).toBeGreaterThan(RUNS * 0.8)
}, 60_000)
