import { join } from 'node:path'
import { UsageError } from '../../disk/usage-error.ts'
import type { Result } from '../../measure/result.ts'
import { placesIn } from '../../report/ci/places.ts'
import { RUN_FORMATS } from '../../report/formats.ts'
import { jsonOf } from '../../report/json.ts'
import { runTable } from '../../report/run/run-table.ts'
import type { LoadedScenario } from '../../scenario/load.ts'
import { configText, configValue } from '../../scenario/print/config-text.ts'
import type { LabelledResult } from '../../study/compare/compare-results.ts'
import { reproduceLine } from '../../study/reproduce.ts'
import { CiReports } from '../ci/ci-reports.ts'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode, mostSevere } from '../exit-code.ts'
import type { OutputFile } from '../files/output-file.ts'
import type { Inputs } from '../files/output-folder.ts'
import { readRun, scenarioBeside, warnOfDoubts } from '../input/read-run.ts'
import { problemsOf, readScenarios, showProblems } from '../input/read-scenarios.ts'
import { chosenFormat } from '../options/format-options.ts'
import { SCENARIO_FILES } from '../options/scenario-options.ts'
import { openReport } from '../report/report-file.ts'
import { Capturing } from '../run/capturing.ts'
import { openRunFolders, type RunFolder, SUMMARY } from '../run/run-folder.ts'
import { type Job, runJob } from '../run/run-job.ts'
import { RUN_OPTIONS, type RunOptions } from '../run/run-options.ts'
import { Sampling } from '../run/sampling.ts'
import { tableScreenOf } from '../screen.ts'
import { runAgain } from '../watch/run-again.ts'
import { noteWritten } from '../written.ts'
import type { Command } from './command.ts'

const EXAMPLES = `
Results are printed. With --out they are also written to a folder; with several files, to a subfolder for each scenario.

Examples:
  onpath run scenarios/wan-tls.yaml
  onpath run scenarios/first-steps.yaml --seed 8 --set links.wire.loss=1% --json
  onpath run scenarios/*.yaml --json --out results
  onpath run scenarios/wan-tls.yaml --pcap wan.pcapng
  onpath run scenarios/first-steps.yaml --samples windows.csv --sample-every 1ms --samples-of web
  onpath run scenarios/presets/kubeadm-default.yaml --print-config
  onpath run scenarios/presets/kubeadm-default.yaml --attack unchecked-kubelet
  onpath run scenarios/wan-tls.yaml --report wan-tls.html
  cat scenarios/first-steps.yaml | onpath run -`

export const run: Command<readonly [files: readonly string[]], typeof RUN_OPTIONS> = {
  arguments: SCENARIO_FILES,
  options: RUN_OPTIONS,
  notes: EXAMPLES,
  async run([files], options, context) {
    const runOnce = () => runAll(files, options, context)
    if (options.watch) await runAgain(runOnce, files, context)
    else await runOnce()
  },
}

function readBaseline(folder: string, files: readonly string[], { io }: Context): LabelledResult {
  if (files.length > 1) throw new UsageError('--baseline needs exactly one scenario file')
  const { result } = readRun(folder)
  warnOfDoubts(folder, result, io)
  return { label: folder, result, scenario: scenarioBeside(join(folder, SUMMARY)) }
}

function openOnlyReport(path: string, files: readonly string[], inputs: Inputs, context: Context): OutputFile {
  if (files.length > 1) throw new UsageError('--report needs exactly one scenario file')
  return openReport(path, inputs, context)
}

/** Prints the expanded scenarios; several are separate documents of one YAML stream. */
function printConfigs(loaded: readonly LoadedScenario[], { json }: RunOptions, { io }: Context): void {
  if (!json) return io.out(loaded.map(configText).join('---\n'))
  for (const one of loaded) io.out(jsonOf(configValue(one), loaded.length === 1))
}

