import { NONE } from '../../engine/table.ts'
import { congestionControlOf } from '../congestion/congestion-controls.ts'
import { restartIfIdle } from '../congestion/idle-restart.ts'
import { Pacing } from '../congestion/pacing.ts'
import { noteAppLimited } from '../congestion/rate-sample.ts'
import { ESTABLISHED, OPEN, profileOf } from '../connections/connection.ts'
import { segmentsHeldBack } from '../recovery/limited-transmit.ts'
import { createLossRecoveries } from '../recovery/loss-recoveries.ts'
import type { LossRecovery, Transmitter } from '../recovery/loss-recovery.ts'
import { FOR_REORDERING, RetransmissionTimer } from '../recovery/retransmission-timer.ts'
import { NO_PROBE } from '../recovery/tail-loss-probe.ts'
import { IN_DOUBT, NO_DOUBT, noteRetransmission, SEND_NEW_FIRST } from '../recovery/undo.ts'
import type { SegmentWriter } from '../segment-writer.ts'
import type { TcpParts } from '../tcp-parts.ts'
import { RETRANSMISSION_TIMER } from '../timing/timers.ts'
import { Bursts, sendsBursts } from './bursts.ts'
import { farRoomBytes } from './far-room.ts'
import { largestSegmentBytes } from './half-window.ts'
import { NewData } from './new-data.ts'
import { ENDS_BURST, ENDS_WRITE } from './segment.ts'
import { growSendBuffer, hasSendRoom, isWorthWaking } from './send-buffer.ts'
import { Writing } from './writing.ts'

/** Decides what to send and when: lost segments first, then new ones, as far as the windows allow. */
export class Sender implements Transmitter {
  readonly timer: RetransmissionTimer
  private readonly parts: TcpParts
  private readonly writer: SegmentWriter
  /** By the number in the column `lossRecovery`. */
  private readonly recoveries: readonly LossRecovery[]
  private readonly bursts: Bursts
  private readonly pacing: Pacing
  private readonly writing: Writing
  readonly newData: NewData

  constructor(parts: TcpParts, writer: SegmentWriter) {
    this.parts = parts
    this.writer = writer
    this.bursts = new Bursts(parts)
    this.pacing = new Pacing(parts)
    this.timer = new RetransmissionTimer(parts)
    this.recoveries = createLossRecoveries({ ...parts, timer: this.timer, transmitter: this })
    this.writing = new Writing(parts, this)
    this.newData = new NewData(parts, writer, this.bursts, this.pacing, this)
  }

  recoveryOf(connection: number): LossRecovery {
    return this.recoveries[this.parts.connections.lossRecovery[connection]]
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
    const recovery = this.recoveryOf(connection)
    // After a timeout that is in doubt, until what was sent new has been heard of (F-RTO).
    let mayHaveLost = recovery.hasLost(connection) && connections.timeoutDoubt[connection] !== SEND_NEW_FIRST
    let isBlocked = false
    let isLimited = false
    let hasSentNew = false
    this.bursts.begin()
    for (;;) {
      const lost: number = mayHaveLost ? recovery.nextLost(connection) : NONE
      mayHaveLost = lost !== NONE
      const again = mayHaveLost || this.newData.exists(connection) ? lost : recovery.nextDoubtful(connection)
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

  hasNewData(connection: number): boolean {
    return this.newData.exists(connection)
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
    restartIfIdle(connections, connection, congestionControlOf(connections, connection), timeline.now)
  }

  private noteEnd(connection: number, isBlocked: boolean, wasHeldBack: boolean, hasSentNew: boolean): void {
    const { connections, scoreboard } = this.parts
    const recovery = this.recoveryOf(connection)
    if (hasSentNew && recovery.mayProbe(connection))
      this.timer.armForProbe(connection, scoreboard.segments.sentTick[connections.firstSegment[connection]])
    if (isBlocked && connections.segmentsOut[connection] === 0) this.timer.armForWindow(connection)
    recovery.onOutputEnd(connection, wasHeldBack || !this.fitsCongestionWindow(connection), hasSentNew)
    if (connections.pacingBytesPerS[connection] > 0) this.checkAppLimited(connection)
    this.noteBlocked(connection, isBlocked)
  }

  private noteBlocked(connection: number, isBlocked: boolean): void {
    const { connections, network } = this.parts
    if ((connections.isWindowClosed[connection] === 1) === isBlocked) return
    connections.isWindowClosed[connection] = isBlocked ? 1 : 0
    network.activities.changeClosedWindows(connections.activity[connection], isBlocked ? 1 : -1)
  }

  /** Sends the SYN, or the SYN and ACK. */
  sendSyn(connection: number): void {
    const { connections, scoreboard, timeline } = this.parts
    scoreboard.push(connection, -1, 0, timeline.now)
    connections.sendNext[connection] = 0
    this.writer.sendSegment(connection, -1, 0, 1, false)
    this.timer.arm(connection)
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
    this.recoveryOf(connection).onSegmentSent(connection)
    if (!timers.isArmed(connection, RETRANSMISSION_TIMER) || this.restartsTimer(connection, segment))
      this.timer.arm(connection)
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
    return isOldest && mayRestart && this.recoveryOf(connection).restartsTimer
  }

  /** No news for two round trips: sends something new, or the last segment again (Linux: tcp_send_loss_probe). */
  sendProbe(connection: number): void {
    const { connections } = this.parts
    if (connections.probeEnd[connection] !== NO_PROBE) return this.timer.rearm(connection)
    this.bursts.begin()
    const isNew = this.newData.exists(connection) && this.newData.send(connection, false)
    if (!isNew) this.sendLastAgain(connection)
    connections.isProbeRepetition[connection] = isNew ? 0 : 1
    connections.probeEnd[connection] = connections.sendNext[connection]
    this.timer.arm(connection)
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

  /** One segment whatever the congestion window: what was lost, else something new, else the oldest (ns-3: DoRetransmit). */
  sendOne(connection: number): void {
    const { connections } = this.parts
    const lost = this.recoveryOf(connection).nextLost(connection)
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
    congestionControlOf(connections, connection).initialize(connections, connection, this.parts.timeline.now)
  }

  /** The handshake is over, and the congestion control begins anew: the SYN says nothing of data (tcp_init_transfer). */
  beginTransfer(connection: number): void {
    const { connections, timeline } = this.parts
    if (!this.recoveryOf(connection).beginsAfterHandshake) return
    const control = congestionControlOf(connections, connection)
    const isMeasured = control.control !== undefined
    if (isMeasured && connections.retransmittedSegments[connection] <= 1)
      connections.congestionWindow[connection] = profileOf(connections, connection).initialWindow
    control.initialize(connections, connection, timeline.now)
    // There is a bubble in the pipe until the first ACK (net/ipv4/tcp.c, tcp_init_sock; tcp_rate_check_app_limited).
    if (isMeasured) noteAppLimited(connections, connection)
  }
}
