import { NONE } from '../engine/table.ts'
import { NS_PER_US } from '../engine/ticks.ts'
import { Bursts } from './congestion/bursts.ts'
import type { CongestionControl } from './congestion/congestion-control.ts'
import { CONGESTION_CONTROLS } from './congestion/congestion-controls.ts'
import { restartIfIdle } from './congestion/idle-restart.ts'
import { Pacing } from './congestion/pacing.ts'
import { noteAppLimited } from './congestion/rate-sample.ts'
import { ESTABLISHED, OPEN } from './connection.ts'
import { largestSegmentBytes } from './half-window.ts'
import { holdsPartial, noteSegmentSent } from './nagle.ts'
import { segmentsHeldBack } from './recovery/limited-transmit.ts'
import { IN_DOUBT, NO_DOUBT, SEND_NEW_FIRST } from './recovery/spurious-timeout.ts'
import {
  FOR_PROBE,
  FOR_REORDERING,
  FOR_TIMEOUT,
  FOR_WINDOW,
  mayProbe,
  NO_PROBE,
  probeTimeoutNs,
} from './recovery/tail-loss-probe.ts'
import { noteRetransmission } from './recovery/undo.ts'
import { profileOf } from './round-trip-time.ts'
import type { SegmentWriter } from './segment-writer.ts'
import { growSendBuffer, hasSendRoom, isWorthWaking, leavesPartial } from './send-buffer.ts'
import type { TcpParts } from './tcp-parts.ts'
import { RETRANSMISSION_TIMER } from './timers.ts'
import { armWindowProbe } from './window-probe.ts'

/** Decides what to send and when: lost segments first, then new ones, as far as the windows allow. */
export class Sender {
  private readonly parts: TcpParts
  private readonly writer: SegmentWriter
  private readonly bursts: Bursts
  private readonly pacing: Pacing

  constructor(parts: TcpParts, writer: SegmentWriter) {
    this.parts = parts
    this.writer = writer
    this.bursts = new Bursts(parts.connections, parts.scoreboard.segments)
    this.pacing = new Pacing(parts)
  }

  /** Sends all that may be sent now. */
  output(connection: number): void {
    const { connections, recovery } = this.parts
    if (connections.state[connection] < ESTABLISHED) return
    if (connections.segmentsOut[connection] === 0 && this.hasNew(connection))
      restartIfIdle(connections, connection, this.congestionControl(connection), this.parts.timeline.now)
    const isLikeNs3 = profileOf(connections, connection).recovery === 'ns3'
    let mayHaveLost = this.mayHaveLost(connection, isLikeNs3)
    let isBlocked = false
    let isLimited = false
    let hasSentNew = false
    let burst = 0
    this.pacing.endBurst()
    for (;;) {
      const lost: number = mayHaveLost ? recovery.nextLost(connection) : NONE
      mayHaveLost = lost !== NONE
      const again = mayHaveLost || this.hasNew(connection) ? lost : recovery.nextDoubtful(connection)
      if (again === NONE && !this.hasNew(connection)) break
      if (!this.fitsCongestionWindow(connection)) {
        isBlocked = true
        isLimited = true
        break
      }
      if (!this.pacing.admits(connection, lost, this.unsentBytes(connection))) break
      if (again === NONE && burst-- === 0) {
        burst = this.nextBurst(connection) - 1
        if (burst < 0) {
          isBlocked = true
          isLimited = this.bursts.waitsForWindow
          break
        }
      }
      connections.reductionSent[connection]++
      if (again !== NONE) this.retransmit(connection, again)
      else if (this.sendNew(connection)) hasSentNew = true
      else {
        isBlocked = true
        break
      }
    }
    this.pacing.endBurst()
    if (connections.timeoutDoubt[connection] === SEND_NEW_FIRST) {
      connections.timeoutDoubt[connection] = hasSentNew ? IN_DOUBT : NO_DOUBT
      if (!hasSentNew) return this.output(connection)
    }
    if (hasSentNew && mayProbe(connections, connection))
      this.armForTail(connection, this.parts.scoreboard.segments.sentTick[connections.firstSegment[connection]])
    if (isBlocked && connections.segmentsOut[connection] === 0) armWindowProbe(this.parts, connection)
    if (!isLikeNs3) this.noteUse(connection, isLimited, hasSentNew)
    if (connections.pacingBytesPerS[connection] > 0) this.checkAppLimited(connection)
    this.noteBlocked(connection, isBlocked)
  }

