import { UsageError } from '../../disk/usage-error.ts'
import { isNameOf, namesOf } from '../../engine/registry.ts'
import { observePackets } from '../../packets/list/observe-packets.ts'
import type { RecordedPacket } from '../../packets/record/recorded-packet.ts'
import type { TracedAct, TraceFormat } from '../../packets/trace/trace-format.ts'
import { TRACE_FORMATS } from '../../packets/trace/trace-formats.ts'
import { formatCount } from '../../report/format-number.ts'
import type { CheckedScenario } from '../../scenario/load.ts'
import type { Plan } from '../../simulation/plan.ts'
import { type Run, run } from '../../simulation/run.ts'
import type { Context } from '../context.ts'
import { EXIT } from '../exit-code.ts'
import { readRerun } from '../input/read-rerun.ts'
import { type Given, text } from '../options/option.ts'
import { SCENARIO_OPTIONS } from '../options/scenario-options.ts'
import { filterOf, PACKET_OPTIONS } from '../packets/packet-options.ts'
import { type BlockingProgress, showBlockingRun } from '../simulation/progress.ts'
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
  ...PACKET_OPTIONS,
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
  options: TraceOptions,
  { update: onProgress }: BlockingProgress,
  emit: (packet: RecordedPacket) => void,
): Run & { readonly plan: Plan } {
  const paths = [...new Set(scenario.blueprint.paths.map(({ declared }) => declared))]
  const samples = sampleEveryNs === null ? [] : paths.map((path) => ({ path, everyNs: sampleEveryNs }))
  const { ended, plan } = observePackets(
    filterOf(options),
    (observer) => run(scenario, { samples, onProgress, observe: observer }),
    emit,
  )
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
