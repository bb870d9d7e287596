import { statSync } from 'node:fs'
import { join } from 'node:path'
import { readBytes, readTextFile } from '../../disk/read-text.ts'
import { onFile, UsageError } from '../../disk/usage-error.ts'
import type { Result } from '../../measure/result.ts'
import { firstDifference } from '../../report/first-difference.ts'
import { formatCount } from '../../report/format-number.ts'
import { jsonDocument, jsonOf } from '../../report/json.ts'
import { digestsLength, encodePacketDigests, strideOf } from '../../report/packet-digests.ts'
import { type CheckedScenario, loadScenario } from '../../scenario/load.ts'
import { visible } from '../../scenario/problems/visible.ts'
import type { Run } from '../../simulation/run.ts'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode, mostSevere } from '../exit-code.ts'
import { foreignTable, missingTable, readRun } from '../input/read-run.ts'
import { showAll } from '../input/read-scenarios.ts'
import { flag } from '../options/option.ts'
import { DIGESTS, SCENARIO } from '../run/run-folder.ts'
import type { Simulate } from '../simulation/simulate.ts'
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

interface Recorded {
  readonly folder: string
  readonly scenario: CheckedScenario
  readonly summary: string
  readonly result: Result
  readonly digests: Uint8Array
}

interface Replaying {
  readonly simulate: Simulate
  readonly interruption: AbortSignal
}

interface Replayed {
  readonly run: string
  readonly identical: boolean
  readonly digest: string
  readonly packets: number
  /** The first difference, or null when nothing differs. */
  readonly difference: string | null
}

async function replayAll(runs: readonly string[], options: { readonly json?: true }, context: Context): Promise<void> {
  const recorded = runs.map((folder) => readRecorded(folder, context))
  if (recorded.some((one) => one === null)) return context.exit(EXIT.invalidScenario)
  const codes: ExitCode[] = []
  const all: Replayed[] = []
  const replaying = { simulate: context.simulate, interruption: context.io.listenForInterruption() }
  for (const one of recorded) {
    if (one === null) continue
    const replayed = await replayOne(one, replaying)
    if (replaying.interruption.aborted) return context.exit(replaying.interruption.reason)
    all.push(replayed)
    codes.push(replayed.identical ? EXIT.ok : EXIT.determinismViolated)
    if (!options.json) context.io.out(lineOf(replayed))
  }
  if (options.json) context.io.out(all.map((one) => jsonOf(one, all.length === 1)).join(''))
  context.exit(mostSevere(codes))
}

function lineOf({ run, identical, digest, packets, difference }: Replayed): string {
  return identical
    ? `identical  ${visible(run)}: ${formatCount(packets, 'packet')}, digest ${digest}\n`
    : `DIFFERENT  ${visible(`${run}: ${difference}`)}\n`
}

/** Reads a run folder. Shows the problems of its scenario, and returns null when it has some. */
function readRecorded(folder: string, { io }: Context): Recorded | null {
  if (!onFile('read', folder, () => statSync(folder).isDirectory()))
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
  return { folder, scenario: loaded.scenario, summary, result, digests: readDigests(folder, result) }
}

/** The bytes by which the recorded digests can be too long, so that the first that differs is found. */
const MOST_FURTHER_BYTES = 2 ** 20

function readDigests(folder: string, { packets }: Result): Uint8Array {
  return readBytes(join(folder, DIGESTS), digestsLength(packets) + MOST_FURTHER_BYTES)
}

async function replayOne(recorded: Recorded, replaying: Replaying): Promise<Replayed> {
  const { folder, scenario, summary, result, digests } = recorded
  const hasInstances = result.instances !== undefined
  const run = await simulate(scenario, hasInstances, replaying)
  const same = {
    run: folder,
    identical: true,
    digest: run.result.digest,
    packets: run.result.packets,
    difference: null,
  }
  const packet = firstDifferentDigest(digests, encodePacketDigests(run.packetDigests))
  if (packet !== null)
    return { ...same, identical: false, difference: await describe(packet, run, scenario, replaying) }
  const difference =
    jsonDocument(run.result) === summary
      ? (missingTable(folder, run.result) ?? foreignTable(folder, run.result))
      : differentValue(result, run)
  if (difference === null) return same
  return { ...same, identical: false, difference: `all packets are identical, but the result differs: ${difference}` }
}

function differentValue(was: Result, { result: is }: Run): string {
  return firstDifference(was, is) ?? 'the text of the result, although its values are equal'
}

function simulate(
  scenario: CheckedScenario,
  perInstance: boolean,
  { interruption, simulate: start }: Replaying,
  packet?: number,
): Promise<Run> {
  return start(scenario, {
    recordPackets: true,
    perInstance,
    interruption,
    ...(packet === undefined ? {} : { describePacket: packet }),
  })
}

/** Returns the index of the first digest that differs, or null. */
function firstDifferentDigest(was: Uint8Array, is: Uint8Array): number | null {
  for (let i = 0; i < Math.max(was.length, is.length); i += 4)
    for (let byte = i; byte < i + 4; byte++) if (was[byte] !== is[byte]) return i / 4
  return null
}

/** Describes the first packet that differs. Of long runs, only every thousandth digest is recorded. */
async function describe(
  place: number,
  { packetDigests }: Run,
  scenario: CheckedScenario,
  replaying: Replaying,
): Promise<string> {
  const stride = strideOf(packetDigests.length)
  const number = (place + 1) * stride - 1
  if (number >= packetDigests.length)
    return `it ends after packet ${packetDigests.length}, and the recorded run has more packets`
  const { describedPacket } = await simulate(scenario, false, replaying, number)
  const which = stride === 1 ? `packet ${number + 1}` : `one of the packets ${number + 2 - stride} to ${number + 1}`
  if (describedPacket == null) return `${which} is the first difference`
  const { atNs, link, from, to, sequenceNumber, acknowledgementNumber, flags, payloadBytes } = describedPacket
  const header = `${from} > ${to}, seq ${sequenceNumber}, ack ${acknowledgementNumber}, ${flagNames(flags)}, ${payloadBytes} bytes`
  return `${which} is the first difference. It is now ${header}, on ${link} at ${atNs} ns`
}

const FLAGS = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR']

function flagNames(flags: number): string {
  return FLAGS.filter((_, bit) => (flags & (1 << bit)) !== 0).join(' ')
}
