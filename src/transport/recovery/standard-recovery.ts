import { NONE } from '../../engine/table.ts'
import { NS_PER_MS } from '../../engine/ticks.ts'
import { noteImpliedRate } from '../congestion/burst-size.ts'
import { congestionControlOf } from '../congestion/congestion-controls.ts'
import { microsecondsBetween } from '../congestion/rate-sample.ts'
import { isWindowLimited, noteWindowUse } from '../congestion/window-use.ts'
import { FAST_RECOVERY, OPEN, TIMEOUT_RECOVERY, WINDOW_REDUCTION } from '../connections/connection.ts'
import type { Connection, Segment } from '../rows.ts'
import { sampleRoundTrip } from '../timing/round-trip-time.ts'
import { RETRANSMISSION_TIMER } from '../timing/timers.ts'
import { timestampAt } from '../timing/timestamps.ts'
import { type AckSummary, NO_SAMPLE } from './ack-summary.ts'
import { controlByRate } from './control-by-rate.ts'
import { reviewReordering } from './duplicate-reports.ts'
import type { LossRecovery, RecoveryParts } from './loss-recovery.ts'
import { beginReduction, reduce } from './proportional-rate-reduction.ts'
import { canProbeTail, NO_PROBE } from './tail-loss-probe.ts'
import {
  acknowledgesOriginal,
  areAllDuplicates,
  beginUndo,
  canUndo,
  IN_DOUBT,
  isReducing,
  isUndoable,
  keepReduction,
  NO_DOUBT,
  NO_UNDO,
  noteReduction,
  restoreWindow,
  SEND_NEW_FIRST,
} from './undo.ts'

/**
 * The number of recoveries without a DSACK after which the reordering window is again a quarter of the smallest
 * round-trip time (RFC 8985 section 6.2, step 4).
 */
const LONGEST_PERSISTENCE = 16

/** Finds losses and marks them on the scoreboard; StandardRecovery does the rest. */
export interface LossDetection {
  /** Whether a probe finds lost tails. */
  readonly probesTail: boolean
  /** Whether losses left by an undo, and retransmissions lost after a timeout, begin fast recovery again. */
  readonly recoversAgain: boolean
  /** Whether retransmitting the oldest segment restarts the timer. */
  readonly restartsTimer: boolean

  /** Marks segments that are lost now that an ACK has changed the scoreboard. Returns whether any was marked. */
  detectLosses(connection: Connection, tick: number): boolean

  /** Marks the segments that are believed lost at a retransmission timeout. */
  markAtTimeout(connection: Connection, tick: number): void

  /** Returns whether this timeout lowers the threshold of the congestion control. */
  timeoutReduces(connection: Connection): boolean

  /** Returns the congestion window in segments after a timeout has marked segments. */
  windowAfterTimeout(connection: Connection): number
}

/**
 * Loss recovery as in the RFCs and Linux: how losses, timeouts and ACKs change the sender's state (RFC 6675 section 5,
 * RFC 6582; net/ipv4/tcp_input.c, tcp_ack, tcp_fastretrans_alert and tcp_enter_loss).
 */
export class StandardRecovery implements LossRecovery {
  readonly restartsTimer: boolean
  readonly beginsAfterHandshake = true
  readonly takesDuplicateAcks = true
  private readonly parts: RecoveryParts
  private readonly detection: LossDetection

  constructor(parts: RecoveryParts, detection: LossDetection) {
    this.parts = parts
    this.detection = detection
    this.restartsTimer = detection.restartsTimer
  }

  markSacked(connection: Connection, segment: Segment, tick: number): void {
    this.parts.scoreboard.markSacked(connection, segment, tick)
  }

  onAck(connection: Connection, ack: AckSummary): void {
    const { connections } = this.parts
    this.takeRoundTrip(connection, ack)
    reviewReordering(connections, connection)
    this.takeProbeAck(connection, ack)
    this.changeState(connection, ack)
    this.setTimer(connection, ack)
    const arrived = ack.outBefore - (connections.segmentsOut[connection] - connections.segmentsSacked[connection])
    this.controlCongestion(connection, ack, arrived + ack.duplicateSegments)
  }

  onOldAck(connection: Connection, ack: AckSummary): void {
    this.changeState(connection, ack)
    if (this.parts.connections.reorderingWaitNs[connection] > 0) this.parts.timer.armForReordering(connection)
  }

