import { UsageError } from '../../disk/usage-error.ts'
import type { Tolerance } from '../../measure/judge-acceptance.ts'
import type { Result } from '../../measure/result.ts'
import { gateOfFailure, gateOfRun } from '../../report/ci/gate-of-run.ts'
import type { Places } from '../../report/ci/places.ts'
import { hasComparedNothing } from '../../report/comparison/comparison.ts'
import { comparisonTable } from '../../report/comparison/comparison-table.ts'
import { formatSpan } from '../../report/format-number.ts'
import type { RunFormat } from '../../report/run/run-format.ts'
import { judgeRun, type Standard, tolerancesOf } from '../../report/run/run-judgement.ts'
import { commandLines, textLines } from '../../report/screen/lines.ts'
import type { Screen } from '../../report/screen/screen.ts'
import type { CheckedScenario } from '../../scenario/load.ts'
import { BudgetExceeded } from '../../simulation/budget.ts'
import type { Run } from '../../simulation/run.ts'
import { compareResults, type LabelledResult } from '../../study/compare/compare-results.ts'
import { budgetText } from '../budget-text.ts'
import type { CiReports } from '../ci/ci-reports.ts'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode, mostSevere } from '../exit-code.ts'
import type { OutputFile } from '../files/output-file.ts'
import { writeReport } from '../report/report-file.ts'
import { REPORT_TOOLS } from '../report/report-tools.ts'
import { reportBug } from '../report-bug.ts'
import { reportingFailure } from '../reporting-failure.ts'
import type { SimulatedRun } from '../simulation/capture-task.ts'
import { InterruptedBeforeStart } from '../simulation/interrupted-before-start.ts'
import { showRunProgress } from '../simulation/progress.ts'
import { noteWritten } from '../written.ts'
import type { Capturing } from './capturing.ts'
import type { RunFolder } from './run-folder.ts'
import type { RunOptions } from './run-options.ts'
import type { Sampling } from './sampling.ts'

/** A checked scenario that is to be run. */
export interface Job {
  readonly scenario: CheckedScenario
  readonly folder: RunFolder | null
  /** The samples that are taken, and where they are written; null for none. */
  readonly sampling: Sampling | null
  /** The captures that are written; null for none. */
  readonly capturing: Capturing | null
  /** The command that reproduces the run. */
  readonly reproduce: string
  /** The command that judges the attackers of the run by a policy. */
  readonly gate: string
  /** The command that lists the packets of the run. */
  readonly packets: string
  readonly interruption: AbortSignal
  readonly isOnly: boolean
  /** The scenario, as plain values. */
  readonly document: unknown
  /** The run with which this one is compared, or null. */
  readonly baseline: LabelledResult | null
  readonly format: RunFormat
  readonly screen: Screen
  readonly reports: CiReports
  /** The scenario file, as the user named it. */
  readonly file: string
  readonly places: Places
  /** The file for the report, or null. */
  readonly report: OutputFile | null
  /** Keeps the result for the output after all runs. */
  readonly collect: (result: Result, reproduce: string) => void
}

/** Simulates, prints and writes one run, and returns its exit code. A failure is reported, and noted in the folder. */
export async function runJob(job: Job, options: RunOptions, context: Context): Promise<ExitCode> {
  try {
    const run = await simulate(job, options, context)
    if (run.result.ended === 'interrupted') return reportInterruption(run, job, context)
    const { baseline } = job
    const standard = { today: options.today ?? context.io.today(), baseline: baseline?.result ?? null }
    const tolerances = tolerancesOf(job.scenario, run.result, standard)
    show(run, job, context, tolerances)
    report(run.result, tolerances, job)
    const kept = mostSevere([
      keep(run, job, context),
      writeSamples(run, job, context),
      placeCaptures(run, job, context),
      await writeHtml(run, job, context, tolerances),
    ])
    remarkUnjudged(job, context)
    const compared = compareWithBaseline(run, job, context)
    return mostSevere([kept, compared, judge(run, standard, job, context)])
  } catch (error) {
    job.capturing?.discard()
    if (error instanceof UsageError) throw error
    if (error instanceof InterruptedBeforeStart) return reportNoStart(error, job, context)
    return reportFailure(error, job, context)
  }
}

/** Prints why the run fails, and what is tolerated. */
function judge({ result }: Run, standard: Standard, { scenario, reproduce }: Job, { io }: Context): ExitCode {
  const { fault, lines } = judgeRun(scenario, result, standard)
  for (const line of lines) io.err(`${line}\n`)
  if (fault !== null && standard.baseline !== null) io.err(`reproduce: ${reproduce}\n`)
  if (fault === null) return EXIT.ok
  return fault === 'regression' ? EXIT.regression : EXIT.expectationFailed
}

/** Adds the run to the reports for CI systems. */
function report(result: Result, tolerances: readonly Tolerance[], { reports, ...job }: Job): void {
  const { file, reproduce, scenario, baseline, places } = job
  const { expectations } = scenario
  const { ofExpectation: placeOf, ofPath: placeOfPath, serverOf } = places
  const about = { file, reproduce, expectations, tolerances, placeOf, placeOfPath, serverOf }
  reports.add(gateOfRun(result, { ...about, baseline: baseline?.result ?? null }))
}

/**
 * Prints how the run differs from its baseline, in configuration, verdicts and figures. A baseline of another scenario
 * is a wrong use.
 */
function compareWithBaseline({ result }: Run, { baseline, document, screen }: Job, { io }: Context): ExitCode {
  if (baseline === null) return EXIT.ok
  const comparison = compareResults(baseline, { label: 'this run', result, scenario: document })
  io.err(`${comparisonTable.write(comparison, { screen: { ...screen, hasColor: false } })}\n`)
  if (!hasComparedNothing(comparison)) return EXIT.ok
  io.err('onpath: the baseline has nothing in common with this run\n')
  return EXIT.usage
}

