import type { ConnectionTable } from '../connections/connection.ts'
import type { Connection } from '../rows.ts'

/**
 * Spreads the reduction of the window over fast recovery (RFC 6937bis, draft-ietf-tcpm-prr-rfc6937bis, as Linux 6.18 has
 * it, tcp_cwnd_reduction): for each segment that arrives, as many are sent as bring the flight down to the threshold by
 * the end of recovery; below the threshold slow start, but only while ACKs advance and nothing more is lost. Without it the
 * window falls to the threshold at once, and nothing is sent until so much less is in flight (RFC 6675 section 5).
 */
export function beginReduction(connections: ConnectionTable, connection: Connection): void {
  connections.reductionDelivered[connection] = 0
  connections.reductionSent[connection] = 0
}

/**
 * `delivered` segments were newly acknowledged, selectively or not, and `lost` found lost by the same ACK, which moved
 * the left edge or did not. Sets the window to what may be in flight now.
 */
export function reduce(
  connections: ConnectionTable,
  connection: Connection,
  delivered: number,
  lost: number,
  isAdvance: boolean,
): void {
  connections.reductionDelivered[connection] += delivered
  const inFlight = connections.segmentsInFlight(connection)
  const threshold = Math.floor(connections.slowStartThreshold[connection])
  const sent = connections.reductionSent[connection]
  let maySend: number
  if (!connections.profileOf(connection).spreadsReduction) {
    maySend = threshold - inFlight
  } else if (inFlight > threshold) {
    maySend =
      Math.ceil((connections.reductionDelivered[connection] * threshold) / connections.windowBeforeLoss[connection]) -
      sent
  } else {
    const limit =
      Math.max(connections.reductionDelivered[connection] - sent, delivered) + (isAdvance && lost === 0 ? 1 : 0)
    maySend = Math.min(threshold - inFlight, limit)
  }
  // The retransmission that fast recovery begins with is not to wait.
  connections.congestionWindow[connection] = inFlight + Math.max(maySend, sent === 0 ? 1 : 0)
}
