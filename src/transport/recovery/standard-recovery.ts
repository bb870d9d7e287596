import { NONE } from '../../engine/table.ts'
import { NS_PER_MS } from '../../engine/ticks.ts'
import { noteImpliedRate } from '../congestion/burst-size.ts'
import { congestionControlOf } from '../congestion/congestion-controls.ts'
import { microsecondsBetween } from '../congestion/rate-sample.ts'
import { isWindowLimited, noteWindowUse } from '../congestion/window-use.ts'
import { FAST_RECOVERY, OPEN, TIMEOUT_RECOVERY } from '../connections/connection.ts'
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
  isUndoable,
  NO_DOUBT,
  NO_UNDO,
  noteReduction,
  restoreWindow,
  SEND_NEW_FIRST,
} from './undo.ts'

/** RFC 8985 section 7.4: recoveries without a duplicate after which reordering is given a quarter again. */
const LONGEST_PERSISTENCE = 16

/** How a recovery finds out what was lost. It marks segments on the scoreboard; StandardRecovery does the rest. */
export interface LossDetection {
  /** Lost tails are found by a probe. */
  readonly probesTail: boolean
  /** Losses that an undo left begin fast recovery again, and so do retransmissions that were lost after a timeout. */
  readonly recoversAgain: boolean
  /** The oldest segment, sent again, has a whole timeout to arrive. */
  readonly restartsTimer: boolean

  /** An ACK changed the scoreboard: marks what is now believed lost. True when anything was marked. */
  detectLosses(connection: Connection, tick: number): boolean

  /** The retransmission timer went off: marks what is believed lost then. */
  markAtTimeout(connection: Connection, tick: number): void

  /** Whether a timeout now asks the congestion control for a lower threshold. */
  timeoutReduces(connection: Connection): boolean

  /** In segments, when a timeout has marked what it does. */
  windowAfterTimeout(connection: Connection): number
}

/**
 * Recovery as the RFCs and Linux have it: what losses, timeouts and acknowledgements make of the state that the sender
 * is in (RFC 6675 section 5, RFC 6582; Linux: net/ipv4/tcp_input.c, tcp_ack, tcp_fastretrans_alert and tcp_enter_loss).
 */
export class StandardRecovery implements LossRecovery {
  readonly restartsTimer: boolean
  readonly beginsAfterHandshake = true
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

  onSegmentSent(): void {}

  onOutputEnd(connection: Connection, isLimited: boolean, hasSent: boolean): void {
    noteWindowUse(this.parts.connections, connection, isLimited, hasSent)
  }

  /** tcp_fastretrans_alert. */
  private changeState(connection: Connection, ack: AckSummary): void {
    const { connections } = this.parts
    const state = connections.recoveryState[connection]
    // Only what this ACK makes a reason to wait is one (tcp_identify_packet_loss).
    connections.reorderingWaitNs[connection] = 0
    if (state === OPEN) {
      connections.retransmissionTimestamp[connection] = 0
      if (!ack.hasDuplicate && connections.segmentsSacked[connection] === 0) return
    } else if (state === FAST_RECOVERY && this.isPast(connection)) this.endFastRecovery(connection, ack)
    if (connections.recoveryState[connection] === FAST_RECOVERY) return this.continueFastRecovery(connection, ack)
    if (connections.recoveryState[connection] === TIMEOUT_RECOVERY && !this.isOverTimeout(connection, ack)) return
    if (areAllDuplicates(connections, connection)) this.undo(connection, false)
    if (this.detectLosses(connection, ack) || this.hasUnrecoveredLoss(connection)) this.enterFastRecovery(connection)
  }

  /** The retransmission timer went off: slow start (RFC 5681 section 3.1), oldest first. */
  onTimeout(connection: Connection): void {
    const { connections, timeline, transmitter } = this.parts
    const control = congestionControlOf(connections, connection)
    const wasOpen = connections.recoveryState[connection] === OPEN
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
    const mayDoubt =
      connections.profileOf(connection).undoesSpurious && (wasOpen || connections.retries[connection] !== 1)
    connections.timeoutDoubt[connection] = mayDoubt ? IN_DOUBT : NO_DOUBT
    connections.congestionWindow[connection] = this.detection.windowAfterTimeout(connection)
    const oldest = connections.firstSegment[connection]
    if (oldest !== NONE) transmitter.retransmit(connection, oldest)
  }

  /** The time that reordering was given is over (tcp_rack_reo_timeout). */
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

