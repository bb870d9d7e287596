import { describe, expect, test } from 'vitest'
import { budgetText } from '../../src/cli/budget-text.ts'
import { EXIT, type ExitCode, mostSevere } from '../../src/cli/exit-code.ts'
import { exitCodeOf, tolerancesOf } from '../../src/cli/run/exit-code-of-run.ts'
import { FailedRuns } from '../../src/cli/sweep/failed-runs.ts'
import type { Acceptance } from '../../src/measure/acceptance.ts'
import type { Expectation } from '../../src/measure/expectation.ts'
import type { Result } from '../../src/measure/result.ts'
import type { VerdictResult } from '../../src/measure/verdict.ts'
import { BudgetExceeded } from '../../src/simulation/budget.ts'
import { anIo } from '../fixtures/fake-io.ts'
import { aResult, aVerdict } from '../fixtures/results.ts'
import { SMALL_SCENARIO } from '../fixtures/scenario-text.ts'
import { scenarioOf } from '../fixtures/simulations.ts'

/** From the most severe on, as docs/exit-codes.md has it: what the user did, what onpath did, what the run shows. */
const ORDER: readonly ExitCode[] = [130, 143, 141, 2, 3, 1, 7, 6, 5, 4, 0]

describe('the exit code of several runs', () => {
  test('the exit code of several runs is the most severe one, in any order', () => {
    for (const [i, first] of ORDER.entries())
      for (const [j, second] of ORDER.entries()) {
        expect(mostSevere([first, second])).toBe(ORDER[Math.min(i, j)])
        expect(mostSevere([0, first, 0, second, 0])).toBe(ORDER[Math.min(i, j)])
      }
  })

  test('the exit code is 0 without runs, and each meaning has a code', () => {
    expect(mostSevere([])).toBe(0)
    expect(new Set(ORDER)).toEqual(new Set(Object.values(EXIT)))
  })
})

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

function exitOf(
  result: Partial<Result>,
  {
    acceptances = [],
    baseline = null,
  }: { acceptances?: readonly Acceptance[]; baseline?: Partial<Result> | null } = {},
) {
  const { io, printed } = anIo()
  const earlier = baseline === null ? null : aResult(baseline)
  const standard = { today: '2027-03-01', baseline: earlier, reproduce: 'npx onpath run x' }
  const code = exitCodeOf({ ...scenario, expectations: [NEVER], acceptances }, aResult(result), standard, io)
  return { code, err: printed.err }
}

