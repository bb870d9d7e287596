import { namesOf } from '../../engine/registry.ts'
import { formatCount } from '../../report/format-number.ts'
import { LIMITS_FORMATS } from '../../report/formats.ts'
import { isSvgFile } from '../../report/html/svg-first-lines.ts'
import { limitsTable } from '../../report/limits/limits-table.ts'
import { formatProblem } from '../../scenario/problems/format-problem.ts'
import { visible } from '../../scenario/problems/visible.ts'
import { LIMIT_AXES } from '../../study/limits/axes.ts'
import { LIMIT_CRITERIA } from '../../study/limits/criteria.ts'
import { findLimits } from '../../study/limits/find-limits.ts'
import { LATENCY_PROFILES } from '../../study/limits/latency-profiles.ts'
import { MOST_OF_POOL, readLimits } from '../../study/limits/read-limits.ts'
import { asArgument, shellLine } from '../../study/reproduce.ts'
import type { Context } from '../context.ts'
import { EXIT } from '../exit-code.ts'
import { OutputFile } from '../files/output-file.ts'
import { showAll } from '../input/read-scenarios.ts'
import { readSubjects } from '../input/read-subjects.ts'
import { chosenFormat, formatOptions } from '../options/format-options.ts'
import { jobs, jobsOf } from '../options/gate-options.ts'
import { type Given, repeated, text, value, words } from '../options/option.ts'
import { seedList, seedText } from '../options/seed-list.ts'
import { writeReport } from '../report/report-file.ts'
import { tableScreenOf } from '../screen.ts'
import { simulatorOf } from '../simulation/simulator.ts'
import type { Command } from './command.ts'

const EXAMPLES = `
Makes the network between control plane and nodes worse, value by value, until nodes are NotReady, watches are late,
logs and exec fail, or tunnels flap. Each value is simulated with each seed. A grid of values comes first; ranges in
which runs begin to break are then halved. Where a share falls again with worse values, it is shown and not halved.

The workloads of the scenario are replaced by heartbeats, changes of pods, logs and sessions of exec; events and
attackers are left out. Columns are the timers of the cluster as it is, and OpenShift's worker latency profiles.

Examples:
  onpath limits scenarios/presets/kubeadm-default.yaml
  onpath limits scenarios/presets/konnectivity.yaml --axis outage --only logs exec tunnels --seeds 1..20
  onpath limits scenarios/presets/kubeadm-default.yaml --set 'kubernetes="1.32"' --profile as-it-is low
  onpath limits examples/import/kubeadm --axis rtt outage --plot limits.svg`

const OPTIONS = {
  axis: words('<name>', `only these axes: ${namesOf(LIMIT_AXES).join(', ')}`),
  only: words('<name>', `only these criteria: ${namesOf(LIMIT_CRITERIA).join(', ')}`),
  profile: words('<name>', `the columns: ${namesOf(LATENCY_PROFILES).join(', ')}`),
  seeds: value('<seeds>', 'the seeds, such as 1..30 or 1,5,9 (default: 1..5)', seedList),
  set: repeated('<path=value>', 'change a value of the scenario, such as links.wan.loss=1%'),
  jobs,
  ...formatOptions(LIMITS_FORMATS),
  plot: text('<file>', 'draw the shares of broken runs as SVG, and write them to this file'),
}

type LimitsOptions = Given<typeof OPTIONS>

export const limits: Command<readonly [file: string], typeof OPTIONS> = {
  arguments: [
    { syntax: '<file>', meaning: 'a scenario with a cluster, or the files of a real one; - is standard input' },
  ],
  options: OPTIONS,
  notes: EXAMPLES,
  run: ([file], options, context) => showLimits(file, options, context),
}

async function showLimits(file: string, options: LimitsOptions, context: Context): Promise<void> {
  const { io, exit } = context
  const format = chosenFormat(LIMITS_FORMATS, options, limitsTable)
  const [{ source, imported }] = await readSubjects([file], {}, { nodesOfKind: MOST_OF_POOL }, io)
  if (imported !== null)
    io.err(`imported ${visible(file)} (${formatCount(imported.notes.length, 'note')}: see \`onpath import\`)\n\n`)
  const read = readLimits(source, { set: options.set })
  if (!read.ok) {
    showAll(read.problems, io)
    return exit(EXIT.invalidScenario)
  }
  for (const warning of read.warnings) io.err(`${formatProblem(warning)}\n\n`)
  const { subject } = read
  const plot = options.plot === undefined ? null : OutputFile.open(options.plot, isSvgFile, [file], context.files)
  const { axis, only, profile, seeds } = options
  const given = { axes: axis, criteria: only, profiles: profile, seeds }
  const result = await findLimits(subject, given, simulatorOf(context, jobsOf(options.jobs)))
  io.out(format.write(result, { screen: await tableScreenOf(io), again: againLine(file, options) }))
  if (plot === null) return
  const { limitsPlot } = await import('../../report/html/limits-plot.ts')
  exit(writeReport(plot, limitsPlot(result), context))
}

function againLine(file: string, { axis, only, profile, seeds, set }: LimitsOptions): string {
  const list = (option: string, names: readonly string[] = []) => (names.length === 0 ? [] : [option, ...names])
  return shellLine([
    'limits',
    asArgument(file),
    ...list('--axis', axis),
    ...list('--only', only),
    ...list('--profile', profile),
    ...set.flatMap((one) => ['--set', one]),
    ...(seeds === undefined ? [] : ['--seeds', seedText(seeds)]),
  ])
}