  private noteBlocked(connection: number, isBlocked: boolean): void {
    const { connections, network } = this.parts
    if ((connections.isWindowClosed[connection] === 1) === isBlocked) return
    connections.isWindowClosed[connection] = isBlocked ? 1 : 0
    network.activities.changeClosedWindows(connections.activity[connection], isBlocked ? 1 : -1)
  }

  congestionControl(connection: number): CongestionControl {
    return CONGESTION_CONTROLS[this.parts.connections.congestionControl[connection]]
  }

  /** Sends the SYN, or the SYN and ACK. */
  sendSyn(connection: number): void {
    const { connections, scoreboard, timeline } = this.parts
    scoreboard.push(connection, -1, 0, timeline.now)
    connections.sendNext[connection] = 0
    this.writer.sendSegment(connection, -1, 0, 1)
    this.armTimer(connection)
  }

  retransmit(connection: number, segment: number): void {
    const { connections, scoreboard, timeline, timers } = this.parts
    scoreboard.markRetransmitted(connection, segment, timeline.now)
    noteRetransmission(connections, connection, timeline.now)
    this.sendAgain(connection, segment)
    this.noteWindowUse(connection)
    if (!timers.isArmed(connection, RETRANSMISSION_TIMER) || this.restartsTimer(connection, segment))
      this.armTimer(connection)
  }

  /** As a probe: nothing is believed lost by it. */
  private repeat(connection: number, segment: number): void {
    const { scoreboard, timeline } = this.parts
    scoreboard.markRepeated(connection, segment, timeline.now)
    this.sendAgain(connection, segment)
  }

  private sendAgain(connection: number, segment: number): void {
    const { connections, scoreboard, timeline } = this.parts
    const { segments } = scoreboard
    connections.lastDataSentTick[connection] = timeline.now
    this.pacing.noteSent(connection, segments.endOffset[segment] - segments.startOffset[segment])
    this.writer.sendSegment(
      connection,
      segments.startOffset[segment],
      segments.endOffset[segment],
      segments.transmissions[segment],
    )
  }

  /** The oldest, sent again, has all its time to arrive (Linux: tcp_xmit_retransmit_queue). */
  private restartsTimer(connection: number, segment: number): boolean {
    const { connections } = this.parts
    const isOldest = segment === connections.firstSegment[connection]
    const mayRestart = connections.timerPurpose[connection] !== FOR_REORDERING
    return isOldest && mayRestart && profileOf(connections, connection).recovery === 'rack'
  }

  armTimer(connection: number, aheadNs = this.pacedAheadNs(connection)): void {
    const { connections, timers } = this.parts
    connections.timerPurpose[connection] = FOR_TIMEOUT
    timers.armFor(connection, RETRANSMISSION_TIMER, connections.timeoutNs[connection] + aheadNs)
  }

  /** The same, but if the timer served another purpose, its clock began when the oldest was sent (tcp_rearm_rto). */
  rearmTimer(connection: number): void {
    const { connections, scoreboard, timeline } = this.parts
    if (connections.timerPurpose[connection] === FOR_TIMEOUT) return this.armTimer(connection)
    const sinceNs = timeline.now - scoreboard.segments.sentTick[connections.firstSegment[connection]]
    const goneNs = Math.min(sinceNs, connections.timeoutNs[connection] - NS_PER_US)
    this.armTimer(connection, this.pacedAheadNs(connection) - goneNs)
  }

  /** What was sent is taken to leave with its pace, and has so many ticks more to be answered (tcp_pacing_delay). */
  private pacedAheadNs(connection: number): number {
    const { connections, timeline } = this.parts
    const aheadNs = connections.paceTick[connection] - timeline.now
    if (connections.pacingBytesPerS[connection] === 0 || aheadNs <= 0) return 0
    const { timerTickNs } = profileOf(connections, connection)
    return timerTickNs === 0 ? aheadNs : Math.floor(aheadNs / timerTickNs) * timerTickNs
  }

  /** There was news, or something new was sent: a probe comes before the timeout, whose clock began at `sinceTick`. */
  armForTail(connection: number, sinceTick: number): void {
    const { connections, timeline, timers } = this.parts
    if (!mayProbe(connections, connection)) return this.rearmTimer(connection)
    const timeoutNs = sinceTick + connections.timeoutNs[connection] - timeline.now
    const probeNs = probeTimeoutNs(connections, connection)
    connections.timerPurpose[connection] = FOR_PROBE
    const waitNs = timeoutNs > 0 ? Math.min(probeNs, timeoutNs) : probeNs
    timers.armFor(connection, RETRANSMISSION_TIMER, waitNs + this.pacedAheadNs(connection))
  }

