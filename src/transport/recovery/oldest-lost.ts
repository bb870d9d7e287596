import { NONE } from '../../engine/table.ts'
import type { ConnectionTable } from '../connections/connection.ts'
import { LOST, RETRANSMITTED } from '../sending/segment.ts'
import type { SegmentTable } from '../sending/segment-table.ts'

/** The oldest segment that is believed lost and was not sent again since, or NONE. */
export function oldestLost(connections: ConnectionTable, segments: SegmentTable, connection: number): number {
  const candidate = connections.firstLostCandidate[connection]
  let segment = candidate === NONE ? connections.firstSegment[connection] : candidate
  while (segment !== NONE && (segments.flags[segment] & (LOST | RETRANSMITTED)) !== LOST)
    segment = segments.next[segment]
  connections.firstLostCandidate[connection] = segment
  return segment
}
