import type { ConnectionTable } from '../connections/connection.ts'
import type { Connection } from '../rows.ts'

/**
 * Nagle's algorithm (RFC 896, RFC 9293 section 3.7.4) with Minshall's change to it, as Linux has it
 * (net/ipv4/tcp_output.c, tcp_nagle_check): what does not fill a segment waits while another small one is
 * unacknowledged; full ones in flight do not hold it up. TCP_NODELAY switches it off, which Go and Node.js do.
 */
export function initializeNagle(connections: ConnectionTable, connection: Connection): void {
  connections.hasNagle[connection] = connections.profileOf(connection).hasNagle ? 1 : 0
  connections.lastPartialEnd[connection] = NO_PARTIAL
}

/** Whether the last bytes of what was written, fewer than a segment holds, are to wait for an ACK or for more. */
export function holdsPartial(connections: ConnectionTable, connection: Connection): boolean {
  return (
    connections.hasNagle[connection] === 1 &&
    connections.lastPartialEnd[connection] > connections.sendUnacknowledged[connection]
  )
}

/** A segment is sent for the first time. */
export function noteSegmentSent(
  connections: ConnectionTable,
  connection: Connection,
  bytes: number,
  end: number,
): void {
  if (bytes < connections.maximumSegmentBytes[connection]) connections.lastPartialEnd[connection] = end
}

const NO_PARTIAL = -1
