import { UsageError } from '../../disk/usage-error.ts'
import type { Result } from '../../measure/result.ts'
import { formatCount } from '../../report/format-number.ts'
import type { SweepFormat } from '../../report/sweep/sweep-format.ts'
import { SweepReporter } from '../../report/sweep/sweep-reporter.ts'
import { describeRun, type SweepReport } from '../../report/sweep/sweep-run.ts'
import { visible } from '../../scenario/problems/visible.ts'
import { PointGrid } from '../../scenario/sweep/point-grid.ts'
import { BudgetExceeded } from '../../simulation/budget.ts'
import { inOrder } from '../../study/simulator/in-order.ts'
import type { PointOutcome } from '../../study/sweep/point-outcome.ts'
import { type Shard, shardText } from '../../study/sweep/shard.ts'
import { reproduceRun, type SweepDescription } from '../../study/sweep/sweep-description.ts'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode, mostSevere } from '../exit-code.ts'
import type { OutputFile } from '../files/output-file.ts'
import type { Io } from '../io.ts'
import { writeReport } from '../report/report-file.ts'
import { REPORT_TOOLS } from '../report/report-tools.ts'
import { reportingFailure } from '../reporting-failure.ts'
import { tableScreenOf } from '../screen.ts'
import { InterruptedBeforeStart } from '../simulation/interrupted-before-start.ts'
import { showRunCount } from '../simulation/progress.ts'
import { noteWritten } from '../written.ts'
import { FailedRuns } from './failed-runs.ts'
import type { PointEnd, PointSource } from './point-source.ts'
import type { SweepFolder } from './sweep-folder.ts'

/** A sweep whose points are obtained, wherever they come from, and reported. */
export interface SweepJob {
  readonly described: SweepDescription
  readonly shard: Shard | null
  /** The points of the shard or of the whole sweep, by their numbers in the grid, in order. */
  readonly points: readonly number[]
  readonly source: PointSource
  /** The number of points that are obtained at a time. */
  readonly jobs: number
  readonly format: SweepFormat
  readonly folder: SweepFolder | null
  /** The file for the report in HTML, or null. */
  readonly report: OutputFile | null
  /** The command that reproduces the sweep, or the shard. */
  readonly again: string
  /** The command that resumes the sweep if it is stopped; null if its points are not stored. */
  readonly resume: string | null
  /** Removes the results of other sweeps from the folder, and returns their number; null if they stay. */
  readonly prune: (() => number) | null
  /** The memory that a run may use, which the commands that reproduce single runs repeat; undefined for the default. */
  readonly maxMemory: number | undefined
  /** True if the exit code is 0 when every point has an outcome of any kind. */
  readonly isExitZero: boolean
  readonly interruption: AbortSignal
}

/** Obtains every point, prints and writes the results, and returns the exit code of the most severe one. */
export async function runSweep(job: SweepJob, context: Context): Promise<ExitCode> {
  const { described, shard, points, source, jobs, format, folder, maxMemory, interruption } = job
  const { io } = context
  const grid = new PointGrid(described.dimensions)
  const planned = points.length
  const { name } = described
  const reporter = new SweepReporter({
    name,
    grid,
    planned,
    shard: shard === null ? null : shardText(shard),
    format,
    folder,
    out: io.out,
    screen: await tableScreenOf(io),
  })
  const failedRuns = new FailedRuns()
  const progress = showRunCount(io.terminal, planned)
  const failure = new AbortController()
  const stop = AbortSignal.any([interruption, failure.signal])
  let events = 0
  let given = 0
  let storeError: UsageError | null = null
  try {
    await inOrder({
      count: planned,
      jobs,
      begin: (i) => source.obtain(points[i], stop),
      async take(i, end) {
        const error = 'stored' in end ? await end.stored : undefined
        if (error instanceof UsageError) {
          storeError ??= error
          failure.abort(EXIT.usage)
        } else if (error !== undefined) throw error
        // What is printed has no gaps; points after the one that could not be stored are taken from the store later.
        if (storeError !== null) return
        take(end, { described, grid, index: points[i], maxMemory }, reporter, failedRuns)
        if (folder !== null && folder.failure !== null) {
          storeError = folder.failure
          failure.abort(EXIT.usage)
        }
        if ('isGiven' in end) given += 1
        else if ('outcome' in end && end.outcome.kind === 'result') events += end.outcome.result.events
        progress.update(i + 1, events, given)
      },
      isOver: () => stop.aborted,
      onFailure: () => failure.abort(EXIT.bug),
    })
  } finally {
    progress.stop()
  }
  return conclude(job, { reporter, failedRuns, storeError }, context)
}

