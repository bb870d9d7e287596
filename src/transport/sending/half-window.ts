import type { ConnectionTable } from '../connections/connection.ts'
import type { Connection } from '../rows.ts'

const DEFAULT_SEGMENT_BYTES = 536 // TCP_MSS_DEFAULT

/**
 * Returns the most bytes that a segment carries: what the path allows, and in Linux at most half of the largest window
 * that the peer has advertised, so that a single segment never fills its buffer (include/net/tcp.h,
 * tcp_bound_to_half_wnd; compare RFC 9293 section 3.8.6.2.1). This matters for large segments, as on a loopback.
 */
export function largestSegmentBytes(connections: ConnectionTable, connection: Connection): number {
  const segmentBytes = connections.maximumSegmentBytes[connection]
  const largestWindow = connections.largestSendWindowBytes[connection]
  if (largestWindow >= 2 * segmentBytes || largestWindow <= DEFAULT_SEGMENT_BYTES) return segmentBytes
  return connections.profileOf(connection).hasLinuxChecks
    ? Math.min(segmentBytes, Math.floor(largestWindow / 2))
    : segmentBytes
}
