import fc from 'fast-check'
import { expect, test } from 'vitest'
import { stories, tell } from './tcp-property.ts'

const RUNS = 1_000

// `npm run test:long` tells many more, and longer ones.
test('whatever is dropped, duplicated, reordered or delayed, a stream arrives whole, or both ends hear of it', () => {
  const outcomes = { whole: 0, 'broken off': 0 }
  fc.assert(
    fc.property(stories(60_000), (story) => {
      outcomes[tell(story)]++
    }),
    { numRuns: RUNS },
  )
  // Most end well, or the property would say little about the first half of its sentence.
  expect(outcomes.whole).toBeGreaterThan(RUNS * 0.8)
}, 60_000)
