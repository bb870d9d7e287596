import { describe, expect, test } from 'vitest'
import type { Outcome, VerdictResult } from '../../../src/measure/verdict.ts'
import { comparisonTable } from '../../../src/report/comparison/comparison-table.ts'
import { PLAIN_SCREEN } from '../../../src/report/screen/screen.ts'
import { dimensionColumns } from '../../../src/report/sweep/dimension-columns.ts'
import { sweepCsv } from '../../../src/report/sweep/sweep-csv.ts'
import { sweepVerdictLines, sweepVerdictsHead } from '../../../src/report/sweep/sweep-verdicts-csv.ts'
import { compareSweeps } from '../../../src/study/compare/compare-sweeps.ts'
import { regressions } from '../../../src/study/compare/regressions.ts'
import { readSweepCsv } from '../../../src/study/compare/sweep-samples.ts'
import { readSweepVerdicts } from '../../../src/study/compare/sweep-verdicts.ts'
import { aResult, aVerdict, aWorkload } from '../../fixtures/results.ts'

const LOSSES = ['0%', '1%'].map((label) => ({ path: 'links.wan.loss', label, setting: '', json: null }))
const COLUMNS = dimensionColumns([{ path: 'links.wan.loss', values: LOSSES }])

/** A sweep over seeds from `first` on, in which each run has one verdict. */
function sweepOf(verdicts: readonly Partial<VerdictResult>[], { first = 1, loss = '0%', scenario = {} } = {}) {
  const point = [{ path: 'links.wan.loss', label: loss, setting: '', json: null }]
  const results = verdicts.map((verdict, i) =>
    aResult({ seed: first + i, workloads: [aWorkload()], verdicts: [aVerdict(verdict)] }),
  )
  const figures = results.map((result) => sweepCsv.run?.({ point, result, reproduce: '' }, result, COLUMNS) ?? '')
  const lines = results.map((result) => sweepVerdictLines(point, result, COLUMNS))
  return {
    label: 'sweep',
    samples: readSweepCsv(`${sweepCsv.begin?.(COLUMNS)}${figures.join('')}`),
    verdicts: readSweepVerdicts(`${sweepVerdictsHead(COLUMNS)}${lines.join('')}`),
    scenario,
  }
}

const being = (...outcomes: readonly [Outcome, ...Outcome[]]): Partial<VerdictResult> => ({
  outcomes,
  worst: outcomes[0],
})
const exposing = (messages: number) => ({ ...being('read'), exposure: { messages, of: 12, bytes: 0 } })
const [NO, READ] = [being('no-effect'), being('read')]

describe('two sweeps', () => {
  test('a worse verdict in two sweeps is shown with the share of common seeds, and is a regression', () => {
    const comparison = compareSweeps(sweepOf([NO, NO, NO, READ]), sweepOf([NO, READ, READ, READ]))
    expect(comparison.verdicts).toMatchObject([
      {
        judgement: 'worse',
        a: 'no-effect',
        b: 'read',
        outcomes: ['read'],
        point: 'links.wan.loss=0%',
        seeds: { changed: 2, of: 4 },
      },
    ])
    expect(regressions(comparison, null)).toEqual([
      'relay on logs by mallory against node-1, at links.wan.loss=0%, is worse: read, was no-effect, at 2 of 4 common seeds',
    ])
    expect(comparisonTable.write(comparison, { screen: PLAIN_SCREEN })).toContain(
      'verdicts\n  worse: relay on logs by mallory against node-1, at links.wan.loss=0%: no-effect -> read (read), at 2 of 4 common seeds\n',
    )
  })

  test('a better verdict in two sweeps is shown the other way round, and is no regression', () => {
    const comparison = compareSweeps(sweepOf([READ, READ]), sweepOf([NO, READ]))
    expect(comparison.verdicts).toMatchObject([{ judgement: 'better', a: 'read', b: 'no-effect' }])
    expect(regressions(comparison, null)).toEqual([])
  })

  test('a verdict in two sweeps has not changed if as many seeds are worse as better', () => {
    expect(compareSweeps(sweepOf([READ, NO]), sweepOf([NO, READ])).verdicts).toEqual([])
    expect(compareSweeps(sweepOf([READ, NO]), sweepOf([READ, NO])).verdicts).toEqual([])
  })

  test('verdicts of two sweeps are compared over common seeds and points only', () => {
    expect(compareSweeps(sweepOf([NO, NO]), sweepOf([NO, READ], { first: 2 })).verdicts).toEqual([])
    expect(compareSweeps(sweepOf([NO]), sweepOf([READ], { loss: '1%' })).verdicts).toEqual([])
  })

  test('the share of exposed messages in two sweeps differs only beyond chance', () => {
    const shares = (...messages: readonly number[]) => sweepOf(messages.map(exposing))
    const worse = compareSweeps(shares(1, 2, 3, 1, 2, 3), shares(2, 3, 4, 2, 3, 4))
    expect(worse.verdicts).toMatchObject([{ judgement: 'worse', outcomes: [], seeds: { changed: 6, of: 6 } }])
    expect(compareSweeps(shares(2, 3, 4, 2, 3, 4), shares(1, 2, 3, 1, 2, 3)).verdicts[0].judgement).toBe('better')
    expect(compareSweeps(shares(1, 2, 3, 1, 2, 3), shares(2, 3, 4, 2, 3, 2)).verdicts).toEqual([])
    expect(compareSweeps(shares(1, 2, 3), shares(2, 3, 4)).verdicts).toEqual([])
  })

  test('two compared sweeps show first how their scenarios differ, if both are known', () => {
    const [a, b] = [sweepOf([NO], { scenario: { seed: 1 } }), sweepOf([NO], { scenario: { seed: 2 } })]
    expect(compareSweeps(a, b).configuration).toEqual([{ path: 'seed', a: '1', b: '2' }])
    expect(compareSweeps(a, { ...b, scenario: null }).configuration).toBeNull()
  })
})

describe('a file with verdicts of a sweep is refused', () => {
  const [head] = sweepVerdictsHead(COLUMNS).split('\n')
  const line = (worst: string, messages: string) =>
    head
      .split(',')
      .map((column) => ({ worst, outcomes: worst, messages_exposed: '0', messages })[column] ?? 'x')
      .join(',')

  test('a file with verdicts of a sweep is refused without a column', () => {
    expect(() => readSweepVerdicts('seed,attacker\n')).toThrow('line 1: expected a column technique')
    expect(() => readSweepVerdicts('')).toThrow('line 1: expected a column seed')
  })

  test('a file with verdicts of a sweep is refused with an unknown outcome or an invalid count', () => {
    expect(() => readSweepVerdicts(`${head}\n${line('red', '1')}\n`)).toThrow('line 2: "red" is no outcome')
    expect(() => readSweepVerdicts(`${head}\n${line('read', '-1')}\n`)).toThrow('"-1" is no number of messages')
    expect(() => readSweepVerdicts(`${head}\n${line('read', '')}\n`)).toThrow('"" is no number of messages')
    expect(readSweepVerdicts(`${head}\n${line('read', '1')}\n`)).toHaveLength(1)
  })
})
