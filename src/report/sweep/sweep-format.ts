import type { Result } from '../../measure/result.ts'
import type { SweepPoint } from '../../scenario/sweep/sweep-point.ts'
import type { SweepReport, SweepRun } from './sweep-run.ts'

/** A way to print a sweep; every part returns what is printed then, and an absent part prints nothing. */
export interface SweepFormat {
  /** In the help of the option that asks for it. */
  readonly meaning: string
  /** Before the first run; `paths` are the dimensions. */
  begin?(paths: readonly string[]): string
  /** After each run, in the order of the grid. `run` is what `end` sees of it, `result` all of it. */
  run?(run: SweepRun, result: Result): string
  /** In place of a run that gave no result, with the reason in a word. */
  gap?(point: SweepPoint, seed: number, ended: string): string
  /** After the last run. `again` is the command that does the whole sweep once more. */
  end?(report: SweepReport, options: { readonly hasColor: boolean; readonly again: string }): string
}