describe('a run', () => {
  test('a run exits with 4 if an expectation is not met, and does not list those that are met', () => {
    expect(exitOf(judged(true))).toEqual({ code: 0, err: '' })
    expect(exitOf(judged(false))).toEqual({ code: 4, err: '' })
  })

  test('a run does not fail if all violations are accepted, and says so', () => {
    expect(exitOf({ ...judged(false), verdicts: [READ] }, { acceptances: [acceptance()] })).toEqual({
      code: 0,
      err: 'accepted: never read (read on logs: known)\n',
    })
    expect(exitOf({ ...judged(false), verdicts: [READ] }, { acceptances: [acceptance({ path: 'exec' })] }).code).toBe(4)
  })

  test('a run fails again after the last day of an acceptance, and says so', () => {
    const until = (untilDate: string) =>
      exitOf({ ...judged(false), verdicts: [READ] }, { acceptances: [acceptance({ untilDate })] })
    expect(until('2027-03-01')).toEqual({
      code: 0,
      err: 'accepted: never read (read on logs: known, until 2027-03-01)\n',
    })
    expect(until('2027-02-28')).toEqual({
      code: 4,
      err: 'no longer accepted: never read (read on logs: known, until 2027-02-28; today is 2027-03-01)\n',
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

  test('a run with a baseline exits with 5 if a verdict is worse, even if an expectation is newly unmet too', () => {
    const { code, err } = exitOf({ ...judged(false), verdicts: [READ] }, { baseline: judged(true) })
    expect(code).toBe(5)
    expect(err).toBe(
      'worse: relay on logs by mallory against node-1: read, was not-applicable; 3 of 12 messages\n' +
        'not met, but met in the baseline: never read\n' +
        'reproduce: npx onpath run x\n',
    )
  })

  test.each<[Partial<VerdictResult>, string]>([
    [{ evidence: [evidence] }, ' (it held the key, at 7 ns)'],
    [{ evidence: [{ ...evidence, link: 'link/wan/forward', packet: 3 }] }, ' (packet 3 on link/wan/forward, at 7 ns)'],
    [{ evidence: [{ ...evidence, shows: 'metadata' }] }, ''],
  ])('a run with a baseline shows the evidence %o', (overrides, where) => {
    const { err } = exitOf({ ...judged(true), verdicts: [{ ...READ, ...overrides }] }, { baseline: judged(true) })
    expect(err.split('\n')[0]).toBe(
      `worse: relay on logs by mallory against node-1: read, was not-applicable; 3 of 12 messages${where}`,
    )
  })

  test('a run with a baseline shows any evidence if more messages are exposed to the same attack', () => {
    const shown = { ...READ, evidence: [{ ...evidence, shows: 'metadata' as const }] }
    const before = { ...READ, exposure: { messages: 1, of: 12, bytes: 0 } }
    const { code, err } = exitOf(
      { ...judged(true), verdicts: [shown] },
      { baseline: { ...judged(true), verdicts: [before] } },
    )
    expect(code).toBe(5)
    expect(err).toContain('read, was read; 3 of 12 messages (it held the key, at 7 ns)')
  })

  test('a run with a baseline fails with 4 if only an expectation is newly unmet', () => {
    expect(exitOf(judged(false), { baseline: judged(true) })).toEqual({
      code: 4,
      err: 'not met, but met in the baseline: never read\nreproduce: npx onpath run x\n',
    })
  })

  test('a run with a baseline does not fail by what the baseline has too, and says so', () => {
    expect(
      exitOf({ ...judged(false), verdicts: [READ] }, { baseline: { ...judged(false), verdicts: [READ] } }),
    ).toEqual({
      code: 0,
      err: 'not met, as in the baseline: never read\n',
    })
  })
})

describe('runs without a result', () => {
  test('each run without a result has the exit code of its reason', () => {
    const failed = new FailedRuns()
    expect([failed.count, failed.codes]).toEqual([0, []])
    failed.add({ run: 'seed 1', reproduce: 'again 1', error: new BudgetExceeded(5, 1_000_000_000, 'events') })
    failed.add({ run: 'seed 2', reproduce: 'again 2', error: new Error('oh') })
    expect([failed.count, failed.codes]).toEqual([2, [7, 1]])
    const { io, printed } = anIo()
    failed.show(io)
    expect(printed.err).toContain(
      'onpath: seed 1: stopped after 5 events, the limit of --max-events, at 1 s of simulated time\n',
    )
    expect(printed.err).toContain('reproduce: again 1\n')
    expect(printed.err).toContain('again 2')
  })

  test.each([
    [10, null],
    [11, 'onpath: 1 more runs have no result\n'],
    [13, 'onpath: 3 more runs have no result\n'],
  ])('runs without a result are listed, at most ten of %d', (count, rest) => {
    const failed = new FailedRuns()
    for (let i = 0; i < count; i++) {
      failed.add({ run: `seed ${i}`, reproduce: `again ${i};`, error: new BudgetExceeded(5, 0, 'events') })
    }
    const { io, printed } = anIo()
    failed.show(io)
    expect(printed.err.match(/reproduce: again/g)).toHaveLength(10)
    expect(printed.err.includes('again 10;')).toBe(false)
    expect(printed.err.includes('more runs')).toBe(rest !== null)
    if (rest !== null) expect(printed.err.endsWith(rest)).toBe(true)
  })
})

test('a run that was stopped names the limit, and its number of events if there were any', () => {
  expect(budgetText(new BudgetExceeded(3, 2_000_000_000, 'events'))).toBe(
    'stopped after 3 events, the limit of --max-events, at 2 s of simulated time',
  )
  expect(budgetText(new BudgetExceeded(0, 0, 'memory'))).toMatch(/^stopped, since its state needs more memory than/)
})
