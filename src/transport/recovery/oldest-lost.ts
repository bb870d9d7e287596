import { NONE } from '../../engine/table.ts'
import type { ConnectionTable } from '../connections/connection.ts'
import type { SegmentTable } from '../connections/segment-table.ts'
import type { Connection, Segment } from '../rows.ts'
import { LOST, RETRANSMITTED } from './scoreboard.ts'

/** The oldest segment that is believed lost and was not sent again since, or NONE. */
export function oldestLost(connections: ConnectionTable, segments: SegmentTable, connection: Connection): Segment {
  const candidate = connections.firstLostCandidate[connection]
  let segment = candidate === NONE ? connections.firstSegment[connection] : candidate
  while (segment !== NONE && (segments.flags[segment] & (LOST | RETRANSMITTED)) !== LOST)
    segment = segments.next[segment]
  connections.firstLostCandidate[connection] = segment
  return segment
}
