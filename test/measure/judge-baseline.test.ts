import { describe, expect, test } from 'vitest'
import { newlyUnmet, regressions } from '../../src/measure/judge-baseline.ts'
import { OUTCOMES, type Outcome, type VerdictResult } from '../../src/measure/verdict.ts'
import { isWorse } from '../../src/measure/verdicts/outcomes.ts'
import { aVerdict } from '../fixtures/results.ts'

function having(outcomes: readonly Outcome[], overrides: Partial<VerdictResult> = {}): VerdictResult {
  return aVerdict({ outcomes, worst: outcomes[0], ...overrides })
}

function found(now: VerdictResult, ...before: readonly VerdictResult[]) {
  return regressions({ verdicts: [now] }, { verdicts: before }).map(({ was, gained }) => ({ was, gained }))
}

describe('a verdict is a regression', () => {
  test('a verdict is a regression if its one outcome is worse than metadata and than before, for every pair of outcomes', () => {
    for (const before of OUTCOMES) {
      for (const now of OUTCOMES) {
        const is = isWorse(now, before) && isWorse(now, 'metadata')
        const expected = is ? [{ was: before, gained: [now] }] : []
        expect([before, now, found(having([now]), having([before]))]).toEqual([before, now, expected])
      }
    }
  })

  test('a verdict is a regression if it has a further outcome beside the same worst one', () => {
    expect(found(having(['read', 'outage']), having(['read']))).toEqual([{ was: 'read', gained: ['outage'] }])
    expect(found(having(['read', 'metadata']), having(['read']))).toEqual([])
  })

  test('a verdict is no regression if a new outcome replaces a worse one', () => {
    expect(found(having(['read', 'outage']), having(['modified']))).toEqual([])
  })

  test('a verdict is a regression if it is new, unless it has no effect', () => {
    expect(found(having(['degraded']))).toEqual([{ was: 'not-applicable', gained: ['degraded'] }])
    expect(found(having(['metadata']))).toEqual([])
    expect(found(having(['unreachable']))).toEqual([])
  })

  test.each([
    ['attacker', { attacker: 'eve' }],
    ['technique', { technique: 'drop' as const }],
    ['path', { path: 'exec' }],
    ['victim', { victim: 'node-2' }],
  ])('a verdict is compared with the baseline’s verdict of the same %s', (_, other) => {
    const before = [having(['privilege'], other), having(['read'])]
    expect(found(having(['read']), ...before)).toEqual([])
    expect(found(having(['read']), before[0])).toEqual([{ was: 'not-applicable', gained: ['read'] }])
  })

  test.each([
    [[3, 10], [2, 10], true],
    [[2, 10], [2, 10], false],
    [[2, 10], [3, 10], false],
    [[2, 10], [2, 11], true],
    [[1, 10], [0, 0], true],
    [[0, 0], [1, 10], false],
  ])(
    'a verdict is a regression if %s messages are exposed, and %s before: %s',
    ([messages, of], [messagesBefore, ofBefore], is) => {
      const now = having(['read'], { exposure: { messages, of, bytes: 0 } })
      const before = having(['read'], { exposure: { messages: messagesBefore, of: ofBefore, bytes: 0 } })
      expect(found(now, before)).toEqual(is ? [{ was: 'read', gained: [] }] : [])
    },
  )

  test('a verdict is no regression if more messages are exposed to a less severe outcome', () => {
    const now = having(['read'], { exposure: { messages: 9, of: 10, bytes: 0 } })
    expect(found(now, having(['modified']))).toEqual([])
  })
})

test('an expectation is newly unmet if the baseline met it or did not have it', () => {
  const judged = (expect: string, met: boolean) => ({ expect, met, measured: '' })
  const now = { expectations: [judged('a', false), judged('b', false), judged('c', false), judged('d', true)] }
  const baseline = { expectations: [judged('a', false), judged('b', true), judged('d', false)] }
  expect(newlyUnmet(now, baseline)).toEqual(['b', 'c'])
})
