import { type ConnectionTable, OPEN } from '../connections/connection.ts'
import type { Connection } from '../rows.ts'

/**
 * Returns the selectively acknowledged segments that count as in flight before recovery begins. With limited transmit
 * (RFC 3042) there are none: each ACK for data out of order then allows a new segment, so that even a small window sees
 * enough such ACKs to detect a loss. Linux does so by its way of counting (include/net/tcp.h, tcp_packets_in_flight).
 * Without limited transmit all count (RFC 5681 section 3.2).
 */
export function segmentsHeldBack(connections: ConnectionTable, connection: Connection): number {
  if (connections.recoveryState[connection] !== OPEN) return 0
  return connections.profileOf(connection).hasLimitedTransmit ? 0 : connections.segmentsSacked[connection]
}
