import { NS_PER_MS } from '../../engine/ticks.ts'
import type { PacketTable } from '../../network/packet.ts'
import type { Packet } from '../../network/rows.ts'
import type { ConnectionTable } from '../connections/connection.ts'
import { receiveOffset } from '../connections/sequence-number.ts'
import type { Connection } from '../rows.ts'

/** Returns TSval in milliseconds (Linux: TCP_TS_HZ = 1000). It is never 0, which stands for no timestamp. */
export function timestampAt(tick: number): number {
  return (Math.floor(tick / NS_PER_MS) + 1) >>> 0
}

/** Returns whether timestamp `a` is before `b`, modulo 2^32. */
export function isTimestampBefore(a: number, b: number): boolean {
  return ((a - b) | 0) < 0
}

/**
 * Updates TS.Recent (RFC 7323 section 4.3) from a segment that begins no later than the last ACK, so that a delayed ACK
 * echoes the first segment that it acknowledges. A segment without timestamps, such as a forged one, changes nothing.
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
  // After the FIN, the peer's segments begin one after its last byte.
  const fin = connections.receivedFinOffset[connection] === connections.receiveNext[connection] ? 1 : 0
  if (start <= connections.lastAckSent[connection] + fin) connections.recentTimestamp[connection] = timestamp
}
