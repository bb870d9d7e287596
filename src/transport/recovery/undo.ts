import { type ConnectionTable, FAST_RECOVERY, TIMEOUT_RECOVERY, WINDOW_REDUCTION } from '../connections/connection.ts'
import { announceReduction } from '../connections/ecn.ts'
import type { Connection } from '../rows.ts'
import { isTimestampBefore, timestampAt } from '../timing/timestamps.ts'

/** Value of `timeoutDoubt`: the last timeout was not spurious, or F-RTO is off. */
export const NO_DOUBT = 0
/** The next ACK shows whether the timeout was spurious. */
export const IN_DOUBT = 1
/** A new segment is to be sent before anything is retransmitted. */
export const SEND_NEW_FIRST = 2

/** `undoPoint` while there is no reduction to undo. */
export const NO_UNDO = -1
/** `undoRetransmissions` when nothing was retransmitted since the reduction. */
export const NONE_RETRANSMITTED = -1
/** `thresholdBeforeLoss` of a reduction that is not undone. */
const FINAL = 0

/**
 * Begins a recovery whose reduction of the window can be undone, if it turns out that the segments were only late
 * (net/ipv4/tcp_input.c, tcp_init_undo and tcp_may_undo). There are two signs of that: an ACK echoes a timestamp from
 * before the first retransmission (Eifel, RFC 3522), or the peer has reported a duplicate for each retransmission
 * (D-SACK, RFC 3708). `isProbeOut`: the last segment was sent again as a probe that is not acknowledged.
 */
export function beginUndo(connections: ConnectionTable, connection: Connection, isProbeOut: boolean): void {
  connections.undoPoint[connection] = connections.sendUnacknowledged[connection]
  const sent = connections.segmentsRetransmitted[connection] + (isProbeOut ? 1 : 0)
  connections.undoRetransmissions[connection] = sent === 0 ? NONE_RETRANSMITTED : sent
}

/** Notes the window and threshold before a reduction. */
export function noteReduction(connections: ConnectionTable, connection: Connection): void {
  announceReduction(connections, connection)
  connections.thresholdBeforeLoss[connection] = currentThreshold(connections, connection)
  connections.windowBeforeLoss[connection] = Math.floor(connections.congestionWindow[connection])
}

export function noteRetransmission(connections: ConnectionTable, connection: Connection, tick: number): void {
  connections.undoRetransmissions[connection] = Math.max(connections.undoRetransmissions[connection], 0) + 1
  if (connections.retransmissionTimestamp[connection] === 0)
    connections.retransmissionTimestamp[connection] = timestampAt(tick)
}

/** Notes that the peer has received `count` retransmissions in addition to the originals. */
export function noteDuplicates(connections: ConnectionTable, connection: Connection, count: number): void {
  const left = connections.undoRetransmissions[connection]
  if (left > 0) connections.undoRetransmissions[connection] = Math.max(left - count, 0)
}

/** Returns whether an ACK that echoes `echo` acknowledges an original and not a retransmission (tcp_packet_delayed). */
export function acknowledgesOriginal(connections: ConnectionTable, connection: Connection, echo: number): boolean {
  const first = connections.retransmissionTimestamp[connection]
  return first === 0 || (echo !== 0 && isTimestampBefore(echo, first))
}

export function areAllDuplicates(connections: ConnectionTable, connection: Connection): boolean {
  return isUndoable(connections, connection) && connections.undoRetransmissions[connection] === 0
}

export function canUndo(connections: ConnectionTable, connection: Connection, echo: number): boolean {
  if (!isUndoable(connections, connection)) return false
  return connections.undoRetransmissions[connection] === 0 || acknowledgesOriginal(connections, connection, echo)
}

export function isUndoable(connections: ConnectionTable, connection: Connection): boolean {
  return connections.undoPoint[connection] !== NO_UNDO && connections.profileOf(connection).undoesSpurious
}

/** Restores the window and threshold (tcp_undo_cwnd_reduction). */
export function restoreWindow(connections: ConnectionTable, connection: Connection, window: number): void {
  const threshold = connections.thresholdBeforeLoss[connection]
  if (threshold !== FINAL) {
    connections.congestionWindow[connection] = window
    connections.slowStartThreshold[connection] = Math.max(connections.slowStartThreshold[connection], threshold)
  }
  connections.undoPoint[connection] = NO_UNDO
}

/** Returns the threshold to restore later (tcp_current_ssthresh). */
function currentThreshold(connections: ConnectionTable, connection: Connection): number {
  const threshold = connections.slowStartThreshold[connection]
  if (isReducing(connections, connection)) return threshold
  const window = Math.floor(connections.congestionWindow[connection])
  return Math.max(threshold, Math.floor(window / 2) + Math.floor(window / 4))
}

/** Returns whether each ACK sets the window, until it is at the threshold (tcp_in_cwnd_reduction). */
export function isReducing(connections: ConnectionTable, connection: Connection): boolean {
  const state = connections.recoveryState[connection]
  return state === FAST_RECOVERY || state === WINDOW_REDUCTION
}

/** Notes that the window is not to be restored, since a queue was long (prior_ssthresh = 0). */
export function keepReduction(connections: ConnectionTable, connection: Connection): void {
  connections.thresholdBeforeLoss[connection] = FINAL
}

/** Returns whether losses are being repaired. */
export function isRecovering(connections: ConnectionTable, connection: Connection): boolean {
  const state = connections.recoveryState[connection]
  return state === FAST_RECOVERY || state === TIMEOUT_RECOVERY
}
