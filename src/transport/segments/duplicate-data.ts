import { type ConnectionTable, TIME_WAIT } from '../connections/connection.ts'
import type { Connection } from '../rows.ts'

/**
 * Notes that [start, end) arrived for the second time, for the next ACK to report (RFC 2883; tcp_dsack_set).
 * Connections in TIME_WAIT report nothing (tcp_v4_timewait_ack).
 */
export function noteDuplicate(connections: ConnectionTable, connection: Connection, start: number, end: number): void {
  if (!connections.profileOf(connection).undoesSpurious || start >= end) return
  if (connections.state[connection] === TIME_WAIT) return
  connections.duplicateStart[connection] = Math.max(start, 0)
  connections.duplicateEnd[connection] = end
}

/** Notes that [start, end) arrived for the second time, unless another range is to be reported that it does not touch. */
export function extendDuplicate(
  connections: ConnectionTable,
  connection: Connection,
  start: number,
  end: number,
): void {
  const { duplicateStart, duplicateEnd } = connections
  if (duplicateEnd[connection] <= duplicateStart[connection]) return noteDuplicate(connections, connection, start, end)
  if (start > duplicateEnd[connection] || end < duplicateStart[connection]) return
  duplicateStart[connection] = Math.min(start, duplicateStart[connection])
  duplicateEnd[connection] = Math.max(end, duplicateEnd[connection])
}
