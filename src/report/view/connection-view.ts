import type { ConnectionSeries, LinkSeries, Series } from '../../simulation/sampling/series.ts'
import type { ReportDetails } from './report-details.ts'

/** A connection over time, as its sender sees it, and the queue of the busiest link that it crosses. */
export interface ConnectionView {
  readonly path: string
  readonly host: string
  readonly local: string
  readonly remote: string
  readonly fromNs: number
  readonly toNs: number
  readonly windowBytes: readonly Point[]
  readonly inFlightBytes: readonly Point[]
  readonly rttNs: readonly Point[]
  /** The smallest round-trip time so far. */
  readonly minimumRttNs: readonly Point[]
  /** The link with the longest queue; null if no link had one. */
  readonly queue: { readonly link: string; readonly packets: readonly Point[] } | null
  readonly retransmitted: number
}

/** A tick and a value. */
export type Point = readonly [atNs: number, value: number]

/** The most points of a line. */
const MOST_POINTS = 240

/** Returns, for each sampled path, the connection with the most data in flight. */
export function viewConnections(samples: ReportDetails['samples']): ConnectionView[] {
  return samples.flatMap(({ path, series }) => {
    const busiest = largest(series.filter(isConnection), ({ values }) => highest(values.inFlightBytes))
    return busiest === null ? [] : [viewConnection(path, busiest, series.filter(isLink))]
  })
}

function isConnection(series: Series): series is ConnectionSeries {
  return series.kind === 'connection'
}

function isLink(series: Series): series is LinkSeries {
  return series.kind === 'link'
}

function viewConnection(path: string, connection: ConnectionSeries, links: readonly LinkSeries[]): ConnectionView {
  const { host, local, remote, ticksNs, values } = connection
  const [fromNs, toNs] = [ticksNs[0] ?? 0, ticksNs[ticksNs.length - 1] ?? 0]
  const within = { fromNs, toNs }
  const queued = largest(links, (link) => highest(pointsOf(link, 'queuedPackets', within).map(([, value]) => value)))
  const packets = queued === null ? [] : pointsOf(queued, 'queuedPackets', within)
  return {
    path,
    host,
    local,
    remote,
    fromNs,
    toNs,
    windowBytes: pointsOf(connection, 'congestionWindowBytes', within),
    inFlightBytes: pointsOf(connection, 'inFlightBytes', within),
    rttNs: pointsOf(connection, 'smoothedRttNs', within),
    minimumRttNs: pointsOf(connection, 'minimumRttNs', within),
    queue: queued === null || highest(packets.map(([, value]) => value)) === 0 ? null : { link: queued.link, packets },
    retransmitted: highest(values.retransmittedSegments),
  }
}

/**
 * Returns the values of a figure in a time range. Many samples are divided into intervals, and the largest value of
 * each is taken.
 */
function pointsOf<Name extends string>(
  { ticksNs, values }: { readonly ticksNs: Float64Array; readonly values: Readonly<Record<Name, Float64Array>> },
  name: Name,
  { fromNs, toNs }: Pick<ConnectionView, 'fromNs' | 'toNs'>,
): Point[] {
  const all = [...ticksNs].flatMap((tick, i): Point[] => {
    const value = values[name][i]
    return tick >= fromNs && tick <= toNs && Number.isFinite(value) ? [[tick, value]] : []
  })
  if (all.length <= MOST_POINTS) return all
  const size = Math.ceil(all.length / MOST_POINTS)
  return Array.from({ length: Math.ceil(all.length / size) }, (_, i) =>
    all.slice(i * size, (i + 1) * size).reduce((a, b) => (b[1] > a[1] ? b : a)),
  )
}

function highest(values: Iterable<number>): number {
  let most = 0
  for (const value of values) if (value > most && Number.isFinite(value)) most = value
  return most
}

function largest<Item>(items: readonly Item[], sizeOf: (item: Item) => number): Item | null {
  return items.reduce<Item | null>((a, b) => (a === null || sizeOf(b) > sizeOf(a) ? b : a), null)
}
