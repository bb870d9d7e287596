import type { ConnectionTable } from '../connections/connection.ts'
import { type CongestionControl, windowBeforeLoss } from './congestion-control.ts'
import { setWindowBytes, windowBytes } from './window-bytes.ts'

const MINIMUM_THRESHOLD = 2

/**
 * RFC 5681 to the letter: an ACK counts once, however many segments it tells of, and what is halved is what is in flight.
 * As ns-3.43 has it (src/internet/model/tcp-congestion-ops.cc, TcpNewReno): whole bytes, and in flight is RFC 6675's pipe.
 */
export const NEWRENO: CongestionControl = {
  name: 'newreno',

  initialize() {},

  onRoundTrip() {},

  onAcknowledged(connections: ConnectionTable, connection: number, segments: number): void {
    const segmentBytes = connections.maximumSegmentBytes[connection]
    const thresholdBytes = Math.round(connections.slowStartThreshold[connection] * segmentBytes)
    let bytes = windowBytes(connections, connection)
    let left = segments
    if (bytes < thresholdBytes && left > 0) {
      bytes += segmentBytes
      left--
    }
    // Equation (3), which each ACK applies once.
    if (bytes >= thresholdBytes && left > 0) bytes += Math.max(1, Math.floor((segmentBytes * segmentBytes) / bytes))
    setWindowBytes(connections, connection, bytes)
  },

  thresholdAfterLoss(connections: ConnectionTable, connection: number): number {
    const segmentBytes = connections.maximumSegmentBytes[connection]
    const halfBytes = Math.floor((connections.segmentsInFlight(connection) * segmentBytes) / 2)
    return Math.max(halfBytes / segmentBytes, MINIMUM_THRESHOLD)
  },

  windowAfterUndo: windowBeforeLoss,

  onIdleEnd() {},

  onTimeout() {},
}
