import { expect, it } from 'vitest'
import { fuzz } from '../fuzz/fuzz.ts'

it.each([
  ['scenarios', 2_000],
  ['hostile', 98_000],
] as const)('no generated text breaks a promise: %s, %i of them', (generator, runs) => {
  expect(fuzz({ generator, seed: 7, runs, timeMs: Infinity }).finding).toBeNull()
})
