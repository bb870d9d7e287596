import { NONE } from '../../engine/table.ts'
import { congestionControlOf } from '../congestion/congestion-controls.ts'
import { microsecondsBetween } from '../congestion/rate-sample.ts'
import type { CongestionControl } from '../connections/congestion-control.ts'
import { ESTABLISHED, FAST_RECOVERY, OPEN, TIMEOUT_RECOVERY } from '../connections/connection.ts'
import type { Connection, Segment } from '../rows.ts'
import { noteSmallest, sampleLikeNs3, updateTimeout } from '../timing/round-trip-time.ts'
import { RETRANSMISSION_TIMER } from '../timing/timers.ts'
import { timestampAt } from '../timing/timestamps.ts'
import { type AckSummary, NO_SAMPLE } from './ack-summary.ts'
import { controlByRate } from './control-by-rate.ts'
import type { LossRecovery, LossRecoveryDescriptor, RecoveryParts } from './loss-recovery.ts'
import { Ns3Detection } from './ns3-detection.ts'
import { beginNs3Reduction, reduceLikeNs3 } from './ns3-rate-reduction.ts'
import { DUPLICATE_THRESHOLD, RETRANSMITTED } from './scoreboard.ts'

/**
 * Loss recovery as in ns-3.43 (src/internet/model/tcp-socket-base.cc: ProcessAck, DupAck, EnterRecovery, ReTxTimeout).
 * The steps have the same order as there, since the windows depend on it. Differences from RFC 6675: only the first
 * partial ACK of a recovery restarts the timer; each partial ACK may send one segment regardless of the window; each
 * timeout lowers the threshold; the last ACK of a recovery grows the window too.
 */
class Ns3Recovery implements LossRecovery {
  readonly restartsTimer = false
  readonly beginsAfterHandshake = false
  private readonly parts: RecoveryParts
  private readonly detection: Ns3Detection

  constructor(parts: RecoveryParts) {
    this.parts = parts
    this.detection = new Ns3Detection(parts.connections, parts.scoreboard)
  }

  markSacked(connection: Connection, segment: Segment, tick: number): void {
    this.detection.markSacked(connection, segment, tick)
  }

  onAck(connection: Connection, ack: AckSummary): void {
    const { connections, timeline } = this.parts
    if (ack.hasSacked) this.detection.detectLosses(connection)
    if (ack.isAdvance) {
      // No ACK echoes a SYN's timestamp; it follows from when the SYN was sent.
      const isEchoed = ack.echo !== 0 || ack.oldestSentTick === NO_SAMPLE
      const echo = isEchoed ? ack.echo : timestampAt(ack.oldestSentTick)
      sampleLikeNs3(connections, connection, echo, timeline.now)
      this.detection.noteAdvance(connection)
    }
    const delivered = ack.outBefore - (connections.segmentsOut[connection] - connections.segmentsSacked[connection])
    this.changeState(connection, ack, delivered)
    if (!this.isControlled(connection)) return
    this.noteNewestRoundTrip(connection, ack)
    controlByRate(connections, connection, ack, delivered, timeline.now)
  }

  onReorderingTimeout(): void {}

  /** Retransmissions that have arrived still count as in flight. */
  hasLost(connection: Connection): boolean {
    return this.parts.connections.segmentsLost[connection] > 0
  }

  nextLost(connection: Connection): Segment {
    return this.detection.nextLost(connection)
  }

  nextDoubtful(connection: Connection): Segment {
    return this.detection.nextDoubtful(connection)
  }

  canProbeTail(): boolean {
    return false
  }

  /** Records whether one more segment would exceed the window (TcpSocketBase::SendDataPacket). */
  onSegmentSent(connection: Connection): void {
    const { connections } = this.parts
    const isFull = connections.congestionWindow[connection] < connections.segmentsInFlight(connection) + 1
    connections.isWindowLimited[connection] = isFull ? 1 : 0
  }

  onOutputEnd(): void {}

