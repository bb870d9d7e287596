import { UsageError } from '../../disk/usage-error.ts'
import type { Tried } from '../../measure/check.ts'
import type { MatrixResult } from '../../measure/matrix.ts'
import { MATRIX_FORMATS } from '../../report/formats.ts'
import { isMatrixCsv } from '../../report/matrix/matrix-csv.ts'
import type { MatrixFormat } from '../../report/matrix/matrix-format.ts'
import { judgement } from '../../report/matrix/matrix-judgement.ts'
import { matrixTable } from '../../report/matrix/matrix-table.ts'
import { commandsFor } from '../../study/check/commands-for.ts'
import type { CheckPlan } from '../../study/check/read-check.ts'
import { matrixResult } from '../../study/matrix-result.ts'
import { reproduceLine } from '../../study/reproduce.ts'
import { type Simulated, simulateAll } from '../../study/simulator/simulate-all.ts'
import { checksOf, JUDGED_SCENARIO_OPTIONS, scopeOf } from '../check/read-checks.ts'
import { CiReports } from '../ci/ci-reports.ts'
import type { Context } from '../context.ts'
import { EXIT } from '../exit-code.ts'
import { OutputFile } from '../files/output-file.ts'
import { readSource, showWarnings } from '../input/read-scenarios.ts'
import { CI_OPTIONS, CI_OPTIONS_TEXT } from '../options/ci-options.ts'
import { chosenFormat, formatOptions } from '../options/format-options.ts'
import { jobsOf } from '../options/gate-options.ts'
import { flag, type Given, text } from '../options/option.ts'
import { SCENARIO_FILES } from '../options/scenario-options.ts'
import { openReport, writeReport } from '../report/report-file.ts'
import { REPORT_TOOLS } from '../report/report-tools.ts'
import { tableScreenOf } from '../screen.ts'
import { simulatorOf } from '../simulation/simulator.ts'
import { onceOrAgain } from '../watch/run-again.ts'
import { noteWritten } from '../written.ts'
import type { Command } from './command.ts'

const EXAMPLES = `
The matrix tries every technique of attack, from every vantage, at every place, against every path. The workloads of
the paths are shortened to a few requests. Each cell shows the worst outcome:
  read 3/12         the attacker read 3 of 12 messages
  read own          the attacker got only its own messages
  no-effect 10250:403   the server at port 10250 responded so
  outage detected   a check of keys or certificates noticed the attack
  -                 the path has no such place

With --policy, or a policy in the scenario, it exits with 4 when the policy forbids a cell and \`accept\` does not tolerate it.

Examples:
  onpath matrix scenarios/presets/gke-ssh-tunnels.yaml
  onpath matrix scenarios/presets/gke-ssh-tunnels.yaml --worst
  onpath matrix scenarios/presets/*.yaml --csv > matrix.csv
  onpath matrix scenarios/presets/kubeadm-default.yaml --report matrix.html
  onpath matrix scenarios/presets/kubeadm-default.yaml --path logs --all
  onpath matrix scenarios/presets/kubeadm-default.yaml --policy nothing-of-others`

const OPTIONS = {
  ...JUDGED_SCENARIO_OPTIONS,
  ...formatOptions(MATRIX_FORMATS),
  ...CI_OPTIONS,
  watch: flag('try again whenever a file that is named here is saved'),
  all: flag('also show techniques that gain nothing on any path'),
  out: text('<file>', 'also write the matrix to this file, as CSV'),
  report: text('<file>', 'also write a report to this file, whose cells open their evidence'),
}

type MatrixOptions = Given<typeof OPTIONS>

export const matrix: Command<readonly [files: readonly string[]], typeof OPTIONS> = {
  arguments: SCENARIO_FILES,
  options: OPTIONS,
  notes: EXAMPLES,
  run: ([files], options, context) => onceOrAgain(() => showMatrices(files, options, context), files, options, context),
}

