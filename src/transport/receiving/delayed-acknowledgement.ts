import type { ConnectionTable } from '../connections/connection.ts'
import type { Connection } from '../rows.ts'
import { hasReceivedData } from '../segments/quick-acknowledgement.ts'

/** A tick of CONFIG_HZ=250, for profiles whose timers are exact. */
const CLOCK_TICK_NS = 4_000_000

/**
 * Returns how long an ACK is delayed. Linux has no estimate yet when a FIN arrives before any data; the ACK is then
 * sent at the next tick.
 */
export function acknowledgementDelayNs(connections: ConnectionTable, connection: Connection): number {
  const { delayedAckNs, timerTickNs } = connections.profileOf(connection)
  if (hasReceivedData(connections, connection)) return delayedAckNs
  return timerTickNs > 0 ? 0 : Math.min(delayedAckNs, CLOCK_TICK_NS)
}

/**
 * Whether the delayed-ACK timer has less than a quarter of its time left. Linux then sends the ACK at once
 * (tcp_send_delayed_ack).
 */
export function isAboutToAcknowledge(connections: ConnectionTable, connection: Connection, tick: number): boolean {
  const { delayedAckNs, hasLinuxChecks, timerTickNs } = connections.profileOf(connection)
  if (!hasLinuxChecks || connections.compressedAcks[connection] > 0) return false
  const quarterNs = delayedAckNs / 4
  const nearNs = timerTickNs === 0 ? quarterNs : (Math.floor(quarterNs / timerTickNs) + 1) * timerTickNs
  return connections.delayedAckDeadline[connection] - tick <= nearNs
}
