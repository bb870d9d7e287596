import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { isFolder } from '../../disk/folders.ts'
import { readTextFile } from '../../disk/read-text.ts'
import { UsageError } from '../../disk/usage-error.ts'
import type { Result } from '../../measure/result.ts'
import { firstDifference } from '../../report/first-difference.ts'
import { reportFileName } from '../../report/html/report-name.ts'
import type { ComparedTask, ReportTask } from '../../report/html/report-text.ts'
import { jsonDocument } from '../../report/json.ts'
import { tolerancesOf } from '../../report/run/run-judgement.ts'
import { type LoadedScenario, loadScenario } from '../../scenario/load.ts'
import { visible } from '../../scenario/problems/visible.ts'
import { BudgetExceeded } from '../../simulation/budget.ts'
import { reproduceLine, shellLine } from '../../study/reproduce.ts'
import { budgetText } from '../budget-text.ts'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import type { OutputFile } from '../files/output-file.ts'
import { readRun } from '../input/read-run.ts'
import { readScenarios, showAll, showProblems } from '../input/read-scenarios.ts'
import { type Given, text, value } from '../options/option.ts'
import { SCENARIO_OPTIONS } from '../options/scenario-options.ts'
import { count, date } from '../options/values.ts'
import { openReport, writeReport } from '../report/report-file.ts'
import { REPORT_TOOLS } from '../report/report-tools.ts'
import { DIGESTS, SCENARIO, SUMMARY } from '../run/run-folder.ts'
import type { SimulatedRun } from '../simulation/capture-task.ts'
import { showRunProgress } from '../simulation/progress.ts'
import type { Command } from './command.ts'

const EXAMPLES = `
The report is one file that opens from disk, without scripts and without a network. A run folder holds figures and no
course over time, so its scenario is simulated again; the result must be the same (else exit code 6).

Examples:
  onpath report results/attacked --out attacked.html
  onpath report scenarios/presets/kubeadm-default.yaml --attack unchecked-kubelet
  onpath report results/before results/after --out hardening.html
  onpath report scenarios/wan-tls.yaml --out - | gzip > wan-tls.html.gz`

const OPTIONS = {
  ...SCENARIO_OPTIONS,
  out: text('<file>', 'write the report to this file; - means standard output (default: NAME-report.html)'),
  maxEvents: value('<number>', 'stop after this number of simulated events (exit code 7)', count),
  today: value('<date>', 'the day for which `accept` is evaluated, such as 2027-03-01 (default: today)', date),
}

type ReportOptions = Given<typeof OPTIONS>

export const report: Command<readonly [run: string, other: string | undefined], typeof OPTIONS> = {
  arguments: [
    { syntax: '<run>', meaning: 'a run folder or a scenario file' },
    { syntax: '[other]', meaning: 'another one, which is laid beside <run>: what it closes, and what that costs' },
  ],
  options: OPTIONS,
  notes: EXAMPLES,
  run: ([run, other], options, context) => reportRuns(other === undefined ? [run] : [run, other], options, context),
}

/** A run for which a report is written. */
interface Reported {
  /** The file or folder, as the user named it. */
  readonly label: string
  readonly loaded: LoadedScenario
  /** The recorded result, which the simulation must give again; null for a scenario file. */
  readonly recorded: Result | null
  readonly commands: ReportTask['commands']
  readonly inputs: readonly string[]
}

async function reportRuns(runs: readonly string[], options: ReportOptions, context: Context): Promise<void> {
  const { io, exit } = context
  const read: Reported[] = []
  for (const run of runs) {
    const reported = isFolder(run) ? readFolder(run, options, context) : await readFile(run, options, context)
    if (reported === null) return exit(EXIT.invalidScenario)
    read.push(reported)
  }
  const names = read.map(({ loaded }) => loaded.scenario.blueprint.name)
  const inputs = read.flatMap((one) => one.inputs)
  const output = openOutput(options.out ?? reportFileName(names), inputs, context)
  const tasks: ComparedTask[] = []
  for (const reported of read) {
    const task = await taskFor(reported, options, context)
    if (task === null) return
    tasks.push(task)
  }
  const [first, second] = tasks
  const { reportText, comparisonText } = await import('../../report/html/report-text.ts')
  const html = second === undefined ? reportText(first, REPORT_TOOLS) : comparisonText(first, second, REPORT_TOOLS)
  if (output === null) return io.out(html)
  exit(writeReport(output, html, context))
}

