import { onFile, UsageError } from '../../disk/usage-error.ts'
import { namesOf } from '../../engine/registry.ts'
import { isImported } from '../../import/imported-from.ts'
import type { CausePlace, CheckResult } from '../../measure/check.ts'
import type { CiFile, CiLog, CiOutput } from '../../report/ci/ci-output.ts'
import { gateOfCheck } from '../../report/ci/gate-of-check.ts'
import type { GateReport } from '../../report/ci/gate-report.ts'
import { placesIn } from '../../report/ci/places.ts'
import { CI_OUTPUTS } from '../../report/formats.ts'
import type { LoadedScenario } from '../../scenario/load.ts'
import type { Problem } from '../../scenario/problems/problem.ts'
import { optionName } from '../../values/option-name.ts'
import type { Context } from '../context.ts'
import { OutputFile } from '../files/output-file.ts'
import type { Inputs } from '../files/output-folder.ts'
import type { CiOptions } from '../options/ci-options.ts'
import { version } from '../version.ts'
import { noteWritten } from '../written.ts'

/** The reports for CI systems that the options ask for. Their files are opened before anything is simulated. */
export class CiReports {
  readonly #reports: GateReport[] = []
  readonly #files: { readonly output: CiFile; readonly file: OutputFile }[] = []
  readonly #logs: CiLog[] = []
  readonly #context: Context

  /** @throws UsageError when a file may not be written */
  constructor(options: CiOptions, inputs: Inputs, context: Context) {
    this.#context = context
    const optionOf = new Map<string, string>()
    for (const name of namesOf(CI_OUTPUTS)) {
      const output: CiOutput = CI_OUTPUTS[name]
      const given = options[name]
      if (output.kind === 'log' && given === true) this.#logs.push(output)
      if (output.kind !== 'file' || typeof given !== 'string') continue
      const option = `--${optionName(name)}`
      const other = optionOf.get(given)
      if (other !== undefined) throw new UsageError(`${other} and ${option} need different files`)
      optionOf.set(given, option)
      const isOurs = (start: string) => start === '' || output.isOurs(start)
      this.#files.push({ output, file: OutputFile.open(given, isOurs, inputs, context.files, option) })
    }
  }

  /** True if the options ask for a report. */
  get areWanted(): boolean {
    return this.#files.length > 0 || this.#logs.length > 0
  }

  add(report: GateReport): void {
    this.#reports.push(report)
  }

  /** @param main the line of a real cluster for findings that no line causes; null for a scenario */
  addCheck(result: CheckResult, loaded: LoadedScenario, file: string, main: CausePlace | null = null): void {
    const { ofPath, serverOf } = placesIn(loaded, file)
    const placeOf = (path: string) => (main === null ? ofPath(path) : { ...main, column: 1 })
    this.add(gateOfCheck(result, { file: main?.file ?? file, isImported: isImported(loaded), placeOf, serverOf }))
  }

  /** Shows the problems of scenarios that cannot be simulated in the log; files are not written for them. */
  showProblems(problems: readonly Problem[]): void {
    for (const log of this.#logs)
      for (const { file, line, column, code, message, hint } of problems) {
        const text = hint === undefined ? message : `${message}\n${hint}`
        this.#context.io.command(log.problem({ file, line, column }, `onpath ${code}`, text))
      }
  }

  /** Writes the files, the commands in the log and the summaries of the job. */
  async write(): Promise<void> {
    const { io, files } = this.#context
    const texts = await Promise.all(this.#files.map(({ output }) => output.write(this.#reports, version)))
    for (const [i, { file }] of this.#files.entries()) file.write(texts[i])
    for (const { file } of this.#files) noteWritten(file.path, io)
    for (const { commands, summary } of this.#logs) {
      io.command(commands(this.#reports))
      const path = summary === undefined ? undefined : io.environment(summary.variable)
      if (summary !== undefined && path)
        onFile('write to', path, () => files.append(path, summary.write(this.#reports)))
    }
  }
}
