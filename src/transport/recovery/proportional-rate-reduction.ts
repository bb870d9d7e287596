import type { ConnectionTable } from '../connection.ts'

/**
 * Spreads the reduction of the window over fast recovery (RFC 6937, with its slow-start reduction bound): for each
 * segment that arrives, as many are sent as bring the flight down to the threshold by the end of recovery.
 */
export function beginReduction(connections: ConnectionTable, connection: number): void {
  connections.reductionFlight[connection] = connections.segmentsOut[connection]
  connections.reductionDelivered[connection] = 0
  connections.reductionSent[connection] = 0
  // The retransmission that fast recovery begins with is not to wait.
  connections.congestionWindow[connection] = connections.segmentsInFlight(connection) + 1
}

/** `delivered` segments were newly acknowledged, selectively or not. Sets the window to what may be in flight now. */
export function reduce(connections: ConnectionTable, connection: number, delivered: number): void {
  const { reductionDelivered, reductionSent, slowStartThreshold, congestionWindow } = connections
  reductionDelivered[connection] += delivered
  const inFlight = connections.segmentsInFlight(connection)
  const threshold = slowStartThreshold[connection]
  const sent = reductionSent[connection]
  let maySend: number
  if (inFlight > threshold) {
    maySend = Math.ceil((reductionDelivered[connection] * threshold) / connections.reductionFlight[connection]) - sent
  } else {
    const limit = Math.max(reductionDelivered[connection] - sent, delivered) + 1
    maySend = Math.min(threshold - inFlight, limit)
  }
  congestionWindow[connection] = inFlight + Math.max(maySend, sent === 0 ? 1 : 0)
}
