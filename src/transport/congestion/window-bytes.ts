import type { ConnectionTable } from '../connections/connection.ts'
import type { Connection } from '../rows.ts'

/** The window where it is reckoned in bytes, as ns-3 does; exact both ways, since it has fewer than 2^32 of them. */
export function windowBytes(connections: ConnectionTable, connection: Connection): number {
  return Math.round(connections.congestionWindow[connection] * connections.maximumSegmentBytes[connection])
}

export function setWindowBytes(connections: ConnectionTable, connection: Connection, bytes: number): void {
  connections.congestionWindow[connection] = bytes / connections.maximumSegmentBytes[connection]
}
