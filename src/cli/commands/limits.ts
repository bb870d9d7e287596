import { isNameOf, namesOf } from '../../engine/registry.ts'
import type { LimitsResult } from '../../measure/limits/limits-result.ts'
import { LIMITS_FORMATS } from '../../report/formats.ts'
import { isSvgFile } from '../../report/html/svg-first-lines.ts'
import { limitsTable } from '../../report/limits/limits-table.ts'
import { LIMIT_AXES, type LimitAxisName } from '../../scenario/limits/axes.ts'
import { constantsOf } from '../../scenario/limits/constants.ts'
import { LIMIT_CRITERIA } from '../../scenario/limits/criteria.ts'
import { LATENCY_PROFILES } from '../../scenario/limits/latency-profiles.ts'
import { type LimitsSubject, readLimits } from '../../scenario/limits/read-limits.ts'
import { formatProblem } from '../../scenario/problems/format-problem.ts'
import type { Context } from '../context.ts'
import { EXIT } from '../exit-code.ts'
import { OutputFile } from '../files/output-file.ts'
import { showAll } from '../input/read-scenarios.ts'
import { type FoundLimits, findLimits, type LimitsSearch } from '../limits/find-limits.ts'
import { readCluster } from '../limits/read-cluster.ts'
import { chosenFormat, formatOptions } from '../options/format-options.ts'
import { jobs, jobsOf } from '../options/gate-options.ts'
import { type Given, repeated, text, value, words } from '../options/option.ts'
import { seedList, seedText } from '../options/seed-list.ts'
import { writeReport } from '../report/report-file.ts'
import { asArgument, shellLine } from '../run/reproduce.ts'
import { tableScreenOf } from '../screen.ts'
import { UsageError } from '../usage-error.ts'
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
  const source = await readCluster(file, io)
  const read = readLimits(source, { set: options.set })
  if (!read.ok) {
    showAll(read.problems, io)
    return exit(EXIT.invalidScenario)
  }
  for (const warning of read.warnings) io.err(`${formatProblem(warning)}\n\n`)
  const { subject } = read
  const search = searchOf(options, subject)
  const plot =
    options.plot === undefined ? null : OutputFile.open(options.plot, isSvgFile, source.inputs, context.files)
  const found = await findLimits(subject, search, context)
  if (found === null) return
  const result = resultOf(subject, search, found)
  io.out(format.write(result, { screen: await tableScreenOf(io), again: againLine(file, options) }))
  if (plot === null) return
  const { limitsPlot } = await import('../report/plot-text.ts')
  exit(writeReport(plot, limitsPlot(result), context))
}

const DEFAULT_SEEDS = [1, 2, 3, 4, 5]

/** Returns what is looked for. @throws UsageError for names that do not exist, or cannot be measured here */
function searchOf({ axis, only, profile, seeds, jobs: given }: LimitsOptions, subject: LimitsSubject): LimitsSearch {
  const criteria = namesIn('criterion', only, LIMIT_CRITERIA)
  const axes = namesIn('axis', axis, LIMIT_AXES)
  const measurable = criteria.filter((name) => !subject.absent.has(name))
  const applicable = axes.filter((name) => absenceOf(name, subject) === null)
  if (measurable.length === 0) throw new UsageError(reasonsOf(criteria.map((name) => subject.absent.get(name))))
  if (applicable.length === 0) throw new UsageError(reasonsOf(axes.map((name) => absenceOf(name, subject))))
  return {
    criteria: measurable,
    axes: applicable,
    profiles: namesIn('profile', profile, LATENCY_PROFILES),
    seeds: seeds ?? DEFAULT_SEEDS,
    jobs: jobsOf(given),
  }
}

function reasonsOf(reasons: readonly (string | null | undefined)[]): string {
  return `nothing can be measured: ${[...new Set(reasons.filter((one) => typeof one === 'string'))].join('; ')}`
}

function absenceOf(name: LimitAxisName, { links }: LimitsSubject): string | null {
  const applies = LIMIT_AXES[name].appliesTo(links)
  if ('absent' in applies) return applies.absent
  return applies.length === 0 ? 'no link leads from the control plane to a node' : null
}

function namesIn<Name extends string>(
  what: string,
  given: readonly string[] | undefined,
  registry: Readonly<Record<Name, unknown>>,
): readonly Name[] {
  const names = namesOf(registry)
  if (given === undefined) return names
  const unknown = given.find((name) => !isNameOf(registry, name))
  if (unknown !== undefined) throw new UsageError(`there is no ${what} ${unknown}; there are ${names.join(', ')}`)
  return names.filter((name) => given.includes(name))
}

function resultOf(subject: LimitsSubject, search: LimitsSearch, { limits, simulations }: FoundLimits): LimitsResult {
  const { scenario, kubernetes, nodes, nodesInAll, links, blueprint, absent } = subject
  return {
    schemaVersion: 1,
    scenario,
    kubernetes,
    seeds: search.seeds,
    nodes: { observed: nodes, of: nodesInAll },
    simulations,
    profiles: search.profiles.map((name) => ({ name, title: LATENCY_PROFILES[name].title })),
    constants: constantsOf(blueprint, search.profiles),
    axes: search.axes.map((name) => {
      const { title, meaning, unit, appliesTo } = LIMIT_AXES[name]
      const media = appliesTo(links)
      return { name, title, meaning, unit, media: 'absent' in media ? [] : media }
    }),
    absent: [...absent].map(([name, reason]) => ({ what: LIMIT_CRITERIA[name].title, reason })),
    limits,
  }
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
