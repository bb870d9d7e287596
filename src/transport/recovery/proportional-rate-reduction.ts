import type { ConnectionTable } from '../connections/connection.ts'
import type { Connection } from '../rows.ts'

/**
 * Begins to reduce the window during fast recovery (proportional rate reduction, draft-ietf-tcpm-prr-rfc6937bis, as in
 * Linux 6.18, tcp_cwnd_reduction). While more is in flight than the threshold, segments are sent in proportion to those
 * that arrive. Below the threshold the window grows as in slow start, but only while ACKs advance and nothing more is
 * lost. Where the profile does not spread the reduction, the window falls to the threshold at once (RFC 6675 section
 * 5).
 */
export function beginReduction(connections: ConnectionTable, connection: Connection): void {
  connections.reductionDelivered[connection] = 0
  connections.reductionSent[connection] = 0
}

/**
 * Sets the window after an ACK that newly acknowledged `delivered` segments and marked `lost` segments lost.
 * `isAdvance`: the ACK was cumulative.
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
  let sendable: number
  if (!connections.profileOf(connection).spreadsReduction) {
    sendable = threshold - inFlight
  } else if (inFlight > threshold) {
    sendable =
      Math.ceil((connections.reductionDelivered[connection] * threshold) / connections.windowBeforeLoss[connection]) -
      sent
  } else {
    const limit =
      Math.max(connections.reductionDelivered[connection] - sent, delivered) + (isAdvance && lost === 0 ? 1 : 0)
    sendable = Math.min(threshold - inFlight, limit)
  }
  // The retransmission with which fast recovery begins is sent at once.
  connections.congestionWindow[connection] = inFlight + Math.max(sendable, sent === 0 ? 1 : 0)
}
