import { describe, expect, test } from 'vitest'
import { A_BIT_OF_EVERYTHING } from '../determinism/a-bit-of-everything.ts'
import { makeArenasRestless } from '../determinism/restless-arena.ts'
import { COMMITTED, resultOf } from '../fixtures/simulations.ts'

const SCENARIOS = [
  ...COMMITTED.filter(({ name }) => name === 'failures' || name === 'wan-tls'),
  { name: 'a bit of everything', text: A_BIT_OF_EVERYTHING },
]

describe('an arena that moves at every row and every event', () => {
  test.each(SCENARIOS)(
    'an arena that moves at every row and every event gives the same result in $name',
    ({ text }) => {
      const settled = resultOf(text)
      const restlessness = makeArenasRestless()
      try {
        expect(resultOf(text)).toEqual(settled)
      } finally {
        restlessness.end()
      }
    },
  )
})