  onPlainAdvance(connection: Connection, segments: number, oldest: Segment, newest: Segment): void {
    const { connections, scoreboard, timeline, timers } = this.parts
    const { now } = timeline
    const oldestSentTick = scoreboard.segments.sentTick[oldest]
    const newestSentTick = scoreboard.segments.sentTick[newest]
    const control = congestionControlOf(connections, connection)
    sampleRoundTrip(connections, connection, now - oldestSentTick, now - newestSentTick)
    control.onRoundTrip(connections, connection, now - newestSentTick, now)
    connections.reorderingWaitNs[connection] = 0
    connections.retransmissionTimestamp[connection] = 0
    if (connections.firstSegment[connection] === NONE) timers.stop(connection, RETRANSMISSION_TIMER)
    else this.restartTimer(connection)
    if (isWindowLimited(connections, connection)) control.onAcknowledged(connections, connection, segments, now)
    noteImpliedRate(connections, connection)
  }

  hasLost(connection: Connection): boolean {
    const { connections } = this.parts
    return connections.segmentsLost[connection] > connections.segmentsRetransmitted[connection]
  }

  nextLost(connection: Connection): Segment {
    return this.parts.scoreboard.oldestLost(connection)
  }

  nextDoubtful(): Segment {
    return NONE
  }

  canProbeTail(connection: Connection): boolean {
    return this.detection.probesTail && canProbeTail(this.parts.connections, connection)
  }

  onOutputEnd(connection: Connection, isLimited: boolean, hasSent: boolean): void {
    noteWindowUse(this.parts.connections, connection, isLimited, hasSent)
  }

  /** Moves between the states of recovery (tcp_fastretrans_alert). */
  private changeState(connection: Connection, ack: AckSummary): void {
    const { connections } = this.parts
    const state = connections.recoveryState[connection]
    // Only this ACK decides whether a reordering window is awaited (tcp_identify_packet_loss).
    connections.reorderingWaitNs[connection] = 0
    if (ack.hasMark) keepReduction(connections, connection)
    if (state === OPEN) {
      connections.retransmissionTimestamp[connection] = 0
      if (!ack.hasMark && !ack.hasDuplicate && connections.segmentsSacked[connection] === 0) return
    } else if (state === FAST_RECOVERY && this.isPast(connection)) this.endFastRecovery(connection, ack)
    else if (state === WINDOW_REDUCTION) this.endWindowReduction(connection)
    if (connections.recoveryState[connection] === FAST_RECOVERY) return this.continueFastRecovery(connection, ack)
    if (connections.recoveryState[connection] === TIMEOUT_RECOVERY && !this.isOverTimeout(connection, ack)) return
    if (areAllDuplicates(connections, connection)) this.undo(connection, false)
    if (this.detectLosses(connection, ack) || this.hasUnrecoveredLoss(connection))
      this.enterFastRecovery(connection, ack.hasMark)
    else if (ack.hasMark) this.reduceWindow(connection)
  }

  /** Reduces the window once in a round trip, without a loss (tcp_enter_cwr). */
  private reduceWindow(connection: Connection): void {
    const { connections } = this.parts
    if (connections.recoveryState[connection] !== OPEN) return
    this.lowerThreshold(connection)
    keepReduction(connections, connection)
    connections.undoPoint[connection] = NO_UNDO
    connections.recoveryState[connection] = WINDOW_REDUCTION
  }

  /** Ends that reduction once the peer has seen what was sent after it (tcp_end_cwnd_reduction). */
  private endWindowReduction(connection: Connection): void {
    const { connections } = this.parts
    if (connections.sendUnacknowledged[connection] <= connections.recoveryPoint[connection]) return
    if (!this.isControlled(connection))
      connections.congestionWindow[connection] = connections.slowStartThreshold[connection]
    connections.recoveryState[connection] = OPEN
  }

  /** Lowers the threshold, to which ACKs then reduce the window (tcp_init_cwnd_reduction). */
  private lowerThreshold(connection: Connection): void {
    const { connections, timeline } = this.parts
    noteReduction(connections, connection)
    const control = congestionControlOf(connections, connection)
    connections.slowStartThreshold[connection] = control.thresholdAfterLoss(connections, connection, timeline.now)
    beginReduction(connections, connection)
    connections.probeEnd[connection] = NO_PROBE
    connections.recoveryPoint[connection] = connections.sendNext[connection]
  }

