import type { CongestionColumns } from '../connections/congestion-control.ts'
import type { Connection } from '../rows.ts'
import { type CongestionControlDescriptor, slowStart, WINDOW_ONLY } from './congestion-control.ts'
import { NS3_RENO } from './ns3-reno.ts'

const MINIMUM_THRESHOLD = 2

export const RENO: CongestionControlDescriptor = {
  description: 'additive increase, multiplicative decrease, counted in segments (RFC 5681)',
  standard: {
    ...WINDOW_ONLY,

    onAcknowledged(connections: CongestionColumns, connection: Connection, segments: number): void {
      const left = slowStart(connections, connection, segments)
      // RFC 5681 section 3.1, equation (3): one segment per round trip.
      if (left > 0) connections.congestionWindow[connection] += left / connections.congestionWindow[connection]
    },

    thresholdAfterLoss(connections: CongestionColumns, connection: Connection): number {
      return Math.max(connections.congestionWindow[connection] / 2, MINIMUM_THRESHOLD)
    },
  },
  variants: { ns3: NS3_RENO },
}
