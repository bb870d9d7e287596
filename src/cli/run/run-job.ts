import type { Tolerance } from '../../measure/judge-acceptance.ts'
import type { Result } from '../../measure/result.ts'
import { formatSpan } from '../../report/format-number.ts'
import type { RunFormat } from '../../report/run/run-format.ts'
import type { CheckedScenario } from '../../scenario/load.ts'
import { BudgetExceeded, type Run } from '../../simulation/run.ts'
import { budgetText } from '../budget-text.ts'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { reportBug } from '../report-bug.ts'
import { showRunProgress } from '../simulation/progress.ts'
import { InterruptedBeforeStart } from '../simulation/simulate.ts'
import { UsageError } from '../usage-error.ts'
import { exitCodeOf, tolerancesOf } from './exit-code-of-run.ts'
import type { RunFolder } from './run-folder.ts'
import type { RunOptions } from './run-options.ts'

/** A checked scenario that is to be run. */
export interface Job {
  readonly scenario: CheckedScenario
  readonly folder: RunFolder | null
  /** The command that reproduces the run. */
  readonly reproduce: string
  /** The command that judges the attackers of the run by a policy. */
  readonly gate: string
  readonly interruption: AbortSignal
  readonly isOnly: boolean
  /** The result with which the run is compared, or null. */
  readonly baseline: Result | null
  readonly format: RunFormat
  /** Keeps the result for what is printed after all runs. */
  readonly keep: (result: Result) => void
}

/** Simulates, prints and writes one run, and returns its exit code. A failure is reported, and noted in the folder. */
export async function runJob(job: Job, options: RunOptions, context: Context): Promise<ExitCode> {
  try {
    const run = await simulate(job, options, context)
    if (run.result.ended === 'interrupted') return reportInterruption(run, job, context)
    job.folder?.finish(run)
    const { reproduce, baseline } = job
    const standard = { today: options.today ?? context.io.today(), baseline, reproduce }
    show(run, job, context, tolerancesOf(job.scenario, run.result, standard))
    remarkUnjudged(job, context)
    return exitCodeOf(job.scenario, run.result, standard, context.io)
  } catch (error) {
    if (error instanceof UsageError) throw error
    if (error instanceof InterruptedBeforeStart) return reportNoStart(error, job, context)
    return reportFailure(error, job, context)
  }
}

/** Says that nothing judges the attackers of a run, where no expectation is about one. */
function remarkUnjudged({ scenario, baseline, gate }: Job, { io }: Context): void {
  const { blueprint, expectations } = scenario
  const isJudged = baseline !== null || expectations.some((expectation) => 'attacker' in expectation)
  if (blueprint.attackers.length > 0 && !isJudged)
    io.err(`No expectation is about an attacker, so what attackers get does not fail this run. The gate is: ${gate}\n`)
}

async function simulate(
  { scenario, folder, interruption }: Job,
  { maxEvents, maxMemory, perInstance }: RunOptions,
  { io, simulate }: Context,
): Promise<Run> {
  const progress = showRunProgress(io.terminal, scenario.blueprint.name, scenario.blueprint.durationNs)
  try {
    return await simulate(scenario, {
      recordPackets: folder !== null,
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
  { folder, reproduce, isOnly, format, keep }: Job,
  { io }: Context,
  tolerances: readonly Tolerance[],
): void {
  keep(result)
  if (format.each === undefined) io.err(`reproduce: ${reproduce}\n`)
  else io.out(format.each(result, { reproduce, isOnly, hasColor: io.hasColor, tolerances }))
  if (folder !== null) io.err(`written: ${folder.path}\n`)
}

/** Prints and keeps the partial result of an interrupted run. */
function reportInterruption(run: Run, { folder, reproduce, ...job }: Job, context: Context): ExitCode {
  const { io } = context
  const reason = `${describe(job.scenario)}: interrupted at ${formatSpan(run.result.simulatedNs)} of simulated time`
  show(run, { folder: null, reproduce, ...job }, context, [])
  folder?.keepPartial(run, `${reason}\nreproduce: ${reproduce}`)
  io.err(`onpath: ${reason}\nreproduce: ${reproduce}\n`)
  return job.interruption.reason
}

function reportNoStart({ message, code }: InterruptedBeforeStart, job: Job, { io }: Context): ExitCode {
  const reason = `${describe(job.scenario)}: ${message}\nreproduce: ${job.reproduce}`
  job.folder?.abandon(reason)
  io.err(`onpath: ${reason}\n`)
  return code
}

function describe({ blueprint }: CheckedScenario): string {
  return `${blueprint.name}, seed ${blueprint.seed}`
}

function reportFailure(error: unknown, { scenario, folder, reproduce }: Job, { io }: Context): ExitCode {
  if (error instanceof BudgetExceeded) {
    const reason = `${describe(scenario)}: ${budgetText(error)}`
    folder?.abandon(`${reason}\nreproduce: ${reproduce}`)
    io.err(`onpath: ${reason}\nreproduce: ${reproduce}\n`)
    return EXIT.budgetExceeded
  }
  folder?.abandon(`stopped by a bug in onpath\nreproduce: ${reproduce}`)
  reportBug(error, reproduce, io)
  return EXIT.bug
}
