import { NONE } from '../../engine/table.ts'
import { NS_PER_US } from '../../engine/ticks.ts'
import type { CongestionControl } from '../congestion/congestion-control.ts'
import { CONGESTION_CONTROLS } from '../congestion/congestion-controls.ts'
import { restartIfIdle } from '../congestion/idle-restart.ts'
import { Pacing } from '../congestion/pacing.ts'
import { noteAppLimited } from '../congestion/rate-sample.ts'
import { noteWindowUse, noteWindowUseLikeNs3 } from '../congestion/window-use.ts'
import { ESTABLISHED, OPEN } from '../connections/connection.ts'
import { segmentsHeldBack } from '../recovery/limited-transmit.ts'
import { IN_DOUBT, NO_DOUBT, SEND_NEW_FIRST } from '../recovery/spurious-timeout.ts'
import {
  FOR_PROBE,
  FOR_REORDERING,
  FOR_TIMEOUT,
  mayProbe,
  NO_PROBE,
  probeTimeoutNs,
} from '../recovery/tail-loss-probe.ts'
import { noteRetransmission } from '../recovery/undo.ts'
import type { SegmentWriter } from '../segment-writer.ts'
import type { TcpParts } from '../tcp-parts.ts'
import { profileOf } from '../timing/round-trip-time.ts'
import { RETRANSMISSION_TIMER } from '../timing/timers.ts'
import { Bursts, sendsBursts } from './bursts.ts'
import { farRoomBytes } from './far-room.ts'
import { largestSegmentBytes } from './half-window.ts'
import { NewData } from './new-data.ts'
import { ENDS_BURST, ENDS_WRITE } from './segment.ts'
import { growSendBuffer, hasSendRoom, isWorthWaking } from './send-buffer.ts'
import { armWindowProbe } from './window-probe-timer.ts'
import { Writing } from './writing.ts'

/** Decides what to send and when: lost segments first, then new ones, as far as the windows allow. */
export class Sender {
  private readonly parts: TcpParts
  private readonly writer: SegmentWriter
  private readonly bursts: Bursts
  private readonly pacing: Pacing
  private readonly writing: Writing
  readonly newData: NewData

  constructor(parts: TcpParts, writer: SegmentWriter) {
    this.parts = parts
    this.writer = writer
    this.bursts = new Bursts(parts)
    this.pacing = new Pacing(parts)
    this.writing = new Writing(parts, this)
    this.newData = new NewData(parts, writer, this.bursts, this.pacing, this)
  }

  /** Takes what the user has written, and sends all that may be sent now. */
  output(connection: number): void {
    const { connections, streams } = this.parts
    if (connections.state[connection] < ESTABLISHED) return
    const writtenBytes = streams.table.writtenBytes[connections.stream[connection]]
    if (connections.bufferedEnd[connection] < writtenBytes) {
      if (sendsBursts(connections, connection)) this.writing.take(connection)
      else connections.bufferedEnd[connection] = writtenBytes
    }
    this.push(connection)
  }

  push(connection: number): void {
    const { connections } = this.parts
    if (this.isAtRest(connection)) return
    this.endIdleness(connection)
    const isLikeNs3 = profileOf(connections, connection).recovery === 'ns3'
    let mayHaveLost = this.mayHaveLost(connection, isLikeNs3)
    let isBlocked = false
    let isLimited = false
    let hasSentNew = false
    this.bursts.begin()
    for (;;) {
      const lost: number = mayHaveLost ? this.parts.recovery.nextLost(connection) : NONE
      mayHaveLost = lost !== NONE
      const again = mayHaveLost || this.newData.exists(connection) ? lost : this.parts.recovery.nextDoubtful(connection)
      if (again === NONE && !this.newData.exists(connection)) break
      if (!this.fitsCongestionWindow(connection)) {
        isBlocked = true
        isLimited = true
        break
      }
      if (!this.pacing.isDue(connection)) break
      if (again !== NONE) this.sendAgain(connection, again)
      else if (this.sendNew(connection, true)) hasSentNew = true
      else {
        isBlocked = true
        isLimited = this.bursts.waitsForWindow
        break
      }
    }
    if (connections.timeoutDoubt[connection] === SEND_NEW_FIRST) {
      connections.timeoutDoubt[connection] = hasSentNew ? IN_DOUBT : NO_DOUBT
      if (!hasSentNew) return this.push(connection)
    }
    this.noteEnd(connection, isBlocked, isLimited, hasSentNew)
  }

