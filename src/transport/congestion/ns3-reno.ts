import type { CongestionColumns, CongestionControl } from '../connections/congestion-control.ts'
import type { Connection } from '../rows.ts'
import { congestionStateAt, WINDOW_ONLY } from './congestion-control.ts'
import { setWindowBytes, windowBytes } from './window-bytes.ts'

const MINIMUM_SEGMENTS = 2

// State of a connection: segments acknowledged since the window grew
const COUNTED = 0

/**
 * Reno as in ns-3.43, after Linux (src/internet/model/tcp-linux-reno.cc): whole segments, counted until a window of
 * them has arrived. Slow start leaves nothing for congestion avoidance, and the count survives a loss.
 */
export const NS3_RENO: CongestionControl = { ...WINDOW_ONLY, initialize, onAcknowledged, thresholdAfterLoss }

function initialize(connections: CongestionColumns, connection: Connection): void {
  connections.congestionState[congestionStateAt(connection) + COUNTED] = 0
}

function onAcknowledged(connections: CongestionColumns, connection: Connection, segments: number): void {
  const segmentBytes = connections.maximumSegmentBytes[connection]
  const bytes = windowBytes(connections, connection)
  const thresholdBytes = Math.round(connections.slowStartThreshold[connection] * segmentBytes)
  const grownBytes =
    bytes < thresholdBytes
      ? Math.min(bytes + segments * segmentBytes, thresholdBytes)
      : bytes +
        avoidCongestion(connections, connection, Math.max(Math.floor(bytes / segmentBytes), 1), segments) * segmentBytes
  setWindowBytes(connections, connection, grownBytes)
}

function thresholdAfterLoss(connections: CongestionColumns, connection: Connection): number {
  const segmentBytes = connections.maximumSegmentBytes[connection]
  const halfBytes = Math.floor(windowBytes(connections, connection) / 2)
  return Math.max(halfBytes, MINIMUM_SEGMENTS * segmentBytes) / segmentBytes
}

/** Returns how many segments the window grows by. */
function avoidCongestion(
  connections: CongestionColumns,
  connection: Connection,
  window: number,
  segments: number,
): number {
  const at = congestionStateAt(connection) + COUNTED
  const state = connections.congestionState
  let grown = 0
  if (state[at] >= window) {
    state[at] = 0
    grown = 1
  }
  state[at] += segments
  const more = Math.floor(state[at] / window)
  state[at] -= more * window
  return grown + more
}
