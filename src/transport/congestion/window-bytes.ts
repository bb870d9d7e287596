import type { ConnectionTable } from '../connections/connection.ts'

/** The window where it is reckoned in bytes, as ns-3 does; exact both ways, since it has fewer than 2^32 of them. */
export function windowBytes(connections: ConnectionTable, connection: number): number {
  return Math.round(connections.congestionWindow[connection] * connections.maximumSegmentBytes[connection])
}

export function setWindowBytes(connections: ConnectionTable, connection: number, bytes: number): void {
  connections.congestionWindow[connection] = bytes / connections.maximumSegmentBytes[connection]
}
