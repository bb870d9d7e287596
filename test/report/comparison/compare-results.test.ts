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

test('the comparison lists changed figures, counts identical ones and ends with a summary', () => {
  expect(comparisonTable.write(compare(before, after), { hasColor: false })).toBe(
    `A  old  (wan-tls, seed 7, digest 53de64a7c0ffee00)
B  new  (wan-tls, seed 7, digest ffffffffffffffff)

workload  figure       unit                     A      B  change
fresh     latency p50  ms        worse       66.2   70.1  +5.89%
fresh     latency p95  ms        different      -     80       -
fresh     throughput   Mbps      better     0.121  0.133  +10.0%
fresh     failed       requests  worse          0      1       -
fresh     body bytes   B         different  15000  14000  -6.67%

11 of 16 figures identical

5 of 16 figures changed: 2 worse, 1 better, 2 other. Largest: fresh latency p50 +5.89%. Only in A: gone. Only in B: new.
`,
  )
})

test('runs with equal digests are reported as identical to the last packet', () => {
  const comparison = compare(before, before)
  expect(comparison.sentence).toBe('All 32 figures and all packets are identical.')
  expect(regressions(comparison, 0)).toEqual([])
})

test('different digests with equal figures are reported', () => {
  expect(compare(before, { ...before, digest: 'ffffffffffffffff' }).sentence).toBe(
    'All 32 figures are identical, but the digests differ.',
  )
})

test('runs without a common workload are reported as not compared', () => {
  const other = aResult({ workloads: [aWorkload({ name: 'other' })] })
  expect(compare(before, other).sentence).toBe('A and B have no workload in common, so nothing was compared.')
})

test('a regression is a figure that is worse by more than the limit, or missing in B', () => {
  expect(regressions(compare(before, after), 5)).toEqual([
    'fresh: latency p50 is worse (+5.89%)',
    'fresh: failed is worse',
    'gone: missing in B',
  ])
  expect(regressions(compare(before, after), 6)).toEqual(['fresh: failed is worse', 'gone: missing in B'])
})