/** Prints a remark if a run has attackers and no expectation about them. */
function remarkUnjudged({ scenario, baseline, gate, screen }: Job, { io }: Context): void {
  const { blueprint, expectations } = scenario
  const isJudged = baseline !== null || expectations.some((expectation) => 'attacker' in expectation)
  if (blueprint.attackers.length === 0 || isJudged) return
  const plain = { ...screen, hasColor: false }
  const remark = 'No expectation is about an attacker, so what attackers get does not fail this run.'
  const lines = [...textLines(remark, plain), ...commandLines('The gate is: ', gate, plain)]
  io.err(`${lines.join('\n')}\n`)
}

async function simulate(
  { scenario, folder, sampling, capturing, report, interruption }: Job,
  { maxEvents, maxMemory, perInstance }: RunOptions,
  { io, simulate }: Context,
): Promise<SimulatedRun> {
  const progress = showRunProgress(io.terminal, scenario.blueprint.name, scenario.blueprint.durationNs)
  try {
    return await simulate(scenario, {
      recordPackets: folder !== null,
      isForReport: report !== null,
      ...(sampling === null ? {} : { samples: sampling.requests }),
      ...(capturing === null ? {} : { captures: capturing.tasks }),
      isAlone: true,
      perInstance: perInstance === true,
      onProgress: progress.update,
      interruption,
      ...(maxEvents === undefined ? {} : { maxEvents }),
      ...(maxMemory === undefined ? {} : { maxMemoryBytes: maxMemory }),
    })
  } finally {
    progress.stop()
  }
}

function show(
  { result }: Run,
  { reproduce, packets, isOnly, format, screen, collect }: Job,
  { io }: Context,
  tolerances: readonly Tolerance[],
): void {
  collect(result, reproduce)
  io.out(format.each?.(result, { reproduce, packets, isOnly, screen, tolerances }) ?? '')
}

/** Writes the result to the folder. It is printed before, so that it is not lost when the disk is full. */
function keep(run: Run, { folder, format }: Job, { io }: Context): ExitCode {
  if (folder === null) return EXIT.ok
  const code = reportingFailure(() => folder.finish(run), io)
  if (code === EXIT.ok && format.each !== undefined) noteWritten(folder.path, io)
  return code
}

function writeSamples(run: Run, { sampling }: Pick<Job, 'sampling'>, { io }: Context): ExitCode {
  if (sampling === null) return EXIT.ok
  const code = reportingFailure(() => sampling.write(run), io)
  if (code === EXIT.ok) noteWritten(sampling.path, io)
  return code
}

function placeCaptures(run: SimulatedRun, { capturing }: Pick<Job, 'capturing'>, { io }: Context): ExitCode {
  return capturing === null ? EXIT.ok : reportingFailure(() => capturing.place(run, io), io)
}

/** Writes the report, if one is wanted. */
async function writeHtml(
  { result, history, details }: SimulatedRun,
  { scenario, document, report: output, reproduce }: Job,
  context: Context,
  tolerances: readonly Tolerance[],
): Promise<ExitCode> {
  if (output === null || history === undefined || details === undefined) return EXIT.ok
  const { reportText } = await import('../../report/html/report-text.ts')
  const commands = [{ line: reproduce, does: 'Run it again' }]
  return writeReport(
    output,
    reportText({ scenario, document, result, history, details, tolerances, commands }, REPORT_TOOLS),
    context,
  )
}

/** Prints and keeps the partial result of an interrupted run. */
function reportInterruption(run: SimulatedRun, { folder, reproduce, ...job }: Job, context: Context): ExitCode {
  const { io } = context
  const reason = `${describe(job.scenario)}: interrupted at ${formatSpan(run.result.simulatedNs)} of simulated time`
  show(run, { folder: null, reproduce, ...job }, context, [])
  reportGap(reason, { folder, reproduce, ...job })
  io.err(`onpath: ${reason}\nreproduce: ${reproduce}\n`)
  writeSamples(run, job, context)
  placeCaptures(run, job, context)
  reportingFailure(() => folder?.keepPartial(run, `${reason}\nreproduce: ${reproduce}`), io)
  return job.interruption.reason
}

function reportNoStart({ message, code }: InterruptedBeforeStart, job: Job, { io }: Context): ExitCode {
  const reason = `${describe(job.scenario)}: ${message}\nreproduce: ${job.reproduce}`
  reportGap(message, job)
  io.err(`onpath: ${reason}\n`)
  reportingFailure(() => job.folder?.abandon(reason), io)
  return code
}

/** Adds to the reports for CI systems that the run did not end. */
function reportGap(reason: string, { reports, scenario, file, reproduce }: Job): void {
  reports.add(gateOfFailure(scenario.blueprint.name, file, reason, reproduce))
}

function describe({ blueprint }: CheckedScenario): string {
  return `${blueprint.name}, seed ${blueprint.seed}`
}

function reportFailure(error: unknown, job: Job, { io }: Context): ExitCode {
  const { scenario, folder, reproduce } = job
  if (error instanceof BudgetExceeded) {
    const reason = `${describe(scenario)}: ${budgetText(error)}`
    reportGap(reason, job)
    io.err(`onpath: ${reason}\nreproduce: ${reproduce}\n`)
    reportingFailure(() => folder?.abandon(`${reason}\nreproduce: ${reproduce}`), io)
    return EXIT.budgetExceeded
  }
  reportGap('stopped by a bug in onpath', job)
  reportBug(error, reproduce, io)
  reportingFailure(() => folder?.abandon(`stopped by a bug in onpath\nreproduce: ${reproduce}`), io)
  return EXIT.bug
}
