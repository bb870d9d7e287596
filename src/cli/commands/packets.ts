import { UsageError } from '../../disk/usage-error.ts'
import { packetEntry } from '../../packets/describe/describe-packet.ts'
import { observePackets } from '../../packets/list/observe-packets.ts'
import type { PacketFilterOptions } from '../../packets/list/packet-filter.ts'
import { packetLine } from '../../packets/list/packet-line.ts'
import { PacketsAround } from '../../packets/list/packets-around.ts'
import { SequenceNumbers } from '../../packets/list/sequence-numbers.ts'
import type { RecordedPacket } from '../../packets/record/recorded-packet.ts'
import type { PacketPointer } from '../../packets/story.ts'
import { formatCount } from '../../report/format-number.ts'
import { jsonLine } from '../../report/json.ts'
import type { CheckedScenario } from '../../scenario/load.ts'
import type { Plan } from '../../simulation/plan.ts'
import { runForObservers } from '../../simulation/run.ts'
import type { Context } from '../context.ts'
import { EXIT } from '../exit-code.ts'
import { readRerun } from '../input/read-rerun.ts'
import { flag, type Given, value } from '../options/option.ts'
import { SCENARIO_OPTIONS } from '../options/scenario-options.ts'
import { count, serial } from '../options/values.ts'
import { filterOf, PACKET_OPTIONS } from '../packets/packet-options.ts'
import { type BlockingProgress, showBlockingRun } from '../simulation/progress.ts'
import type { Command } from './command.ts'

const EXAMPLES = `
RUN is a run folder or a scenario file. It is simulated again: each run of a scenario has the same packets. A packet
that evidence names shows its connection around it, on all links that it crosses; a packet on one link has another
number on the next.

Examples:
  onpath packets scenarios/first-steps.yaml --to 50ms
  onpath packets scenarios/wan-tls.yaml --link tls13-wan --connection :443
  onpath packets results/attacked "packet 8 on link/control-edge-1/forward"
  onpath packets scenarios/presets/kubeadm-default.yaml --attack unchecked-kubelet --connection master,node-1:10250`

const OPTIONS = {
  ...SCENARIO_OPTIONS,
  ...PACKET_OPTIONS,
  around: value('<number>', 'only the connection of the packet with this number on --link, around it', serial),
  most: value('<number>', 'the most packets to print (default: 1000, or 40 around a packet)', count),
  json: flag('print one JSON object for each packet'),
}

type PacketsOptions = Given<typeof OPTIONS>

export const packets: Command<readonly [run: string, pointer: string | undefined], typeof OPTIONS> = {
  arguments: [
    { syntax: '<run>', meaning: 'a run folder or a scenario file; - means standard input' },
    { syntax: '[packet]', meaning: 'a packet that evidence names, such as "packet 8 on link/wan/forward"' },
  ],
  options: OPTIONS,
  notes: EXAMPLES,
  run: ([run, pointer], options, context) => list(run, pointer, options, context),
}

const DEFAULT_MOST = 1000
const DEFAULT_AROUND = 40

async function list(
  run: string,
  pointerText: string | undefined,
  options: PacketsOptions,
  context: Context,
): Promise<void> {
  const pointer = pointerOf(pointerText, options)
  const scenario = await readRerun(run, options, context.io)
  if (scenario === null) return context.exit(EXIT.invalidScenario)
  const progress = await showBlockingRun(context.io.terminal, scenario)
  if (pointer === null) listAll(scenario, options, progress, context)
  else listAround(scenario, pointer, options, progress, context)
}

const POINTER = /^packet (\d+) on (\S.*)$/

function pointerOf(given: string | undefined, { around, link }: PacketsOptions): PacketPointer | null {
  if (given === undefined) {
    if (around === undefined) return null
    if (link === undefined || !link.includes('/'))
      throw new UsageError('--around needs --link with a direction, such as link/wan/forward')
    return { link, packet: around }
  }
  if (around !== undefined) throw new UsageError('a packet and --around name the same thing; use one of them')
  const words = POINTER.exec(given.trim())
  if (words === null)
    throw new UsageError(`"${given}" names no packet; write it as evidence does: "packet 8 on link/wan/forward"`)
  return { link: words[2], packet: Number(words[1]) }
}

/** Lists all packets that pass the filter. */
function listAll(
  scenario: CheckedScenario,
  options: PacketsOptions,
  progress: BlockingProgress,
  { io }: Context,
): void {
  const { most = DEFAULT_MOST } = options
  let leftOut = 0
  let printed = 0
  const write = (text: string) => {
    progress.clear()
    io.out(text)
  }
  const print = printer(options, write, new SequenceNumbers())
  observe(scenario, filterOf(options), progress, (packet, plan) => {
    if (printed++ < most) print(packet, plan)
    else leftOut++
  })
  progress.clear()
  print.flush()
  if (printed === 0) io.err('no packet matches\n')
  if (leftOut > 0)
    io.err(
      `${formatCount(leftOut, 'more packet')}; see them with --most, or narrow with --link, --connection, --from, --to\n`,
    )
}

/** Lists the packets of a connection around one of them. */
function listAround(
  scenario: CheckedScenario,
  pointer: PacketPointer,
  options: PacketsOptions,
  progress: BlockingProgress,
  { io, exit }: Context,
): void {
  const around = new PacketsAround(pointer, options.most ?? DEFAULT_AROUND)
  const numbers = new SequenceNumbers()
  const plan = observe(scenario, { ...filterOf(options), link: null }, progress, (packet) => {
    numbers.of(packet)
    around.add(packet)
  })
  progress.clear()
  const listed = around.list()
  if (listed === null) {
    io.err(
      `onpath: there is no packet ${pointer.packet} on ${pointer.link}; \`onpath packets\` without a packet lists all\n`,
    )
    return exit(EXIT.usage)
  }
  const print = printer(options, io.out, numbers, (packet) => around.isPointedAt(packet))
  for (const one of listed) print(one, plan)
  print.flush()
}

/** Simulates the scenario, and calls `emit` for each packet that passes the filter, in the order of sending. */
function observe(
  scenario: CheckedScenario,
  wanted: PacketFilterOptions,
  { update: onProgress }: BlockingProgress,
  emit: (packet: RecordedPacket, plan: Plan) => void,
): Plan {
  return observePackets(wanted, (observer) => runForObservers(scenario, { onProgress, observe: observer }), emit).plan
}

/** The lines that are printed at once. */
const LINES_AT_ONCE = 500

/** Returns a function that prints packets, several at once. Where one is pointed at, the others are indented. */
function printer(
  { json }: PacketsOptions,
  out: (text: string) => void,
  numbers: SequenceNumbers,
  isPointedAt?: (packet: RecordedPacket) => boolean,
): ((packet: RecordedPacket, plan: Plan) => void) & { flush(): void } {
  let lines: string[] = []
  const flush = () => {
    out(lines.join(''))
    lines = []
  }
  const print = (packet: RecordedPacket, plan: Plan) => {
    const margin = isPointedAt === undefined ? '' : isPointedAt(packet) ? '> ' : '  '
    lines.push(json ? jsonLine(packetEntry(packet, plan)) : `${margin}${packetLine(packet, plan, numbers)}\n`)
    if (lines.length >= LINES_AT_ONCE) flush()
  }
  return Object.assign(print, { flush })
}
