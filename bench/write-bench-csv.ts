import { stringify } from 'csv-stringify/sync'
import { max, mean, median, min, sampleStandardDeviation } from 'simple-statistics'
import { BENCH_COLUMNS, type BenchSamples } from '../src/study/compare/bench-csv.ts'

/** Returns a CSV file with a line for each benchmark. Its last column has all samples, so that spreads can be compared. */
export function writeBenchCsv(benches: readonly BenchSamples[]): string {
  const rows = benches.map(({ name, unit, samples }) => {
    const values = [...samples]
    const deviation = values.length > 1 ? sampleStandardDeviation(values) : 0
    const statistics = [median(values), mean(values), deviation, min(values), max(values)].map(fourDigits)
    return [name, unit, values.length, ...statistics, values.map(fourDigits).join(' ')]
  })
  return stringify([BENCH_COLUMNS, ...rows])
}

/** Rounds a time to four digits; more would be noise. */
function fourDigits(value: number): number {
  return Number(value.toPrecision(4))
}
