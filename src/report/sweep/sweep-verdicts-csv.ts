import type { Result } from '../../measure/result.ts'
import type { SweepPoint } from '../../scenario/sweep/sweep-point.ts'
import { cellsOf, csvLines, headersOf } from '../csv.ts'
import { VERDICT_COLUMNS } from '../run/verdicts-csv.ts'
import { withoutSeed } from './sweep-run.ts'

/** Returns the first line of `verdicts.csv` in the folder of a sweep over these paths. */
export function sweepVerdictsHead(paths: readonly string[]): string {
  return csvLines([[...paths.filter((path) => path !== 'seed'), 'seed', 'run_digest', ...headersOf(VERDICT_COLUMNS)]])
}

/** Returns a line for each verdict of a run; empty for a run that was interrupted, whose verdicts are partial. */
export function sweepVerdictLines(point: SweepPoint, { seed, digest, ended, verdicts }: Result): string {
  if (ended === 'interrupted') return ''
  const ofRun = [...withoutSeed(point).map(({ label }) => label), seed, digest]
  return csvLines(verdicts.map((verdict) => [...ofRun, ...cellsOf(VERDICT_COLUMNS, verdict)]))
}
