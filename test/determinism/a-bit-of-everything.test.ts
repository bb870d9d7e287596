import { expect, test } from 'vitest'
import { resultOf } from '../fixtures/simulations.ts'
import { A_BIT_OF_EVERYTHING } from './a-bit-of-everything.ts'

test('the scenario of the determinism tests contains every kind of event that these tests need', () => {
  const { ended, workloads, links, tunnels } = resultOf(A_BIT_OF_EVERYTHING)
  const sum = (key: 'lost' | 'droppedAtQueue' | 'droppedWhileDown') =>
    links.reduce((total, link) => total + link[key], 0)
  const reasons = new Set(workloads.flatMap(({ failures }) => failures.map(({ reason }) => reason)))
  expect(ended).toBe('duration')
  expect(sum('lost')).toBeGreaterThan(10)
  expect(sum('droppedAtQueue')).toBeGreaterThan(10)
  expect(sum('droppedWhileDown')).toBeGreaterThan(5)
  expect([...reasons].sort()).toEqual(['connection reset', 'host restarted'])
  expect(workloads.every(({ completed }) => completed > 0)).toBe(true)
  expect(workloads.some(({ unfinished }) => unfinished > 0)).toBe(true)
  expect(workloads.every(({ breakdownNs }) => breakdownNs.cpu > 0)).toBe(true)
  expect(tunnels.map(({ setupMs }) => setupMs !== null)).toEqual([true, true])
})
