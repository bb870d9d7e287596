import { cellsOf, csvLines, headersOf } from '../csv.ts'
import { WORKLOAD_COLUMNS } from '../run/results-csv.ts'
import type { SweepFormat } from './sweep-format.ts'
import { withoutSeed } from './sweep-run.ts'

/**
 * Prints a sweep as CSV: a line for each run and workload, with the values of the dimensions, the seed and the figures.
 */
export const sweepCsv: SweepFormat = {
  meaning: 'print CSV, one line for each run and workload',
  begin(paths) {
    const dimensions = paths.filter((path) => path !== 'seed')
    return csvLines([
      [...dimensions, 'seed', 'ended', 'run_digest', 'expectations_not_met', ...headersOf(WORKLOAD_COLUMNS)],
    ])
  },
  run({ point, result }) {
    const { seed, ended, digest, expectations, workloads } = result
    const notMet = expectations.filter(({ met }) => !met).length
    const ofRun = [...withoutSeed(point).map(({ label }) => label), seed, ended, digest, notMet]
    return csvLines(workloads.map((workload) => [...ofRun, ...cellsOf(WORKLOAD_COLUMNS, workload)]))
  },
  gap(point, seed, ended) {
    const empty = ['', '', ...WORKLOAD_COLUMNS.map(() => '')]
    return csvLines([[...withoutSeed(point).map(({ label }) => label), seed, ended, ...empty]])
  },
}
