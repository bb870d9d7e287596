import { namesOf } from '../../engine/registry.ts'
import { CONNECTION_METRICS, LINK_METRICS } from '../../simulation/sampling/metrics.ts'
import type { Series } from '../../simulation/sampling/series.ts'
import { type Cell, type Column, csvTable } from '../csv.ts'

const NS_PER_MS = 1_000_000

/** The nth sample of a series. */
interface Sample {
  readonly series: Series
  readonly nth: number
}

const OF_SERIES: readonly Column<Sample>[] = [
  ['time_ms', ({ series, nth }) => series.ticksNs[nth] / NS_PER_MS],
  ['of', ({ series }) => series.kind],
  ['link', ({ series }) => (series.kind === 'link' ? series.link : null)],
  ['host', ({ series }) => (series.kind === 'connection' ? series.host : null)],
  ['local', ({ series }) => (series.kind === 'connection' ? series.local : null)],
  ['remote', ({ series }) => (series.kind === 'connection' ? series.remote : null)],
]

const METRICS = { ...CONNECTION_METRICS, ...LINK_METRICS }

/** The columns of sampled figures, with their meanings. */
export const METRIC_COLUMNS = namesOf(METRICS).map((name) => ({ name: headerOf(name), meaning: METRICS[name].meaning }))

const COLUMNS: readonly Column<Sample, string>[] = [
  ...OF_SERIES,
  ...namesOf(METRICS).map((name): Column<Sample, string> => {
    const divisor = name.endsWith('Ns') ? NS_PER_MS : 1
    return [headerOf(name), ({ series, nth }) => cellOf(series, name, nth, divisor)]
  }),
]

/** Returns the header of a figure: `smoothedRttNs` is `smoothed_rtt_ms`. */
function headerOf(name: string): string {
  return name.replace(/Ns$/, 'Ms').replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

function cellOf({ values }: Series, name: string, nth: number, divisor: number): Cell {
  const column = new Map<string, Float64Array>(Object.entries(values)).get(name)
  const value = column === undefined ? Number.NaN : column[nth]
  return Number.isFinite(value) ? value / divisor : null
}

/** Returns samples as CSV: a line for each sample of a link direction or of an end of a connection. */
export function samplesCsv(series: readonly Series[]): string {
  return csvTable(
    COLUMNS,
    series.flatMap((one) => Array.from(one.ticksNs, (_, nth) => ({ series: one, nth }))),
  )
}

/** Returns whether a file is empty or was written by `samplesCsv`. */
export function isSamplesCsv(text: string): boolean {
  return text === '' || text.startsWith('time_ms,of,link,')
}