/**
 * Runs all files, and returns the files that were read. It first checks every file and opens every folder, and only then
 * simulates and writes.
 */
async function runAll(files: readonly string[], options: RunOptions, context: Context): Promise<readonly string[]> {
  if (options.all && !options.joint) throw new UsageError('--all goes with --joint')
  const format = chosenFormat(RUN_FORMATS, options, runTable)
  const reports = new CiReports(options, [...files, ...options.attack], context)
  const read = await readScenarios(files, options, context.io)
  const inputs = read.flatMap((one) => one.inputs)
  const loaded = read.flatMap((one) => (one.loaded.ok ? [one.loaded] : []))
  if (loaded.length < read.length) {
    showProblems(read, context.io)
    reports.showProblems(read.flatMap(problemsOf))
    context.exit(EXIT.invalidScenario)
    return inputs
  }
  const baseline = options.baseline === undefined ? null : readBaseline(options.baseline, files, context)
  if (options.printConfig) {
    printConfigs(loaded, options, context)
    return inputs
  }
  const interruption = context.io.listenForInterruption()
  const scenarios = loaded.map(({ scenario }) => scenario)
  const sampling = Sampling.open(options, scenarios, inputs, context.files)
  const capturing = Capturing.open(options, scenarios, inputs, context.files)
  const report = options.report === undefined ? null : openOnlyReport(options.report, files, inputs, context)
  const folders = options.out === undefined ? null : openRunFolders(options.out, loaded, inputs, context.files)
  const screen = await tableScreenOf(context.io)
  const shared = { sampling, capturing, report, interruption, baseline, format, screen, reports }
  const { ended, code } = await runEach(files, loaded, { ...shared, folders }, options, context)
  if (ended.length > 0 && format.all !== undefined) {
    const results = ended.map(({ result }) => result)
    const reproduce = ended.map((one) => one.reproduce)
    context.io.out(format.all(results, { screen, showsAll: options.all === true, reproduce }))
    if (options.out !== undefined) noteWritten(options.out, context.io)
  }
  await reports.write()
  context.exit(code)
  return inputs
}

type Shared = Pick<
  Job,
  'sampling' | 'capturing' | 'report' | 'interruption' | 'baseline' | 'format' | 'screen' | 'reports'
> & {
  /** The folders of the runs; null when they are not kept. */
  readonly folders: readonly RunFolder[] | null
}

/** Runs one scenario after the other, until all have ended or the user interrupts them. Returns the exit code of all. */
async function runEach(
  files: readonly string[],
  loaded: readonly LoadedScenario[],
  { folders, ...shared }: Shared,
  options: RunOptions,
  context: Context,
) {
  const ended: { readonly result: Result; readonly reproduce: string }[] = []
  let code: ExitCode = EXIT.ok
  const { set, attack, maxEvents, maxMemory, perInstance, today, baseline } = options
  const repeated = { set, attack, maxEvents, maxMemory, perInstance, today, baseline }
  for (const [i, one] of loaded.entries()) {
    const { scenario, document } = one
    const { seed } = scenario.blueprint
    const job = {
      ...shared,
      scenario,
      document,
      folder: folders?.[i] ?? null,
      reproduce: reproduceLine('run', { file: files[i], seed, ...repeated }),
      gate: reproduceLine('check', { file: files[i], seed, set, attack }),
      packets: reproduceLine('packets', { file: files[i], seed, set, attack }),
      isOnly: files.length === 1,
      file: files[i],
      places: placesIn(one, files[i]),
      collect: (result: Result, reproduce: string) => {
        ended.push({ result, reproduce })
      },
    }
    code = mostSevere([code, await runJob(job, options, context)])
    if (shared.interruption.aborted && i + 1 < loaded.length) {
      if (folders !== null) for (const waiting of folders.slice(i + 1)) waiting.abandon('interrupted before it began')
      return { ended, code: mostSevere([code, shared.interruption.reason]) }
    }
  }
  return { ended, code }
}
