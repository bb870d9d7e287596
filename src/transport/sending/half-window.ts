import type { ConnectionTable } from '../connections/connection.ts'
import type { Connection } from '../rows.ts'

const DEFAULT_SEGMENT_BYTES = 536 // TCP_MSS_DEFAULT

/**
 * How much a segment carries at most: what the way takes, and by Linux no more than half of the largest window that the
 * far end ever told, so that its buffer never holds a single one (include/net/tcp.h, tcp_bound_to_half_wnd; compare the
 * fraction of RFC 9293 section 3.8.6.2.1). It is felt where segments are large, as on a loopback.
 */
export function largestSegmentBytes(connections: ConnectionTable, connection: Connection): number {
  const segmentBytes = connections.maximumSegmentBytes[connection]
  const largestWindow = connections.largestSendWindowBytes[connection]
  if (largestWindow >= 2 * segmentBytes || largestWindow <= DEFAULT_SEGMENT_BYTES) return segmentBytes
  return connections.profileOf(connection).hasLinuxChecks
    ? Math.min(segmentBytes, Math.floor(largestWindow / 2))
    : segmentBytes
}
