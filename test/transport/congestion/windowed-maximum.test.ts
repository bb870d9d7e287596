import fc from 'fast-check'
import { expect, test } from 'vitest'
import { filterMaximum, resetMaximum } from '../../../src/transport/congestion/windowed-maximum.ts'

test('the windowed maximum is the largest value within the window, and never an older one', () => {
  const steps = fc.array(fc.record({ rounds: fc.nat(4), value: fc.nat(1_000) }), { minLength: 1, maxLength: 100 })
  fc.assert(
    fc.property(steps, (all) => {
      const state = new Float64Array(6)
      resetMaximum(state, 0, 0, 0)
      let round = 0
      const seen: { round: number; value: number }[] = []
      for (const { rounds, value } of all) {
        round += rounds
        filterMaximum(state, 0, 10, round, value)
        seen.push({ round, value })
        expect(state[1]).toBeGreaterThanOrEqual(value)
        const isRemembered = seen.some((one) => one.value === state[1] && round - one.round <= 10)
        expect(isRemembered || (state[1] === 0 && round <= 10)).toBe(true)
      }
    }),
  )
})
