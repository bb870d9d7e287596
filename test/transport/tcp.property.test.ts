import fc from 'fast-check'
import { test } from 'vitest'
import { stories, tell } from './tcp-property.ts'

test('whatever is dropped, duplicated, reordered or delayed, a stream arrives whole, or both ends hear of it', () => {
  fc.assert(
    fc.property(stories(60_000), (story) => {
      tell(story)
    }),
    { numRuns: 300 },
  )
}, 30_000)
