import type { Connection } from '../rows.ts'
import type { ConnectionTable } from './connection.ts'

/** Offset of the SYN: one before the first byte. */
export const SYN_OFFSET = -1

/** Returns the sequence number of an offset in what this end sends (RFC 9293 section 3.4). */
export function sendSequence(connections: ConnectionTable, connection: Connection, offset: number): number {
  return (connections.initialSendSequence[connection] + 1 + offset) >>> 0
}

export function receiveSequence(connections: ConnectionTable, connection: Connection, offset: number): number {
  return (connections.initialReceiveSequence[connection] + 1 + offset) >>> 0
}

/** Returns the offset nearest to `near` that has this sequence number. */
export function sendOffset(
  connections: ConnectionTable,
  connection: Connection,
  sequence: number,
  near: number,
): number {
  return near + ((sequence - sendSequence(connections, connection, near)) | 0)
}

export function receiveOffset(connections: ConnectionTable, connection: Connection, sequence: number): number {
  const near = connections.receiveNext[connection]
  return near + ((sequence - receiveSequence(connections, connection, near)) | 0)
}
