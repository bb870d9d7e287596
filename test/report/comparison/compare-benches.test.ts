import { expect, test } from 'vitest'
import { writeBenchCsv } from '../../../bench/write-bench-csv.ts'
import { comparisonTable } from '../../../src/report/comparison/comparison-table.ts'
import { PLAIN_SCREEN } from '../../../src/report/screen/screen.ts'
import { BadBenchCsv, readBenchCsv } from '../../../src/study/compare/bench-csv.ts'
import { compareBenches } from '../../../src/study/compare/compare-benches.ts'
import { regressions } from '../../../src/study/compare/regressions.ts'

const quiet = [100, 101, 102, 99, 100, 101, 98, 100, 102, 100]
const noisy = [60, 140, 80, 120, 100, 110, 90, 70, 130, 105]
const shifted = quiet.map((sample) => sample + 12)

const a = { label: 'a.csv', benches: [bench('hold', quiet), bench('bulk', noisy), bench('old', quiet)] }
const b = {
  label: 'b.csv',
  benches: [
    bench('hold', shifted),
    bench(
      'bulk',
      noisy.map((sample) => sample + 3),
    ),
    bench('new', quiet),
  ],
}

function bench(name: string, samples: number[]) {
  return { name, unit: 'ns/event', samples }
}

function judgementOf(x: number[], y: number[]) {
  const comparison = compareBenches({ label: 'a', benches: [bench('x', x)] }, { label: 'b', benches: [bench('x', y)] })
  return comparison.pairs[0].figures[0].judgement
}

test('a benchmark difference larger than the spread is shown, and a smaller one is ~', () => {
  const comparison = compareBenches(a, b)
  expect(comparisonTable.write(comparison, { screen: PLAIN_SCREEN })).toBe(
    `A  a.csv
B  b.csv

benchmark  figure  unit                   A        B  change
hold       time    ns/event  worse   100 ±1   112 ±1    +12%
bulk       time    ns/event  ~      103 ±20  106 ±20       ~

1 of 2 benchmarks slower, 0 faster, 1 unclear. Largest: hold time 100 to 112 ns/event (+12%). Only in A: old. Only in B: new.
`,
  )
  expect(regressions(comparison, 10)).toEqual(['hold: time is worse (+12%)', 'old: missing in B'])
})

test('equal benchmark samples are identical, and the direction of a change follows the medians', () => {
  expect(judgementOf(quiet, quiet)).toBe('identical')
  expect(judgementOf(shifted, quiet)).toBe('better')
})

test('five benchmark samples of each side are always unclear, and six are enough', () => {
  expect(judgementOf([1, 1, 2, 2, 2], [100, 101, 102, 103, 104])).toBe('unclear')
  expect(judgementOf([1, 1, 2, 2, 2, 3], [100, 101, 102, 103, 104, 105])).toBe('worse')
})

test('a significant benchmark difference that is smaller than the spread is unclear', () => {
  const wide = Array.from({ length: 200 }, (_, i) => 100 + (i % 50))
  expect(
    judgementOf(
      wide,
      wide.map((sample) => sample + 7),
    ),
  ).toBe('unclear')
})

test('benchmarks with different units are not compared', () => {
  const comparison = compareBenches(
    { label: 'a', benches: [{ name: 'x', unit: 'ns/event', samples: quiet }] },
    { label: 'b', benches: [{ name: 'x', unit: 'ms/run', samples: quiet }] },
  )
  expect(comparison.pairs[0].figures[0]).toMatchObject({ judgement: 'different', changePercent: null })
})

test('a benchmark file reads back as it was written', () => {
  const benches = [bench('hold/10k', [43.25, 41]), { name: 'one', unit: 'ms/run', samples: [7] }]
  expect(readBenchCsv(writeBenchCsv(benches))).toEqual(benches)
  expect(writeBenchCsv(benches).split('\n')[1]).toBe('hold/10k,ns/event,2,42.13,42.13,1.591,41,43.25,43.25 41')
})

test.each([
  ['', 'line 1'],
  ['workload,path\nfresh,logs', 'line 1'],
  ['name,unit,samples,median,mean,deviation,min,max,values\nhold,ns', 'line 2: expected 9 fields, found 2'],
  [
    'name,unit,samples,median,mean,deviation,min,max,values\nhold,ns,1,1,1,1,1,1,x',
    'line 2: expected samples above zero',
  ],
])('a file that is not a benchmark file is refused with its line: %j', (text, message) => {
  expect(() => readBenchCsv(text)).toThrow(BadBenchCsv)
  expect(() => readBenchCsv(text)).toThrow(message)
})
