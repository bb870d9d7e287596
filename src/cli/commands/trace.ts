import { isNameOf, namesOf } from '../../engine/registry.ts'
import { PacketFilter } from '../../packets/list/packet-filter.ts'
import { PacketListing } from '../../packets/list/packet-listing.ts'
import { PacketTap } from '../../packets/record/packet-tap.ts'
import type { RecordedPacket } from '../../packets/record/recorded-packet.ts'
import type { TracedAct, TraceFormat } from '../../packets/trace/trace-format.ts'
import { TRACE_FORMATS } from '../../packets/trace/trace-formats.ts'
import { formatCount } from '../../report/format-number.ts'
import type { CheckedScenario } from '../../scenario/load.ts'
import type { Plan } from '../../simulation/plan/plan.ts'
import { type Run, run } from '../../simulation/run.ts'
import type { Context } from '../context.ts'
import { EXIT } from '../exit-code.ts'
import { readRerun } from '../input/read-rerun.ts'
import { type Given, text, value } from '../options/option.ts'
import { SCENARIO_OPTIONS } from '../options/scenario-options.ts'
import { instant } from '../options/values.ts'
import { type BlockingProgress, showBlockingRun } from '../simulation/progress.ts'
import { UsageError } from '../usage-error.ts'
import type { Command } from './command.ts'

const EXAMPLES = `
RUN is a run folder or a scenario file. It is simulated again: each run of a scenario has the same packets.

Formats:
${namesOf(TRACE_FORMATS)
  .map((name) => `  ${name.padEnd(10)}${TRACE_FORMATS[name].meaning}`)
  .join('\n')}

Examples:
  onpath trace scenarios/first-steps.yaml --as perfetto > first-steps.json
  onpath trace scenarios/first-steps.yaml --as mermaid --to 100ms
  onpath trace scenarios/wan-tls.yaml --as ndjson --link tls13-wan`

const OPTIONS = {
  ...SCENARIO_OPTIONS,
  as: text('<format>', `the format: ${namesOf(TRACE_FORMATS).join(', ')}`),
  link: text('<name>', 'only packets on this link, segment or direction, such as wan or link/wan/forward'),
  connection: text('<ends>', 'only packets between these ends, such as client,server:443 or :10250'),
  from: value('<time>', 'only packets that were sent at this simulated time or later, such as 1.5s', instant),
  to: value('<time>', 'only packets that were sent at this simulated time or earlier', instant),
}

type TraceOptions = Given<typeof OPTIONS>

export const trace: Command<readonly [run: string], typeof OPTIONS> = {
  arguments: [{ syntax: '<run>', meaning: 'a run folder or a scenario file; - means standard input' }],
  options: OPTIONS,
  notes: EXAMPLES,
  run: ([given], options, context) => write(given, options, context),
}

async function write(given: string, options: TraceOptions, context: Context): Promise<void> {
  const format = formatOf(options.as)
  const scenario = await readRerun(given, options, context.io)
  if (scenario === null) return context.exit(EXIT.invalidScenario)
  const packets: RecordedPacket[] = []
  let packetsLeftOut = 0
  const progress = await showBlockingRun(context.io.terminal, scenario)
  const { result, samples, plan } = observe(scenario, format, options, progress, (packet) => {
    if (packets.length < format.mostPackets) packets.push(packet)
    else packetsLeftOut++
  })
  progress.clear()
  const acts = actsOf(result.verdicts)
  context.io.out(
    format.write({ scenario: result.scenario, plan, packets, packetsLeftOut, acts, series: samples ?? [] }),
  )
  if (packetsLeftOut > 0)
    context.io.err(
      `${formatCount(packetsLeftOut, 'packet')} left out; narrow with --link, --connection, --from, --to\n`,
    )
}

function formatOf(name: string | undefined): TraceFormat {
  const names = namesOf(TRACE_FORMATS).join(', ')
  if (name === undefined) throw new UsageError(`--as is missing; the formats are ${names}`)
  if (!isNameOf(TRACE_FORMATS, name)) throw new UsageError(`--as ${name} is no format; the formats are ${names}`)
  return TRACE_FORMATS[name]
}

/** Simulates the scenario, and calls `emit` for each packet that passes the filter, in the order of sending. */
function observe(
  scenario: CheckedScenario,
  { sampleEveryNs }: TraceFormat,
  { link, connection, from, to }: TraceOptions,
  progress: BlockingProgress,
  emit: (packet: RecordedPacket) => void,
): Run & { readonly plan: Plan } {
  const wanted = {
    link: link ?? null,
    connection: connection ?? null,
    fromNs: from ?? 0,
    toNs: to ?? Number.POSITIVE_INFINITY,
  }
  const seen: { plan: Plan; end: () => void }[] = []
  const paths = [...new Set(scenario.blueprint.paths.map(({ declared }) => declared))]
  const samples = sampleEveryNs === null ? [] : paths.map((path) => ({ path, everyNs: sampleEveryNs }))
  const ended = run(scenario, {
    samples,
    onProgress: progress.update,
    observe: (simulation) => {
      const { plan } = simulation
      const filter = new PacketFilter(wanted, plan)
      const listing = new PacketListing((packet) => filter.passes(packet), emit)
      const tap = new PacketTap(simulation, [listing])
      const end = () => {
        tap.finish()
        listing.finish()
      }
      seen.push({ plan, end })
    },
  })
  const [{ plan, end }] = seen
  end()
  return { ...ended, plan }
}

function actsOf(verdicts: Run['result']['verdicts']): readonly TracedAct[] {
  return verdicts
    .flatMap(({ attacker, technique, evidence }) =>
      evidence
        .filter(({ shows }) => shows !== 'not-tried')
        .map(({ atNs, what }) => ({ attacker, technique, atNs, text: what })),
    )
    .sort((a, b) => a.atNs - b.atNs)
}
