import { NONE } from '../../engine/table.ts'
import { type ConnectionTable, OPEN } from '../connections/connection.ts'
import type { Connection, Segment } from '../rows.ts'
import type { LossRecoveryDescriptor } from './loss-recovery.ts'
import { DUPLICATE_THRESHOLD, LOST, REORDERING_FRACTION, RETRANSMITTED, SACKED, type Scoreboard } from './scoreboard.ts'
import { type LossDetection, StandardRecovery } from './standard-recovery.ts'

/**
 * Recovery by selective acknowledgements (RFC 6675), counted in segments: a segment is lost when three behind it were
 * selectively acknowledged. A retransmission is lost when a segment that was sent later has arrived (after RFC 8985).
 */
export class SackDetection implements LossDetection {
  readonly probesTail = false
  readonly recoversAgain = false
  readonly restartsTimer = false
  private readonly connections: ConnectionTable
  private readonly scoreboard: Scoreboard

  constructor(connections: ConnectionTable, scoreboard: Scoreboard) {
    this.connections = connections
    this.scoreboard = scoreboard
  }

  detectLosses(connection: Connection): boolean {
    const { segments } = this.scoreboard
    let sackedAbove = this.connections.segmentsSacked[connection]
    const findsLostRetransmissions = this.connections.profileOf(connection).findsLostRetransmissions
    let hasMarked = false
    let segment = this.connections.firstSegment[connection]
    while (segment !== NONE && sackedAbove >= DUPLICATE_THRESHOLD) {
      const flags = segments.flags[segment]
      if ((flags & SACKED) !== 0) sackedAbove--
      else if (
        (flags & LOST) === 0 ||
        ((flags & RETRANSMITTED) !== 0 && findsLostRetransmissions && this.isOvertaken(connection, segment))
      ) {
        this.scoreboard.markLost(connection, segment)
        hasMarked = true
      }
      segment = segments.next[segment]
    }
    return hasMarked
  }

  private isOvertaken(connection: Connection, segment: Segment): boolean {
    const { connections } = this
    const reorderingNs = connections.minimumRttNs[connection] * REORDERING_FRACTION
    return this.scoreboard.segments.sentTick[segment] + reorderingNs < connections.latestArrivedSentTick[connection]
  }

  timeoutReduces(connection: Connection): boolean {
    return this.connections.recoveryState[connection] === OPEN
  }

  /** Returns the loss window (RFC 5681 section 3.1). */
  windowAfterTimeout(): number {
    return 1
  }

  /** Marks everything that is not acknowledged (RFC 5681 section 3.1). */
  markAtTimeout(connection: Connection): void {
    const { segments } = this.scoreboard
    let segment = this.connections.firstSegment[connection]
    while (segment !== NONE) {
      if ((segments.flags[segment] & SACKED) === 0) this.scoreboard.markLost(connection, segment)
      segment = segments.next[segment]
    }
  }
}

export const SACK: LossRecoveryDescriptor = {
  description: 'when three segments behind a missing one have arrived (RFC 6675)',
  create: (parts) => new StandardRecovery(parts, new SackDetection(parts.connections, parts.scoreboard)),
}
