import type { ConnectionTable } from '../connections/connection.ts'
import type { Connection } from '../rows.ts'

/** `lastDataReceivedTick` before any data have come. */
export const NO_DATA = -1

/**
 * When an ACK does not wait for company though it might. A sender in slow start lives on ACKs, so Linux acknowledges
 * the first segments one by one, and so after a pause, or when it is sent what it has already; but not where the user
 * answers what comes, since then an answer will carry the ACK. This follows net/ipv4/tcp_input.c
 * (tcp_event_data_recv, tcp_incr_quickack, tcp_enter_quickack_mode) and tcp_output.c (tcp_event_data_sent,
 * tcp_dec_quickack_mode), with the smallest delay in place of its estimate.
 */
export function acknowledgesQuickly(connections: ConnectionTable, connection: Connection): boolean {
  return connections.quickAcks[connection] > 0 && connections.isInteractive[connection] === 0
}

/**
 * A data segment came: learns what the far end's full segments carry, and whether it seems to have ended a write
 * (net/ipv4/tcp_input.c, tcp_measure_rcv_mss). Two small ones of one size in a row are taken for full.
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
 * What ends a write is acknowledged as soon as it was read: where nobody answers, the first such segment, else the
 * second (net/ipv4/tcp.c, __tcp_cleanup_rbuf).
 */
export function acknowledgesPushed(connections: ConnectionTable, connection: Connection): boolean {
  const pushed = connections.pushedSegments[connection]
  return pushed > 1 || (pushed === 1 && connections.isInteractive[connection] === 0)
}

/** After the first data, and after a pause longer than a timeout: the sender seems to start slowly. */
export function noteDataReceived(connections: ConnectionTable, connection: Connection, tick: number): void {
  const last = connections.lastDataReceivedTick[connection]
  if (last === NO_DATA || tick - last > connections.timeoutNs[connection]) grantQuickAcks(connections, connection)
  connections.lastDataReceivedTick[connection] = tick
}

export function hasReceivedData(connections: ConnectionTable, connection: Connection): boolean {
  return connections.lastDataReceivedTick[connection] !== NO_DATA
}

/** The far end repeats itself: its user's habits matter less than that it hears of what has come. */
export function enterQuickAcks(connections: ConnectionTable, connection: Connection): void {
  grantQuickAcks(connections, connection)
  connections.isInteractive[connection] = 0
}

/** What is sent soon after something came is taken for its answer (net.ipv4.tcp_pingpong_thresh = 1). */
export function noteDataSent(connections: ConnectionTable, connection: Connection, tick: number): void {
  const last = connections.lastDataReceivedTick[connection]
  if (last !== NO_DATA && tick - last < connections.profileOf(connection).delayedAckNs)
    connections.isInteractive[connection] = 1
}

/** No answer came in time to carry the ACK. */
export function endInteractiveMode(connections: ConnectionTable, connection: Connection): void {
  connections.isInteractive[connection] = 0
}

/** An ACK of something that came is about to be sent, alone or with data. */
export function spendQuickAck(connections: ConnectionTable, connection: Connection): void {
  if (connections.quickAcks[connection] > 0) connections.quickAcks[connection]--
}

/** At most as many as half a receive window has segments. */
function grantQuickAcks(connections: ConnectionTable, connection: Connection): void {
  const windowBytes = connections.receiveWindowEdge[connection] - connections.receiveNext[connection]
  const halfWindow = Math.floor(windowBytes / (2 * connections.receiveSegmentBytes[connection]))
  const granted = Math.min(Math.max(halfWindow, LEAST_QUICK_ACKS), connections.profileOf(connection).quickAcks)
  connections.quickAcks[connection] = Math.max(connections.quickAcks[connection], granted)
}

const MOST_COUNTED = 255
/** TCP_MSS_DEFAULT, and TCP_MIN_MSS for segments that do not end a write. */
const LEAST_FULL_BYTES = 536
const LEAST_UNPUSHED_BYTES = 88
/** Timestamps: the comparison is of what follows the fixed header. */
const OPTION_BYTES = 12
const LEAST_QUICK_ACKS = 2
