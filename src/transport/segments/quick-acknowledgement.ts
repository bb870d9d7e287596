import type { ConnectionTable } from '../connections/connection.ts'
import type { Connection } from '../rows.ts'

/** `lastDataReceivedTick` before any data have arrived. */
export const NO_DATA = -1

/**
 * Whether ACKs are sent at once though they could be delayed. A sender in slow start needs ACKs, so Linux acknowledges
 * the first segments one by one, as well as segments after a pause and segments that arrive again. It does not where
 * the user replies to what arrives, since the reply carries the ACK. After net/ipv4/tcp_input.c (tcp_event_data_recv,
 * tcp_incr_quickack, tcp_enter_quickack_mode) and tcp_output.c (tcp_event_data_sent, tcp_dec_quickack_mode), with the
 * shortest delay in place of its estimate.
 */
export function acknowledgesQuickly(connections: ConnectionTable, connection: Connection): boolean {
  return connections.quickAcks[connection] > 0 && connections.isInteractive[connection] === 0
}

/**
 * Learns from a data segment how much the peer's full segments carry, and whether it ends a write
 * (net/ipv4/tcp_input.c, tcp_measure_rcv_mss). Two small segments of equal size in a row count as full.
 */
export function noteSegmentSize(
  connections: ConnectionTable,
  connection: Connection,
  bytes: number,
  isPushed: boolean,
): void {
  const full = connections.receiveSegmentBytes[connection]
  if (connections.unacknowledgedSegments[connection] < MOST_COUNTED) connections.unacknowledgedSegments[connection]++
  if (bytes >= full) {
    connections.lastSmallSegmentBytes[connection] = 0
    connections.receiveSegmentBytes[connection] = Math.min(bytes, connections.maximumSegmentBytes[connection])
    if (isPushed) connections.pushedSegments[connection] = Math.max(connections.pushedSegments[connection], 1)
    return
  }
  const last = connections.lastSmallSegmentBytes[connection]
  connections.lastSmallSegmentBytes[connection] = 0
  if (bytes + OPTION_BYTES >= LEAST_FULL_BYTES || (bytes + OPTION_BYTES >= LEAST_UNPUSHED_BYTES && !isPushed)) {
    connections.lastSmallSegmentBytes[connection] = bytes
    if (bytes === last) {
      connections.receiveSegmentBytes[connection] = bytes
      return
    }
  }
  connections.pushedSegments[connection] = Math.min(connections.pushedSegments[connection] + 1, 2)
}

/**
 * Whether a segment that ends a write is acknowledged as soon as it is read: the first one, or the second where the
 * user usually replies (net/ipv4/tcp.c, __tcp_cleanup_rbuf).
 */
export function acknowledgesPushed(connections: ConnectionTable, connection: Connection): boolean {
  const pushed = connections.pushedSegments[connection]
  return pushed > 1 || (pushed === 1 && connections.isInteractive[connection] === 0)
}

/**
 * Notes that data arrived. After the first data, and after a pause longer than a timeout, the sender is taken to be in
 * slow start.
 */
export function noteDataReceived(connections: ConnectionTable, connection: Connection, tick: number): void {
  const last = connections.lastDataReceivedTick[connection]
  if (last === NO_DATA || tick - last > connections.timeoutNs[connection])
    grantQuickAcks(connections, connection, connections.profileOf(connection).quickAcks)
  connections.lastDataReceivedTick[connection] = tick
}

export function hasReceivedData(connections: ConnectionTable, connection: Connection): boolean {
  return connections.lastDataReceivedTick[connection] !== NO_DATA
}

/**
 * Acknowledges quickly after the peer has repeated data: it should know at once what has arrived, even where the user
 * usually replies. `most`: at most so many.
 */
export function enterQuickAcks(
  connections: ConnectionTable,
  connection: Connection,
  most = connections.profileOf(connection).quickAcks,
): void {
  grantQuickAcks(connections, connection, most)
  connections.isInteractive[connection] = 0
}

/**
 * Notes that data are sent. Data sent soon after others arrived are taken for a reply (net.ipv4.tcp_pingpong_thresh =
 * 1).
 */
export function noteDataSent(connections: ConnectionTable, connection: Connection, tick: number): void {
  const last = connections.lastDataReceivedTick[connection]
  if (last !== NO_DATA && tick - last < connections.profileOf(connection).delayedAckNs)
    connections.isInteractive[connection] = 1
}

/** Notes that no reply came in time to carry the ACK. */
export function endInteractiveMode(connections: ConnectionTable, connection: Connection): void {
  connections.isInteractive[connection] = 0
}

/** Notes that an ACK is about to be sent, alone or with data. */
export function spendQuickAck(connections: ConnectionTable, connection: Connection): void {
  if (connections.quickAcks[connection] > 0) connections.quickAcks[connection]--
}

/** Grants quick ACKs, at most for half of the segments of a receive window. */
function grantQuickAcks(connections: ConnectionTable, connection: Connection, most: number): void {
  const windowBytes = connections.receiveWindowEdge[connection] - connections.receiveNext[connection]
  const halfWindow = Math.floor(windowBytes / (2 * connections.receiveSegmentBytes[connection]))
  const granted = Math.min(Math.max(halfWindow, LEAST_QUICK_ACKS), most)
  connections.quickAcks[connection] = Math.max(connections.quickAcks[connection], granted)
}

const MOST_COUNTED = 255
/** TCP_MSS_DEFAULT, and TCP_MIN_MSS for segments that do not end a write. */
const LEAST_FULL_BYTES = 536
const LEAST_UNPUSHED_BYTES = 88
/** Length of the timestamps option, which Linux includes in this comparison. */
const OPTION_BYTES = 12
const LEAST_QUICK_ACKS = 2