  /** As an end is that only receives: nothing is on its way or to be sent, and nothing was held up. */
  private isAtRest(connection: number): boolean {
    const { segmentsOut, isWindowClosed, pacingBytesPerS } = this.parts.connections
    const isQuiet = segmentsOut[connection] === 0 && isWindowClosed[connection] === 0
    return isQuiet && pacingBytesPerS[connection] === 0 && !this.newData.exists(connection)
  }

  pushOne(connection: number): void {
    this.endIdleness(connection)
    if (!this.fitsCongestionWindow(connection) || !this.pacing.isDue(connection)) return
    this.bursts.begin()
    const hasSent = this.sendNew(connection, false)
    this.noteEnd(connection, !hasSent, false, hasSent)
  }

  private sendNew(connection: number, mayWait: boolean): boolean {
    const { connections } = this.parts
    const before = connections.segmentsOut[connection]
    const hasSent = this.newData.send(connection, mayWait)
    connections.reductionSent[connection] += connections.segmentsOut[connection] - before
    return hasSent
  }

  /** Before something goes after a pause; not while it waits for the far end's window. */
  private endIdleness(connection: number): void {
    const { connections, timeline } = this.parts
    if (connections.segmentsOut[connection] > 0 || !this.newData.exists(connection)) return
    const least = Math.min(this.newData.unsentBytes(connection), largestSegmentBytes(connections, connection))
    if (farRoomBytes(connections, connection) < least) return
    restartIfIdle(connections, connection, this.congestionControl(connection), timeline.now)
  }

  private noteEnd(connection: number, isBlocked: boolean, wasHeldBack: boolean, hasSentNew: boolean): void {
    const { connections } = this.parts
    if (hasSentNew && mayProbe(connections, connection))
      this.armForTail(connection, this.parts.scoreboard.segments.sentTick[connections.firstSegment[connection]])
    if (isBlocked && connections.segmentsOut[connection] === 0) armWindowProbe(this.parts, connection)
    if (profileOf(connections, connection).recovery !== 'ns3') {
      const isLimited = wasHeldBack || !this.fitsCongestionWindow(connection)
      noteWindowUse(connections, connection, isLimited, hasSentNew)
    }
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
    this.writer.sendSegment(connection, -1, 0, 1, false)
    this.armTimer(connection)
  }

  /** What was lost, with its neighbours of the same burst. */
  private sendAgain(connection: number, first: number): void {
    const { connections, scoreboard } = this.parts
    const { segments } = scoreboard
    const length = sendsBursts(connections, connection) ? this.bursts.lengthAgain(connection, first) : 1
    const startOffset = segments.startOffset[first]
    let segment = first
    for (let nth = 1; nth <= length; nth++) {
      const next = segments.next[segment]
      if (nth === length && sendsBursts(connections, connection)) this.endBurstAt(connection, segment)
      connections.reductionSent[connection]++
      this.sendLost(connection, segment, nth === length && length > 1)
      if (nth < length) segment = next
    }
    this.pacing.noteBurst(connection, segments.endOffset[segment] - startOffset)
  }

  /** What is sent again without what follows is a burst of its own from now on (tcp_fragment). */
  private endBurstAt(connection: number, segment: number): void {
    const { connections, scoreboard } = this.parts
    if ((scoreboard.segments.flags[segment] & ENDS_BURST) !== 0) return
    scoreboard.segments.flags[segment] |= ENDS_BURST
    connections.buffersHeld[connection]++
  }

  /** One segment, whatever the windows say. */
  retransmit(connection: number, segment: number): void {
    const { connections, scoreboard } = this.parts
    if (sendsBursts(connections, connection)) this.endBurstAt(connection, segment)
    this.sendLost(connection, segment, false)
    this.pacing.noteBurst(connection, scoreboard.lengthOf(segment))
  }

  private sendLost(connection: number, segment: number, endsBurst: boolean): void {
    const { connections, scoreboard, timeline, timers } = this.parts
    scoreboard.markRetransmitted(connection, segment, timeline.now)
    noteRetransmission(connections, connection, timeline.now)
    this.repeat(connection, segment, endsBurst)
    noteWindowUseLikeNs3(connections, connection)
    if (!timers.isArmed(connection, RETRANSMISSION_TIMER) || this.restartsTimer(connection, segment))
      this.armTimer(connection)
  }

