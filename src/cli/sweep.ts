import { availableParallelism } from 'node:os'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { sweepCsvHeader } from '../report/sweep-csv.ts'
import { loadSweep } from '../scenario/sweep/sweep.ts'
import type { Context } from './context.ts'
import { EXIT } from './exit-code.ts'
import { readAttacks } from './read-attacks.ts'
import { readSource, showAll } from './read-scenarios.ts'
import { asArgument, commandLine } from './reproduce.ts'
import { attackOption, collect, count, wholeNumber } from './scenario-options.ts'
import type { SweepOptions } from './sweep-command-options.ts'
import { SweepFolder } from './sweep-folder.ts'
import { runSweep } from './sweep-job.ts'
import { UsageError } from './usage-error.ts'

/** More threads than any machine it was tried on; each may hold a whole cluster. */
const MOST_JOBS = 64

const EXAMPLES = `
The grid is every value of every dimension with every other, at most 10000 points: those of \`sweep:\` in the file,
and those given here, which replace the file's of the same path. Every point is checked before the first one runs.
Results come in the order of the grid, the last dimension changing fastest and seeds fastest of all, whatever --jobs.

Examples:
  onpath sweep wan.yaml                                     the grid that the file describes
  onpath sweep wan.yaml --sweep 'links.wan.loss=[0%, 0.1%, 1%]' --seeds 1..30
  onpath sweep wan.yaml --seeds 1..100 --json | jq .digest
  onpath sweep cluster.yaml --sweep 'kubernetes=["1.16", "1.32"]' --out results/versions`

export function addSweep(program: Command, context: Context): void {
  program
    .command('sweep')
    .description('simulate a scenario at every point of a grid of values and seeds')
    .argument('<file>', 'a scenario file; - is standard input')
    .addOption(
      new Option('--sweep <path=values>', "a dimension, as in --sweep 'links.wan.loss=[0%, 1%]'; may be repeated")
        .argParser(collect)
        .default([], 'none'),
    )
    .option('--seeds <seeds>', 'the seeds, as in 1..30 or 1,5,9')
    .option('--seed <number>', "the one seed of all points, in place of the scenario's", wholeNumber)
    .addOption(
      new Option('--set <path=value>', 'a value of the scenario at all points; may be repeated')
        .argParser(collect)
        .default([], 'none'),
    )
    .addOption(attackOption())
    .option('--jobs <number>', 'how many run at a time (default: as many as there are cores)', jobs)
    .option('--max-events <number>', 'give each run up after so many simulated events (exit 7)', count)
    .option('--json', 'print JSON, one line a run')
    .option('--csv', 'print CSV, one line a run and workload')
    .option('--out <folder>', 'write that CSV to sweep.csv in this folder')
    .addHelpText('after', EXAMPLES)
    .action((file: string, options: SweepOptions) => sweep(file, options, context))
}

async function sweep(file: string, options: SweepOptions, context: Context): Promise<void> {
  const { io, exit } = context
  if (options.json && options.csv) throw new UsageError('--json and --csv are two answers; ask for one of them')
  const loaded = loadSweep(await readSource(file, io), { ...options, attacks: readAttacks(options.attack) })
  if (!loaded.ok) {
    showAll(loaded.problems, io)
    return exit(EXIT.invalidScenario)
  }
  const { paths, size } = loaded.sweep
  if (paths.length === 0)
    throw new UsageError(`${file} has no \`sweep:\`; name a dimension with --sweep, or seeds with --seeds`)
  const interruption = io.hearInterruption()
  const folder = options.out === undefined ? null : SweepFolder.open(options.out, sweepCsvHeader(paths))
  const jobs = Math.min(size, options.jobs ?? Math.min(availableParallelism(), MOST_JOBS))
  const again = againLine(file, options)
  exit(await runSweep({ file, sweep: loaded.sweep, jobs, folder, again, interruption }, options, context))
}

/** The command that does the whole grid again. */
function againLine(file: string, { set, attack, sweep, seed, seeds, maxEvents }: SweepOptions): string {
  return commandLine([
    'sweep',
    asArgument(file),
    ...attack.flatMap((name) => ['--attack', name]),
    ...set.flatMap((override) => ['--set', override]),
    ...sweep.flatMap((dimension) => ['--sweep', dimension]),
    ...(seed === undefined ? [] : ['--seed', String(seed)]),
    ...(seeds === undefined ? [] : ['--seeds', seeds]),
    ...(maxEvents === undefined ? [] : ['--max-events', String(maxEvents)]),
  ])
}

function jobs(text: string): number {
  const value = count(text)
  if (value > MOST_JOBS) throw new InvalidArgumentError(`It must be at most ${MOST_JOBS}.`)
  return value
}
