import { expect, test } from 'vitest'
import { comparisonTable } from '../../../src/report/comparison/comparison-table.ts'
import { medianInterval } from '../../../src/report/comparison/paired-interval.ts'
import { PLAIN_SCREEN } from '../../../src/report/screen/screen.ts'
import { dimensionColumns } from '../../../src/report/sweep/dimension-columns.ts'
import { sweepCsv } from '../../../src/report/sweep/sweep-csv.ts'
import { compareSweeps } from '../../../src/study/compare/compare-sweeps.ts'
import { BadCsv, parseCsv } from '../../../src/study/compare/parse-csv.ts'
import { regressions } from '../../../src/study/compare/regressions.ts'
import { readSweepCsv } from '../../../src/study/compare/sweep-samples.ts'
import { aResult, aWorkload } from '../../fixtures/results.ts'

/** A sweep over seeds 1, 2, ... with these medians of latency, and packets that grow with them. */
function sweepOf(p50s: readonly number[], firstSeed = 1) {
  const point = [{ path: 'tls', label: '{ version: "1.2", verify: ca }', setting: '', json: null }]
  const columns = dimensionColumns([{ path: 'tls', values: point }])
  const rows = p50s.map((p50, i) => {
    const workload = aWorkload({ latencyMs: { ...aWorkload().latencyMs, p50 }, packets: 100 + Math.round(p50) })
    const result = aResult({ seed: firstSeed + i, workloads: [workload] })
    return sweepCsv.run?.({ point, result, reproduce: '' }, result, columns) ?? ''
  })
  const samples = readSweepCsv(`${sweepCsv.begin?.(columns)}${rows.join('')}`)
  return { label: 'sweep', samples, verdicts: [], scenario: null }
}

const figureOf = (a: readonly number[], b: readonly number[], name: string) =>
  compareSweeps(sweepOf(a), sweepOf(b)).pairs[0].figures.find(({ figure }) => figure === name)

test('a figure of a sweep is worse only if the interval of the paired differences excludes zero', () => {
  const before = [10, 20, 30, 40, 50, 60]
  expect(figureOf(before, [11, 21, 31, 41, 51, 61], 'latency p50')).toMatchObject({
    judgement: 'worse',
    interval: { low: 1, high: 1 },
  })
  expect(figureOf(before, [11, 21, 31, 41, 51, 59], 'latency p50')).toMatchObject({ judgement: 'unclear' })
  expect(figureOf(before, [9, 19, 29, 39, 49, 59], 'latency p50')).toMatchObject({ judgement: 'better' })
  expect(figureOf(before, before, 'latency p50')).toMatchObject({ judgement: 'identical' })
})

test('a count of a sweep is neither better nor worse, even beyond its interval', () => {
  expect(figureOf([10, 20, 30, 40, 50, 60], [20, 30, 40, 50, 60, 70], 'packets')).toMatchObject({
    judgement: 'different',
  })
})

test('only seeds of both sweeps are compared, and with fewer than six nothing is clear', () => {
  const seeds = (count: number) => Array.from({ length: count }, (_, i) => 10 + i)
  const shifted = compareSweeps(
    sweepOf(seeds(8)),
    sweepOf(
      seeds(8).map((ms) => ms + 5),
      3,
    ),
  )
  expect(shifted.sentence).toContain('over 6 common seeds: 1 worse')
  const few = compareSweeps(
    sweepOf(seeds(8)),
    sweepOf(
      seeds(8).map((ms) => ms + 5),
      4,
    ),
  )
  expect(few.sentence).toContain('over 5 common seeds: 0 worse')
  expect(few.sentence).toContain('An interval needs 6 common seeds.')
  expect(regressions(few, 0)).toEqual([])
})

test('a regression of a sweep is beyond the limit with its whole interval', () => {
  const before = [100, 100, 100, 100, 100, 100]
  const after = [104, 108, 108, 108, 108, 108]
  const comparison = compareSweeps(sweepOf(before), sweepOf(after))
  expect(regressions(comparison, 3)).toEqual(['fresh, tls={ version: "1.2", verify: ca }: latency p50 is worse (+8%)'])
  expect(regressions(comparison, 4)).toEqual([])
})

test('the table of compared sweeps has the interval of each change', () => {
  const comparison = compareSweeps(sweepOf([10, 20, 30, 40, 50, 60]), sweepOf([11, 22, 33, 44, 55, 66]))
  expect(comparisonTable.write(comparison, { screen: PLAIN_SCREEN })).toMatch(
    /latency p50 +ms +worse +35 +38\.5 +\+10% +\+1 \.\. \+6\n/,
  )
})

test('the interval of a median has the ranks of the binomial distribution', () => {
  const ranks = (count: number) => medianInterval(Array.from({ length: count }, (_, i) => i + 1))
  expect(ranks(5)).toBeNull()
  // Ranks for 95 % as in Conover, Practical Nonparametric Statistics, from the binomial distribution with p = 1/2.
  expect([6, 8, 9, 12, 20, 30].map(ranks)).toEqual([
    { low: 1, high: 6 },
    { low: 1, high: 8 },
    { low: 2, high: 8 },
    { low: 3, high: 10 },
    { low: 6, high: 15 },
    { low: 10, high: 21 },
  ])
  expect([1_000, 2_000, 10_000].map(ranks)).toEqual([
    { low: 469, high: 532 },
    { low: 956, high: 1_045 },
    { low: 4_902, high: 5_099 },
  ])
})

test('CSV with commas, quotes and line ends in cells reads back', () => {
  expect(parseCsv('a,"b, ""c""\nd",\r\n\n1,,3\n')).toEqual([
    { line: 2, cells: ['a', 'b, "c"\nd', ''] },
    { line: 4, cells: ['1', '', '3'] },
  ])
})

test('CSV that ends in quotes is refused with its line', () => {
  expect(() => parseCsv('a,b\n1,"2\n')).toThrow(BadCsv)
  expect(() => parseCsv('a,b\n1,"2\n')).toThrow(/Quote Not Closed/)
})
