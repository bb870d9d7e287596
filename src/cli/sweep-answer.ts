import type { Result } from '../measure/result.ts'
import { jsonLine } from '../report/json.ts'
import { sweepCsvGap, sweepCsvHeader, sweepCsvRows } from '../report/sweep-csv.ts'
import { keptOf, type SweepRun } from '../report/sweep-run.ts'
import { sweepTable } from '../report/sweep-table.ts'
import type { Sweep } from '../scenario/sweep/sweep.ts'
import type { SweepPoint } from '../scenario/sweep/sweep-point.ts'
import type { Io } from './io.ts'
import type { SweepFolder } from './sweep-folder.ts'

export interface AnswerOptions {
  readonly sweep: Sweep
  readonly form: 'table' | 'json' | 'csv'
  readonly folder: SweepFolder | null
  readonly io: Io
}

/** Says and writes what runs gave as they end: lines at once, the table when all is known. */
export class SweepAnswer {
  /** Those that ended by themselves. */
  readonly #runs: SweepRun[] = []
  readonly #options: AnswerOptions

  constructor(options: AnswerOptions) {
    this.#options = options
    if (options.form === 'csv') options.io.out(sweepCsvHeader(options.sweep.paths))
  }

  get ended(): number {
    return this.#runs.length
  }

  get notMet(): readonly SweepRun[] {
    return this.#runs.filter(({ result }) => result.expectations.some(({ met }) => !met))
  }

  add(point: SweepPoint, result: Result, reproduce: string): void {
    const run: SweepRun = { point, result: keptOf(result), reproduce }
    if (result.ended !== 'interrupted') this.#runs.push(run)
    if (this.#options.form === 'json') {
      const values = Object.fromEntries(point.map(({ path, json }) => [path, json]))
      this.#options.io.out(jsonLine.write({ ...result, point: values, reproduce } as Result))
    }
    this.#addRows(sweepCsvRows(run))
  }

  /** Of a run that gave no result. */
  addGap(point: SweepPoint, seed: number, ended: string): void {
    this.#addRows(sweepCsvGap(point, seed, ended))
  }

  /** `again`: the command that does the whole grid once more. */
  close({ isInterrupted, again }: { readonly isInterrupted: boolean; readonly again: string }): void {
    const { form, io, sweep } = this.#options
    if (form !== 'table') return
    const report = {
      scenario: sweep.scenarioAt(0).blueprint.name,
      dimensions: sweep.dimensions,
      runs: this.#runs,
      planned: sweep.size,
      isInterrupted,
    }
    const [one] = [...this.notMet, ...this.#runs]
    io.out(`${sweepTable(report, { hasColor: io.hasColor })}again: ${again}\n`)
    if (one !== undefined) io.out(`one of them: ${one.reproduce}\n`)
  }

  #addRows(rows: string): void {
    const { form, folder, io } = this.#options
    if (form === 'csv') io.out(rows)
    folder?.add(rows)
  }
}
