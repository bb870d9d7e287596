import { run } from '../../simulation/run.ts'
import { CONNECTION_METRICS, type ConnectionMetricName, LINK_METRICS } from '../../simulation/sampling/metrics.ts'
import type { Series } from '../../simulation/sampling/series.ts'
import type { ChartLine, ChartView, ScenarioText } from '../protocol.ts'
import { type Desk, read } from './desk.ts'

/** The samples of a run. */
const SAMPLES = 2_000

/** The most lines of a figure: those that reach highest. */
const MOST_LINES = 5

const NS_PER_MS = 1e6
const BPS_PER_MBPS = 1e6
const BYTES_PER_KB = 1e3

/** Simulates a path again while its connections and links are sampled, and answers with their figures over time. */
export function chartSeries(
  question: ScenarioText & { readonly path: string; readonly simulatedNs: number },
  desk: Desk,
): void {
  const known = read(question, desk)
  if (known === null) return
  const { path, simulatedNs } = question
  const everyNs = Math.max(1, Math.floor(simulatedNs / SAMPLES))
  const { samples = [] } = run(known.loaded.scenario, { samples: [{ path, everyNs }] })
  desk.reply({ kind: 'charts', charts: { path, charts: chartsOf(samples) } })
}

function chartsOf(samples: readonly Series[]): readonly ChartView[] {
  return [
    ...OF_CONNECTIONS.map(({ title, unit, metric, per }): ChartView => {
      const { meaning } = CONNECTION_METRICS[metric]
      return { title, unit, meaning, lines: ofConnections(samples, metric, per) }
    }),
    { title: 'Queue', unit: 'packets', meaning: LINK_METRICS.queuedPackets.meaning, lines: ofLinks(samples) },
  ]
}

/** The figures of connections, each with the number of its own units that one of the chart is. */
const OF_CONNECTIONS: readonly (Pick<ChartView, 'title' | 'unit'> & {
  readonly metric: ConnectionMetricName
  readonly per: number
})[] = [
  { title: 'Window', unit: 'kB', metric: 'congestionWindowBytes', per: BYTES_PER_KB },
  { title: 'In flight', unit: 'kB', metric: 'inFlightBytes', per: BYTES_PER_KB },
  { title: 'Round trip', unit: 'ms', metric: 'smoothedRttNs', per: NS_PER_MS },
  { title: 'Pacing', unit: 'Mbit/s', metric: 'pacingBps', per: BPS_PER_MBPS },
  { title: 'Goodput', unit: 'Mbit/s', metric: 'acknowledgedBps', per: BPS_PER_MBPS },
]

function ofConnections(samples: readonly Series[], metric: ConnectionMetricName, per: number): readonly ChartLine[] {
  const lines = samples.flatMap((series): ChartLine[] => {
    if (series.kind !== 'connection') return []
    const { host, local, remote, ticksNs, values } = series
    return [{ name: `${host}, ${local} to ${remote}`, ticksNs, values: values[metric].map((value) => value / per) }]
  })
  return highest(lines)
}

function ofLinks(samples: readonly Series[]): readonly ChartLine[] {
  const lines = samples.flatMap((series): ChartLine[] =>
    series.kind === 'link' ? [{ name: series.link, ticksNs: series.ticksNs, values: series.values.queuedPackets }] : [],
  )
  return highest(lines)
}

function highest(lines: readonly ChartLine[]): readonly ChartLine[] {
  const mostOf = ({ values }: ChartLine) =>
    values.reduce((most, value) => (Number.isFinite(value) && value > most ? value : most), 0)
  return lines
    .filter((line) => mostOf(line) > 0)
    .sort((a, b) => mostOf(b) - mostOf(a))
    .slice(0, MOST_LINES)
}