  armForReordering(connection: number): void {
    const { connections, timers } = this.parts
    connections.timerPurpose[connection] = FOR_REORDERING
    const waitNs = Math.min(connections.reorderingWaitNs[connection], connections.timeoutNs[connection])
    timers.armFor(connection, RETRANSMISSION_TIMER, waitNs)
  }

  /** No news for two round trips: sends something new, or the last segment again (Linux: tcp_send_loss_probe). */
  sendProbe(connection: number): void {
    const { connections } = this.parts
    if (connections.probeEnd[connection] !== NO_PROBE) return this.rearmTimer(connection)
    const isNew = this.hasNew(connection) && this.sendNew(connection, true)
    if (!isNew) this.repeat(connection, connections.lastSegment[connection])
    connections.isProbeRepetition[connection] = isNew ? 0 : 1
    connections.probeEnd[connection] = connections.sendNext[connection]
    this.armTimer(connection)
  }

  /** Whether the send buffer holds more. */
  hasRoom(connection: number): boolean {
    return hasSendRoom(this.parts.connections, connection, this.bufferedBytes(connection))
  }

  /** Something was acknowledged: whether it is time to wake a writer who was held back. */
  mayWakeWriter(connection: number): boolean {
    growSendBuffer(this.parts.connections, connection)
    return isWorthWaking(this.parts.connections, connection, this.bufferedBytes(connection))
  }

  private bufferedBytes(connection: number): number {
    return this.dataEnd(connection) - Math.max(this.parts.connections.sendUnacknowledged[connection], 0)
  }

  /** After a timeout that is in doubt, until what was sent new has been heard of (F-RTO). */
  private sendsNewFirst(connection: number): boolean {
    return this.parts.connections.timeoutDoubt[connection] === SEND_NEW_FIRST
  }

  /** Whether there is something new, and the far end has room for it. */
  maySendNew(connection: number): boolean {
    const { connections } = this.parts
    const edge = connections.sendUnacknowledged[connection] + connections.sendWindowBytes[connection]
    return this.hasNew(connection) && edge > connections.sendNext[connection]
  }

  /** New segments to send before it is asked again; 0: they wait for company, as the window permits no more yet. */
  private nextBurst(connection: number): number {
    return this.bursts.next(connection, this.unsentBytes(connection), this.parts.timeline.now)
  }

  private mayHaveLost(connection: number, isLikeNs3: boolean): boolean {
    const { segmentsLost, segmentsRetransmitted } = this.parts.connections
    // In ns-3 retransmissions count on that have arrived.
    const waiting = segmentsLost[connection] - (isLikeNs3 ? 0 : segmentsRetransmitted[connection])
    return waiting > 0 && !this.sendsNewFirst(connection)
  }

  /** One segment whatever the congestion window: what was lost, else something new, else the oldest (ns-3: DoRetransmit). */
  sendOne(connection: number): void {
    const { connections, recovery } = this.parts
    const lost = recovery.nextLost(connection)
    if (lost !== NONE) this.retransmit(connection, lost)
    else if (!this.hasNew(connection) || !this.sendNew(connection))
      this.retransmit(connection, connections.firstSegment[connection])
  }

  hasNew(connection: number): boolean {
    const { connections } = this.parts
    const sendNext = connections.sendNext[connection]
    return sendNext < this.dataEnd(connection) || sendNext === connections.finOffset[connection]
  }

  private unsentBytes(connection: number): number {
    return this.dataEnd(connection) - this.parts.connections.sendNext[connection]
  }

  private dataEnd(connection: number): number {
    const { connections, streams } = this.parts
    return streams.table.writtenBytes[connections.stream[connection]]
  }

  private fitsCongestionWindow(connection: number): boolean {
    const { connections } = this.parts
    const inFlight = connections.segmentsInFlight(connection) + segmentsHeldBack(connections, connection)
    return inFlight < Math.floor(connections.congestionWindow[connection])
  }

