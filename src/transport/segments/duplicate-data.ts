import { type ConnectionTable, TIME_WAIT } from '../connections/connection.ts'
import type { Connection } from '../rows.ts'

/**
 * [start, end) came for the second time: the next ACK says so (RFC 2883; Linux: tcp_dsack_set), unless little is left of
 * the connection (tcp_v4_timewait_ack).
 */
export function noteDuplicate(connections: ConnectionTable, connection: Connection, start: number, end: number): void {
  if (!connections.profileOf(connection).undoesSpurious || start >= end) return
  if (connections.state[connection] === TIME_WAIT) return
  connections.duplicateStart[connection] = Math.max(start, 0)
  connections.duplicateEnd[connection] = end
}