  /** What the probe was sent after has arrived (tcp_process_tlp_ack). A bare repetition answers a duplicate. */
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
    // A reduction that is over at once.
    noteReduction(connections, connection)
    const control = congestionControlOf(connections, connection)
    const threshold = control.thresholdAfterLoss(connections, connection, timeline.now)
    connections.slowStartThreshold[connection] = threshold
    if (!this.isControlled(connection)) connections.congestionWindow[connection] = threshold
  }

  /** Whether the congestion control sees to the window in all states. */
  private isControlled(connection: Connection): boolean {
    return congestionControlOf(this.parts.connections, connection).control !== undefined
  }

  private isPast(connection: Connection): boolean {
    const { connections } = this.parts
    return connections.sendUnacknowledged[connection] >= connections.recoveryPoint[connection]
  }

  /** Something was found lost (tcp_enter_recovery). */
  private enterFastRecovery(connection: Connection): void {
    const { connections, timeline } = this.parts
    const isProbeOut = this.isProbeOut(connection)
    noteReduction(connections, connection)
    beginUndo(connections, connection, isProbeOut)
    const threshold = congestionControlOf(connections, connection).thresholdAfterLoss(
      connections,
      connection,
      timeline.now,
    )
    connections.slowStartThreshold[connection] = threshold
    connections.recoveryState[connection] = FAST_RECOVERY
    beginReduction(connections, connection)
    connections.probeEnd[connection] = NO_PROBE
    connections.recoveryPoint[connection] = connections.sendNext[connection]
  }

  /** All that was sent before it began is acknowledged (tcp_try_undo_recovery, tcp_end_cwnd_reduction). */
  private endFastRecovery(connection: Connection, ack: AckSummary): void {
    const { connections } = this.parts
    if (canUndo(connections, connection, ack.echo)) this.undo(connection, false)
    else if (connections.reorderingPersistence[connection] > 0) connections.reorderingPersistence[connection]--
    const hasUndone = connections.undoPoint[connection] === NO_UNDO && connections.profileOf(connection).undoesSpurious
    if (!hasUndone && !this.isControlled(connection))
      connections.congestionWindow[connection] = connections.slowStartThreshold[connection]
    connections.recoveryState[connection] = OPEN
  }

  /** Fast recovery goes on, or is found to be needless. */
  private continueFastRecovery(connection: Connection, ack: AckSummary): void {
    const { connections } = this.parts
    if (
      ack.isAdvance &&
      isUndoable(connections, connection) &&
      acknowledgesOriginal(connections, connection, ack.echo)
    ) {
      // A late segment has filled the hole, and no retransmission (tcp_try_undo_partial).
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

  /** Whether recovery from a timeout has ended, or a retransmission was lost, which begins fast recovery. */
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

  /** tcp_process_loss. */
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
   * F-RTO (RFC 5682 section 3.1, with selective acknowledgements): after a timeout and the first acknowledgement, new
   * segments go out in place of retransmissions. When something arrives that was sent once, the timeout was spurious.
   */
  private isTimeoutSpurious(connection: Connection, ack: AckSummary): boolean {
    const { connections, transmitter } = this.parts
    if (connections.timeoutDoubt[connection] === NO_DOUBT) return false
    if (ack.hasOriginal) return true
    if (connections.sendNext[connection] > connections.recoveryPoint[connection]) {
      if (ack.hasSacked) connections.timeoutDoubt[connection] = NO_DOUBT
    } else if (ack.isAdvance && !this.isPast(connection)) {
      connections.recoveryPoint[connection] = connections.sendNext[connection]
      const hasNew = transmitter.hasNewData(connection) && connections.peerRoomBytes(connection) > 0
      connections.timeoutDoubt[connection] = hasNew ? SEND_NEW_FIRST : NO_DOUBT
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
    const mayHaveLost = connections.segmentsSacked[connection] > 0 || connections.recoveryState[connection] !== OPEN
    if (!mayHaveLost || !(ack.hasSacked || ack.isAdvance)) return false
    return this.detection.detectLosses(connection, timeline.now)
  }

  /** Where an undo has left losses, they begin another recovery (tcp_time_to_recover). */
  private hasUnrecoveredLoss(connection: Connection): boolean {
    const { connections } = this.parts
    return this.detection.recoversAgain && connections.segmentsLost[connection] > 0
  }

  private isProbeOut(connection: Connection): boolean {
    const { connections } = this.parts
    return connections.probeEnd[connection] !== NO_PROBE && connections.isProbeRepetition[connection] === 1
  }

  /** One sample an ACK, of what was sent once, else by the timestamp that comes back (tcp_ack_update_rtt). */
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

  /** RFC 6298 section 5.2 and 5.3; a wait for what may only be out of order goes before. */
  private setTimer(connection: Connection, ack: AckSummary): void {
    const { connections, timeline, timer, timers } = this.parts
    if (connections.reorderingWaitNs[connection] > 0) return timer.armForReordering(connection)
    const oldest = connections.firstSegment[connection]
    if (oldest === NONE) timers.stop(connection, RETRANSMISSION_TIMER)
    else if (ack.isAdvance || this.isSackOfOlderTransmission(oldest, ack)) {
      if (this.canProbeTail(connection)) timer.armForProbe(connection, timeline.now)
      else timer.rearm(connection)
    }
  }

  /** Whether what was selectively acknowledged had been sent before the oldest was, the last time (tcp_clean_rtx_queue). */
  private isSackOfOlderTransmission(oldest: Segment, { oldestSackedTick }: AckSummary): boolean {
    return oldestSackedTick !== NO_SAMPLE && oldestSackedTick < this.parts.scoreboard.segments.sentTick[oldest]
  }

  /** `delivered` segments have arrived by the ACK (tcp_cong_control). */
  private controlCongestion(connection: Connection, ack: AckSummary, delivered: number): void {
    const { connections, timeline } = this.parts
    const control = congestionControlOf(connections, connection)
    if (control.control !== undefined) return controlByRate(connections, connection, ack, delivered, timeline.now)
    if (connections.recoveryState[connection] === FAST_RECOVERY) {
      const lost = connections.lostSegments[connection] - ack.lostBefore
      if (delivered > 0) reduce(connections, connection, delivered, lost, ack.isAdvance)
    } else if (ack.isAdvance && delivered > 0 && isWindowLimited(connections, connection))
      control.onAcknowledged(connections, connection, delivered, timeline.now)
    noteImpliedRate(connections, connection)
  }
}