async function showMatrices(files: readonly string[], options: MatrixOptions, context: Context): Promise<void> {
  const format = chosenFormat(MATRIX_FORMATS, options, matrixTable)
  const reports = new CiReports(options, files, context)
  const sources = await Promise.all(files.map((file) => readSource(file, context.io)))
  await context.simulate.prepare?.()
  const plans = checksOf(sources, scopeOf(options, true), options, context, reports)
  if (plans === null) return
  showWarnings(
    plans.flatMap(({ loaded }) => loaded.warnings),
    context.io,
  )
  if (reports.areWanted && plans.some(({ isPolicyGiven }) => !isPolicyGiven))
    throw new UsageError(`${CI_OPTIONS_TEXT} reports what a policy forbids; give one with --policy`)
  const output = options.out === undefined ? null : OutputFile.open(options.out, isMatrixCsv, files, context.files)
  const report = options.report === undefined ? null : openOnlyReport(options.report, files, context)
  const ran = await runMatrices(plans, files, options, context)
  const { results } = ran
  await show(results, format, output, options, context)
  if (report !== null) await writeMatrixReport(report, ran, plans[0], files, options, context)
  for (const [i, { check }] of results.entries())
    if (check !== undefined) reports.addCheck(check, plans[i].loaded, files[i])
  await reports.write()
  const answers = results.flatMap(({ check }) => check?.answer ?? [])
  if (answers.includes('failed')) context.exit(EXIT.expectationFailed)
  else if (answers.includes('not known')) context.exit(EXIT.notKnown)
}

function openOnlyReport(path: string, files: readonly string[], context: Context): OutputFile {
  if (files.length > 1) throw new UsageError('--report needs exactly one scenario file')
  return openReport(path, files, context)
}

/** The results of all matrices, and of the simulations that they come from. */
interface Ran {
  readonly results: readonly MatrixResult[]
  readonly simulated: Simulated
}

/** Writes the report of one matrix. The code that draws is loaded only here. */
async function writeMatrixReport(
  output: OutputFile,
  { results: [matrix], simulated }: Ran,
  plan: CheckPlan,
  files: readonly string[],
  { all, ...options }: MatrixOptions,
  context: Context,
): Promise<void> {
  const { matrixDetails } = await import('../../study/matrix/matrix-details.ts')
  const { matrixText } = await import('../../report/html/report-text.ts')
  const { seed, set, policy, today, path, place, vantage, technique } = options
  const given = { file: files, seed: seed ?? matrix.seed, set, policy, today }
  const details = matrixDetails(matrix, plan.matrix, simulated.results, (cell) =>
    reproduceLine('matrix', {
      ...given,
      path: [cell.path],
      place: [cell.place],
      vantage: [cell.vantage],
      technique: [cell.technique],
    }),
  )
  const again = reproduceLine('matrix', { ...given, path, place, vantage, technique })
  const reported = { matrix, details, simulations: simulated.simulations, showsAll: all === true }
  context.exit(writeReport(output, matrixText(reported, again, REPORT_TOOLS), context))
}

async function show(
  results: readonly MatrixResult[],
  format: MatrixFormat,
  output: OutputFile | null,
  { all }: MatrixOptions,
  { io }: Context,
): Promise<void> {
  const printing = { screen: await tableScreenOf(io), showsAll: all === true }
  io.out(format.write(results, printing))
  // CSV has no place for the outcomes that the policy forbids, and the exit code does not name them.
  const plain = { ...printing.screen, hasColor: false }
  if (format === MATRIX_FORMATS.csv)
    for (const one of results) for (const text of judgement(one, plain)) io.err(`${text}\n`)
  if (output === null) return
  output.write(MATRIX_FORMATS.csv.write(results, printing))
  noteWritten(output.path, io)
}

/** Simulates the cells of all matrices, and judges them. */
async function runMatrices(
  plans: readonly CheckPlan[],
  files: readonly string[],
  options: MatrixOptions,
  context: Context,
): Promise<Ran> {
  const scenarios = plans.flatMap(({ probes }) => probes.map(({ scenario }) => scenario))
  const simulated = await simulateAll(scenarios, simulatorOf(context, jobsOf(options.jobs)))
  const today = options.today ?? context.io.today()
  const matrices = plans.map((plan, i) => {
    const commands = (tried: Tried) => commandsFor(tried, [files[i]], options, false)
    return matrixResult(plan, { today, commands }, simulated)
  })
  return { results: matrices, simulated }
}
