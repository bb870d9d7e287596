import type { Result } from '../../measure/result.ts'
import type { SweepPoint } from '../../scenario/sweep/sweep-point.ts'
import { heads } from '../columns.ts'
import { cellsOf, csvLines, headersOf } from '../csv.ts'
import { VERDICT_COLUMNS } from '../run/verdicts-csv.ts'
import { cellsAt, type DimensionColumn } from './dimension-columns.ts'

/** Returns the first line of `verdicts.csv` in the folder of a sweep over these dimensions. */
export function sweepVerdictsHead(columns: readonly DimensionColumn[]): string {
  const dimensions = columns.map(({ header }) => header)
  return csvLines([[...dimensions, ...heads('seed', 'run_digest'), ...headersOf(VERDICT_COLUMNS)]])
}

/** Returns a line for each verdict of a run; empty for an interrupted run, whose verdicts are partial. */
export function sweepVerdictLines(
  point: SweepPoint,
  { seed, digest, ended, verdicts }: Result,
  columns: readonly DimensionColumn[],
): string {
  if (ended === 'interrupted') return ''
  const ofRun = [...cellsAt(point, columns), seed, digest]
  return csvLines(verdicts.map((verdict) => [...ofRun, ...cellsOf(VERDICT_COLUMNS, verdict)]))
}
