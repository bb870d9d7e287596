import type { ConnectionTable } from '../connections/connection.ts'
import { profileOf } from '../timing/round-trip-time.ts'
import { type CongestionControl, slowStart, windowBeforeLoss } from './congestion-control.ts'
import { growNs3Reno, initializeNs3Reno, thresholdOfNs3Reno } from './ns3-reno.ts'

const MINIMUM_THRESHOLD = 2

/** Additive increase, multiplicative decrease (RFC 5681); where the profile has it so, to the letter of ns-3. */
export const RENO: CongestionControl = {
  name: 'reno',

  initialize(connections: ConnectionTable, connection: number): void {
    initializeNs3Reno(connections, connection)
  },

  onRoundTrip() {},

  onAcknowledged(connections: ConnectionTable, connection: number, segments: number): void {
    if (profileOf(connections, connection).hasNs3Congestion) return growNs3Reno(connections, connection, segments)
    const left = slowStart(connections, connection, segments)
    // RFC 5681 section 3.1, equation (3): one segment a round trip.
    if (left > 0) connections.congestionWindow[connection] += left / connections.congestionWindow[connection]
  },

  thresholdAfterLoss(connections: ConnectionTable, connection: number): number {
    if (profileOf(connections, connection).hasNs3Congestion) return thresholdOfNs3Reno(connections, connection)
    return Math.max(connections.congestionWindow[connection] / 2, MINIMUM_THRESHOLD)
  },

  windowAfterUndo: windowBeforeLoss,

  onIdleEnd() {},

  onTimeout() {},
}
