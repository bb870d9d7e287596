import { join } from 'node:path'
import { isFolder } from '../../disk/folders.ts'
import { readBytes, readTextFile } from '../../disk/read-text.ts'
import { UsageError } from '../../disk/usage-error.ts'
import { formatCount } from '../../report/format-number.ts'
import { jsonOf } from '../../report/json.ts'
import { digestsLength } from '../../report/packet-digests.ts'
import { foreignTable, missingTable } from '../../report/run/run-tables.ts'
import { type CheckedScenario, loadScenario } from '../../scenario/load.ts'
import { visible } from '../../scenario/problems/visible.ts'
import { type RecordedRun, replay as replayRun } from '../../study/replay/replay.ts'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { readRun, tablesIn } from '../input/read-run.ts'
import { showAll } from '../input/read-scenarios.ts'
import type { Io } from '../io.ts'
import { flag } from '../options/option.ts'
import { DIGESTS, SCENARIO } from '../run/run-folder.ts'
import type { Command } from './command.ts'

const EXAMPLES = `
A run folder is written by \`onpath run --out\`: it has the scenario, the result and packet digests. Replay simulates
the scenario again and compares all bytes. When something differs, it names the first different packet (exit code 6).

Examples:
  onpath replay results/attacked
  onpath replay results/kubernetes-paths/*`

const OPTIONS = { json: flag('print the comparison of each run as JSON') }

export const replay: Command<readonly [runs: readonly string[]], typeof OPTIONS> = {
  arguments: [{ syntax: '<runs...>', meaning: 'run folders' }],
  options: OPTIONS,
  notes: EXAMPLES,
  run: ([runs], options, context) => replayAll(runs, options, context),
}

interface Recorded extends RecordedRun {
  readonly folder: string
  readonly scenario: CheckedScenario
}

async function replayAll(
  runs: readonly string[],
  { json }: { readonly json?: true },
  { io, simulate, exit }: Context,
): Promise<void> {
  const recorded = runs.flatMap((folder) => readRecorded(folder, io) ?? [])
  if (recorded.length < runs.length) return exit(EXIT.invalidScenario)
  const interruption = io.listenForInterruption()
  const all: object[] = []
  let code: ExitCode = EXIT.ok
  for (const { folder, scenario, ...one } of recorded) {
    const again = (perInstance: boolean, packet?: number) =>
      simulate(scenario, {
        recordPackets: true,
        perInstance,
        interruption,
        ...(packet === undefined ? {} : { describePacket: packet }),
      })
    const { digest, packets, difference } = await replayRun(
      one,
      again,
      (result) => missingTable(result, tablesIn(folder)) ?? foreignTable(result, tablesIn(folder)),
    )
    if (interruption.aborted) return exit(interruption.reason)
    all.push({ run: folder, identical: difference === null, digest, packets, difference })
    if (difference !== null) code = EXIT.determinismViolated
    const line =
      difference === null
        ? `identical  ${visible(folder)}: ${formatCount(packets, 'packet')}, digest ${digest}\n`
        : `DIFFERENT  ${visible(`${folder}: ${difference}`)}\n`
    if (!json) io.out(line)
  }
  if (json) io.out(all.map((one) => jsonOf(one, all.length === 1)).join(''))
  exit(code)
}

/** The bytes by which the recorded digests can be too long, so that the first that differs is found. */
const MOST_FURTHER_BYTES = 2 ** 20

/** Reads a run folder. Shows the problems of its scenario, and returns null when it has some. */
function readRecorded(folder: string, io: Io): Recorded | null {
  if (!isFolder(folder))
    throw new UsageError(
      `cannot replay ${folder}: it is not a run folder; name a folder that \`onpath run --out\` wrote`,
    )
  const file = join(folder, SCENARIO)
  const { result, summary } = readRun(folder)
  const loaded = loadScenario({ file, text: readTextFile(file) })
  if (!loaded.ok) {
    showAll(loaded.problems, io)
    return null
  }
  const digests = readBytes(join(folder, DIGESTS), digestsLength(result.packets) + MOST_FURTHER_BYTES)
  return { folder, scenario: loaded.scenario, summary, result, digests }
}
