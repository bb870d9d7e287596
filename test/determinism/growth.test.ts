import { describe, expect, test } from 'vitest'
import { resultOf } from '../fixtures/simulations.ts'
import { A_BIT_OF_EVERYTHING } from './a-bit-of-everything.ts'
import { makeArenasRestless } from './restless-arena.ts'

describe('nobody holds a view of memory that has moved', () => {
  test('an arena that moves at every row and every event gives the same result', { timeout: 60_000 }, () => {
    const set = ['duration=1550ms']
    const settled = resultOf(A_BIT_OF_EVERYTHING, set)
    const restlessness = makeArenasRestless()
    try {
      expect(resultOf(A_BIT_OF_EVERYTHING, set)).toEqual(settled)
      expect(restlessness.moves).toBeGreaterThan(settled.events)
    } finally {
      restlessness.end()
    }
  })
})