  /** Begins slow start, from the oldest segment on (RFC 5681 section 3.1). */
  onTimeout(connection: Connection): void {
    const { connections, timeline, transmitter } = this.parts
    const control = congestionControlOf(connections, connection)
    const state = connections.recoveryState[connection]
    const wasOpen = state === OPEN || state === WINDOW_REDUCTION
    if (!connections.hasSelectiveAcks(connection)) this.parts.scoreboard.forgetArrivals(connection)
    this.detection.markAtTimeout(connection, timeline.now)
    if (this.detection.timeoutReduces(connection)) {
      noteReduction(connections, connection)
      connections.slowStartThreshold[connection] = control.thresholdAfterLoss(connections, connection, timeline.now)
      beginUndo(connections, connection, this.isProbeOut(connection))
    }
    control.onTimeout(connections, connection, timeline.now)
    connections.recoveryState[connection] = TIMEOUT_RECOVERY
    connections.probeEnd[connection] = NO_PROBE
    connections.recoveryPoint[connection] = connections.sendNext[connection]
    const isDoubtful =
      connections.profileOf(connection).undoesSpurious && (wasOpen || connections.retries[connection] !== 1)
    connections.timeoutDoubt[connection] = isDoubtful ? IN_DOUBT : NO_DOUBT
    connections.congestionWindow[connection] = this.detection.windowAfterTimeout(connection)
    const oldest = connections.firstSegment[connection]
    if (oldest !== NONE) transmitter.retransmit(connection, oldest)
  }

  /** Handles the end of the reordering window (tcp_rack_reo_timeout). */
  onReorderingTimeout(connection: Connection): void {
    const { connections, timeline, timer, transmitter } = this.parts
    if (this.detection.detectLosses(connection, timeline.now)) {
      if (connections.recoveryState[connection] !== FAST_RECOVERY) {
        this.enterFastRecovery(connection)
        if (!this.isControlled(connection)) reduce(connections, connection, 1, 0, false)
      }
      transmitter.output(connection)
    }
    if (connections.reorderingWaitNs[connection] > 0) timer.armForReordering(connection)
    else timer.rearm(connection)
  }

  /**
   * Ends a tail loss probe when everything sent before it is acknowledged (tcp_process_tlp_ack). If the probe repeated
   * data and no duplicate is reported, the original was lost.
   */
  private takeProbeAck(connection: Connection, ack: AckSummary): void {
    const { connections, timeline } = this.parts
    const probeEnd = connections.probeEnd[connection]
    const acknowledged = connections.sendUnacknowledged[connection]
    if (probeEnd === NO_PROBE || acknowledged < probeEnd) return
    const wasNew = connections.isProbeRepetition[connection] === 0
    const isHarmless = wasNew || ack.hasProbeDuplicate
    if (!isHarmless && acknowledged === probeEnd && (ack.isAdvance || ack.hasSacked)) return
    connections.probeEnd[connection] = NO_PROBE
    if (isHarmless || acknowledged === probeEnd || connections.recoveryState[connection] !== OPEN) return
    // Reduces the window; the recovery is over at once.
    noteReduction(connections, connection)
    const control = congestionControlOf(connections, connection)
    const threshold = control.thresholdAfterLoss(connections, connection, timeline.now)
    connections.slowStartThreshold[connection] = threshold
    if (!this.isControlled(connection)) connections.congestionWindow[connection] = threshold
  }

  /** Returns whether the congestion control sets the window in all states. */
  private isControlled(connection: Connection): boolean {
    return congestionControlOf(this.parts.connections, connection).control !== undefined
  }

  private isPast(connection: Connection): boolean {
    const { connections } = this.parts
    return connections.sendUnacknowledged[connection] >= connections.recoveryPoint[connection]
  }

  /** Begins fast recovery after a loss (tcp_enter_recovery). `isMarked`: the ACK also says that a queue was long. */
  private enterFastRecovery(connection: Connection, isMarked = false): void {
    const { connections } = this.parts
    const isProbeOut = this.isProbeOut(connection)
    // A window that is being reduced already is not reduced again.
    if (connections.recoveryState[connection] !== WINDOW_REDUCTION) this.lowerThreshold(connection)
    if (isMarked) keepReduction(connections, connection)
    beginUndo(connections, connection, isProbeOut)
    connections.recoveryState[connection] = FAST_RECOVERY
    connections.probeEnd[connection] = NO_PROBE
  }

