import { congestionControlOf } from '../congestion/congestion-controls.ts'
import { takeRateSample } from '../congestion/rate-sample.ts'
import { type ConnectionTable, ESTABLISHED } from '../connections/connection.ts'
import type { Connection } from '../rows.ts'
import type { AckSummary } from './ack-summary.ts'

/** Reports an ACK by which `delivered` segments arrived to a congestion control that uses delivery rates. */
export function controlByRate(
  connections: ConnectionTable,
  connection: Connection,
  ack: AckSummary,
  delivered: number,
  tick: number,
): void {
  // The SYN gives no sample of the rate.
  if (connections.state[connection] < ESTABLISHED) return
  const { sample } = ack
  const lost = connections.lostSegments[connection] - ack.lostBefore
  takeRateSample(connections, connection, sample, delivered, lost, tick)
  const bytes = connections.sendUnacknowledged[connection] - ack.priorUnacknowledged
  const isPartOfSegment = bytes > 0 && bytes < connections.maximumSegmentBytes[connection]
  sample.isAckDelayed = delivered === 1 && sample.delivered === 1 && isPartOfSegment
  congestionControlOf(connections, connection).control?.(connections, connection, sample, tick)
}
