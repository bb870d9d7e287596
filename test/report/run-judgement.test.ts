import { describe, expect, test } from 'vitest'
import type { Acceptance } from '../../src/measure/acceptance.ts'
import type { Expectation } from '../../src/measure/expectation.ts'
import type { Result } from '../../src/measure/result.ts'
import type { VerdictResult } from '../../src/measure/verdict.ts'
import { judgeRun, tolerancesOf } from '../../src/report/run/run-judgement.ts'
import { aResult, aVerdict } from '../fixtures/results.ts'
import { SMALL_SCENARIO } from '../fixtures/scenario-text.ts'
import { scenarioOf } from '../fixtures/simulations.ts'

const scenario = scenarioOf(SMALL_SCENARIO)

function acceptance(overrides: Partial<Acceptance> = {}): Acceptance {
  const any = { attacker: null, vantage: null, technique: null, untilDate: null }
  return { ...any, text: 'read on logs', outcomes: ['read'], path: 'logs', reason: 'known', ...overrides }
}

const NEVER: Expectation = { text: 'never read', kind: 'never', outcomes: ['read'], attacker: 'mallory', path: 'logs' }
const READ = aVerdict({ outcomes: ['read'], worst: 'read', exposure: { messages: 3, of: 12, bytes: 0 } })

function judged(met: boolean): Pick<Result, 'expectations'> {
  return { expectations: [{ expect: NEVER.text, met, measured: '' }] }
}

function judgementOf(
  result: Partial<Result>,
  {
    acceptances = [],
    baseline = null,
  }: { acceptances?: readonly Acceptance[]; baseline?: Partial<Result> | null } = {},
) {
  const standard = { today: '2027-03-01', baseline: baseline === null ? null : aResult(baseline) }
  return judgeRun({ ...scenario, expectations: [NEVER], acceptances }, aResult(result), standard)
}

describe('a run', () => {
  test('a run fails if an expectation is not met, and does not list those that are met', () => {
    expect(judgementOf(judged(true))).toEqual({ fault: null, lines: [] })
    expect(judgementOf(judged(false))).toEqual({ fault: 'not-met', lines: [] })
  })

  test('a run does not fail if all violations are accepted, and says so', () => {
    expect(judgementOf({ ...judged(false), verdicts: [READ] }, { acceptances: [acceptance()] })).toEqual({
      fault: null,
      lines: ['accepted: never read (read on logs: known)'],
    })
    expect(
      judgementOf({ ...judged(false), verdicts: [READ] }, { acceptances: [acceptance({ path: 'exec' })] }).fault,
    ).toBe('not-met')
  })

  test('a run fails again after the last day of an acceptance, and says so', () => {
    const until = (untilDate: string) =>
      judgementOf({ ...judged(false), verdicts: [READ] }, { acceptances: [acceptance({ untilDate })] })
    expect(until('2027-03-01')).toEqual({
      fault: null,
      lines: ['accepted: never read (read on logs: known, until 2027-03-01)'],
    })
    expect(until('2027-02-28')).toEqual({
      fault: 'not-met',
      lines: ['no longer accepted: never read (read on logs: known, until 2027-02-28; today is 2027-03-01)'],
    })
  })

  test('a run with a baseline needs no acceptance', () => {
    const result = aResult({ ...judged(false), verdicts: [READ] })
    const withAcceptance = { ...scenario, expectations: [NEVER], acceptances: [acceptance()] }
    expect(tolerancesOf(withAcceptance, result, { today: '2027-03-01', baseline: result })).toEqual([])
    expect(tolerancesOf(withAcceptance, result, { today: '2027-03-01', baseline: null })).toHaveLength(1)
  })
})

describe('a run with a baseline', () => {
  const evidence = { atNs: 7, link: null, packet: null, shows: 'read', what: 'it held the key' } as const

  test('a run with a baseline fails by the worse verdict, even if an expectation is newly unmet too', () => {
    const { fault, lines } = judgementOf({ ...judged(false), verdicts: [READ] }, { baseline: judged(true) })
    expect(fault).toBe('regression')
    expect(lines).toEqual([
      'worse: relay on logs by mallory against node-1: read, was not-applicable; 3 of 12 messages',
      'not met, but met in the baseline: never read',
    ])
  })

  test.each<[Partial<VerdictResult>, string]>([
    [{ evidence: [evidence] }, ' (it held the key, at 7 ns)'],
    [{ evidence: [{ ...evidence, link: 'link/wan/forward', packet: 3 }] }, ' (packet 3 on link/wan/forward, at 7 ns)'],
    [{ evidence: [{ ...evidence, shows: 'metadata' }] }, ''],
  ])('a run with a baseline shows the evidence %o', (overrides, where) => {
    const { lines } = judgementOf(
      { ...judged(true), verdicts: [{ ...READ, ...overrides }] },
      { baseline: judged(true) },
    )
    expect(lines[0]).toBe(
      `worse: relay on logs by mallory against node-1: read, was not-applicable; 3 of 12 messages${where}`,
    )
  })

  test('a run with a baseline shows any evidence if more messages are exposed to the same attack', () => {
    const shown = { ...READ, evidence: [{ ...evidence, shows: 'metadata' as const }] }
    const before = { ...READ, exposure: { messages: 1, of: 12, bytes: 0 } }
    const { fault, lines } = judgementOf(
      { ...judged(true), verdicts: [shown] },
      { baseline: { ...judged(true), verdicts: [before] } },
    )
    expect(fault).toBe('regression')
    expect(lines[0]).toContain('read, was read; 3 of 12 messages (it held the key, at 7 ns)')
  })

  test('a run with a baseline fails if only an expectation is newly unmet', () => {
    expect(judgementOf(judged(false), { baseline: judged(true) })).toEqual({
      fault: 'not-met',
      lines: ['not met, but met in the baseline: never read'],
    })
  })

  test('a run with a baseline does not fail by what the baseline has too, and says so', () => {
    expect(
      judgementOf({ ...judged(false), verdicts: [READ] }, { baseline: { ...judged(false), verdicts: [READ] } }),
    ).toEqual({
      fault: null,
      lines: ['not met, as in the baseline: never read'],
    })
  })
})
