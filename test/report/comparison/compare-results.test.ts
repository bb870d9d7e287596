import { expect, test } from 'vitest'
import type { Result } from '../../../src/measure/result.ts'
import type { Outcome } from '../../../src/measure/verdict.ts'
import { comparisonTable } from '../../../src/report/comparison/comparison-table.ts'
import { configurationChanges } from '../../../src/report/comparison/configuration-changes.ts'
import { PLAIN_SCREEN } from '../../../src/report/screen/screen.ts'
import { compareResults } from '../../../src/study/compare/compare-results.ts'
import { regressions } from '../../../src/study/compare/regressions.ts'
import { aResult, aVerdict, aWorkload } from '../../fixtures/results.ts'

const ONE_DRAW =
  'One seed is one draw: sweep both over the same seeds (`onpath sweep FILE --seeds 1..30 --out DIR`) and compare the sweeps to see whether figures differ beyond chance.'

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

test('the comparison of results lists changed figures, counts identical ones and ends with a summary', () => {
  expect(comparisonTable.write(compare(before, after), { screen: PLAIN_SCREEN })).toBe(
    `A  old  (wan-tls, seed 7, digest 53de64a7c0ffee00)
B  new  (wan-tls, seed 7, digest ffffffffffffffff)

configuration: not known, since a side has no scenario

workload  figure       unit                     A      B  change
fresh     latency p50  ms        worse       66.2   70.1  +5.89%
fresh     latency p95  ms        different      -     80       -
fresh     throughput   Mbps      better     0.121  0.133  +10.0%
fresh     failed       requests  worse          0      1       -
fresh     body bytes   B         different  15000  14000  -6.67%

11 of 16 figures identical

5 of 16 figures changed: 2 worse, 1 better, 2 other. Largest: fresh failed 0 to 1 requests. Only in A: gone. Only in B: new. ${ONE_DRAW}
`,
  )
})

test('the largest change in a comparison is that with the largest factor, up or down, whichever side is A', () => {
  const latencyMs = { ...aWorkload().latencyMs, p50: 10 }
  const slow = aResult({ workloads: [aWorkload({ latencyMs: { ...latencyMs, p50: 40 }, throughputMbps: 1 })] })
  const fast = aResult({ workloads: [aWorkload({ latencyMs, throughputMbps: 20 })] })
  // +300 % of latency is a factor of 4, -95 % of throughput one of 20.
  expect(compare(fast, slow).sentence).toContain(' Largest: fresh throughput 20 to 1 Mbps (-95%). One seed')
  expect(compare(slow, fast).sentence).toContain(' Largest: fresh throughput 1 to 20 Mbps (+1900%). One seed')
})

test('the largest change in a comparison can be for the better; the largest for the worse stands beside it', () => {
  const worse = aWorkload({ name: 'a', setupMs: 10 })
  const better = aWorkload({ name: 'b', setupMs: 100 })
  const then = aResult({ workloads: [worse, better] })
  const now = aResult({
    workloads: [
      { ...worse, setupMs: 11 },
      { ...better, setupMs: 10 },
    ],
  })
  expect(compare(then, now).sentence).toContain(
    ' Largest: b set-up 100 to 10 ms (-90%). Largest for the worse: a set-up 10 to 11 ms (+10%). ',
  )
})

test('a figure that was or becomes zero is the largest change of a comparison', () => {
  const was = aResult({ workloads: [aWorkload({ setupMs: 10, failed: 0 })] })
  const is = aResult({ workloads: [aWorkload({ setupMs: 900, failed: 3 })] })
  expect(compare(was, is).sentence).toContain(' Largest: fresh failed 0 to 3 requests. ')
  expect(compare(is, was).sentence).toContain(' Largest: fresh failed 3 to 0 requests (-100%). ')
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

test('counts of more work are neither better nor worse, but a count of failures is', () => {
  const more = aResult({
    workloads: [aWorkload({ completed: 150, packets: 1_800, wireBytes: 600_000, unfinished: 2 })],
  })
  const judged = compare(aResult(), more).pairs[0].figures.filter(({ judgement }) => judgement !== 'identical')
  expect(judged.map(({ figure, judgement }) => `${figure} ${judgement}`)).toEqual([
    'completed different',
    'unfinished worse',
    'wire bytes different',
    'packets different',
  ])
  expect(regressions(compare(aResult(), { ...more, workloads: [aWorkload({ packets: 1_800 })] }), 0)).toEqual([])
})

const verdict = (outcomes: readonly Outcome[], path = 'logs') => aVerdict({ path, outcomes, worst: outcomes[0] })

test('verdicts that got worse come before those that got better, and a worse one is a regression', () => {
  const a = aResult({ verdicts: [verdict(['outage']), verdict(['read'], 'pods'), verdict(['read'], 'users')] })
  const b = aResult({
    verdicts: [verdict(['impersonated', 'read']), verdict(['metadata'], 'pods'), verdict(['read'], 'users')],
  })
  const comparison = compare(a, b)
  expect(comparisonTable.write(comparison, { screen: PLAIN_SCREEN })).toContain(`verdicts
  worse: relay on logs by mallory against node-1: outage -> impersonated (impersonated, read)
  better: relay on pods by mallory against node-1: read -> metadata (read)
`)
  expect(comparison.sentence).toMatch(/^1 verdict worse, 1 better\. /)
  expect(regressions(comparison, 1_000)).toEqual([
    'relay on logs by mallory against node-1 is worse: impersonated, was outage',
  ])
  expect(regressions(compare(b, a), 1_000)).toEqual([
    'relay on pods by mallory against node-1 is worse: read, was metadata',
  ])
})

test('values of the scenario that differ are listed with their paths, also those that one side lacks', () => {
  const left = { links: { wan: { delay: '10ms', loss: '1%' } }, events: [1, 2], seed: 1 }
  const right = { links: { wan: { delay: '40ms' } }, events: [1, 3], seed: 1, hosts: {} }
  expect(configurationChanges(left, right)).toEqual([
    { path: 'events', a: '[1,2]', b: '[1,3]' },
    { path: 'hosts', a: null, b: '{}' },
    { path: 'links.wan.delay', a: '"10ms"', b: '"40ms"' },
    { path: 'links.wan.loss', a: '"1%"', b: null },
  ])
  expect(configurationChanges(left, left)).toEqual([])
})
