import type { Result } from '../../measure/result.ts'
import type { SweepPoint } from '../../scenario/sweep/sweep-point.ts'
import type { Screen } from '../screen/screen.ts'
import type { DimensionColumn } from './dimension-columns.ts'
import type { SweepReport, SweepRun } from './sweep-run.ts'

/**
 * An output format of `onpath sweep`. Each function returns the text for one moment of the sweep. Functions can be
 * absent.
 */
export interface SweepFormat {
  /** The meaning of the option that selects the format, in the help. */
  readonly meaning: string
  /** Called before the first run, with the columns of the dimensions. */
  begin?(columns: readonly DimensionColumn[]): string
  /**
   * Called after each run, in the order of the grid. `run` is the part that `end` receives, `result` the whole result.
   */
  run?(run: SweepRun, result: Result, columns: readonly DimensionColumn[]): string
  /** Called in place of `run` for a run without a result; `ended` is the reason in one word. */
  gap?(point: SweepPoint, seed: number, ended: string, columns: readonly DimensionColumn[]): string
  /** Called after the last run. `again` is the command that reproduces the whole sweep. */
  end?(report: SweepReport, options: { readonly screen: Screen; readonly again: string }): string
}
