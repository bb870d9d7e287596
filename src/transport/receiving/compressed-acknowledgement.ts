import { NS_PER_MS } from '../../engine/ticks.ts'
import type { ConnectionTable } from '../connections/connection.ts'
import type { Connection } from '../rows.ts'

/** Sent one by one for one missing segment (TCP_FASTRETRANS_THRESH). */
const SENT_AT_ONCE = 3
/** net.ipv4.tcp_comp_sack_nr, tcp_comp_sack_delay_ns and tcp_comp_sack_slack_ns, which the timer uses up. */
const MOST_COMPRESSED = 44
const LONGEST_NS = 1 * NS_PER_MS
const SLACK_NS = 0.1 * NS_PER_MS
/** A twentieth of the round-trip time. */
const PARTS = 20

/**
 * Who has told three times that a segment is missing lets further ACKs that would tell what has come behind it wait for
 * each other (Linux 6.18, net/ipv4/tcp_input.c, __tcp_ack_snd_check).
 */
export function compressesAcks(connections: ConnectionTable, connection: Connection): boolean {
  return connections.profileOf(connection).compressesAcks
}

/** Something came out of order: whether it may be told of at once. If not, it is counted among those that wait. */
export function canAckDisorderNow(connections: ConnectionTable, connection: Connection): boolean {
  if (!compressesAcks(connections, connection) || connections.compressedAcks[connection] >= MOST_COMPRESSED) return true
  const next = connections.receiveNext[connection]
  if (connections.disorderOffset[connection] !== next) {
    connections.disorderOffset[connection] = next
    connections.disorderAcks[connection] = 0
  }
  if (connections.disorderAcks[connection] < SENT_AT_ONCE) {
    connections.disorderAcks[connection]++
    return true
  }
  connections.compressedAcks[connection]++
  return false
}

export function compressionNs(connections: ConnectionTable, connection: Connection): number {
  const own = connections.smoothedRttNs[connection]
  const rttNs = own > 0 && own < connections.receiverRttNs[connection] ? own : connections.receiverRttNs[connection]
  return Math.min(Math.floor(rttNs / PARTS), LONGEST_NS) + SLACK_NS
}