  /** Ends fast recovery: everything sent before it is acknowledged (tcp_try_undo_recovery, tcp_end_cwnd_reduction). */
  private endFastRecovery(connection: Connection, ack: AckSummary): void {
    const { connections } = this.parts
    if (canUndo(connections, connection, ack.echo)) this.undo(connection, false)
    else if (connections.reorderingPersistence[connection] > 0) connections.reorderingPersistence[connection]--
    const hasUndone = connections.undoPoint[connection] === NO_UNDO && connections.profileOf(connection).undoesSpurious
    if (!hasUndone && !this.isControlled(connection))
      connections.congestionWindow[connection] = connections.slowStartThreshold[connection]
    connections.recoveryState[connection] = OPEN
  }

  /** Continues fast recovery, or undoes it where it was not needed. */
  private continueFastRecovery(connection: Connection, ack: AckSummary): void {
    const { connections } = this.parts
    if (
      ack.isAdvance &&
      isUndoable(connections, connection) &&
      acknowledgesOriginal(connections, connection, ack.echo)
    ) {
      // A late original has filled the gap, and no retransmission (tcp_try_undo_partial).
      connections.hasReordering[connection] = 1
      if (connections.segmentsRetransmitted[connection] > 0) return
      this.undo(connection, true)
      connections.recoveryState[connection] = OPEN
    }
    if (areAllDuplicates(connections, connection)) {
      const persistence = Math.min(connections.reorderingPersistence[connection] + 1, LONGEST_PERSISTENCE)
      connections.reorderingPersistence[connection] = persistence
      this.undo(connection, false)
      connections.recoveryState[connection] = OPEN
    }
    this.detectLosses(connection, ack)
    const isOver = connections.recoveryState[connection] === OPEN
    if (isOver && this.hasUnrecoveredLoss(connection)) this.enterFastRecovery(connection)
  }

  /** Returns whether recovery from a timeout has ended, or a lost retransmission begins fast recovery. */
  private isOverTimeout(connection: Connection, ack: AckSummary): boolean {
    const { connections } = this.parts
    this.checkForSpuriousTimeout(connection, ack)
    if (connections.recoveryState[connection] === TIMEOUT_RECOVERY && this.isPast(connection)) {
      if (canUndo(connections, connection, ack.echo)) this.undo(connection, false)
      connections.recoveryState[connection] = OPEN
    }
    const retransmitted = connections.segmentsRetransmitted[connection]
    this.detectLosses(connection, ack)
    if (connections.recoveryState[connection] === OPEN) return true
    return this.detection.recoversAgain && connections.segmentsRetransmitted[connection] < retransmitted
  }

  /** Undoes a timeout that turns out to be spurious (tcp_process_loss). */
  private checkForSpuriousTimeout(connection: Connection, ack: AckSummary): void {
    const { connections } = this.parts
    const isLate =
      (ack.isAdvance && canUndo(connections, connection, ack.echo)) || this.isTimeoutSpurious(connection, ack)
    if (!isLate) return
    this.undo(connection, true)
    connections.retries[connection] = 0
    connections.timeoutDoubt[connection] = NO_DOUBT
    connections.recoveryState[connection] = OPEN
  }

  /**
   * Whether F-RTO finds the timeout spurious (RFC 5682 section 3.1, with selective acknowledgements). After the first
   * ACK, new segments are sent in place of retransmissions. If an ACK then reports a segment that was sent once, the
   * timeout was spurious.
   */
  private isTimeoutSpurious(connection: Connection, ack: AckSummary): boolean {
    const { connections } = this.parts
    if (connections.timeoutDoubt[connection] === NO_DOUBT) return false
    if (ack.hasOriginal) return true
    if (connections.sendNext[connection] > connections.recoveryPoint[connection]) {
      if (ack.hasSacked) connections.timeoutDoubt[connection] = NO_DOUBT
    } else if (ack.isAdvance && !this.isPast(connection)) {
      connections.recoveryPoint[connection] = connections.sendNext[connection]
      // The sender ends the doubt if there is nothing new that it may send.
      connections.timeoutDoubt[connection] = SEND_NEW_FIRST
    }
    return false
  }

