import type { ConnectionTable } from '../connections/connection.ts'
import type { Connection } from '../rows.ts'

/**
 * Begins ns-3.43's proportional rate reduction (src/internet/model/tcp-prr-recovery.cc): RFC 6937 in bytes. A duplicate
 * ACK counts one more segment than it reports, until as much has arrived as was in flight. The product of delivered
 * bytes and threshold has 32 bits in ns-3, and overflows for windows of more than about 65 kB.
 */
export function beginNs3Reduction(connections: ConnectionTable, connection: Connection): void {
  connections.reductionDelivered[connection] = 0
  connections.reductionSent[connection] = 0
  connections.recoveryFlight[connection] = connections.segmentsInFlight(connection)
}

/**
 * Sets the window after `delivered` segments arrived. `hasRepeated`: a retransmitted segment was cumulatively
 * acknowledged.
 */
export function reduceLikeNs3(
  connections: ConnectionTable,
  connection: Connection,
  delivered: number,
  isDuplicate: boolean,
  hasRepeated: boolean,
): void {
  const hasArrived = connections.reductionDelivered[connection] >= connections.recoveryFlight[connection]
  const arrived = delivered + (isDuplicate && !hasArrived ? 1 : 0)
  if (arrived === 0) return
  connections.reductionDelivered[connection] += arrived
  const segmentBytes = connections.maximumSegmentBytes[connection]
  const inFlightBytes = connections.segmentsInFlight(connection) * segmentBytes
  const thresholdBytes = Math.round(connections.slowStartThreshold[connection] * segmentBytes)
  const sentBytes = connections.reductionSent[connection] * segmentBytes
  const deliveredBytes = connections.reductionDelivered[connection] * segmentBytes
  let sendableBytes: number
  if (inFlightBytes > thresholdBytes) {
    const product = Math.imul(deliveredBytes, thresholdBytes) >>> 0
    sendableBytes =
      Math.ceil(product / (Math.max(connections.recoveryFlight[connection], 1) * segmentBytes)) - sentBytes
  } else {
    // Unsigned in ns-3: a sender that has sent more than has arrived sends nothing.
    const owedBytes = deliveredBytes - sentBytes
    const limitBytes = owedBytes < 0 ? owedBytes : Math.max(owedBytes, arrived * segmentBytes)
    sendableBytes = Math.min(limitBytes + (hasRepeated ? segmentBytes : 0), thresholdBytes - inFlightBytes)
  }
  const leastBytes = sentBytes > 0 ? 0 : segmentBytes
  connections.congestionWindow[connection] = (inFlightBytes + Math.max(sendableBytes, leastBytes)) / segmentBytes
}
