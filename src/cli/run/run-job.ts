import type { Result } from '../../measure/result.ts'
import { formatSpan } from '../../report/format-number.ts'
import type { RunFormat } from '../../report/run/run-format.ts'
import type { CheckedScenario } from '../../scenario/load.ts'
import { BudgetExceeded, type Run } from '../../simulation/run.ts'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { reportBug } from '../report-bug.ts'
import { showRunProgress } from '../simulation/progress.ts'
import { UsageError } from '../usage-error.ts'
import { exitCodeOf } from './exit-code-of-run.ts'
import type { RunFolder } from './run-folder.ts'
import type { RunOptions } from './run-options.ts'

/** One of the files of `run`, checked and ready. */
export interface Job {
  readonly scenario: CheckedScenario
  readonly folder: RunFolder | null
  /** The command that does it again. */
  readonly reproduce: string
  readonly interruption: AbortSignal
  readonly isOnly: boolean
  /** null: it is judged by itself. */
  readonly baseline: Result | null
  readonly format: RunFormat
  /** For what is printed of all of them at the end. */
  readonly keep: (result: Result) => void
}

/** Simulates, writes and prints one run; whatever stops it is told, kept in its folder, and becomes the exit code. */
export async function runJob(job: Job, options: RunOptions, context: Context): Promise<ExitCode> {
  try {
    const run = await simulate(job, options, context)
    if (run.result.ended === 'interrupted') return endEarly(run, job, context)
    job.folder?.finish(run)
    show(run, job, context)
    const { reproduce, baseline } = job
    return exitCodeOf(
      job.scenario,
      run.result,
      { today: options.today ?? context.io.today(), baseline, reproduce },
      context.io,
    )
  } catch (error) {
    if (error instanceof UsageError) throw error
    return explainEnd(error, job, context)
  }
}

async function simulate(
  { scenario, folder, interruption }: Job,
  { maxEvents, perInstance }: RunOptions,
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
    })
  } finally {
    progress.stop()
  }
}

function show({ result }: Run, { folder, reproduce, isOnly, format, keep }: Job, { io }: Context): void {
  keep(result)
  if (format.each === undefined) io.err(`again: ${reproduce}\n`)
  else io.out(format.each(result, { reproduce, isOnly, hasColor: io.hasColor }))
  if (folder !== null) io.err(`written: ${folder.path}\n`)
}

/** Somebody stopped it: what there is so far is shown and kept, and marked for what it is. */
function endEarly(run: Run, { folder, reproduce, ...job }: Job, context: Context): ExitCode {
  const { io } = context
  const reason = `${describe(job.scenario)}: interrupted, at ${formatSpan(run.result.simulatedNs)} of simulated time`
  show(run, { folder: null, reproduce, ...job }, context)
  folder?.keepPartial(run, `${reason}\nagain: ${reproduce}`)
  io.err(`onpath: ${reason}\nagain: ${reproduce}\n`)
  return job.interruption.reason
}

function describe({ blueprint }: CheckedScenario): string {
  return `${blueprint.name}, seed ${blueprint.seed}`
}

function explainEnd(error: unknown, { scenario, folder, reproduce }: Job, { io }: Context): ExitCode {
  if (error instanceof BudgetExceeded) {
    const cause = `gave up after ${error.events} events, the budget`
    const reason = `${describe(scenario)}: ${cause}, at ${formatSpan(error.simulatedNs)} of simulated time`
    folder?.abandon(`${reason}\nagain: ${reproduce}`)
    io.err(`onpath: ${reason}\nagain: ${reproduce}\n`)
    return EXIT.budgetExceeded
  }
  folder?.abandon(`stopped by a bug in onpath\nagain: ${reproduce}`)
  reportBug(error, reproduce, io)
  return EXIT.bug
}
