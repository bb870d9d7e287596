import { UsageError } from '../../disk/usage-error.ts'
import { SWEEP_FORMATS } from '../../report/formats.ts'
import { sweepTable } from '../../report/sweep/sweep-table.ts'
import { visible } from '../../scenario/problems/visible.ts'
import { joinShards } from '../../study/sweep/join-shards.ts'
import { reproduceSweep } from '../../study/sweep/sweep-description.ts'
import type { Context } from '../context.ts'
import { EXIT } from '../exit-code.ts'
import { chosenFormat, formatOptions } from '../options/format-options.ts'
import { type Given, text } from '../options/option.ts'
import { PointStore } from '../points/point-store.ts'
import { openReport } from '../report/report-file.ts'
import { MergedPoints } from '../sweep/merged-points.ts'
import { prune } from '../sweep/prune.ts'
import { readShards } from '../sweep/shard-files.ts'
import { SweepFolder } from '../sweep/sweep-folder.ts'
import { runSweep } from '../sweep/sweep-job.ts'
import { PRUNE } from '../sweep/sweep-options.ts'
import { buildOf } from '../version.ts'
import type { Command } from './command.ts'

const EXAMPLES = `
Prints and writes what \`onpath sweep\` would have for the whole sweep, with the same bytes and exit codes, from the
folders of its shards. Several shards can share a folder. Nothing is simulated, and nothing is written when a shard is
missing, incomplete, damaged, given twice, or of another sweep or version of onpath: all of these are named.

Examples:
  onpath sweep scenarios/first-steps.yaml --seeds 1..30 --shard 1/2 --out part-1
  onpath sweep scenarios/first-steps.yaml --seeds 1..30 --shard 2/2 --out part-2
  onpath merge part-1 part-2
  onpath merge part-* --out results/seeds --report seeds.html`

const OPTIONS = {
  ...formatOptions(SWEEP_FORMATS),
  report: text('<file>', 'write a report in HTML to this file: curves with intervals over seeds'),
  prune: PRUNE,
  out: text('<folder>', 'write what `onpath sweep --out` writes for the whole sweep to this folder'),
}

export const merge: Command<readonly [folders: readonly string[]], typeof OPTIONS> = {
  arguments: [{ syntax: '<folder...>', meaning: 'the folders of all shards' }],
  options: OPTIONS,
  notes: EXAMPLES,
  run: ([folders], options, context) => mergeShards(folders, options, context),
}

async function mergeShards(
  folders: readonly string[],
  options: Given<typeof OPTIONS>,
  context: Context,
): Promise<void> {
  const { io, files, exit } = context
  const { out, report } = options
  const format = chosenFormat(SWEEP_FORMATS, options, sweepTable)
  if (out === undefined && options.prune === true)
    throw new UsageError('--prune needs --out, the folder for the results')
  const read = joinShards(folders, buildOf(), {
    shardsIn: (folder) => readShards(folder, files),
    pointsIn: (folder) => PointStore.read(folder, files),
  })
  if (!read.ok) {
    for (const problem of read.problems) io.err(`onpath: ${visible(problem)}\n`)
    return exit(EXIT.usage)
  }
  const interruption = io.listenForInterruption()
  const { described, points } = read.sweep
  const folder = out === undefined ? null : SweepFolder.open(out, described, [], files)
  const store = out === undefined ? null : PointStore.open(out, files)
  exit(
    await runSweep(
      {
        described,
        shard: null,
        points: points.map((_, i) => i),
        source: new MergedPoints(points, store),
        jobs: COPIED_AT_ONCE,
        format,
        folder,
        report: report === undefined ? null : openReport(report, [], context),
        again: reproduceSweep(described),
        resume: null,
        prune:
          out === undefined || options.prune !== true
            ? null
            : () => prune({ path: out, build: described.build, keys: new Set(points.map(({ key }) => key)) }, files),
        maxMemory: undefined,
        isExitZero: false,
        interruption,
      },
      context,
    ),
  )
}

/** The number of points that are copied at a time, since each waits for the disk. */
const COPIED_AT_ONCE = 16
