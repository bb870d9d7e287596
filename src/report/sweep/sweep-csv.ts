import { heads } from '../columns.ts'
import { cellsOf, csvLines, headersOf } from '../csv.ts'
import { WORKLOAD_COLUMNS } from '../run/results-csv.ts'
import { cellsAt } from './dimension-columns.ts'
import type { SweepFormat } from './sweep-format.ts'

/**
 * Prints a sweep as CSV: a line for each run and workload, with the values of the dimensions, the seed and the figures.
 */
export const sweepCsv: SweepFormat = {
  meaning: 'print CSV, one line for each run and workload',
  begin: (columns) =>
    csvLines([
      [
        ...columns.map(({ header }) => header),
        ...heads('seed', 'ended', 'run_digest', 'expectations_not_met'),
        ...headersOf(WORKLOAD_COLUMNS),
      ],
    ]),
  run({ point, result }, _, columns) {
    const { seed, ended, digest, expectations, workloads } = result
    const notMet = expectations.filter(({ met }) => !met).length
    const ofRun = [...cellsAt(point, columns), seed, ended, digest, notMet]
    return csvLines(workloads.map((workload) => [...ofRun, ...cellsOf(WORKLOAD_COLUMNS, workload)]))
  },
  gap(point, seed, ended, columns) {
    const empty = ['', '', ...WORKLOAD_COLUMNS.map(() => '')]
    return csvLines([[...cellsAt(point, columns), seed, ended, ...empty]])
  },
}