interface Place {
  readonly described: SweepDescription
  readonly grid: PointGrid
  readonly index: number
  readonly maxMemory: number | undefined
}

function take(
  end: PointEnd,
  { described, grid, index, maxMemory }: Place,
  reporter: SweepReporter,
  failedRuns: FailedRuns,
): void {
  const point = grid.pointAt(index)
  const reproduce = reproduceRun(described, point, { seed: end.seed, maxMemory })
  const ended = 'error' in end ? end : endOf(end.outcome)
  if ('result' in ended) return reporter.add(point, ended.result, reproduce)
  const { error } = ended
  if (error instanceof InterruptedBeforeStart) return
  failedRuns.add({ run: describeRun(point, end.seed), reproduce, error })
  reporter.addGap(point, end.seed, error instanceof BudgetExceeded ? 'budget' : 'bug')
}

function endOf(outcome: PointOutcome): { readonly result: Result } | { readonly error: BudgetExceeded } {
  if (outcome.kind === 'result') return outcome
  return { error: new BudgetExceeded(outcome.events, outcome.simulatedNs) }
}

interface Ends {
  readonly reporter: SweepReporter
  readonly failedRuns: FailedRuns
  /** Why points or figures could not be stored, after which the sweep was stopped. */
  readonly storeError: UsageError | null
}

async function conclude(
  job: SweepJob,
  { reporter, failedRuns, storeError }: Ends,
  context: Context,
): Promise<ExitCode> {
  const { io } = context
  const { points, format, folder, again, resume, interruption } = job
  const isIncomplete = reporter.ended + failedRuns.count < points.length
  const swept = reporter.close({ isInterrupted: isIncomplete, again })
  const reported = await writeHtml(job, swept, context)
  failedRuns.show(io)
  const { notMet } = reporter
  if (notMet.length > 0 && format.end === undefined) {
    const runs = `${notMet.length} of ${formatCount(reporter.ended, 'run')}`
    io.err(`onpath: ${runs} did not meet their expectations\nreproduce the first: ${notMet[0].reproduce}\n`)
  }
  const of = `${reporter.ended} of ${points.length} runs have ended`
  const goOn = resume === null ? '' : `go on with: ${resume}\n`
  if (storeError !== null) io.err(`onpath: ${storeError.message}; ${of}\n${goOn}`)
  else if (isIncomplete) io.err(`onpath: interrupted; ${of}\nreproduce: ${again}\n${goOn}`)
  const why = isIncomplete || failedRuns.count > 0 ? `${of}\nreproduce: ${again}` : null
  const pruned = why === null ? pruneFolder(job, io) : EXIT.ok
  const kept = keep(folder, why, storeError, io)
  if (interruption.aborted && isIncomplete) return interruption.reason
  const stored = storeError === null ? EXIT.ok : EXIT.usage
  if (job.isExitZero && !isIncomplete && failedRuns.areOutcomes) return mostSevere([stored, kept, pruned, reported])
  const expected = notMet.length > 0 ? EXIT.expectationFailed : EXIT.ok
  return mostSevere([stored, kept, pruned, reported, ...failedRuns.codes, expected])
}

async function writeHtml({ report, again }: SweepJob, swept: SweepReport, context: Context): Promise<ExitCode> {
  if (report === null || swept.runs.length === 0) return EXIT.ok
  const { sweepText } = await import('../../report/html/report-text.ts')
  return writeReport(report, sweepText(swept, again, REPORT_TOOLS), context)
}

/** Removes the results of other sweeps, while no other process writes to the folder. */
function pruneFolder({ prune, folder }: SweepJob, io: Io): ExitCode {
  if (prune === null || folder === null) return EXIT.ok
  const say = (removed: string) =>
    io.err(`onpath: ${removed} of other sweeps or builds removed from ${visible(folder.path)}\n`)
  return reportingFailure(() => say(formatCount(prune(), 'result')), io)
}

/** Completes the folder. An incomplete sweep does not replace an earlier one. */
function keep(
  folder: SweepFolder | null,
  whyUnfinished: string | null,
  storeError: UsageError | null,
  io: Io,
): ExitCode {
  if (folder === null) return EXIT.ok
  try {
    if (whyUnfinished === null) folder.finish()
    else folder.abandon(whyUnfinished)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    if (error !== storeError) io.err(`onpath: ${error.message}\n`)
    return EXIT.usage
  }
  noteWritten(whyUnfinished === null ? folder.path : folder.unfinishedPath, io)
  return EXIT.ok
}
