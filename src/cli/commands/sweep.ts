import { SWEEP_FORMATS } from '../../report/formats.ts'
import { sweepTable } from '../../report/sweep/sweep-table.ts'
import { sweepVerdictsHead } from '../../report/sweep/sweep-verdicts-csv.ts'
import { loadSweep } from '../../scenario/sweep/sweep.ts'
import type { Context } from '../context.ts'
import { EXIT } from '../exit-code.ts'
import { readAttacks } from '../input/read-attacks.ts'
import { readSource, showAll } from '../input/read-scenarios.ts'
import { chosenFormat } from '../options/format-options.ts'
import { jobsOf } from '../options/gate-options.ts'
import { openReport } from '../report/report-file.ts'
import { reproduceLine } from '../run/reproduce.ts'
import { SweepFolder } from '../sweep/sweep-folder.ts'
import { runSweep } from '../sweep/sweep-job.ts'
import { SWEEP_OPTIONS, type SweepOptions } from '../sweep/sweep-options.ts'
import { UsageError } from '../usage-error.ts'
import type { Command } from './command.ts'

const EXAMPLES = `
The grid combines every value of every dimension, to at most 10000 points. Dimensions come from \`sweep:\` in the file
and from --sweep and --seeds, which replace dimensions of the file with the same path. All points are checked before
the first run. Results are in the order of the grid, for every --jobs; the last dimension changes fastest, and seeds
fastest of all.

Examples:
  onpath sweep scenarios/first-steps.yaml --sweep 'links.wire.loss=[0%, 0.1%, 1%]' --seeds 1..30
  onpath sweep scenarios/first-steps.yaml --seeds 1..10 --report seeds.html
  onpath sweep scenarios/first-steps.yaml --seeds 1..100 --json | jq .digest
  onpath sweep scenarios/presets/kubeadm-default.yaml --sweep 'kubernetes=["1.24", "1.32"]' --out results/versions`

export const sweep: Command<readonly [file: string], typeof SWEEP_OPTIONS> = {
  arguments: [{ syntax: '<file>', meaning: 'a scenario file; - is standard input' }],
  options: SWEEP_OPTIONS,
  notes: EXAMPLES,
  run: ([file], options, context) => sweepFile(file, options, context),
}

async function sweepFile(file: string, options: SweepOptions, context: Context): Promise<void> {
  const { io, exit } = context
  const format = chosenFormat(SWEEP_FORMATS, options, sweepTable)
  const source = await readSource(file, io)
  const loaded = loadSweep(source, { ...options, attacks: readAttacks(options.attack) })
  if (!loaded.ok) {
    showAll(loaded.problems, io)
    return exit(EXIT.invalidScenario)
  }
  const { paths, size } = loaded.sweep
  if (paths.length === 0)
    throw new UsageError(`${file} has no \`sweep:\`; give a dimension with --sweep, or seeds with --seeds`)
  const interruption = io.listenForInterruption()
  const folder =
    options.out === undefined
      ? null
      : SweepFolder.open(
          options.out,
          {
            scenario: loaded.sweep.document,
            figuresHead: SWEEP_FORMATS.csv.begin?.(paths) ?? '',
            verdictsHead: sweepVerdictsHead(paths),
          },
          [...source.inputs, ...options.attack],
          context.files,
        )
  const report =
    options.report === undefined ? null : openReport(options.report, [...source.inputs, ...options.attack], context)
  const jobs = Math.min(size, jobsOf(options.jobs))
  const { attack, set, sweep: dimensions, seed, seeds, maxEvents } = options
  const again = reproduceLine('sweep', { file, attack, set, sweep: dimensions, seed, seeds, maxEvents })
  exit(
    await runSweep({ file, sweep: loaded.sweep, jobs, format, folder, report, again, interruption }, options, context),
  )
}
