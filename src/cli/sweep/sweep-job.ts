import { formatCount } from '../../report/format-number.ts'
import type { SweepFormat } from '../../report/sweep/sweep-format.ts'
import { describeRun, type SweepReport, withoutSeed } from '../../report/sweep/sweep-run.ts'
import type { Sweep } from '../../scenario/sweep/sweep.ts'
import type { SweepPoint } from '../../scenario/sweep/sweep-point.ts'
import { BudgetExceeded } from '../../simulation/budget.ts'
import type { Run } from '../../simulation/run.ts'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode, mostSevere } from '../exit-code.ts'
import type { OutputFile } from '../files/output-file.ts'
import type { Io } from '../io.ts'
import { writeReport } from '../report/report-file.ts'
import { reproduceLine } from '../run/reproduce.ts'
import { screenOf } from '../screen.ts'
import { inOrder } from '../simulation/in-order.ts'
import { InterruptedBeforeStart } from '../simulation/interrupted-before-start.ts'
import { showRunCount } from '../simulation/progress.ts'
import { UsageError } from '../usage-error.ts'
import { FailedRuns } from './failed-runs.ts'
import type { SweepFolder } from './sweep-folder.ts'
import type { SweepOptions } from './sweep-options.ts'
import { SweepReporter } from './sweep-reporter.ts'

/** A checked sweep that is to be run. */
export interface SweepJob {
  readonly file: string
  readonly sweep: Sweep
  readonly jobs: number
  readonly format: SweepFormat
  readonly folder: SweepFolder | null
  /** The file for the report in HTML, or null. */
  readonly report: OutputFile | null
  /** The command that reproduces the sweep. */
  readonly again: string
  readonly interruption: AbortSignal
}

type Outcome = {
  readonly point: SweepPoint
  readonly seed: number
  readonly reproduce: string
} & ({ readonly run: Run } | { readonly error: unknown })

/** Simulates every point, prints and writes the results, and returns the exit code of the most severe one. */
export async function runSweep(job: SweepJob, options: SweepOptions, context: Context): Promise<ExitCode> {
  const { sweep, jobs, format, folder, interruption } = job
  const { io } = context
  const reporter = new SweepReporter({ sweep, format, folder, io, screen: await screenOf(io) })
  const failedRuns = new FailedRuns()
  const progress = showRunCount(io.terminal, sweep.size)
  const failure = new AbortController()
  let events = 0
  const stop = AbortSignal.any([interruption, failure.signal])
  try {
    await inOrder({
      count: sweep.size,
      jobs,
      begin: (index) => runPoint(index, job, options, stop, context),
      take: (index, outcome) => {
        take(outcome, reporter, failedRuns)
        events += 'run' in outcome ? outcome.run.result.events : 0
        progress.update(index + 1, events)
      },
      isOver: () => stop.aborted,
      onFailure: () => failure.abort(),
    })
  } finally {
    progress.stop()
  }
  return conclude(job, { reporter, failedRuns }, context)
}

async function runPoint(
  index: number,
  { file, sweep }: SweepJob,
  { set, attack, maxEvents }: SweepOptions,
  interruption: AbortSignal,
  { simulate }: Context,
): Promise<Outcome> {
  const point = sweep.pointAt(index)
  const scenario = sweep.scenarioAt(index)
  const { seed } = scenario.blueprint
  const settings = withoutSeed(point).map(({ path, setting }) => `${path}=${setting}`)
  const reproduce = reproduceLine('run', { file, seed, set: [...set, ...settings], attack, maxEvents })
  const budget = maxEvents === undefined ? {} : { maxEvents }
  try {
    const run = await simulate(scenario, { recordPackets: false, onProgress: () => {}, interruption, ...budget })
    return { point, seed, reproduce, run }
  } catch (error) {
    return { point, seed, reproduce, error }
  }
}

function take(outcome: Outcome, reporter: SweepReporter, failedRuns: FailedRuns): void {
  const { point, seed, reproduce } = outcome
  if ('run' in outcome) return reporter.add(point, outcome.run.result, reproduce)
  if (outcome.error instanceof InterruptedBeforeStart) return
  failedRuns.add({ run: describeRun(point, seed), reproduce, error: outcome.error })
  reporter.addGap(point, seed, outcome.error instanceof BudgetExceeded ? 'budget' : 'bug')
}

interface Ends {
  readonly reporter: SweepReporter
  readonly failedRuns: FailedRuns
}

async function conclude(job: SweepJob, { reporter, failedRuns }: Ends, context: Context): Promise<ExitCode> {
  const { io } = context
  const { sweep, format, folder, again, interruption } = job
  const isInterrupted = reporter.ended + failedRuns.count < sweep.size
  const swept = reporter.close({ isInterrupted, again })
  const reported = await writeHtml(job, swept, context)
  failedRuns.show(io)
  const { notMet } = reporter
  if (notMet.length > 0 && format.end === undefined) {
    const runs = `${notMet.length} of ${formatCount(reporter.ended, 'run')}`
    io.err(`onpath: ${runs} did not meet their expectations\nreproduce the first: ${notMet[0].reproduce}\n`)
  }
  const of = `${reporter.ended} of ${sweep.size} runs have ended`
  if (isInterrupted) io.err(`onpath: interrupted; ${of}\nreproduce: ${again}\n`)
  const kept = keep(folder, isInterrupted || failedRuns.count > 0 ? `${of}\nreproduce: ${again}` : null, io)
  if (isInterrupted) return interruption.reason
  return mostSevere([kept, reported, ...failedRuns.codes, notMet.length > 0 ? EXIT.expectationFailed : EXIT.ok])
}

async function writeHtml({ report, again }: SweepJob, swept: SweepReport, context: Context): Promise<ExitCode> {
  if (report === null || swept.runs.length === 0) return EXIT.ok
  const { sweepText } = await import('../report/report-text.ts')
  return writeReport(report, sweepText(swept, again), context)
}

/** Completes the folder. An incomplete sweep does not replace an earlier one. */
function keep(folder: SweepFolder | null, whyUnfinished: string | null, io: Io): ExitCode {
  if (folder === null) return EXIT.ok
  try {
    if (whyUnfinished === null) folder.finish()
    else folder.abandon(whyUnfinished)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    io.err(`onpath: ${error.message}\n`)
    return EXIT.usage
  }
  io.err(`written: ${whyUnfinished === null ? folder.path : folder.unfinishedPath}\n`)
  return EXIT.ok
}
