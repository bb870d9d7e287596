import type { CongestionColumns } from '../connections/congestion-control.ts'
import type { Connection } from '../rows.ts'

/**
 * Returns the window in bytes, as ns-3 counts it. The conversion is exact in both directions for fewer than 2^32 bytes.
 */
export function windowBytes(connections: CongestionColumns, connection: Connection): number {
  return Math.round(connections.congestionWindow[connection] * connections.maximumSegmentBytes[connection])
}

export function setWindowBytes(connections: CongestionColumns, connection: Connection, bytes: number): void {
  connections.congestionWindow[connection] = bytes / connections.maximumSegmentBytes[connection]
}
