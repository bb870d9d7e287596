import { NONE } from '../../engine/table.ts'
import { NS_PER_MS } from '../../engine/ticks.ts'
import { type ConnectionTable, FAST_RECOVERY, OPEN, TIMEOUT_RECOVERY } from '../connections/connection.ts'
import type { Connection, Segment } from '../rows.ts'
import type { LossRecoveryDescriptor } from './loss-recovery.ts'
import { DUPLICATE_THRESHOLD, LOST, REORDERING_FRACTION, RETRANSMITTED, SACKED, type Scoreboard } from './scoreboard.ts'
import { type LossDetection, StandardRecovery } from './standard-recovery.ts'
import { isRecovering } from './undo.ts'

/** The time that the reordering timer waits in addition (include/net/tcp.h, TCP_TIMEOUT_MIN_US). */
const TIMER_MARGIN_NS = 2 * NS_PER_MS

/**
 * RACK (RFC 8985; net/ipv4/tcp_recovery.c): a segment is lost when one that was sent later has arrived, and a
 * round-trip time plus the reordering window has passed since it was sent. Retransmissions are treated alike.
 * `reorderingWaitNs` is the time until the next segment may count as lost.
 */
export class RackDetection implements LossDetection {
  readonly probesTail = true
  readonly recoversAgain = true
  readonly restartsTimer = true
  private readonly connections: ConnectionTable
  private readonly scoreboard: Scoreboard

  constructor(connections: ConnectionTable, scoreboard: Scoreboard) {
    this.connections = connections
    this.scoreboard = scoreboard
  }

  detectLosses(connection: Connection, tick: number): boolean {
    const { segments } = this.scoreboard
    const { connections } = this
    if (!connections.hasSelectiveAcks(connection)) return this.detectOldestLost(connection)
    const timeNs = connections.latestArrivedRttNs[connection] + this.reorderingWindowNs(connection)
    let waitNs = 0
    let hasMarked = false
    let segment = connections.firstSegment[connection]
    for (; segment !== NONE; segment = segments.next[segment]) {
      const flags = segments.flags[segment]
      if ((flags & SACKED) !== 0 || (flags & (LOST | RETRANSMITTED)) === LOST) continue
      if (!this.wasSentBeforeLatest(connection, segment)) {
        if (segments.transmissions[segment] === 1) break
        continue
      }
      const leftNs = segments.sentTick[segment] + timeNs - tick
      if (leftNs > 0) {
        waitNs = Math.max(waitNs, leftNs)
        continue
      }
      this.scoreboard.markLost(connection, segment)
      hasMarked = true
    }
    connections.reorderingWaitNs[connection] = waitNs > 0 ? waitNs + TIMER_MARGIN_NS : 0
    return hasMarked
  }

  /**
   * Detects a loss where the peer does not say what has arrived: by three duplicate ACKs, and in recovery each time that
   * something is acknowledged (RFC 6582; tcp_newreno_mark_lost).
   */
  private detectOldestLost(connection: Connection): boolean {
    const { connections } = this
    const oldest = connections.firstSegment[connection]
    connections.reorderingWaitNs[connection] = 0
    const isDue =
      connections.segmentsSacked[connection] >= DUPLICATE_THRESHOLD ||
      connections.recoveryState[connection] === FAST_RECOVERY
    if (oldest === NONE || !isDue || (this.scoreboard.segments.flags[oldest] & LOST) !== 0) return false
    this.scoreboard.markLost(connection, oldest)
    return true
  }

  /** A timeout during fast recovery finds the window reduced already (tcp_enter_loss). */
  timeoutReduces(connection: Connection): boolean {
    const { connections } = this
    const state = connections.recoveryState[connection]
    if (state === OPEN || connections.sendUnacknowledged[connection] >= connections.recoveryPoint[connection])
      return true
    return state === TIMEOUT_RECOVERY && connections.retries[connection] === 1
  }

  /** Segments that are not marked lost stay in flight. */
  windowAfterTimeout(connection: Connection): number {
    return this.connections.segmentsInFlight(connection) + 1
  }

  /** Marks the oldest segment, and those sent at least a round trip ago (tcp_timeout_mark_lost). */
  markAtTimeout(connection: Connection, tick: number): void {
    const { segments } = this.scoreboard
    const { connections } = this
    const timeNs = connections.latestArrivedRttNs[connection]
    let segment = connections.firstSegment[connection]
    let isOldest = true
    for (; segment !== NONE; segment = segments.next[segment]) {
      if ((segments.flags[segment] & SACKED) !== 0) continue
      if (isOldest || segments.sentTick[segment] + timeNs <= tick) this.scoreboard.markLost(connection, segment)
      isOldest = false
    }
  }

  private reorderingWindowNs(connection: Connection): number {
    const { connections } = this
    const isHasty =
      connections.hasReordering[connection] === 0 &&
      (isRecovering(connections, connection) || connections.segmentsSacked[connection] >= DUPLICATE_THRESHOLD)
    if (isHasty) return 0
    const windowNs =
      connections.minimumRttNs[connection] * REORDERING_FRACTION * connections.reorderingSteps[connection]
    return Math.min(windowNs, connections.smoothedRttNs[connection])
  }

  /**
   * Returns whether a segment was sent before the latest-sent one that has arrived; at the same tick, by its place in
   * the stream.
   */
  private wasSentBeforeLatest(connection: Connection, segment: Segment): boolean {
    const { segments } = this.scoreboard
    const { connections } = this
    const sentTick = segments.sentTick[segment]
    if (sentTick !== connections.latestArrivedSentTick[connection])
      return sentTick < connections.latestArrivedSentTick[connection]
    return segments.endOffset[segment] < connections.latestArrivedEnd[connection]
  }
}

export const RACK: LossRecoveryDescriptor = {
  description: 'by the time since a segment was sent, and lost tails by a probe (RFC 8985)',
  probesTail: true,
  create: (parts) => new StandardRecovery(parts, new RackDetection(parts.connections, parts.scoreboard)),
}
