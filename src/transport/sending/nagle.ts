import type { ConnectionTable } from '../connections/connection.ts'
import type { Connection } from '../rows.ts'

/**
 * Sets up Nagle's algorithm (RFC 896, RFC 9293 section 3.7.4) with Minshall's modification, as in
 * net/ipv4/tcp_output.c, tcp_nagle_check: a partial segment waits while another partial one is unacknowledged. Full
 * segments in flight do not delay it. TCP_NODELAY switches it off, as Go and Node.js do.
 */
export function initializeNagle(connections: ConnectionTable, connection: Connection): void {
  connections.hasNagle[connection] = connections.profileOf(connection).hasNagle ? 1 : 0
  connections.lastPartialEnd[connection] = NO_PARTIAL
}

/** Returns whether a partial segment has to wait for an ACK or for more data. */
export function holdsPartial(connections: ConnectionTable, connection: Connection): boolean {
  if (connections.isCorked[connection] === 1 || connections.moreFollows[connection] === 1) return true
  return (
    connections.hasNagle[connection] === 1 &&
    connections.lastPartialEnd[connection] > connections.sendUnacknowledged[connection]
  )
}

/** Notes a segment that is sent for the first time: where it ends, if it is a partial one. */
export function noteSegmentSent(
  connections: ConnectionTable,
  connection: Connection,
  bytes: number,
  end: number,
): void {
  if (bytes < connections.maximumSegmentBytes[connection]) connections.lastPartialEnd[connection] = end
}

const NO_PARTIAL = -1
