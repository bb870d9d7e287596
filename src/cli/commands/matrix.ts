import { writeFileSync } from 'node:fs'
import { type MatrixCell, type MatrixResult, worstVerdict } from '../../measure/matrix.ts'
import type { Result } from '../../measure/result.ts'
import { joinRequests } from '../../measure/verdicts/join-requests.ts'
import { MATRIX_FORMATS } from '../../report/formats.ts'
import type { MatrixFormat } from '../../report/matrix/matrix-format.ts'
import { matrixTable } from '../../report/matrix/matrix-table.ts'
import type { CheckedScenario } from '../../scenario/load.ts'
import { type Matrix, type MatrixCase, readMatrix } from '../../scenario/matrix/matrix.ts'
import type { Context } from '../context.ts'
import { EXIT } from '../exit-code.ts'
import { readSource, showAll } from '../input/read-scenarios.ts'
import { chosenFormat, formatOptions } from '../options/format-options.ts'
import { jobsOf, refuseUnknownPaths } from '../options/gate-options.ts'
import { flag, type Given, text, words } from '../options/option.ts'
import { SCENARIO_FILES, SCENARIO_OPTIONS } from '../options/scenario-options.ts'
import { simulateAll } from '../simulation/simulate-all.ts'
import { onFile } from '../usage-error.ts'
import type { Command } from './command.ts'

const EXAMPLES = `
The matrix tries every technique of attack, from every vantage, at every place, against every path. The workloads of
the paths are shortened to a few requests. Each cell shows the worst outcome:
  read 3/12   the attacker read 3 of 12 messages
  read own    the attacker got only its own messages
  outage!     a security check noticed the attack
  -           the path has no such place

Examples:
  onpath matrix scenarios/presets/gke-ssh-tunnels.yaml
  onpath matrix scenarios/presets/*.yaml --csv > matrix.csv
  onpath matrix my-cluster.yaml --path logs --all`

const OPTIONS = {
  ...SCENARIO_OPTIONS,
  ...formatOptions(MATRIX_FORMATS),
  path: words('<name>', 'only these paths'),
  all: flag('also show techniques that gain nothing on any path'),
  out: text('<file>', 'also write the matrix to this file, as CSV'),
}

type MatrixOptions = Given<typeof OPTIONS>

export const matrix: Command<readonly [files: readonly string[]], typeof OPTIONS> = {
  summary: 'show what attackers gain on each path, by technique, vantage and place',
  arguments: SCENARIO_FILES,
  options: OPTIONS,
  notes: EXAMPLES,
  run: ([files], options, context) => showMatrices(files, options, context),
}

async function showMatrices(files: readonly string[], options: MatrixOptions, context: Context): Promise<void> {
  const { io } = context
  const format = chosenFormat(MATRIX_FORMATS, options, matrixTable)
  const sources = await Promise.all(files.map((file) => readSource(file, io)))
  const read = sources.map((source) => readMatrix(source, options, options.path ?? null))
  const problems = read.flatMap((one) => (one.ok ? [] : one.problems))
  if (problems.length > 0) {
    showAll(problems, io)
    return context.exit(EXIT.invalidScenario)
  }
  const matrices = read.flatMap((one) => (one.ok ? [one.matrix] : []))
  refuseUnknownPaths(
    options.path,
    matrices.flatMap(({ pathsWithWorkload }) => pathsWithWorkload),
  )
  const results = await runMatrices(matrices, jobsOf(undefined), context)
  if (results === null) return
  show(results, format, options, context)
}

function show(results: readonly MatrixResult[], format: MatrixFormat, options: MatrixOptions, { io }: Context): void {
  const { all, out } = options
  const printing = { hasColor: io.hasColor, showsAll: all === true }
  io.out(format.write(results, printing))
  if (out === undefined) return
  onFile('write to', out, () => writeFileSync(out, MATRIX_FORMATS.csv.write(results, printing)))
  io.err(`written: ${out}\n`)
}

/** Simulates the cells of all matrices. Returns null when the user interrupts it. */
async function runMatrices(
  matrices: readonly Matrix[],
  jobs: number,
  context: Context,
): Promise<MatrixResult[] | null> {
  const scenarios = matrices.flatMap(({ cases }) => cases.flatMap(({ scenario }) => scenario ?? []))
  const simulated = await simulateAll(scenarios, jobs, context)
  return simulated === null ? null : matrices.map((matrix) => matrixResult(matrix, simulated.results))
}

function matrixResult(matrix: Matrix, results: ReadonlyMap<CheckedScenario, Result>): MatrixResult {
  const { scenario, seed, kubernetes, paths, cases } = matrix
  const resultOf = (one: MatrixCase) => (one.scenario === null ? null : (results.get(one.scenario) ?? null))
  const mediumOf = (path: string) =>
    cases
      .map((one) => (one.path === path ? resultOf(one)?.workloads[0]?.medium : undefined))
      .find((medium) => medium !== undefined)
  return {
    schemaVersion: 1,
    scenario,
    seed,
    kubernetes,
    paths: paths.map((path) => ({ ...path, medium: mediumOf(path.name) ?? '' })),
    cells: cases.map((one) => cellOf(one, resultOf(one))),
  }
}

function cellOf({ path, row, on, otherwise }: MatrixCase, result: Result | null): MatrixCell {
  const { place, vantage, technique } = row
  const verdicts = (result?.verdicts ?? []).filter((one) => one.technique === technique)
  const verdict = worstVerdict(verdicts)
  const nothing = { messages: 0, of: 0, bytes: 0 }
  return {
    path,
    place,
    on,
    vantage,
    technique,
    worst: verdict?.worst ?? otherwise,
    outcomes: verdict?.outcomes ?? [otherwise],
    scope: verdict?.scope ?? 'other',
    exposure: verdict?.exposure ?? nothing,
    noticed: verdict?.noticed ?? 'none',
    requests: joinRequests(verdicts.flatMap(({ requests }) => requests)),
    digest: result?.digest ?? null,
  }
}