  private undo(connection: Connection, forgetsLosses: boolean): void {
    const { connections, scoreboard } = this.parts
    if (forgetsLosses) scoreboard.forgetLosses(connection)
    restoreWindow(
      connections,
      connection,
      congestionControlOf(connections, connection).windowAfterUndo(connections, connection),
    )
  }

  private detectLosses(connection: Connection, ack: AckSummary): boolean {
    const { connections, timeline } = this.parts
    const canHaveLost = connections.segmentsSacked[connection] > 0 || connections.recoveryState[connection] !== OPEN
    if (!canHaveLost || !(ack.hasSacked || ack.isAdvance)) return false
    return this.detection.detectLosses(connection, timeline.now)
  }

  /** Returns whether losses that an undo has left begin another recovery (tcp_time_to_recover). */
  private hasUnrecoveredLoss(connection: Connection): boolean {
    const { connections } = this.parts
    return this.detection.recoversAgain && connections.segmentsLost[connection] > 0
  }

  private isProbeOut(connection: Connection): boolean {
    const { connections } = this.parts
    return connections.probeEnd[connection] !== NO_PROBE && connections.isProbeRepetition[connection] === 1
  }

  /**
   * Takes one round-trip sample per ACK, from segments that were sent once, or else from the echoed timestamp
   * (tcp_ack_update_rtt).
   */
  private takeRoundTrip(connection: Connection, ack: AckSummary): void {
    const { connections, timeline } = this.parts
    const oldest = ack.oldestTick()
    let newest = ack.newestTick()
    if (oldest !== NO_SAMPLE) sampleRoundTrip(connections, connection, timeline.now - oldest, timeline.now - newest)
    else if (ack.isAdvance && ack.echo !== 0) {
      const rttNs = Math.max((timestampAt(timeline.now) - ack.echo) | 0, 1) * NS_PER_MS
      sampleRoundTrip(connections, connection, rttNs, rttNs)
      newest = timeline.now - rttNs
    }
    ack.sample.rttUs = newest === NO_SAMPLE ? NO_SAMPLE : microsecondsBetween(newest, timeline.now)
    if (ack.isAdvance && newest !== NO_SAMPLE) {
      const control = congestionControlOf(connections, connection)
      control.onRoundTrip(connections, connection, timeline.now - newest, timeline.now)
    }
  }

  /** Restarts or stops the timer (RFC 6298 sections 5.2 and 5.3). Waiting for the reordering window comes first. */
  private setTimer(connection: Connection, ack: AckSummary): void {
    const { connections, timer, timers } = this.parts
    if (connections.reorderingWaitNs[connection] > 0) return timer.armForReordering(connection)
    const oldest = connections.firstSegment[connection]
    if (oldest === NONE) timers.stop(connection, RETRANSMISSION_TIMER)
    else if (ack.isAdvance || this.isSackOfOlderTransmission(oldest, ack)) this.restartTimer(connection)
  }

  private restartTimer(connection: Connection): void {
    const { timer } = this.parts
    if (this.canProbeTail(connection)) timer.armForProbe(connection, 0)
    else timer.rearm(connection)
  }

  /**
   * Whether the ACK selectively acknowledges a segment that was sent before the latest transmission of the oldest
   * segment (tcp_clean_rtx_queue).
   */
  private isSackOfOlderTransmission(oldest: Segment, { oldestSackedTick }: AckSummary): boolean {
    return oldestSackedTick !== NO_SAMPLE && oldestSackedTick < this.parts.scoreboard.segments.sentTick[oldest]
  }

  /** Updates the congestion window for an ACK by which `delivered` segments arrived (tcp_cong_control). */
  private controlCongestion(connection: Connection, ack: AckSummary, delivered: number): void {
    const { connections, timeline } = this.parts
    const control = congestionControlOf(connections, connection)
    if (control.control !== undefined) return controlByRate(connections, connection, ack, delivered, timeline.now)
    if (isReducing(connections, connection)) {
      const lost = connections.lostSegments[connection] - ack.lostBefore
      if (delivered > 0) reduce(connections, connection, delivered, lost, ack.isAdvance)
    } else if (ack.isAdvance && delivered > 0 && isWindowLimited(connections, connection))
      control.onAcknowledged(connections, connection, delivered, timeline.now)
    noteImpliedRate(connections, connection)
  }
}
