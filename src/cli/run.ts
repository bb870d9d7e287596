import { join } from 'node:path'
import type { Command } from 'commander'
import type { Result } from '../measure/result.ts'
import { jointTable } from '../report/joint-table.ts'
import type { LoadedScenario } from '../scenario/load.ts'
import type { Context } from './context.ts'
import { EXIT, type ExitCode, firstThatApplies } from './exit-code.ts'
import { parseResult } from './parse-result.ts'
import { configText, configValue } from './print-config.ts'
import { readScenarios, showProblems } from './read-scenarios.ts'
import { readTextFile } from './read-text.ts'
import { reproduceLine } from './reproduce.ts'
import { openRunFolders, SUMMARY } from './run-folder.ts'
import { runJob } from './run-job.ts'
import type { RunOptions } from './run-options.ts'
import { addScenarioOptions, count, date } from './scenario-options.ts'
import { UsageError } from './usage-error.ts'

const EXAMPLES = `
Nothing is written unless --out says so. Several files go to subfolders named after their scenarios.

Examples:
  onpath run scenarios/wan-tls.yaml
  onpath run wan.yaml --seed 8 --set links.wan.loss=1% --json
  onpath run scenarios/*.yaml --json --out results
  onpath run scenarios/presets/kubeadm-default.yaml --print-config
  onpath run scenarios/presets/kubeadm-default.yaml --attack unchecked-kubelet
  cat wan.yaml | onpath run -`

export function addRun(program: Command, context: Context): void {
  addScenarioOptions(program.command('run').description('simulate scenario files, and print what comes of them'))
    .option('--out <folder>', 'write scenario, results and packet digests to this folder')
    .option('--max-events <number>', 'give up after so many simulated events (exit 7)', count)
    .option('--print-config', 'print the whole scenario, with where each value came from, and run nothing')
    .option('--per-instance', 'show what came of a workload on each of its paths too')
    .option('--joint', 'one table for all files, by path and medium')
    .option('--today <date>', 'the day on which what `accept` says is judged (default: today)', date)
    .option('--baseline <run>', 'an earlier run folder: only what got worse since fails (exit 5)')
    .addHelpText('after', EXAMPLES)
    .action((files: string[], options: RunOptions) => run(files, options, context))
}

function readBaseline(folder: string, files: readonly string[]): Result {
  if (files.length > 1) throw new UsageError('--baseline is about one scenario: name one file')
  const result = parseResult(readTextFile(join(folder, SUMMARY)))
  if (result === null) throw new UsageError(`cannot read ${folder}: its ${SUMMARY} is none of this version`)
  return result
}

/** Several are documents of one stream, which YAML tells apart. */
function printConfigs(loaded: readonly LoadedScenario[], { json }: RunOptions, { io }: Context): void {
  if (!json) return io.out(loaded.map(configText).join('---\n'))
  for (const one of loaded) io.out(`${JSON.stringify(configValue(one), null, loaded.length === 1 ? 2 : 0)}\n`)
}

/** Nothing is simulated or written before every file is known to be good and every folder is open. */
async function run(files: readonly string[], options: RunOptions, context: Context): Promise<void> {
  const read = await readScenarios(files, options, context.io)
  const loaded = read.flatMap((one) => (one.loaded.ok ? [one.loaded] : []))
  if (loaded.length < read.length) {
    showProblems(read, context.io)
    return context.exit(EXIT.invalidScenario)
  }
  const baseline = options.baseline === undefined ? null : readBaseline(options.baseline, files)
  if (options.printConfig) return printConfigs(loaded, options, context)
  const interruption = context.io.hearInterruption()
  const folders = options.out === undefined ? null : openRunFolders(options.out, loaded)
  const codes: ExitCode[] = []
  const results: Result[] = []
  const { set, attack, maxEvents } = options
  for (const [i, { scenario }] of loaded.entries()) {
    const reproduce = reproduceLine({ file: files[i], seed: scenario.blueprint.seed, set, attack, maxEvents })
    const folder = folders?.[i] ?? null
    const job = {
      scenario,
      folder,
      reproduce,
      interruption,
      isOnly: files.length === 1,
      baseline,
      keep: (result: Result) => results.push(result),
    }
    codes.push(await runJob(job, options, context))
    if (interruption.aborted) break
  }
  if (options.joint && !options.json && results.length > 0) context.io.out(jointTable(results, context.io))
  context.exit(firstThatApplies(codes))
}
