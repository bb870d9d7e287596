import { expect, test } from 'vitest'
import type { Result } from '../../../src/measure/result.ts'
import { compareResults } from '../../../src/report/comparison/compare-results.ts'
import { comparisonTable } from '../../../src/report/comparison/comparison-table.ts'
import { regressions } from '../../../src/report/comparison/regressions.ts'
import { aResult, aWorkload } from '../../fixtures/results.ts'

const before = aResult({ workloads: [aWorkload(), aWorkload({ name: 'gone' })] })
const after = aResult({
  digest: 'ffffffffffffffff',
  workloads: [
    aWorkload({
      latencyMs: { ...aWorkload().latencyMs, p50: 70.1, p95: 80 },
      throughputMbps: 0.1329,
      failed: 1,
      deliveredBytes: 14_000,
    }),
    aWorkload({ name: 'new' }),
  ],
})

function compare(a: Result, b: Result) {
  return compareResults({ label: 'old', result: a }, { label: 'new', result: b })
}

test('what differs is listed with its direction, what is alike is counted, and a sentence ends it', () => {
  expect(comparisonTable.write(compare(before, after), { hasColor: false })).toBe(
    `A  old  (wan-tls, seed 7, digest 53de64a7c0ffee00)
B  new  (wan-tls, seed 7, digest ffffffffffffffff)

workload  figure       unit                     A      B  change
fresh     latency p50  ms        worse       66.2   70.1  +5.89%
fresh     latency p95  ms        different      -     80       -
fresh     throughput   Mbps      better     0.121  0.133  +10.0%
fresh     failed       requests  worse          0      1       -
fresh     body bytes   B         different  15000  14000  -6.67%

11 figures of 16 identical

B is worse in 2, better in 1, neither, but different, in 2 of 16 figures, most of all latency p50 of fresh (+5.89%); only A has gone; only B has new.
`,
  )
})

test('two runs of one digest are the same to the last packet', () => {
  const comparison = compare(before, before)
  expect(comparison.sentence).toBe('B has the same figures as A in 2 workloads, to the last packet.')
  expect(regressions(comparison, 0)).toEqual([])
})

test('a digest that differs under equal figures is not kept quiet', () => {
  expect(compare(before, { ...before, digest: 'ffffffffffffffff' }).sentence).toBe(
    'B has the same figures as A in 2 workloads, but another digest.',
  )
})

test('runs without a common workload are not called alike', () => {
  const other = aResult({ workloads: [aWorkload({ name: 'other' })] })
  expect(compare(before, other).sentence).toBe('A and B have no workload in common, so nothing was compared.')
})

test('a regression is a figure that is worse by more than the bound, or that B no longer has', () => {
  expect(regressions(compare(before, after), 5)).toEqual([
    'fresh: latency p50 is worse: +5.89%',
    'fresh: failed is worse',
    'gone: missing from B',
  ])
  expect(regressions(compare(before, after), 6)).toEqual(['fresh: failed is worse', 'gone: missing from B'])
})
