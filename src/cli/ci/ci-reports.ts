import { onFile, UsageError } from '../../disk/usage-error.ts'
import { isImported } from '../../import/imported-from.ts'
import type { CausePlace, CheckResult } from '../../measure/check.ts'
import { gateOfCheck } from '../../report/ci/gate-of-check.ts'
import type { GateReport } from '../../report/ci/gate-report.ts'
import { githubAnnotations, githubError } from '../../report/ci/github-annotations.ts'
import { jobSummary } from '../../report/ci/job-summary.ts'
import { junitXml } from '../../report/ci/junit.ts'
import type { LoadedScenario } from '../../scenario/load.ts'
import type { Problem } from '../../scenario/problems/problem.ts'
import type { Context } from '../context.ts'
import { OutputFile } from '../files/output-file.ts'
import type { Inputs } from '../files/output-folder.ts'
import type { CiOptions } from '../options/ci-options.ts'
import { version } from '../version.ts'
import { noteWritten } from '../written.ts'
import { placesIn } from './places.ts'

/** The reports for CI systems that the options ask for. Their files are opened before anything is simulated. */
export class CiReports {
  readonly #reports: GateReport[] = []
  readonly #junit: OutputFile | null
  readonly #sarif: OutputFile | null
  readonly #options: CiOptions
  readonly #context: Context

  /** @throws UsageError when a file may not be written */
  constructor(options: CiOptions, inputs: Inputs, context: Context) {
    const { junit, sarif } = options
    if (junit !== undefined && junit === sarif) throw new UsageError('--junit and --sarif need different files')
    const open = (path: string | undefined, option: string, isOurs: (text: string) => boolean) =>
      path === undefined ? null : OutputFile.open(path, isOurs, inputs, context.files, option)
    this.#junit = open(junit, '--junit', (text) => text === '' || text.includes('<testsuites name="onpath"'))
    this.#sarif = open(sarif, '--sarif', (text) => text === '' || /"driver":\s*\{\s*"name":\s*"onpath"/.test(text))
    this.#options = options
    this.#context = context
  }

  /** True if the options ask for a report. */
  get areWanted(): boolean {
    return this.#junit !== null || this.#sarif !== null || this.#options.github === true
  }

  add(report: GateReport): void {
    this.#reports.push(report)
  }

  /** @param main the line of a real cluster that stands for what no line causes; null for a scenario */
  addCheck(result: CheckResult, loaded: LoadedScenario, file: string, main: CausePlace | null = null): void {
    const { ofPath, serverOf } = placesIn(loaded, file)
    const placeOf = (path: string) => (main === null ? ofPath(path) : { ...main, column: 1 })
    this.add(gateOfCheck(result, { file: main?.file ?? file, isImported: isImported(loaded), placeOf, serverOf }))
  }

  /** Prints annotations for the problems of scenarios that cannot be simulated; files are not written for them. */
  showProblems(problems: readonly Problem[]): void {
    if (this.#options.github !== true) return
    for (const { file, line, column, code, message, hint } of problems) {
      const text = hint === undefined ? message : `${message}\n${hint}`
      this.#context.io.command(githubError({ file, line, column }, `onpath ${code}`, text))
    }
  }

  /** Writes the files, the annotations and the job summary. */
  async write(): Promise<void> {
    const { io } = this.#context
    this.#junit?.write(junitXml(this.#reports))
    if (this.#sarif !== null) {
      const { sarifLog } = await import('../../report/ci/sarif.ts')
      this.#sarif.write(sarifLog(this.#reports, version))
    }
    for (const file of [this.#junit, this.#sarif]) if (file !== null) noteWritten(file.path, io)
    if (this.#options.github !== true) return
    io.command(githubAnnotations(this.#reports))
    const { jobSummaryFile } = io
    if (jobSummaryFile === null) return
    onFile('write to', jobSummaryFile, () => this.#context.files.append(jobSummaryFile, jobSummary(this.#reports)))
  }
}
