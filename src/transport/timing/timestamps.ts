import { NS_PER_MS } from '../../engine/ticks.ts'
import type { PacketTable } from '../../network/packet.ts'
import type { Packet } from '../../network/rows.ts'
import type { ConnectionTable } from '../connections/connection.ts'
import { receiveOffset } from '../connections/sequence-number.ts'
import type { Connection } from '../rows.ts'

/** With the two no-operations before it (RFC 7323 appendix A). */
export const TIMESTAMP_OPTION_BYTES = 12

/** TSval: milliseconds (Linux: TCP_TS_HZ = 1000). Never 0, which says that nothing is told. */
export function timestampAt(tick: number): number {
  return (Math.floor(tick / NS_PER_MS) + 1) >>> 0
}

/** Whether timestamp `a` is before `b`, around the edge of 32 bits. */
export function isTimestampBefore(a: number, b: number): boolean {
  return ((a - b) | 0) < 0
}

/**
 * TS.Recent (RFC 7323 section 4.3): of what begins no later than where the last ACK ended, so that a delayed ACK echoes
 * the first segment that it is about. Who writes no timestamps, as a forger does, changes nothing.
 */
export function noteTimestamp(
  connections: ConnectionTable,
  connection: Connection,
  packets: PacketTable,
  packet: Packet,
): void {
  const timestamp = packets.timestamp[packet]
  if (timestamp === 0) return
  const recent = connections.recentTimestamp[connection]
  if (recent !== 0 && isTimestampBefore(timestamp, recent)) return
  const start = receiveOffset(connections, connection, packets.sequenceNumber[packet])
  // Whoever has finished sends from behind the FIN.
  const fin = connections.receivedFinOffset[connection] === connections.receiveNext[connection] ? 1 : 0
  if (start <= connections.lastAckSent[connection] + fin) connections.recentTimestamp[connection] = timestamp
}
