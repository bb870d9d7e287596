import type { PacketTable } from '../../network/packet.ts'
import type { Packet } from '../../network/rows.ts'
import type { Connection } from '../rows.ts'
import type { ConnectionTable } from './connection.ts'
import { ACK, CE, CWR, ECE, ECT_0, SYN } from './flags.ts'

/**
 * Explicit congestion notification (RFC 3168), as in Linux 6.18 (include/net/tcp_ecn.h, net/ipv4/tcp_input.c): a queue that grows
 * long marks packets in the place of dropping them, the receiver echoes that with ECE, and the sender reduces its window as
 * after a loss and says so with CWR. Bits of the column `ecn`:
 */
const AGREED = 1
/** The next new segment says that the window was reduced. */
const OWES_CWR = 2
/** ACKs have ECE, until the sender says that it has reduced its window. */
const ECHOES = 4
/** The peer has sent segments that can be marked. */
const SEEN = 8

/** The segments that are acknowledged one by one after a mark (tcp_enter_quickack_mode). */
export const QUICK_ACKS_AFTER_MARK = 2

/** Returns whether both ends use ECN. */
export function usesEcn(connections: ConnectionTable, connection: Connection): boolean {
  return connections.ecn[connection] !== 0
}

/** Returns the flags of a SYN besides SYN. A SYN that is sent again does not offer ECN (tcp_ecn_clear_syn). */
export function ecnOffer(connections: ConnectionTable, connection: Connection, transmission: number): number {
  return connections.profileOf(connection).ecn === 'offer' && transmission === 1 ? ECE | CWR : 0
}

/** Notes what a SYN offers (tcp_ecn_create_request). */
export function takeEcnOffer(connections: ConnectionTable, connection: Connection, flags: number): void {
  const isOffered = (flags & (ECE | CWR | CE)) === (ECE | CWR)
  if (isOffered && connections.profileOf(connection).ecn !== 'off') connections.ecn[connection] = AGREED
}

/** Returns the flags of a SYN-ACK besides SYN and ACK. */
export function ecnReply(connections: ConnectionTable, connection: Connection): number {
  return usesEcn(connections, connection) ? ECE : 0
}

/** Notes what a SYN-ACK says (tcp_ecn_rcv_synack). A timeout of the SYN has reduced the window (tcp_enter_loss). */
export function takeEcnReply(connections: ConnectionTable, connection: Connection, flags: number): void {
  const isAgreed = (flags & (ECE | CWR)) === ECE && connections.profileOf(connection).ecn === 'offer'
  if (isAgreed) connections.ecn[connection] = connections.retries[connection] > 0 ? AGREED | OWES_CWR : AGREED
}

/** Returns the flags of ECN of a segment. Only new data can be marked (tcp_ecn_send). */
export function ecnFlags(connections: ConnectionTable, connection: Connection, hasNewData: boolean): number {
  const state = connections.ecn[connection]
  let flags = (state & ECHOES) === 0 ? 0 : ECE
  if (!hasNewData || state === 0) return flags
  flags |= ECT_0
  if ((state & OWES_CWR) === 0) return flags
  connections.ecn[connection] &= ~OWES_CWR
  return flags | CWR
}

/**
 * Takes the mark of a data segment, and the peer's word that it has reduced its window (tcp_data_ecn_check). Returns whether
 * the next segments are to be acknowledged one by one.
 */
export function takeMark(
  connections: ConnectionTable,
  connection: Connection,
  packets: PacketTable,
  packet: Packet,
): boolean {
  if (!usesEcn(connections, connection)) return false
  const flags = packets.flags[packet]
  if ((flags & CWR) !== 0) {
    connections.ecn[connection] &= ~ECHOES
    // The window of the peer may be a single segment.
    connections.mustAckNow[connection] = 1
  }
  const mark = flags & CE
  // A segment that cannot be marked was probably sent again.
  if (mark === 0) return (connections.ecn[connection] & SEEN) !== 0
  const isNews = mark === CE && (connections.ecn[connection] & ECHOES) === 0
  connections.ecn[connection] |= isNews ? SEEN | ECHOES : SEEN
  return isNews
}

/** Returns whether an ACK says that a segment was marked. */
export function hasEcho(connections: ConnectionTable, connection: Connection, flags: number): boolean {
  return (flags & (ECE | SYN | ACK)) === (ECE | ACK) && usesEcn(connections, connection)
}

/** Notes that the window is reduced, for a mark or a loss (tcp_ecn_queue_cwr). */
export function announceReduction(connections: ConnectionTable, connection: Connection): void {
  if (usesEcn(connections, connection)) connections.ecn[connection] |= OWES_CWR
}
