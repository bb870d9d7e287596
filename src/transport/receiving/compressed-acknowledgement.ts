import { NS_PER_MS } from '../../engine/ticks.ts'
import type { ConnectionTable } from '../connections/connection.ts'
import type { Connection } from '../rows.ts'

/** ACKs that are sent at once for one missing segment (TCP_FASTRETRANS_THRESH). */
const SENT_AT_ONCE = 3
/** net.ipv4.tcp_comp_sack_nr, tcp_comp_sack_delay_ns and tcp_comp_sack_slack_ns. The timer uses all of the slack. */
const MOST_COMPRESSED = 44
const LONGEST_NS = 1 * NS_PER_MS
const SLACK_NS = 0.1 * NS_PER_MS
/** The delay is the round-trip time divided by this. */
const PARTS = 20

/**
 * Whether a receiver that has reported a missing segment three times delays further ACKs for data out of order, so that
 * one ACK reports several segments (Linux 6.18, net/ipv4/tcp_input.c, __tcp_ack_snd_check).
 */
export function compressesAcks(connections: ConnectionTable, connection: Connection): boolean {
  return connections.profileOf(connection).compressesAcks
}

/**
 * Whether a segment that arrived out of order is acknowledged at once. If not, its ACK is counted among those that
 * wait.
 */
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
