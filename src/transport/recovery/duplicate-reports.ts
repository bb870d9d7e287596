import { NONE } from '../../engine/table.ts'
import type { ConnectionTable } from '../connections/connection.ts'
import type { Connection } from '../rows.ts'
import type { AckSummary } from './ack-summary.ts'
import type { Scoreboard } from './scoreboard.ts'
import { NO_PROBE } from './tail-loss-probe.ts'
import { noteDuplicates } from './undo.ts'

const MOST_STEPS = 255
/** Linux, include/net/tcp.h, TCP_RACK_RECOVERY_THRESH. */
const PERSISTENCE = 16

/**
 * Processes the peer's report that [left, right) arrived twice (RFC 2883; net/ipv4/tcp_input.c, tcp_dsack_seen and
 * tcp_check_dsack). Reports in excess of retransmissions are ignored.
 */
export function takeDuplicate(
  connections: ConnectionTable,
  scoreboard: Scoreboard,
  connection: Connection,
  ack: AckSummary,
  left: number,
  right: number,
): void {
  if (!connections.profileOf(connection).undoesSpurious || left >= right) return
  if (right - left > connections.largestSendWindowBytes[connection]) return
  const count = Math.ceil((right - left) / connections.maximumSegmentBytes[connection])
  const probeEnd = connections.probeEnd[connection]
  const isOfProbe = count === 1 && probeEnd !== NO_PROBE && probeEnd === right
  if (isOfProbe) ack.hasProbeDuplicate = true
  connections.duplicatesReported[connection] += count
  if (connections.duplicatesReported[connection] > connections.retransmittedSegments[connection]) return
  if (connections.hasReordering[connection] === 1 && !isOfProbe) connections.hasDuplicateReport[connection] = 1
  ack.hasDuplicate = true
  // A needless retransmission has arrived, too.
  ack.duplicateSegments += count
  connections.deliveredSegments[connection] += count
  if (right <= ack.priorUnacknowledged) {
    if (right > connections.undoPoint[connection]) noteDuplicates(connections, connection, count)
  } else noteDuplicates(connections, connection, countRepeated(scoreboard, connections, connection, left, right))
}

/** Counts the segments of the range that were sent more than once. */
function countRepeated(
  scoreboard: Scoreboard,
  connections: ConnectionTable,
  connection: Connection,
  left: number,
  right: number,
): number {
  const { segments } = scoreboard
  let count = 0
  let segment = connections.firstSegment[connection]
  for (; segment !== NONE && segments.endOffset[segment] <= right; segment = segments.next[segment])
    if (segments.startOffset[segment] >= left && segments.transmissions[segment] > 1) count++
  return count
}

/**
 * Widens the reordering window, at most once per round trip, where segments were retransmitted needlessly in spite of
 * it (RFC 8985 section 6.2 step 4; net/ipv4/tcp_recovery.c, tcp_rack_update_reo_wnd).
 */
export function reviewReordering(connections: ConnectionTable, connection: Connection): void {
  const priorDelivered = connections.priorDelivered[connection]
  if (priorDelivered <= 0) return
  if (priorDelivered < connections.reorderingReviewAt[connection]) connections.hasDuplicateReport[connection] = 0
  if (connections.hasDuplicateReport[connection] === 1) {
    connections.reorderingSteps[connection] = Math.min(connections.reorderingSteps[connection] + 1, MOST_STEPS)
    connections.hasDuplicateReport[connection] = 0
    connections.reorderingReviewAt[connection] = connections.deliveredSegments[connection]
    connections.reorderingPersistence[connection] = PERSISTENCE
  } else if (connections.reorderingPersistence[connection] === 0) connections.reorderingSteps[connection] = 1
}