  private repeat(connection: number, segment: number, endsBurst: boolean): void {
    const { connections, scoreboard, timeline } = this.parts
    const { segments } = scoreboard
    connections.lastDataSentTick[connection] = timeline.now
    const end = segments.endOffset[segment]
    const isPushed = sendsBursts(connections, connection)
      ? endsBurst || (segments.flags[segment] & ENDS_WRITE) !== 0
      : end >= this.newData.end(connection)
    this.writer.sendSegment(connection, segments.startOffset[segment], end, segments.transmissions[segment], isPushed)
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
    this.bursts.begin()
    const isNew = this.newData.exists(connection) && this.newData.send(connection, false)
    if (!isNew) this.sendLastAgain(connection)
    connections.isProbeRepetition[connection] = isNew ? 0 : 1
    connections.probeEnd[connection] = connections.sendNext[connection]
    this.armTimer(connection)
  }

  /** As a probe: nothing is believed lost by it. */
  private sendLastAgain(connection: number): void {
    const { connections, scoreboard, timeline } = this.parts
    const last = connections.lastSegment[connection]
    scoreboard.markRepeated(connection, last, timeline.now)
    this.repeat(connection, last, false)
    this.pacing.noteBurst(connection, scoreboard.lengthOf(last))
  }

  /** Whether the user may write more. */
  hasRoom(connection: number): boolean {
    const { connections } = this.parts
    if (sendsBursts(connections, connection)) return connections.isWriterHeldBack[connection] === 0
    return hasSendRoom(connections, connection, this.bufferedBytes(connection))
  }

  /** Something was acknowledged: a writer who was held back goes on. Whether he is to hear that he may write more. */
  wakeWriter(connection: number): boolean {
    const { connections } = this.parts
    if (connections.isWriterHeldBack[connection] === 0 && connections.awaitsRoom[connection] === 0) return false
    growSendBuffer(connections, connection)
    if (!isWorthWaking(connections, connection, this.bufferedBytes(connection))) return false
    if (connections.isWriterHeldBack[connection] === 1) {
      connections.isWriterHeldBack[connection] = 0
      this.output(connection)
    }
    if (connections.awaitsRoom[connection] === 0 || !this.hasRoom(connection)) return false
    connections.awaitsRoom[connection] = 0
    return true
  }

  private bufferedBytes(connection: number): number {
    return this.newData.end(connection) - Math.max(this.parts.connections.sendUnacknowledged[connection], 0)
  }

  /** After a timeout that is in doubt, until what was sent new has been heard of (F-RTO). */
  private sendsNewFirst(connection: number): boolean {
    return this.parts.connections.timeoutDoubt[connection] === SEND_NEW_FIRST
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
    else if (!this.newData.exists(connection) || !this.newData.send(connection))
      this.retransmit(connection, connections.firstSegment[connection])
  }

  private fitsCongestionWindow(connection: number): boolean {
    const { connections } = this.parts
    const inFlight = connections.segmentsInFlight(connection) + segmentsHeldBack(connections, connection)
    return inFlight < Math.floor(connections.congestionWindow[connection])
  }

  private checkAppLimited(connection: number): void {
    const { connections } = this.parts
    if (
      this.newData.unsentBytes(connection) < connections.maximumSegmentBytes[connection] &&
      connections.isWriterHeldBack[connection] === 0 &&
      this.fitsCongestionWindow(connection) &&
      connections.segmentsLost[connection] <= connections.segmentsRetransmitted[connection]
    )
      noteAppLimited(connections, connection)
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

  /** The handshake is over, and the congestion control begins anew: the SYN says nothing of data (tcp_init_transfer). */
  beginTransfer(connection: number): void {
    const { connections, timeline } = this.parts
    const control = this.congestionControl(connection)
    const profile = profileOf(connections, connection)
    if (profile.recovery === 'ns3') return
    const isMeasured = control.control !== undefined
    if (isMeasured && connections.retransmittedSegments[connection] <= 1)
      connections.congestionWindow[connection] = profile.initialWindow
    control.initialize(connections, connection, timeline.now)
    // There is a bubble in the pipe until the first ACK (net/ipv4/tcp.c, tcp_init_sock; tcp_rate_check_app_limited).
    if (isMeasured) noteAppLimited(connections, connection)
  }
}
