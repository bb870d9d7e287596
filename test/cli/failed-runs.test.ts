import { describe, expect, test } from 'vitest'
import { EXIT } from '../../src/cli/exit-code.ts'
import { FailedRuns } from '../../src/cli/sweep/failed-runs.ts'
import { wrap } from '../../src/report/words/wrap.ts'
import { BudgetExceeded } from '../../src/simulation/budget.ts'
import { anIo } from '../fixtures/fake-io.ts'

const [EVENTS, MEMORY] = (['events', 'memory'] as const).map((budget) => new BudgetExceeded(1_000, 5, budget))

describe('runs of a sweep without a result', () => {
  function failed(...errors: readonly unknown[]) {
    const runs = new FailedRuns()
    for (const [nth, error] of errors.entries()) runs.add({ run: `run ${nth}`, reproduce: `onpath run ${nth}`, error })
    const { io, printed } = anIo()
    runs.show(io)
    return { runs, err: printed.err }
  }

  test('sweep runs without a result have the exit code of their cause; used-up events in all of them count as an outcome', () => {
    const { runs } = failed(EVENTS, new Error('a bug'), MEMORY)
    expect([runs.count, runs.codes]).toEqual([3, [EXIT.budgetExceeded, EXIT.bug, EXIT.budgetExceeded]])
    expect(runs.areOutcomes).toBe(false)
    expect([failed(EVENTS, EVENTS).runs.areOutcomes, failed(EVENTS, MEMORY).runs.areOutcomes]).toEqual([true, false])
    expect([failed().runs.areOutcomes, failed().err]).toEqual([true, ''])
  })

  test('sweep runs without a result are listed with the command that repeats each, at most ten', () => {
    const { err } = failed(...Array<unknown>(12).fill(EVENTS))
    const shown = Array.from(
      { length: 12 },
      (_, nth) => err.includes(`run ${nth}:`) && err.includes(`onpath run ${nth}\n`),
    )
    expect(shown).toEqual([...Array<boolean>(10).fill(true), false, false])
    expect(err).toMatch(/onpath: 2 more runs have no result\n$/)
    expect(failed(...Array<unknown>(10).fill(EVENTS)).err).not.toContain('more runs')
  })

  test('sweep runs that end in a bug are reported as bugs', () => {
    const { err } = failed(new Error('it broke'))
    expect(err).toContain('it broke')
    expect(err).toContain('onpath run 0')
  })
})

test('lists are wrapped between words at 80 columns, with their indentation', () => {
  expect(wrap('a bb ccc', 2)).toBe('  a bb ccc\n')
  expect(wrap('a bb ccc', 2, 6)).toBe('  a bb\n  ccc\n')
  expect(wrap('a bb ccc', 2, 5)).toBe('  a\n  bb\n  ccc\n')
  expect(wrap('a bb ccc', 0, 8)).toBe('a bb ccc\n')
  expect(wrap('longer-than-that', 2, 5)).toBe('  longer-than-that\n')
  const words = Array(40).fill('word').join(' ')
  expect(
    wrap(words, 4)
      .split('\n')
      .map((line) => line.length),
  ).toEqual([78, 78, 53, 0])
})