/** Simulates a run for its report; null when there can be none, for which it sets the exit code. */
async function taskFor(reported: Reported, options: ReportOptions, context: Context): Promise<ComparedTask | null> {
  const { io, exit } = context
  const { label, loaded, recorded, commands } = reported
  const { scenario, document } = loaded
  if (recorded !== null) io.err(`simulating ${visible(label)} again, since a run folder holds no course over time\n`)
  const simulated = await simulate(reported, options, context)
  if (simulated === null) return null
  const { result, history, details } = simulated
  if (recorded !== null && jsonDocument(result) !== jsonDocument(recorded)) {
    const difference = firstDifference(recorded, result) ?? 'the text of the result'
    io.err(
      `onpath: ${visible(label)}: the simulation gives another result than the recorded one: ${visible(difference)}\n`,
    )
    exit(EXIT.determinismViolated)
    return null
  }
  if (history === undefined || details === undefined) throw new Error('the run has no history')
  const standard = { today: options.today ?? io.today(), baseline: null }
  const tolerances = tolerancesOf(scenario, result, standard)
  return { label, scenario, document, result, history, details, tolerances, commands }
}

/** Opens the file of the report; null for standard output. */
function openOutput(path: string, inputs: readonly string[], context: Context): OutputFile | null {
  return path === '-' ? null : openReport(path, inputs, context)
}

function readFolder(folder: string, options: ReportOptions, { io }: Context): Reported | null {
  const given = [options.seed, options.maxEvents].some((one) => one !== undefined)
  if (given || options.set.length > 0 || options.attack.length > 0)
    throw new UsageError(`${folder} is a run folder, whose scenario is fixed; report its scenario file to change it`)
  const { result } = readRun(folder)
  const file = join(folder, SCENARIO)
  const loaded = loadScenario({ file, text: readTextFile(file) })
  if (!loaded.ok) {
    showAll(loaded.problems, io)
    return null
  }
  if (result.ended === 'interrupted') throw new UsageError(`cannot report ${folder}: its run was interrupted`)
  const hasDigests = existsSync(join(folder, DIGESTS))
  const commands = [
    { line: reproduceLine('run', { file, seed: result.seed }), does: 'Run it again' },
    ...(hasDigests ? [{ line: shellLine(['replay', folder]), does: 'Compare with the recorded packets' }] : []),
  ]
  return { label: folder, loaded, recorded: result, commands, inputs: [file, join(folder, SUMMARY)] }
}

async function readFile(file: string, options: ReportOptions, { io }: Context): Promise<Reported | null> {
  const read = await readScenarios([file], options, io)
  const [{ loaded, inputs }] = read
  if (!loaded.ok) {
    showProblems(read, io)
    return null
  }
  const { attack, set, maxEvents } = options
  const line = reproduceLine('run', { file, attack, set, maxEvents, seed: loaded.scenario.blueprint.seed })
  return { label: file, loaded, recorded: null, commands: [{ line, does: 'Run it again' }], inputs }
}

/** Simulates a run; null when it used up its budget or was interrupted, for which it sets the exit code. */
async function simulate(
  { loaded: { scenario }, recorded, commands }: Reported,
  { maxEvents }: ReportOptions,
  { io, simulate: start, exit }: Context,
): Promise<SimulatedRun | null> {
  const { name, durationNs } = scenario.blueprint
  const progress = showRunProgress(io.terminal, name, durationNs)
  const interruption = io.listenForInterruption()
  const give = (reason: string, code: ExitCode) => {
    io.err(`onpath: ${visible(name)}: ${reason}\nreproduce: ${commands[0].line}\n`)
    exit(code)
    return null
  }
  try {
    const run = await start(scenario, {
      recordPackets: false,
      isForReport: true,
      perInstance: recorded?.instances !== undefined,
      isAlone: true,
      onProgress: progress.update,
      interruption,
      ...(maxEvents === undefined ? {} : { maxEvents }),
    })
    return interruption.aborted ? give('interrupted, and no report was written', interruption.reason) : run
  } catch (error) {
    if (!(error instanceof BudgetExceeded)) throw error
    return give(budgetText(error), EXIT.budgetExceeded)
  } finally {
    progress.stop()
  }
}
