import { type ConnectionTable, OPEN } from '../connections/connection.ts'
import type { Connection } from '../rows.ts'

/**
 * Limited transmit (RFC 3042): before anything is believed lost, what has arrived out of order is no longer in flight, so
 * that each ACK that tells of more lets something new out, and small windows see enough such ACKs to find a loss. Linux
 * does it by how it counts (include/net/tcp.h, tcp_packets_in_flight). Without it such segments count until recovery
 * begins (RFC 5681 section 3.2).
 */
export function segmentsHeldBack(connections: ConnectionTable, connection: Connection): number {
  if (connections.recoveryState[connection] !== OPEN) return 0
  return connections.profileOf(connection).hasLimitedTransmit ? 0 : connections.segmentsSacked[connection]
}
