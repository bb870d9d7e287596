import { packetEntry } from '../../packets/describe/describe-packet.ts'
import { PacketFilter, type PacketFilterOptions } from '../../packets/list/packet-filter.ts'
import { packetLine } from '../../packets/list/packet-line.ts'
import { PacketListing } from '../../packets/list/packet-listing.ts'
import { SequenceNumbers } from '../../packets/list/sequence-numbers.ts'
import { connectionKey } from '../../packets/messages-of.ts'
import { PacketTap } from '../../packets/record/packet-tap.ts'
import type { RecordedPacket } from '../../packets/record/recorded-packet.ts'
import type { PacketPointer } from '../../packets/story.ts'
import { formatCount } from '../../report/format-number.ts'
import { jsonLine } from '../../report/json.ts'
import type { CheckedScenario } from '../../scenario/load.ts'
import type { Plan } from '../../simulation/plan/plan.ts'
import { runForObservers } from '../../simulation/run.ts'
import type { Context } from '../context.ts'
import { EXIT } from '../exit-code.ts'
import { readRerun } from '../input/read-rerun.ts'
import { flag, type Given, text, value } from '../options/option.ts'
import { SCENARIO_OPTIONS } from '../options/scenario-options.ts'
import { count, instant, serial } from '../options/values.ts'
import { type BlockingProgress, showBlockingRun } from '../simulation/progress.ts'
import { UsageError } from '../usage-error.ts'
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
  link: text('<name>', 'only packets on this link, segment or direction, such as wan or link/wan/forward'),
  connection: text('<ends>', 'only packets between these ends, such as client,server:443 or :10250'),
  around: value('<number>', 'only the connection of the packet with this number on --link, around it', serial),
  from: value('<time>', 'only packets that were sent at this simulated time or later, such as 1.5s', instant),
  to: value('<time>', 'only packets that were sent at this simulated time or earlier', instant),
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
  const [, packet, onLink] = POINTER.exec(given.trim()) ?? []
  if (onLink === undefined)
    throw new UsageError(`"${given}" names no packet; write it as evidence does: "packet 8 on link/wan/forward"`)
  return { link: onLink, packet: Number(packet) }
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
  const { most = DEFAULT_AROUND } = options
  const isPointedAt = ({ link, serial }: RecordedPacket) => link === pointer.link && serial === pointer.packet
  let found: RecordedPacket | null = null
  let before: RecordedPacket[] = []
  const after: RecordedPacket[] = []
  let known: Plan | null = null
  const wanted = { ...filterOf(options), link: null }
  const numbers = new SequenceNumbers()
  observe(scenario, wanted, progress, (packet, plan) => {
    known = plan
    numbers.of(packet)
    if (isPointedAt(packet)) found = packet
    else if (found === null) before.push(packet)
    else if (connectionKey(packet) === connectionKey(found) && after.length < most / 2) after.push(packet)
    if (found === null && before.length > RECENT) before = before.slice(RECENT / 2)
  })
  progress.clear()
  const packet: RecordedPacket | null = found
  const plan: Plan | null = known
  if (packet === null || plan === null) {
    io.err(
      `onpath: there is no packet ${pointer.packet} on ${pointer.link}; \`onpath packets\` without a packet lists all\n`,
    )
    return exit(EXIT.usage)
  }
  const key = connectionKey(packet)
  const earlier = before.filter((one) => connectionKey(one) === key).slice(-Math.floor(most / 2))
  const print = printer(options, io.out, numbers, isPointedAt)
  for (const one of [...earlier, packet, ...after]) print(one, plan)
  print.flush()
}

/** The packets before the one that is searched for that are kept, of all connections. */
const RECENT = 20_000

function filterOf({ link, connection, from, to }: PacketsOptions): PacketFilterOptions {
  return {
    link: link ?? null,
    connection: connection ?? null,
    fromNs: from ?? 0,
    toNs: to ?? Number.POSITIVE_INFINITY,
  }
}

/** Simulates the scenario, and calls `emit` for each packet that passes the filter, in the order of sending. */
function observe(
  scenario: CheckedScenario,
  options: PacketFilterOptions,
  progress: BlockingProgress,
  emit: (packet: RecordedPacket, plan: Plan) => void,
): void {
  const ends: (() => void)[] = []
  runForObservers(scenario, {
    onProgress: progress.update,
    observe: (simulation) => {
      const { plan } = simulation
      const filter = new PacketFilter(options, plan)
      const listing = new PacketListing(
        (packet) => filter.passes(packet),
        (packet) => emit(packet, plan),
      )
      const tap = new PacketTap(simulation, [listing])
      ends.push(() => {
        tap.finish()
        listing.finish()
      })
    },
  })
  for (const end of ends) end()
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
    if (lines.length > 0) out(lines.join(''))
    lines = []
  }
  const print = (packet: RecordedPacket, plan: Plan) => {
    const margin = isPointedAt === undefined ? '' : isPointedAt(packet) ? '> ' : '  '
    lines.push(json ? jsonLine(packetEntry(packet, plan)) : `${margin}${packetLine(packet, plan, numbers)}\n`)
    if (lines.length >= LINES_AT_ONCE) flush()
  }
  return Object.assign(print, { flush })
}
