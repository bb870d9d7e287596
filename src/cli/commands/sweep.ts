import { readAttacks } from '../../disk/read-attacks.ts'
import { UsageError } from '../../disk/usage-error.ts'
import { formatCount } from '../../report/format-number.ts'
import { SWEEP_FORMATS } from '../../report/formats.ts'
import type { SweepFormat } from '../../report/sweep/sweep-format.ts'
import { sweepTable } from '../../report/sweep/sweep-table.ts'
import { visible } from '../../scenario/problems/visible.ts'
import { keyOf } from '../../study/sweep/point.ts'
import { readSweep, type Sweep } from '../../study/sweep/read-sweep.ts'
import { pointsOfShard, type Shard, shardText } from '../../study/sweep/shard.ts'
import { describeSweep, pointOf, reproduceSweep, type SweepDescription } from '../../study/sweep/sweep-description.ts'
import type { SweepOptions as SweptChanges } from '../../study/sweep/sweep-options.ts'
import type { Context } from '../context.ts'
import { EXIT } from '../exit-code.ts'
import { readSource, showAll } from '../input/read-scenarios.ts'
import { chosenFormat } from '../options/format-options.ts'
import { PointStore } from '../points/point-store.ts'
import { openReport } from '../report/report-file.ts'
import { sha256 } from '../sha256.ts'
import { refuseIdleOptions } from '../sweep/job-options.ts'
import { SimulatedPoints, type SweepStore } from '../sweep/point-source.ts'
import { prune } from '../sweep/prune.ts'
import { writeManifest } from '../sweep/shard-files.ts'
import { openEngine, type SweepEngine } from '../sweep/sweep-engine.ts'
import { openShardFolder, SweepFolder } from '../sweep/sweep-folder.ts'
import { runSweep } from '../sweep/sweep-job.ts'
import { SWEEP_OPTIONS, type SweepOptions, shardOf, unchangingWords } from '../sweep/sweep-options.ts'
import { buildOf } from '../version.ts'
import type { Command } from './command.ts'

const EXAMPLES = `
The grid combines every value of every dimension, to at most 10000 points. Dimensions come from \`sweep:\` in the file
and from --sweep and --seeds, which replace dimensions of the file with the same path. All points, or those of the
shard, are checked before the first run. Results are in the order of the grid, for every --jobs; the last dimension changes fastest, and seeds
fastest of all.

Examples:
  onpath sweep scenarios/first-steps.yaml --sweep 'links.wire.loss=[0%, 0.1%, 1%]' --seeds 1..30
  onpath sweep scenarios/first-steps.yaml --seeds 1..10 --report seeds.html
  onpath sweep scenarios/first-steps.yaml --seeds 1..100 --json | jq .digest
  onpath sweep scenarios/presets/kubeadm-default.yaml --sweep 'kubernetes=["1.24", "1.32"]' --out results/versions
  # in parts, and on after it was stopped
  onpath sweep scenarios/first-steps.yaml --seeds 1..1000 --shard 1/2 --out part-1 --resume
  onpath merge part-1 part-2
  # by the workers of a queue (onpath worker --queue ...)
  onpath sweep scenarios/first-steps.yaml --seeds 1..1000 --out results/seeds --queue redis://localhost:6379
  # as a Job of Kubernetes, with results on the volume of the claim \`results\`
  onpath sweep scenarios/first-steps.yaml --seeds 1..1000 --emit-job job.yaml --shards 50 --image onpath:0.1.0 --volume results`

export const sweep: Command<readonly [file: string], typeof SWEEP_OPTIONS> = {
  arguments: [{ syntax: '<file>', meaning: 'a scenario file; - is standard input' }],
  options: SWEEP_OPTIONS,
  notes: EXAMPLES,
  run: ([file], options, context) => sweepFile(file, options, context),
}

/** Returns the changes that options make to the scenario and its grid. */
function changesOf({ attack, set, sweep: dimensions, seed, seeds }: SweepOptions): SweptChanges {
  return {
    attacks: readAttacks(attack),
    set,
    sweep: dimensions,
    ...(seed === undefined ? {} : { seed }),
    ...(seeds === undefined ? {} : { seeds }),
  }
}

