import { congestionControlOf } from '../congestion/congestion-controls.ts'
import { takeRateSample } from '../congestion/rate-sample.ts'
import { type ConnectionTable, ESTABLISHED } from '../connections/connection.ts'
import type { Connection } from '../rows.ts'
import type { AcknowledgedNews } from './acknowledged-news.ts'

/** Tells a congestion control that goes by delivery rates of an ACK by which `delivered` segments have arrived. */
export function controlByRate(
  connections: ConnectionTable,
  connection: Connection,
  news: AcknowledgedNews,
  delivered: number,
  tick: number,
): void {
  // The SYN is no sample.
  if (connections.state[connection] < ESTABLISHED) return
  const { sample } = news
  const lost = connections.lostSegments[connection] - news.lostBefore
  takeRateSample(connections, connection, sample, delivered, lost, tick)
  const bytes = connections.sendUnacknowledged[connection] - news.priorUnacknowledged
  const isPartOfSegment = bytes > 0 && bytes < connections.maximumSegmentBytes[connection]
  sample.mayBeDelayed = delivered === 1 && sample.delivered === 1 && isPartOfSegment
  congestionControlOf(connections, connection).control?.(connections, connection, sample, tick)
}
