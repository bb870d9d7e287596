import type { ConnectionTable } from '../connection.ts'
import { type CongestionControl, slowStart, windowBeforeLoss } from './congestion-control.ts'

const MINIMUM_THRESHOLD = 2

/** Additive increase, multiplicative decrease (RFC 5681). It keeps no state of its own. */
export const RENO: CongestionControl = {
  name: 'reno',

  initialize() {},

  onRoundTrip() {},

  onAcknowledged(connections: ConnectionTable, connection: number, segments: number): void {
    const left = slowStart(connections, connection, segments)
    // RFC 5681 section 3.1, equation (3): one segment a round trip.
    if (left > 0) connections.congestionWindow[connection] += left / connections.congestionWindow[connection]
  },

  thresholdAfterLoss(connections: ConnectionTable, connection: number): number {
    return Math.max(connections.congestionWindow[connection] / 2, MINIMUM_THRESHOLD)
  },

  windowAfterUndo: windowBeforeLoss,

  onIdleEnd() {},

  onTimeout() {},
}
