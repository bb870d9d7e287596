import type { Connection } from '../rows.ts'
import type { ConnectionTable } from './connection.ts'

/** Bytes that the far end has room for beyond what was sent. */
export function farRoomBytes(connections: ConnectionTable, connection: Connection): number {
  const edge = connections.sendUnacknowledged[connection] + connections.sendWindowBytes[connection]
  return edge - connections.sendNext[connection]
}
