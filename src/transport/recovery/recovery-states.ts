import { NONE } from '../../engine/table.ts'
import { FAST_RECOVERY, OPEN, TIMEOUT_RECOVERY } from '../connections/connection.ts'
import { farRoomBytes } from '../sending/far-room.ts'
import type { Sender } from '../sending/sender.ts'
import type { TcpParts } from '../tcp-parts.ts'
import { profileOf } from '../timing/round-trip-time.ts'
import type { AcknowledgedNews } from './acknowledged-news.ts'
import { beginReduction, reduce } from './proportional-rate-reduction.ts'
import { IN_DOUBT, IS_SPURIOUS, judgeTimeout, NO_DOUBT } from './spurious-timeout.ts'
import { NO_PROBE } from './tail-loss-probe.ts'
import {
  answersOriginal,
  areAllDuplicates,
  beginUndo,
  mayUndo,
  mayUndoAtAll,
  NO_UNDO,
  noteReduction,
  restoreWindow,
} from './undo.ts'

/** RFC 8985 section 7.4: recoveries without a duplicate after which reordering is given a quarter again. */
const LONGEST_PERSISTENCE = 16

/**
 * From open to recovering and back: what losses, timeouts and acknowledgements make of the state that the sender is in
 * (RFC 6675 section 5, RFC 6582; Linux: net/ipv4/tcp_input.c, tcp_fastretrans_alert and tcp_enter_loss).
 */
export class RecoveryStates {
  private readonly parts: TcpParts
  private readonly sender: Sender

  constructor(parts: TcpParts, sender: Sender) {
    this.parts = parts
    this.sender = sender
  }

  /** After the scoreboard was brought up to date. */
  onAck(connection: number, news: AcknowledgedNews): void {
    const { connections } = this.parts
    const state = connections.recoveryState[connection]
    // Only what this ACK makes a reason to wait is one (tcp_identify_packet_loss).
    connections.reorderingWaitNs[connection] = 0
    if (state === OPEN) {
      connections.retransmissionTimestamp[connection] = 0
      if (!news.hasDuplicate && connections.segmentsSacked[connection] === 0) return
    } else if (state === FAST_RECOVERY && this.isPast(connection)) this.endFastRecovery(connection, news)
    if (connections.recoveryState[connection] === FAST_RECOVERY) return this.goOn(connection, news)
    if (connections.recoveryState[connection] === TIMEOUT_RECOVERY && !this.isOverTimeout(connection, news)) return
    if (areAllDuplicates(connections, connection)) this.undo(connection, false)
    if (this.detectLosses(connection, news) || this.hasUnrecoveredLoss(connection)) this.enterFastRecovery(connection)
  }

  /** The retransmission timer went off: slow start (RFC 5681 section 3.1), oldest first. */
  onTimeout(connection: number): void {
    const { connections, recovery, timeline } = this.parts
    const control = this.sender.congestionControl(connection)
    const state = connections.recoveryState[connection]
    const isRack = profileOf(connections, connection).recovery === 'rack'
    const isFirst = connections.retries[connection] === 1
    recovery.onTimeout(connection, timeline.now)
    // Fast recovery that fails has reduced the window already (tcp_enter_loss).
    const isNewEpisode =
      state === OPEN || (isRack && (this.isPast(connection) || (state === TIMEOUT_RECOVERY && isFirst)))
    if (isNewEpisode) {
      noteReduction(connections, connection)
      connections.slowStartThreshold[connection] = control.thresholdAfterLoss(connections, connection, timeline.now)
      beginUndo(connections, connection, this.isProbeOut(connection))
    }
    control.onTimeout(connections, connection, timeline.now)
    connections.recoveryState[connection] = TIMEOUT_RECOVERY
    connections.probeEnd[connection] = NO_PROBE
    connections.recoveryPoint[connection] = connections.sendNext[connection]
    const mayDoubt = profileOf(connections, connection).undoesSpurious && (state === OPEN || !isFirst)
    connections.timeoutDoubt[connection] = mayDoubt ? IN_DOUBT : NO_DOUBT
    // What is not believed lost is still on its way.
    connections.congestionWindow[connection] = isRack ? connections.segmentsInFlight(connection) + 1 : 1
    const oldest = connections.firstSegment[connection]
    if (oldest !== NONE) this.sender.retransmit(connection, oldest)
  }

  /** The time that reordering was given is over (tcp_rack_reo_timeout). */
  onReorderingTimeout(connection: number): void {
    const { connections, recovery, timeline } = this.parts
    if (recovery.detectLosses(connection, timeline.now)) {
      if (connections.recoveryState[connection] !== FAST_RECOVERY) {
        this.enterFastRecovery(connection)
        if (!this.isControlled(connection)) reduce(connections, connection, 1, 0, false)
      }
      this.sender.output(connection)
    }
    if (connections.reorderingWaitNs[connection] > 0) this.sender.armForReordering(connection)
    else this.sender.rearmTimer(connection)
  }

  /** What the probe was sent after has arrived (tcp_process_tlp_ack). A bare repetition answers a duplicate. */
  takeProbeAnswer(connection: number, news: AcknowledgedNews): void {
    const { connections, timeline } = this.parts
    const probeEnd = connections.probeEnd[connection]
    const acknowledged = connections.sendUnacknowledged[connection]
    if (probeEnd === NO_PROBE || acknowledged < probeEnd) return
    const wasNew = connections.isProbeRepetition[connection] === 0
    const isHarmless = wasNew || news.hasProbeDuplicate
    if (!isHarmless && acknowledged === probeEnd && (news.isAdvance || news.hasSacked)) return
    connections.probeEnd[connection] = NO_PROBE
    if (isHarmless || acknowledged === probeEnd || connections.recoveryState[connection] !== OPEN) return
    // A reduction that is over at once.
    noteReduction(connections, connection)
    const control = this.sender.congestionControl(connection)
    const threshold = control.thresholdAfterLoss(connections, connection, timeline.now)
    connections.slowStartThreshold[connection] = threshold
    if (!this.isControlled(connection)) connections.congestionWindow[connection] = threshold
  }