async function sweepFile(file: string, options: SweepOptions, context: Context): Promise<void> {
  const { io, exit } = context
  const { emitJob } = options
  const shard = shardOf(options)
  const format = chosenFormat(SWEEP_FORMATS, options, sweepTable)
  refuseIdleOptions(options)
  refuseMissingFolder(shard, options)
  const source = await readSource(file, io)
  const ofShard = (size: number) => pointsOfShard(shard ?? { number: 1, of: 1 }, size)
  const loaded = readSweep(source, changesOf(options), ofShard)
  if (!loaded.ok) {
    showAll(loaded.problems, io)
    return exit(EXIT.invalidScenario)
  }
  const { sweep } = loaded
  if (sweep.grid.paths.length === 0)
    throw new UsageError(`${file} has no \`sweep:\`; give a dimension with --sweep, or seeds with --seeds`)
  const described = describeSweep(
    sweep,
    { ...options, file },
    { build: buildOf(), maxEvents: options.maxEvents ?? null },
  )
  const inputs = [...source.inputs, ...options.attack]
  if (emitJob !== undefined) {
    const { writeJob } = await import('../sweep/write-job.ts')
    return writeJob({ sweep, described, inputs }, emitJob, options, context)
  }
  const engine = await openEngine(described, options, context)
  try {
    await runWith(engine, { sweep, described, inputs, shard, format }, options, context)
  } finally {
    await engine.close()
  }
}

/** @throws UsageError when an option about the folder of results is given without a folder, or does not fit the others */
function refuseMissingFolder(shard: Shard | undefined, { out, resume, prune: isPruned }: SweepOptions): void {
  const given = { '--shard': shard !== undefined, '--resume': resume === true, '--prune': isPruned === true }
  const needy = Object.entries(given).find(([, isGiven]) => isGiven)
  if (out === undefined && needy !== undefined)
    throw new UsageError(`${needy[0]} needs --out, the folder for the results`)
  if (shard !== undefined && isPruned === true)
    throw new UsageError('--prune is for a whole sweep, since a shard does not know the results of the others')
}

/** A sweep that was read and checked. */
interface CheckedSweep {
  readonly sweep: Sweep
  readonly described: SweepDescription
  /** The files that the command reads. */
  readonly inputs: readonly string[]
  readonly shard: Shard | undefined
  readonly format: SweepFormat
}

async function runWith(
  engine: SweepEngine,
  { sweep, described, inputs, shard, format }: CheckedSweep,
  options: SweepOptions,
  context: Context,
): Promise<void> {
  const { io, exit } = context
  const { out } = options
  const interruption = io.listenForInterruption()
  const points = pointsOfShard(shard ?? { number: 1, of: 1 }, sweep.grid.size)
  const folder =
    out === undefined || shard !== undefined ? null : SweepFolder.open(out, described, inputs, context.files)
  const store = out === undefined ? null : await openStore(out, { sweep, described, points, shard }, options, context)
  const report = options.report === undefined ? null : openReport(options.report, inputs, context)
  const simulated = new SimulatedPoints(sweep, described, store, engine)
  const { maxMemory } = options
  const where = { maxMemory, ...(shard === undefined ? {} : { shard: shardText(shard), out }) }
  const code = await runSweep(
    {
      described,
      shard: shard ?? null,
      points,
      source: simulated,
      jobs: engine.jobs,
      format,
      folder,
      report,
      again: reproduceSweep(described, where),
      resume: out === undefined ? null : goOnWith(described, options, { ...where, out }),
      prune:
        out === undefined || options.prune !== true
          ? null
          : () => prune({ path: out, build: described.build, keys: simulated.keys }, context.files),
      maxMemory,
      isExitZero: options.exitZero === true,
      interruption,
    },
    context,
  )
  if (simulated.resumed > 0 && out !== undefined)
    io.err(`onpath: ${formatCount(simulated.resumed, 'result')} of ${points.length} were in ${visible(out)} already\n`)
  for (const path of simulated.damaged) io.err(`onpath: ${visible(path)} was damaged, so its point was run again\n`)
  if (shard !== undefined) io.err(`written: shard ${shardText(shard)} to ${visible(out ?? '')}\n`)
  exit(code)
}

/** Returns the command that goes on with a sweep that was stopped, in the same way. */
function goOnWith(
  described: SweepDescription,
  options: SweepOptions,
  where: { readonly shard?: string; readonly out: string; readonly maxMemory: number | undefined },
): string {
  return reproduceSweep(described, { ...where, resume: true, others: unchangingWords(options) })
}

interface PlannedPoints {
  readonly sweep: Sweep
  readonly described: SweepDescription
  readonly points: readonly number[]
  readonly shard: Shard | undefined
}

/** Opens the points in the folder of a sweep or shard. A shard says first which points it will have. */
async function openStore(
  out: string,
  { sweep, described, points, shard }: PlannedPoints,
  { resume }: SweepOptions,
  { files }: Context,
): Promise<SweepStore> {
  if (shard !== undefined) {
    openShardFolder(out, files)
    const keys = points.map((index) => keyOf(pointOf(sweep, described, index), sha256))
    await writeManifest(out, { shard, sweep: described, points: keys }, files)
  }
  return { points: PointStore.open(out, files), resumes: resume === true }
}
