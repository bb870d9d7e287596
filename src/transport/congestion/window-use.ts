import type { ConnectionTable } from '../connections/connection.ts'
import type { Connection } from '../rows.ts'

/**
 * Notes how much of the window is used, since an unused window must not grow (net/ipv4/tcp_output.c,
 * tcp_cwnd_validate).
 */
export function noteWindowUse(
  connections: ConnectionTable,
  connection: Connection,
  isLimited: boolean,
  hasSent: boolean,
): void {
  if (!isLimited && !hasSent) return
  const out = connections.segmentsOut[connection]
  const isWindowOver = connections.sendUnacknowledged[connection] >= connections.mostSegmentsUntil[connection]
  const isMore = connections.isWindowLimited[connection] === 0 && out > connections.mostSegmentsOut[connection]
  if (!isWindowOver && !isLimited && !isMore) return
  connections.isWindowLimited[connection] = isLimited ? 1 : 0
  connections.mostSegmentsOut[connection] = out
  connections.mostSegmentsUntil[connection] = connections.sendNext[connection]
}

/** Returns whether the congestion window, and not the user, limits the sender (tcp_is_cwnd_limited). */
export function isWindowLimited(connections: ConnectionTable, connection: Connection): boolean {
  if (connections.isWindowLimited[connection] === 1) return true
  const window = connections.congestionWindow[connection]
  return window < connections.slowStartThreshold[connection] && window < 2 * connections.mostSegmentsOut[connection]
}