  /** Whether the congestion control sees to the window in all states. */
  private isControlled(connection: number): boolean {
    return this.sender.congestionControl(connection).control !== undefined
  }

  private isPast(connection: number): boolean {
    const { connections } = this.parts
    return connections.sendUnacknowledged[connection] >= connections.recoveryPoint[connection]
  }

  /** Something was found lost (tcp_enter_recovery). */
  private enterFastRecovery(connection: number): void {
    const { connections, timeline } = this.parts
    const isProbeOut = this.isProbeOut(connection)
    noteReduction(connections, connection)
    beginUndo(connections, connection, isProbeOut)
    const threshold = this.sender
      .congestionControl(connection)
      .thresholdAfterLoss(connections, connection, timeline.now)
    connections.slowStartThreshold[connection] = threshold
    connections.recoveryState[connection] = FAST_RECOVERY
    beginReduction(connections, connection)
    connections.probeEnd[connection] = NO_PROBE
    connections.recoveryPoint[connection] = connections.sendNext[connection]
  }

  /** All that was sent before it began is acknowledged (tcp_try_undo_recovery, tcp_end_cwnd_reduction). */
  private endFastRecovery(connection: number, news: AcknowledgedNews): void {
    const { connections } = this.parts
    if (mayUndo(connections, connection, news.echo)) this.undo(connection, false)
    else if (connections.reorderingPersistence[connection] > 0) connections.reorderingPersistence[connection]--
    const hasUndone = connections.undoPoint[connection] === NO_UNDO && profileOf(connections, connection).undoesSpurious
    if (!hasUndone && !this.isControlled(connection))
      connections.congestionWindow[connection] = connections.slowStartThreshold[connection]
    connections.recoveryState[connection] = OPEN
  }

  /** Fast recovery goes on, or is found to be needless. */
  private goOn(connection: number, news: AcknowledgedNews): void {
    const { connections } = this.parts
    if (
      news.isAdvance &&
      mayUndoAtAll(connections, connection) &&
      answersOriginal(connections, connection, news.echo)
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
    this.detectLosses(connection, news)
    const isOver = connections.recoveryState[connection] === OPEN
    if (isOver && this.hasUnrecoveredLoss(connection)) this.enterFastRecovery(connection)
  }

  /** Whether recovery from a timeout has ended, or a retransmission was lost, which begins fast recovery. */
  private isOverTimeout(connection: number, news: AcknowledgedNews): boolean {
    const { connections } = this.parts
    this.judgeTimeout(connection, news)
    if (connections.recoveryState[connection] === TIMEOUT_RECOVERY && this.isPast(connection)) {
      if (mayUndo(connections, connection, news.echo)) this.undo(connection, false)
      connections.recoveryState[connection] = OPEN
    }
    const retransmitted = connections.segmentsRetransmitted[connection]
    this.detectLosses(connection, news)
    if (connections.recoveryState[connection] === OPEN) return true
    const isRack = profileOf(connections, connection).recovery === 'rack'
    return isRack && connections.segmentsRetransmitted[connection] < retransmitted
  }

  /** tcp_process_loss. */
  private judgeTimeout(connection: number, news: AcknowledgedNews): void {
    const { connections } = this.parts
    const { hasOriginal, hasSacked, isAdvance } = news
    const { newData } = this.sender
    const hasNew = newData.exists(connection) && farRoomBytes(connections, connection) > 0
    const isLate =
      (isAdvance && mayUndo(connections, connection, news.echo)) ||
      judgeTimeout(connections, connection, hasOriginal, hasSacked, isAdvance, hasNew) === IS_SPURIOUS
    if (!isLate) return
    this.undo(connection, true)
    connections.retries[connection] = 0
    connections.timeoutDoubt[connection] = NO_DOUBT
    connections.recoveryState[connection] = OPEN
  }

  private undo(connection: number, forgetsLosses: boolean): void {
    const { connections, scoreboard } = this.parts
    if (forgetsLosses) scoreboard.forgetLosses(connection)
    restoreWindow(
      connections,
      connection,
      this.sender.congestionControl(connection).windowAfterUndo(connections, connection),
    )
  }

  private detectLosses(connection: number, news: AcknowledgedNews): boolean {
    const { connections, recovery, timeline } = this.parts
    const mayHaveLost = connections.segmentsSacked[connection] > 0 || connections.recoveryState[connection] !== OPEN
    if (!mayHaveLost || !(news.hasSacked || news.isAdvance)) return false
    return recovery.detectLosses(connection, timeline.now)
  }

  /** Where an undo has left losses, they begin another recovery (tcp_time_to_recover). */
  private hasUnrecoveredLoss(connection: number): boolean {
    const { connections } = this.parts
    return connections.segmentsLost[connection] > 0 && profileOf(connections, connection).recovery === 'rack'
  }

  private isProbeOut(connection: number): boolean {
    const { connections } = this.parts
    return connections.probeEnd[connection] !== NO_PROBE && connections.isProbeRepetition[connection] === 1
  }
}