  /** Handles an ACK by which `delivered` segments arrived (TcpSocketBase::ProcessAck). */
  private changeState(connection: Connection, ack: AckSummary, delivered: number): void {
    const { connections } = this.parts
    if (connections.state[connection] < ESTABLISHED) return this.restartTimer(connection, true)
    const priorDuplicates = connections.duplicateAcks[connection]
    const hasRepeated = ack.hasRepeated && this.isPartial(connection) && this.isRecovering(connection)
    if (ack.hasSacked) this.onDuplicate(connection, delivered, hasRepeated)
    if (!ack.isAdvance) {
      if (connections.firstSegment[connection] !== NONE) this.reportRoundTrip(connection)
      return
    }
    if (!ack.hasSacked) connections.duplicateAcks[connection] = 0
    const isPartial = this.isPartial(connection)
    if (isPartial && this.isRecovering(connection)) this.onPartial(connection, delivered, hasRepeated)
    else if (isPartial && connections.recoveryState[connection] === TIMEOUT_RECOVERY) {
      this.reportRoundTrip(connection)
      this.grow(connection, delivered)
      this.restartTimer(connection, true)
    } else this.onProgress(connection, ack, delivered, priorDuplicates)
  }

  /** Handles a retransmission timeout (ReTxTimeout). */
  onTimeout(connection: Connection): void {
    const { connections, timeline } = this.parts
    const control = this.control(connection)
    // The threshold derives from the flight before all of it counts as lost.
    const threshold = control.thresholdAfterLoss(connections, connection, timeline.now)
    connections.duplicateAcks[connection] = 0
    this.detection.markAtTimeout(connection)
    this.setRecoveryPoint(connection)
    connections.sampleFloor[connection] = connections.sendNext[connection]
    connections.slowStartThreshold[connection] = threshold
    control.onTimeout(connections, connection, timeline.now)
    connections.recoveryState[connection] = TIMEOUT_RECOVERY
    connections.congestionWindow[connection] = 1
    const oldest = connections.firstSegment[connection]
    if (oldest !== NONE) this.parts.transmitter.retransmit(connection, oldest)
  }

  /** Handles an ACK that selectively acknowledges something (DupAck). */
  private onDuplicate(connection: Connection, delivered: number, hasRepeated: boolean): void {
    const { connections } = this.parts
    if (connections.recoveryState[connection] === TIMEOUT_RECOVERY) return
    if (this.isRecovering(connection)) return this.reduce(connection, delivered, true, hasRepeated)
    const duplicates = ++connections.duplicateAcks[connection]
    const canRecover = !this.isPartial(connection) || connections.isRecoveryPointActive[connection] === 0
    if ((duplicates === DUPLICATE_THRESHOLD && canRecover) || this.detection.isOldestLost(connection))
      this.enterRecovery(connection, delivered, hasRepeated)
  }

  private enterRecovery(connection: Connection, delivered: number, hasRepeated: boolean): void {
    const { connections, scoreboard, timeline } = this.parts
    const oldest = connections.firstSegment[connection]
    if (!this.detection.isOldestLost(connection)) scoreboard.markLost(connection, oldest)
    this.setRecoveryPoint(connection)
    connections.recoveryState[connection] = FAST_RECOVERY
    const threshold = this.control(connection).thresholdAfterLoss(connections, connection, timeline.now)
    connections.slowStartThreshold[connection] = threshold
    beginNs3Reduction(connections, connection)
    this.reduce(connection, delivered, true, hasRepeated)
    connections.reductionSent[connection]++
    this.parts.transmitter.retransmit(connection, oldest)
  }

  /** Handles a partial ACK. The next segment is taken for lost, unless it was retransmitted. */
  private onPartial(connection: Connection, delivered: number, hasRepeated: boolean): void {
    const { connections, scoreboard } = this.parts
    if (delivered > 0) this.reduce(connection, delivered, false, hasRepeated)
    const oldest = connections.firstSegment[connection]
    if ((scoreboard.segments.flags[oldest] & RETRANSMITTED) === 0) {
      connections.reductionSent[connection]++
      this.parts.transmitter.sendOne(connection)
    }
    this.reportRoundTrip(connection)
    this.restartTimer(connection, connections.awaitsPartialAck[connection] === 1)
    connections.awaitsPartialAck[connection] = 0
  }

