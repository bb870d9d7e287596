import type { Result } from '../../measure/result.ts'
import type { PointGrid } from '../../scenario/sweep/point-grid.ts'
import type { SweepPoint } from '../../scenario/sweep/sweep-point.ts'
import { SWEEP_FORMATS } from '../formats.ts'
import type { Screen } from '../screen/screen.ts'
import { type DimensionColumn, dimensionColumns } from './dimension-columns.ts'
import type { SweepFormat } from './sweep-format.ts'
import { missedExpectations, type SweepReport, type SweepRun, summaryOf } from './sweep-run.ts'
import { sweepVerdictLines } from './sweep-verdicts-csv.ts'

export interface SweepReporterOptions {
  /** The name of the scenario. */
  readonly name: string
  readonly grid: PointGrid
  /** The number of points that are to be reported. */
  readonly planned: number
  /** The shard, such as `3/8`; null for the whole sweep. */
  readonly shard: string | null
  readonly format: SweepFormat
  /** Keeps lines of figures and of verdicts; null where nothing is kept. */
  readonly folder: { readonly add: (figures: string, verdicts: string) => void } | null
  readonly out: (text: string) => void
  readonly screen: Screen
}

/** Prints the results of runs as they end, and writes them to the folder as CSV. */
export class SweepReporter {
  /** The runs that were not interrupted. */
  readonly #runs: SweepRun[] = []
  readonly #options: SweepReporterOptions
  readonly #columns: readonly DimensionColumn[]

  constructor(options: SweepReporterOptions) {
    this.#options = options
    this.#columns = dimensionColumns(options.grid.dimensions)
    options.out(options.format.begin?.(this.#columns) ?? '')
  }

  get ended(): number {
    return this.#runs.length
  }

  get notMet(): readonly SweepRun[] {
    return missedExpectations(this.#runs)
  }

  add(point: SweepPoint, result: Result, reproduce: string): void {
    const run: SweepRun = { point, result: summaryOf(result), reproduce }
    if (result.ended !== 'interrupted') this.#runs.push(run)
    this.#print((format) => format.run?.(run, result, this.#columns), sweepVerdictLines(point, result, this.#columns))
  }

  /** Reports a run without a result. */
  addGap(point: SweepPoint, seed: number, ended: string): void {
    this.#print((format) => format.gap?.(point, seed, ended, this.#columns), '')
  }

  /**
   * Prints the end of the report, and returns all that was reported. `again` is the command that reproduces the whole
   * sweep.
   */
  close({ isInterrupted, again }: { readonly isInterrupted: boolean; readonly again: string }): SweepReport {
    const { name, grid, planned, shard, format, out, screen } = this.#options
    const report: SweepReport = {
      scenario: name,
      dimensions: grid.counts,
      runs: this.#runs,
      planned,
      ...(shard === null ? {} : { shard: `${shard} of ${grid.size} points` }),
      isInterrupted,
    }
    out(format.end?.(report, { screen, again }) ?? '')
    return report
  }

  #print(textIn: (format: SweepFormat) => string | undefined, verdicts: string): void {
    const { format, folder, out } = this.#options
    out(textIn(format) ?? '')
    folder?.add(textIn(SWEEP_FORMATS.csv) ?? '', verdicts)
  }
}
