import { expect, it } from 'vitest'
import type { Acceptance } from '../../src/measure/acceptance.ts'
import type { AttackExpectation } from '../../src/measure/expectation.ts'
import { judgeAcceptances } from '../../src/measure/judge-acceptance.ts'
import type { Outcome, VerdictResult } from '../../src/measure/verdict.ts'
import { aVerdict } from '../fixtures/results.ts'

function verdict(path: string, outcomes: readonly Outcome[], scope: 'own' | 'other' = 'other'): VerdictResult {
  return aVerdict({ path, scope, outcomes, worst: outcomes[0] })
}

const accept = (outcome: Outcome, path: string, untilDate: string | null = null): Acceptance => ({
  text: `${outcome} by mallory on ${path}`,
  outcomes: [outcome],
  attacker: 'mallory',
  vantage: null,
  technique: null,
  path,
  reason: 'known',
  untilDate,
})

const never = (...outcomes: Outcome[]): AttackExpectation => ({
  kind: 'never',
  text: 'never',
  outcomes,
  attacker: 'mallory',
  path: null,
})
const on = (mode: 'includes' | 'excludes' | 'is', outcome: Outcome): AttackExpectation => ({
  kind: 'verdict',
  text: 'verdict',
  attacker: 'mallory',
  path: 'a',
  technique: null,
  mode,
  outcome,
})

function isAccepted(
  expectation: AttackExpectation,
  verdicts: readonly VerdictResult[],
  acceptances: readonly Acceptance[],
): boolean {
  const expectations = [{ expect: expectation.text, met: false, measured: '' }]
  const [tolerance] = judgeAcceptances({ expectations, verdicts }, [expectation], acceptances, '2027-01-15')
  return tolerance.isAccepted
}

it('an expectation is accepted if all verdicts that violate it are', () => {
  const verdicts = [verdict('a', ['relayed', 'read']), verdict('b', ['read'])]
  expect(isAccepted(never('read'), verdicts, [accept('read', 'a')])).toBe(false)
  expect(isAccepted(never('read'), verdicts, [accept('read', 'a'), accept('read', 'b')])).toBe(true)
  expect(isAccepted(never('relayed', 'read'), verdicts, [accept('read', 'a'), accept('read', 'b')])).toBe(false)
})

it('verdicts with scope own need no acceptance', () => {
  const verdicts = [verdict('a', ['read'], 'own'), verdict('b', ['read'])]
  expect(isAccepted(never('read'), verdicts, [accept('read', 'b')])).toBe(true)
})

it('an expired acceptance has no effect and is reported', () => {
  const expectations = [{ expect: 'never', met: false, measured: '' }]
  const result = { expectations, verdicts: [verdict('a', ['read'])] }
  const old = accept('read', 'a', '2027-01-14')
  expect(judgeAcceptances(result, [never('read')], [old], '2027-01-15')).toEqual([
    { expect: 'never', isAccepted: false, accepted: [], expired: [old] },
  ])
  expect(judgeAcceptances(result, [never('read')], [old], '2027-01-14')).toMatchObject([{ isAccepted: true }])
})

it('an unwanted verdict can be accepted, and a missing one cannot', () => {
  const verdicts = [verdict('a', ['relayed', 'read', 'metadata'])]
  expect(isAccepted(on('excludes', 'read'), verdicts, [accept('read', 'a')])).toBe(true)
  expect(isAccepted(on('is', 'metadata'), verdicts, [accept('read', 'a')])).toBe(false)
  expect(isAccepted(on('is', 'metadata'), verdicts, [accept('read', 'a'), accept('relayed', 'a')])).toBe(true)
  expect(isAccepted(on('includes', 'outage'), verdicts, [accept('read', 'a'), accept('relayed', 'a')])).toBe(false)
})

it('met expectations and expectations about other things need no acceptance', () => {
  const met = { expectations: [{ expect: 'never', met: true, measured: '' }], verdicts: [] }
  expect(judgeAcceptances(met, [never('read')], [], '2027-01-15')).toEqual([])
  const failed = { expectations: [{ expect: 'failed', met: false, measured: '3' }], verdicts: [verdict('a', ['read'])] }
  const other = { kind: 'failed', text: 'failed', workload: 'w', comparison: '=', bound: 0 } as const
  expect(judgeAcceptances(failed, [other], [accept('read', 'a')], '2027-01-15')).toMatchObject([{ isAccepted: false }])
})
