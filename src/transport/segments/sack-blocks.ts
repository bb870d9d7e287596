import { SACK_BLOCK_LIMIT } from '../../network/packet.ts'
import type { ConnectionTable } from '../connections/connection.ts'
import { HELD_BLOCKS, HELD_EDGES } from '../connections/connection-receiving.ts'
import type { Connection } from '../rows.ts'

/**
 * Notes that [start, end) arrived out of order, for the SACK blocks of the next ACK. The block that grew last is the
 * first (RFC 2018 section 4). Blocks beyond the number that is held are not reported again (Linux 6.18,
 * net/ipv4/tcp_input.c, tcp_sack_new_ofo_skb).
 */
export function noteBlock(connections: ConnectionTable, connection: Connection, start: number, end: number): void {
  const first = connection
  const grown = blockBeside(connections, connection, start, end)
  const count = connections.sackBlocks[connection]
  const nth = grown < count ? grown : Math.min(count, HELD_BLOCKS - 1)
  const left = grown < count ? Math.min(start, connections.sackEdges[first + 2 * nth]) : start
  const right = grown < count ? Math.max(end, connections.sackEdges[first + 2 * nth + 1]) : end
  connections.sackEdges.copyWithin(first + 2, first, first + 2 * nth)
  connections.sackEdges[first] = left
  connections.sackEdges[first + 1] = right
  connections.sackBlocks[connection] = Math.max(count, nth + 1)
  if (grown < count) mergeIntoFirst(connections, connection)
}

/** Returns whether [start, end) would displace a block from the next ACK. */
export function displacesBlock(
  connections: ConnectionTable,
  connection: Connection,
  start: number,
  end: number,
): boolean {
  return blockBeside(connections, connection, start, end) >= SACK_BLOCK_LIMIT
}

/** Drops blocks that the acknowledgement number covers now (tcp_sack_remove). */
export function dropBlocksInOrder(connections: ConnectionTable, connection: Connection): void {
  const first = connection
  for (let nth = connections.sackBlocks[connection] - 1; nth >= 0; nth--)
    if (connections.sackEdges[first + 2 * nth] <= connections.receiveNext[connection])
      removeBlock(connections, connection, nth)
}

/** Returns the index of the first block that touches [start, end), or the number of blocks. */
function blockBeside(connections: ConnectionTable, connection: Connection, start: number, end: number): number {
  const first = connection
  const count = connections.sackBlocks[connection]
  let nth = 0
  while (
    nth < count &&
    (start > connections.sackEdges[first + 2 * nth + 1] || end < connections.sackEdges[first + 2 * nth])
  )
    nth++
  return nth
}

/** Merges blocks that the first one has reached by growing (tcp_sack_maybe_coalesce). */
function mergeIntoFirst(connections: ConnectionTable, connection: Connection): void {
  const first = connection
  for (let nth = 1; nth < connections.sackBlocks[connection]; ) {
    const [left, right] = [connections.sackEdges[first + 2 * nth], connections.sackEdges[first + 2 * nth + 1]]
    if (left > connections.sackEdges[first + 1] || right < connections.sackEdges[first]) {
      nth++
      continue
    }
    connections.sackEdges[first] = Math.min(left, connections.sackEdges[first])
    connections.sackEdges[first + 1] = Math.max(right, connections.sackEdges[first + 1])
    removeBlock(connections, connection, nth)
  }
}

function removeBlock(connections: ConnectionTable, connection: Connection, nth: number): void {
  const at = connection + 2 * nth
  connections.sackBlocks[connection]--
  connections.sackEdges.copyWithin(at, at + 2, connection + HELD_EDGES)
}
