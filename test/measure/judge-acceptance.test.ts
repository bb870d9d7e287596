import { describe, expect, test } from 'vitest'
import { type Acceptance, isOver, tolerates } from '../../src/measure/acceptance.ts'
import type { AttackExpectation, Expectation } from '../../src/measure/expectation.ts'
import { judgeAcceptances } from '../../src/measure/judge-acceptance.ts'
import type { Outcome, VerdictResult } from '../../src/measure/verdict.ts'
import { aVerdict } from '../fixtures/results.ts'

const TODAY = '2027-03-01'

function accepting(overrides: Partial<Acceptance> = {}): Acceptance {
  return {
    text: '',
    outcomes: ['read'],
    attacker: null,
    vantage: null,
    technique: null,
    path: 'logs',
    reason: '',
    untilDate: null,
    ...overrides,
  }
}

function having(outcomes: readonly Outcome[], overrides: Partial<VerdictResult> = {}): VerdictResult {
  return aVerdict({ outcomes, worst: outcomes[0], ...overrides })
}

describe('an acceptance', () => {
  const verdict = having(['read'])

  test('an acceptance tolerates its outcomes on its path', () => {
    expect(tolerates(accepting(), 'read', verdict)).toBe(true)
    expect(tolerates(accepting({ outcomes: ['modified', 'read'] }), 'read', verdict)).toBe(true)
    expect(tolerates(accepting(), 'modified', verdict)).toBe(false)
    expect(tolerates(accepting({ path: 'exec' }), 'read', verdict)).toBe(false)
    expect(tolerates(accepting({ path: 'exec' }), 'read', verdict, 'exec')).toBe(true)
    expect(tolerates(accepting(), 'read', verdict, 'exec')).toBe(false)
  })

  test.each([
    [{ attacker: 'mallory' }, { attacker: 'eve' }],
    [{ vantage: 'inline' as const }, { vantage: 'pod' as const }],
    [{ technique: 'relay' as const }, { technique: 'drop' as const }],
  ])('an acceptance with %o does not tolerate %o', (condition, other) => {
    expect(tolerates(accepting(condition), 'read', verdict)).toBe(true)
    expect(tolerates(accepting(condition), 'read', { ...verdict, ...other })).toBe(false)
    expect(tolerates(accepting(), 'read', { ...verdict, ...other })).toBe(true)
  })

  test.each([
    [null, false],
    ['2027-02-28', true],
    ['2027-03-01', false],
    ['2027-03-02', false],
    ['2026-12-31', true],
    ['2028-01-01', false],
  ])('an acceptance until %s has expired on 2027-03-01: %s', (untilDate, is) => {
    expect(isOver(accepting({ untilDate }), TODAY)).toBe(is)
  })
})

describe('an expectation that was not met', () => {
  const on = { text: 'line', attacker: 'mallory', path: 'logs', technique: null }
  const never: AttackExpectation = { ...on, kind: 'never', outcomes: ['read', 'modified'] }

  function judge(
    expectation: Expectation,
    verdicts: readonly VerdictResult[],
    acceptances: readonly Acceptance[],
    met = false,
  ) {
    const expectations = [{ expect: expectation.text, met, measured: '' }]
    return judgeAcceptances({ expectations, verdicts }, [expectation], acceptances, TODAY)
  }

  test('an unmet expectation is accepted if an acceptance covers each violation', () => {
    const acceptances = [accepting(), accepting({ path: 'exec' })]
    expect(judge(never, [having(['read', 'outage'])], acceptances)).toEqual([
      { expect: 'line', isAccepted: true, accepted: [acceptances[0]], expired: [] },
    ])
  })

  test('an unmet expectation is not accepted if one violation is not covered', () => {
    const [judged] = judge(never, [having(['modified', 'read'])], [accepting()])
    expect(judged).toMatchObject({ isAccepted: false, accepted: [accepting()] })
    const second = [having(['read']), having(['read'], { technique: 'drop' })]
    expect(judge(never, second, [accepting({ technique: 'relay' })])[0].isAccepted).toBe(false)
    expect(judge(never, second, [accepting()])[0].isAccepted).toBe(true)
  })

  test('an unmet expectation is not accepted without violations, or without an acceptance', () => {
    expect(judge(never, [], [accepting()])[0]).toMatchObject({ isAccepted: false, accepted: [], expired: [] })
    expect(judge(never, [having(['read'])], [])[0].isAccepted).toBe(false)
  })

  test('an unmet expectation is not accepted by an expired acceptance, which is named', () => {
    const over = accepting({ untilDate: '2027-02-28' })
    const verdicts = [having(['read']), having(['read'], { technique: 'drop' })]
    expect(judge(never, verdicts, [over])[0]).toEqual({
      expect: 'line',
      isAccepted: false,
      accepted: [],
      expired: [over],
    })
    const lasting = accepting({ untilDate: TODAY })
    expect(judge(never, verdicts, [over, lasting])[0]).toEqual({
      expect: 'line',
      isAccepted: true,
      accepted: [lasting],
      expired: [over],
    })
  })

  test('an expectation that was met is left out of acceptances', () => {
    expect(judge(never, [having(['read'])], [accepting()], true)).toEqual([])
  })

  test('an unmet expectation is judged beside the others by its position', () => {
    const expectations = [
      { expect: 'a', met: true, measured: '' },
      { expect: 'b', met: false, measured: '' },
    ]
    const both = [never, { ...never, text: 'second' }]
    const judged = judgeAcceptances({ expectations, verdicts: [having(['read'])] }, both, [accepting()], TODAY)
    expect(judged.map(({ expect: text }) => text)).toEqual(['second'])
  })

  test.each<[string, Partial<Acceptance>, boolean]>([
    ['includes', { outcomes: ['read'] }, false],
    ['excludes', { outcomes: ['read'] }, true],
    ['excludes', { outcomes: ['modified'] }, false],
    ['is', { outcomes: ['modified'] }, true],
    ['is', { outcomes: ['read'] }, false],
  ])(
    'an unmet expectation that a verdict %s read, where it is modified and read, is accepted with %o: %s',
    (mode, acceptance, is) => {
      const verdict: AttackExpectation = { ...on, kind: 'verdict', mode: mode as 'is', outcome: 'read' }
      expect(judge(verdict, [having(['modified', 'read'])], [accepting(acceptance)])[0].isAccepted).toBe(is)
    },
  )

  test('an expectation that a verdict is read is not violated by an outcome that is no worse', () => {
    const verdict: AttackExpectation = { ...on, kind: 'verdict', mode: 'is', outcome: 'read' }
    const outage = accepting({ outcomes: ['outage', 'read'] })
    expect(judge(verdict, [having(['outage'])], [outage])[0].isAccepted).toBe(false)
  })

  test('an unmet expectation of exposure, notice, a secret or a workload is never accepted', () => {
    const verdicts = [having(['read'])]
    const exposure: AttackExpectation = { ...on, kind: 'exposure', comparison: '<', boundRatio: 0 }
    const secret: AttackExpectation = { text: 'line', kind: 'secret', secret: 'pin', attacker: null }
    const failed: Expectation = { text: 'line', kind: 'failed', workload: 'w', comparison: '=', bound: 0 }
    for (const expectation of [exposure, secret, failed])
      expect(judge(expectation, verdicts, [accepting()])[0]).toMatchObject({ isAccepted: false, accepted: [] })
  })
})
