import { describe, expect, test } from 'vitest'
import { A_BIT_OF_EVERYTHING } from '../determinism/a-bit-of-everything.ts'
import { makeArenasRestless } from '../determinism/restless-arena.ts'
import { resultOf } from '../fixtures/simulations.ts'

describe('code that holds tables rather than views of their columns', () => {
  test('code that holds tables gives the same result when the arena moves at every new row and every event', () => {
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
