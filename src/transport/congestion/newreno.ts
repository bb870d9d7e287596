import type { CongestionColumns } from '../connections/congestion-control.ts'
import type { Connection } from '../rows.ts'
import { type CongestionControlDescriptor, WINDOW_ONLY } from './congestion-control.ts'
import { setWindowBytes, windowBytes } from './window-bytes.ts'

const MINIMUM_THRESHOLD = 2

/**
 * Reno exactly as in RFC 5681: an ACK counts once, however many segments it acknowledges, and the threshold is half of
 * what is in flight. The window is a whole number of bytes, and what is in flight is RFC 6675's pipe, as in ns-3.43
 * (src/internet/model/tcp-congestion-ops.cc, TcpNewReno).
 */
export const NEWRENO: CongestionControlDescriptor = {
  description: 'Reno that counts ACKs and halves what is in flight (RFC 5681; ns-3: TcpNewReno)',
  standard: {
    ...WINDOW_ONLY,

    onAcknowledged(connections: CongestionColumns, connection: Connection, segments: number): void {
      const segmentBytes = connections.maximumSegmentBytes[connection]
      const thresholdBytes = Math.round(connections.slowStartThreshold[connection] * segmentBytes)
      let bytes = windowBytes(connections, connection)
      let left = segments
      if (bytes < thresholdBytes && left > 0) {
        bytes += segmentBytes
        left--
      }
      // Equation (3), applied once per ACK.
      if (bytes >= thresholdBytes && left > 0) bytes += Math.max(1, Math.floor((segmentBytes * segmentBytes) / bytes))
      setWindowBytes(connections, connection, bytes)
    },

    thresholdAfterLoss(connections: CongestionColumns, connection: Connection): number {
      const segmentBytes = connections.maximumSegmentBytes[connection]
      const halfBytes = Math.floor((connections.segmentsInFlight(connection) * segmentBytes) / 2)
      return Math.max(halfBytes / segmentBytes, MINIMUM_THRESHOLD)
    },
  },
}