  /**
   * False where the far end's window is full, or too small to be worth a segment (RFC 9293 section 3.8.6.2.1), or where
   * Nagle's algorithm has it wait, which a probe does not (tcp_send_loss_probe).
   */
  private sendNew(connection: number, isProbe = false): boolean {
    const { connections, scoreboard, timeline, timers } = this.parts
    const start = connections.sendNext[connection]
    const dataEnd = this.dataEnd(connection)
    const room = connections.sendUnacknowledged[connection] + connections.sendWindowBytes[connection] - start
    const segmentBytes = largestSegmentBytes(connections, connection)
    let wanted = Math.min(dataEnd - start, segmentBytes)
    if (wanted > 0) wanted = this.parts.streams.unmixedBytes(connections.stream[connection], start, wanted)
    if (wanted > room) {
      if (room <= 0 || connections.firstSegment[connection] !== NONE) return false
      wanted = room
    }
    const isLast = start + wanted === dataEnd
    const mayWait = isLast && wanted < segmentBytes && !isProbe
    if (mayWait && connections.finOffset[connection] !== dataEnd && this.holdsBack(connection)) return false
    const end = start + wanted + (isLast && connections.finOffset[connection] === dataEnd ? 1 : 0)
    scoreboard.push(connection, start, end, timeline.now)
    connections.sendNext[connection] = end
    noteSegmentSent(connections, connection, wanted, end)
    connections.windowProbes[connection] = 0
    connections.lastDataSentTick[connection] = timeline.now
    this.pacing.noteSent(connection, end - start)
    this.writer.sendSegment(connection, start, end, 1)
    this.noteWindowUse(connection)
    const isTimed =
      timers.isArmed(connection, RETRANSMISSION_TIMER) && connections.timerPurpose[connection] !== FOR_WINDOW
    if (!isTimed) this.armTimer(connection)
    return true
  }

  /** What does not fill a segment waits for an ACK, or for a writer who has more and waits for room. */
  private holdsBack(connection: number): boolean {
    const { connections } = this.parts
    return holdsPartial(connections, connection) || leavesPartial(connections, connection)
  }

  private checkAppLimited(connection: number): void {
    const { connections } = this.parts
    if (
      this.unsentBytes(connection) < connections.maximumSegmentBytes[connection] &&
      this.fitsCongestionWindow(connection) &&
      connections.segmentsLost[connection] <= connections.segmentsRetransmitted[connection]
    )
      noteAppLimited(connections, connection)
  }

  /** ns-3 asks after each segment whether another one would be too much (TcpSocketBase::SendDataPacket). */
  private noteWindowUse(connection: number): void {
    const { connections } = this.parts
    if (profileOf(connections, connection).recovery !== 'ns3') return
    const isFull = connections.congestionWindow[connection] < connections.segmentsInFlight(connection) + 1
    connections.isWindowLimited[connection] = isFull ? 1 : 0
  }

  /** Linux's tcp_cwnd_validate: a window that nobody fills must not grow. */
  private noteUse(connection: number, wasHeldBack: boolean, hasSent: boolean): void {
    const { connections } = this.parts
    const isLimited = wasHeldBack || !this.fitsCongestionWindow(connection)
    if (!isLimited && !hasSent) return
    const out = connections.segmentsOut[connection]
    const isWindowOver = connections.sendUnacknowledged[connection] >= connections.mostSegmentsUntil[connection]
    const isMore = connections.isWindowLimited[connection] === 0 && out > connections.mostSegmentsOut[connection]
    if (!isWindowOver && !isLimited && !isMore) return
    connections.isWindowLimited[connection] = isLimited ? 1 : 0
    connections.mostSegmentsOut[connection] = out
    connections.mostSegmentsUntil[connection] = connections.sendNext[connection]
  }

  /** Whether the congestion window, and not the user, holds the sender back. */
  isWindowLimited(connection: number): boolean {
    const { connections } = this.parts
    if (connections.isWindowLimited[connection] === 1) return true
    const window = connections.congestionWindow[connection]
    return window < connections.slowStartThreshold[connection] && window < 2 * connections.mostSegmentsOut[connection]
  }

  initializeCongestion(connection: number): void {
    const { connections } = this.parts
    connections.congestionWindow[connection] = profileOf(connections, connection).initialWindow
    connections.slowStartThreshold[connection] = Number.POSITIVE_INFINITY
    connections.recoveryState[connection] = OPEN
    connections.isWindowLimited[connection] = 0
    connections.lastDataSentTick[connection] = this.parts.timeline.now
    connections.mostSegmentsOut[connection] = 0
    connections.mostSegmentsUntil[connection] = 0
    this.congestionControl(connection).initialize(connections, connection, this.parts.timeline.now)
  }

  /** The handshake is over: a congestion control that measures rates begins anew, the SYN being none (tcp_init_transfer). */
  beginTransfer(connection: number): void {
    const { connections, timeline } = this.parts
    const control = this.congestionControl(connection)
    if (control.control === undefined) return
    if (connections.retransmittedSegments[connection] <= 1)
      connections.congestionWindow[connection] = profileOf(connections, connection).initialWindow
    control.initialize(connections, connection, timeline.now)
    // There is a bubble in the pipe until the first ACK (net/ipv4/tcp.c, tcp_init_sock; tcp_rate_check_app_limited).
    noteAppLimited(connections, connection)
  }
}
