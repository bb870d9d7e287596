import { describe, expect, test } from 'vitest'
import { budgetText } from '../../src/cli/budget-text.ts'
import { EXIT, type ExitCode, mostSevere } from '../../src/cli/exit-code.ts'
import { FailedRuns } from '../../src/cli/sweep/failed-runs.ts'
import { BudgetExceeded } from '../../src/simulation/budget.ts'
import { anIo } from '../fixtures/fake-io.ts'

/** From the most severe on, as docs/exit-codes.md has it: what the user did, what onpath did, what the run shows. */
const ORDER: readonly ExitCode[] = [130, 143, 141, 2, 3, 1, 7, 6, 5, 4, 8, 0]

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