  /** Handles a cumulative ACK outside recovery, or at its end. */
  private onProgress(connection: Connection, ack: AckSummary, delivered: number, priorDuplicates: number): void {
    const { connections } = this.parts
    const state = connections.recoveryState[connection]
    let acknowledged = delivered
    if (state === OPEN) {
      if (delivered >= priorDuplicates) this.reportRoundTrip(connection)
    } else {
      const from = state === FAST_RECOVERY ? ack.priorUnacknowledged : connections.recoveryPoint[connection]
      const bytes = connections.sendUnacknowledged[connection] - from
      acknowledged = Math.floor(bytes / connections.maximumSegmentBytes[connection])
      connections.awaitsPartialAck[connection] = 1
      this.reportRoundTrip(connection)
      connections.recoveryState[connection] = OPEN
      connections.duplicateAcks[connection] = 0
    }
    if (!this.isPartial(connection)) connections.isRecoveryPointActive[connection] = 0
    if (state === FAST_RECOVERY && !this.isControlled(connection))
      connections.congestionWindow[connection] = connections.slowStartThreshold[connection]
    // In CA_DISORDER the window and the timer stay as they are.
    if (connections.duplicateAcks[connection] > 0) return
    this.grow(connection, acknowledged)
    this.restartTimer(connection, true)
  }

  private reduce(connection: Connection, delivered: number, isDuplicate: boolean, hasRepeated: boolean): void {
    if (this.isControlled(connection)) return
    reduceLikeNs3(this.parts.connections, connection, delivered, isDuplicate, hasRepeated)
  }

  /** Takes the newest round-trip time for congestion controls that use rates. ns-3's timeout uses timestamps. */
  private noteNewestRoundTrip(connection: Connection, ack: AckSummary): void {
    const { connections, timeline } = this.parts
    const newest = ack.newestTick()
    ack.sample.rttUs = newest === NO_SAMPLE ? NO_SAMPLE : microsecondsBetween(newest, timeline.now)
    if (newest !== NO_SAMPLE) noteSmallest(connections, connection, timeline.now - newest)
  }

  /**
   * Whether the congestion control sets the window in all states. Its threshold has no meaning then (BBR's is
   * infinite).
   */
  private isControlled(connection: Connection): boolean {
    return this.control(connection).control !== undefined
  }

  /** Restarts or stops the timer (TcpSocketBase::NewAck). */
  private restartTimer(connection: Connection, restarts: boolean): void {
    const { connections, timer, timers } = this.parts
    if (restarts) updateTimeout(connections, connection)
    if (connections.firstSegment[connection] === NONE) timers.stop(connection, RETRANSMISSION_TIMER)
    else if (restarts) timer.arm(connection)
  }

  private setRecoveryPoint(connection: Connection): void {
    const { connections } = this.parts
    connections.recoveryPoint[connection] = connections.sendNext[connection]
    connections.isRecoveryPointActive[connection] = 1
  }

  private grow(connection: Connection, segments: number): void {
    const { connections, timeline } = this.parts
    this.control(connection).onAcknowledged(connections, connection, segments, timeline.now)
  }

  /** Reports the smoothed round-trip time to the congestion control (PktsAcked). */
  private reportRoundTrip(connection: Connection): void {
    const { connections, timeline } = this.parts
    const smoothedNs = connections.smoothedRttNs[connection]
    this.control(connection).onRoundTrip(connections, connection, smoothedNs, timeline.now)
  }

  private control(connection: Connection): CongestionControl {
    return congestionControlOf(this.parts.connections, connection)
  }

  private isRecovering(connection: Connection): boolean {
    return this.parts.connections.recoveryState[connection] === FAST_RECOVERY
  }

  private isPartial(connection: Connection): boolean {
    const { connections } = this.parts
    return connections.sendUnacknowledged[connection] < connections.recoveryPoint[connection]
  }
}

export const NS3: LossRecoveryDescriptor = {
  description: null,
  ownReduction: "ns-3's own",
  create: (parts) => new Ns3Recovery(parts),
}
