import { NONE } from '../../engine/table.ts'
import { LARGEST_BURST_BYTES, noteImpliedRate } from '../congestion/burst-size.ts'
import { congestionControlOf } from '../congestion/congestion-controls.ts'
import { restartIfIdle } from '../congestion/idle-restart.ts'
import { Pacing } from '../congestion/pacing.ts'
import { noteAppLimited } from '../congestion/rate-sample.ts'
import { ESTABLISHED } from '../connections/connection.ts'
import { segmentsHeldBack } from '../recovery/limited-transmit.ts'
import { createLossRecoveries } from '../recovery/loss-recoveries.ts'
import type { LossRecovery, Transmitter } from '../recovery/loss-recovery.ts'
import { FOR_REORDERING, FOR_WINDOW, RetransmissionTimer } from '../recovery/retransmission-timer.ts'
import { ENDS_BURST, ENDS_WRITE } from '../recovery/scoreboard.ts'
import { NO_PROBE } from '../recovery/tail-loss-probe.ts'
import { IN_DOUBT, NO_DOUBT, noteRetransmission, SEND_NEW_FIRST } from '../recovery/undo.ts'
import type { Connection, Segment, WriteBuffer } from '../rows.ts'
import { RETRANSMISSION_TIMER } from '../timing/timers.ts'
import { Bursts, NO_BURST } from './bursts.ts'
import { largestSegmentBytes } from './half-window.ts'
import { holdsPartial, initializeNagle, noteSegmentSent } from './nagle.ts'
import { growSendBuffer, hasSendRoom, isWorthWaking } from './send-buffer.ts'
import type { SendingParts } from './sending-parts.ts'

/**
 * The sending half of connections: decides what is sent and when. Lost segments go first, then new data, as far as the
 * windows allow.
 */
export class Sender implements Transmitter {
  readonly timer: RetransmissionTimer
  private readonly parts: SendingParts
  /** Loss recoveries by the number in the column `lossRecovery`. */
  private readonly recoveries: readonly LossRecovery[]
  private readonly bursts: Bursts
  private readonly pacing: Pacing

  constructor(parts: SendingParts) {
    this.parts = parts
    this.bursts = new Bursts(parts)
    this.pacing = new Pacing(parts)
    this.timer = new RetransmissionTimer(parts, parts.scoreboard)
    this.recoveries = createLossRecoveries({ ...parts, timer: this.timer, transmitter: this })
  }

  /** Prepares the row of a new connection. */
  initialize(connection: Connection): void {
    const { connections, timeline } = this.parts
    initializeNagle(connections, connection)
    connections.congestionWindow[connection] = connections.profileOf(connection).initialWindow
    connections.slowStartThreshold[connection] = Number.POSITIVE_INFINITY
    connections.lastDataSentTick[connection] = timeline.now
    congestionControlOf(connections, connection).initialize(connections, connection, timeline.now)
  }

  /** Returns whether the connection's variants of loss recovery and congestion control can take a plain ACK. */
  takesPlainAcks(connection: Connection): boolean {
    const { connections } = this.parts
    const isPaced =
      congestionControlOf(connections, connection).control !== undefined || connections.profileOf(connection).paces
    return !isPaced && this.recoveryOf(connection).onPlainAdvance !== undefined
  }

  /** Releases all segments and buffers of a connection that has ended. */
  clear(connection: Connection): void {
    this.parts.scoreboard.clear(connection)
    this.parts.queue.clear(connection)
  }

  recoveryOf(connection: Connection): LossRecovery {
    return this.recoveries[this.parts.connections.lossRecovery[connection]]
  }

  /** Takes what the user has written, and sends everything that may be sent now. */
  output(connection: Connection): void {
    const { connections } = this.parts
    if (connections.state[connection] < ESTABLISHED) return
    const writtenBytes = this.writtenBytes(connection)
    if (connections.bufferedEnd[connection] < writtenBytes) {
      if (connections.profileOf(connection).sendsBursts) this.takeWritten(connection)
      else connections.bufferedEnd[connection] = writtenBytes
    }
    this.push(connection)
  }

  /**
   * Moves written data into the queue, unit by unit, while the send buffer has room (Linux 6.18, net/ipv4/tcp.c,
   * tcp_sendmsg_locked). The rest stays with the writer. Full units are sent while the user is still writing.
   */
  private takeWritten(connection: Connection): void {
    const { connections, queue } = this.parts
    if (this.hasTakenAll(connection) || connections.isWriterHeldBack[connection] === 1) return
    const goalBytes = this.unitBytes(connection)
    let isFirst = true
    do {
      const buffer = this.bufferWithRoom(connection, goalBytes)
      if (buffer === NONE) {
        connections.isWriterHeldBack[connection] = 1
        break
      }
      // The unit ended a write, and does not any more.
      if (isFirst) queue.buffers.isPushed[buffer] = 0
      isFirst = false
      const writtenBytes = this.writtenBytes(connection) - connections.bufferedEnd[connection]
      queue.extend(connection, Math.min(goalBytes - queue.lengthOf(buffer), writtenBytes))
      if (this.hasTakenAll(connection)) break
      if (this.mustPush(connection)) {
        queue.push(connection)
        this.push(connection)
      } else if (buffer === connections.firstBuffer[connection]) this.pushOne(connection)
    } while (!this.hasTakenAll(connection))
    if (!isFirst && (connections.moreFollows[connection] === 0 || this.mustPush(connection))) queue.push(connection)
    // poll reports room only while a third of the buffer is free (net/ipv4/tcp.c, tcp_poll).
    if (this.outputBufferBytes(connection) > 0 && !this.isWorthWaking(connection))
      connections.isWriterHeldBack[connection] = 1
  }

  /** Returns whether everything that was written is in the queue. */
  private hasTakenAll(connection: Connection): boolean {
    return this.parts.connections.bufferedEnd[connection] === this.writtenBytes(connection)
  }

  private writtenBytes(connection: Connection): number {
    const { connections, streams } = this.parts
    return streams.table.writtenBytes[connections.stream[connection]]
  }

  /**
   * Returns the unit that takes the next bytes, or NONE when the last one is full and the buffer has no room for
   * another.
   */
  private bufferWithRoom(connection: Connection, goalBytes: number): WriteBuffer {
    const { connections, queue } = this.parts
    const last = connections.lastBuffer[connection]
    if (last !== NONE && queue.lengthOf(last) < goalBytes && queue.buffers.endsRecord[last] === 0) return last
    const isLow = this.unsentBytes(connection) < connections.notSentLowBytes[connection]
    const hasRoom = isLow && hasSendRoom(connections, connection, this.bufferedBytes(connection))
    return hasRoom ? queue.open(connection) : NONE
  }

  /**
   * Returns the size of a unit: whole segments, at most half of the largest window that the peer has advertised
   * (tcp_xmit_size_goal).
   */
  private unitBytes(connection: Connection): number {
    const { connections } = this.parts
    const segmentBytes = largestSegmentBytes(connections, connection)
    const halfWindow = Math.floor(connections.largestSendWindowBytes[connection] / 2)
    const mostBytes = Math.min(LARGEST_BURST_BYTES, halfWindow)
    return Math.max(Math.floor(mostBytes / segmentBytes), 1) * segmentBytes
  }

  /** Returns whether half a window of data has no PSH yet (forced_push). */
  private mustPush(connection: Connection): boolean {
    const { connections } = this.parts
    return (
      connections.bufferedEnd[connection] >
      connections.pushedEnd[connection] + Math.floor(connections.largestSendWindowBytes[connection] / 2)
    )
  }

  /** Sends what the windows still allow, where `PlainOutput` has sent bursts of new data before and cannot go on. */
  continueOutput(connection: Connection): void {
    this.push(connection, true)
  }

  /** Sends all queued data that the windows allow. `hasSent`: new data were sent before, by the same call of `output`. */
  private push(connection: Connection, hasSent = false): void {
    const { connections } = this.parts
    if (this.isAtRest(connection)) return
    this.endIdleness(connection)
    const recovery = this.recoveryOf(connection)
    // After a timeout that may be spurious, nothing is retransmitted until new data are acknowledged (F-RTO).
    let canHaveLost = recovery.hasLost(connection) && connections.timeoutDoubt[connection] !== SEND_NEW_FIRST
    let isBlocked = false
    let isLimited = false
    let hasSentNew = hasSent
    this.bursts.begin()
    for (;;) {
      const lost: Segment = canHaveLost ? recovery.nextLost(connection) : NONE
      canHaveLost = lost !== NONE
      const again = canHaveLost || this.hasNewData(connection) ? lost : recovery.nextDoubtful(connection)
      if (again === NONE && !this.hasNewData(connection)) break
      if (!this.fitsCongestionWindow(connection)) {
        isBlocked = true
        isLimited = true
        break
      }
      if (!this.pacing.isDue(connection)) break
      if (again !== NONE) this.retransmitBurst(connection, again)
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
    this.endOutput(connection, isBlocked, isLimited, hasSentNew)
  }

  /** Returns whether nothing is in flight or waits, as at an end that only receives. */
  private isAtRest(connection: Connection): boolean {
    const { connections } = this.parts
    const isQuiet = connections.segmentsOut[connection] === 0 && connections.isWindowClosed[connection] === 0
    return isQuiet && connections.pacingBytesPerS[connection] === 0 && !this.hasNewData(connection)
  }

  /** Sends one burst, without waiting for more data. */
  private pushOne(connection: Connection): void {
    this.endIdleness(connection)
    if (!this.fitsCongestionWindow(connection) || !this.pacing.isDue(connection)) return
    this.bursts.begin()
    const hasSent = this.sendNew(connection, false)
    this.endOutput(connection, !hasSent, false, hasSent)
  }

  private sendNew(connection: Connection, canWait: boolean): boolean {
    const { connections } = this.parts
    const before = connections.segmentsOut[connection]
    const hasSent = this.sendNewData(connection, canWait)
    connections.reductionSent[connection] += connections.segmentsOut[connection] - before
    return hasSent
  }

  /** Returns whether data or a FIN that have never been sent are waiting. */
  hasNewData(connection: Connection): boolean {
    const { connections } = this.parts
    return (
      connections.sendNext[connection] < connections.bufferedEnd[connection] ||
      connections.sendNext[connection] === connections.finOffset[connection]
    )
  }

  private unsentBytes(connection: Connection): number {
    return this.parts.connections.bufferedEnd[connection] - this.parts.connections.sendNext[connection]
  }

  /**
   * Sends new data. Returns false where nothing may be sent. `canWait`: whether data may wait for more, unlike those of
   * a probe (tcp_send_loss_probe).
   */
  private sendNewData(connection: Connection, canWait: boolean): boolean {
    if (!this.parts.connections.profileOf(connection).sendsBursts) return this.sendSegmentOfNew(connection, canWait)
    const bytes = this.bursts.next(connection, canWait)
    if (bytes === NO_BURST) return false
    this.sendBurst(connection, bytes)
    return true
  }

  private sendBurst(connection: Connection, bytes: number): void {
    const { connections, queue, streams } = this.parts
    const endsWrite = bytes > 0 && queue.takeFirst(connection, bytes)
    // The FIN is sent in a segment of its own.
    if (bytes === 0) connections.buffersHeld[connection]++
    const segmentBytes = largestSegmentBytes(connections, connection)
    const begin = connections.sendNext[connection]
    const end = begin + bytes
    let start = begin
    do {
      const most = Math.min(end - start, segmentBytes)
      const segmentEnd = start + (most > 0 ? streams.contiguousBytes(connections.stream[connection], start, most) : 0)
      const isLast = segmentEnd === end
      const flags = isLast ? ENDS_BURST | (endsWrite ? ENDS_WRITE : 0) : 0
      const isPushed = isLast && (endsWrite || start > begin)
      if (start === begin) this.sendFirst(connection, segmentEnd, isPushed, flags)
      else this.sendNextOfBurst(connection, segmentEnd, isPushed, flags)
      start = segmentEnd
    } while (start < end)
    this.pacing.noteBurst(connection, bytes)
    // The window is not full before the last burst that it allows (tcp_event_new_data_sent, tcp_check_space).
    if (this.isWriterWaiting(connection)) growSendBuffer(connections, connection)
  }

  /**
   * Sends one new segment. Returns false where the peer's window is full, or too small for a useful segment (RFC 9293
   * section 3.8.6.2.1), or where Nagle's algorithm holds the segment back.
   */
  private sendSegmentOfNew(connection: Connection, canWait: boolean): boolean {
    const { connections } = this.parts
    const start = connections.sendNext[connection]
    const dataEnd = connections.bufferedEnd[connection]
    const room = connections.peerRoomBytes(connection)
    const segmentBytes = largestSegmentBytes(connections, connection)
    let wanted = Math.min(dataEnd - start, segmentBytes)
    if (wanted > 0) wanted = this.parts.streams.contiguousBytes(connections.stream[connection], start, wanted)
    if (wanted > room) {
      if (room <= 0 || connections.firstSegment[connection] !== NONE) return false
      wanted = room
    }
    const isPartial = start + wanted === dataEnd && wanted < segmentBytes
    const isHeld = isPartial && canWait && connections.finOffset[connection] !== dataEnd
    if (isHeld && holdsPartial(connections, connection)) return false
    this.sendFirst(connection, start + wanted, start + wanted === dataEnd, 0)
    this.pacing.noteBurst(connection, wanted)
    return true
  }

  /** Sends the next segment, up to `dataEnd`, for the first time. The FIN follows the last byte. */
  private sendFirst(connection: Connection, dataEnd: number, isPushed: boolean, flags: number): void {
    const { connections, scoreboard, timeline, timers } = this.parts
    const start = connections.sendNext[connection]
    const end = dataEnd + (dataEnd === connections.finOffset[connection] ? 1 : 0)
    scoreboard.push(connection, start, end, timeline.now, flags)
    connections.sendNext[connection] = end
    noteSegmentSent(connections, connection, dataEnd - start, end)
    connections.windowProbes[connection] = 0
    connections.lastDataSentTick[connection] = timeline.now
    this.parts.writer.sendSegment(connection, start, end, 1, isPushed)
    this.recoveryOf(connection).onSegmentSent?.(connection)
    const isTimed =
      timers.isArmed(connection, RETRANSMISSION_TIMER) && connections.timerPurpose[connection] !== FOR_WINDOW
    if (!isTimed) this.timer.arm(connection)
  }

  /** Sends a segment right after another of the same burst, which has armed the timer and noted that data are sent. */
  private sendNextOfBurst(connection: Connection, dataEnd: number, isPushed: boolean, flags: number): void {
    const { connections, scoreboard, timeline } = this.parts
    const start = connections.sendNext[connection]
    const end = dataEnd + (dataEnd === connections.finOffset[connection] ? 1 : 0)
    scoreboard.push(connection, start, end, timeline.now, flags)
    connections.sendNext[connection] = end
    noteSegmentSent(connections, connection, dataEnd - start, end)
    this.parts.writer.sendNextOfBurst(connection, start, end, isPushed)
    this.recoveryOf(connection).onSegmentSent?.(connection)
  }

  /**
   * Sends what fits into a window that is too small for a segment, as a window probe (tcp_write_wakeup). Returns false
   * where nothing fits.
   */
  sendPart(connection: Connection): boolean {
    const { connections, queue } = this.parts
    const start = connections.sendNext[connection]
    const room = connections.peerRoomBytes(connection)
    const bytes = Math.min(
      connections.bufferedEnd[connection] - start,
      room,
      largestSegmentBytes(connections, connection),
    )
    if (!connections.profileOf(connection).sendsBursts || bytes <= 0) return false
    const endsWrite = queue.takeFirst(connection, bytes)
    this.sendFirst(connection, start + bytes, true, ENDS_BURST | (endsWrite ? ENDS_WRITE : 0))
    return true
  }

  /**
   * Restarts the congestion window before data are sent after a pause, but not while they wait for the peer's window.
   */
  private endIdleness(connection: Connection): void {
    const { connections, timeline } = this.parts
    if (connections.segmentsOut[connection] > 0 || !this.hasNewData(connection)) return
    const least = Math.min(this.unsentBytes(connection), largestSegmentBytes(connections, connection))
    if (connections.peerRoomBytes(connection) < least) return
    restartIfIdle(connections, connection, congestionControlOf(connections, connection), timeline.now)
  }

  private endOutput(connection: Connection, isBlocked: boolean, wasHeldBack: boolean, hasSentNew: boolean): void {
    const { connections, scoreboard, timeline } = this.parts
    const recovery = this.recoveryOf(connection)
    if (hasSentNew && recovery.canProbeTail(connection))
      this.timer.armForProbe(
        connection,
        timeline.now - scoreboard.segments.sentTick[connections.firstSegment[connection]],
      )
    if (isBlocked && connections.segmentsOut[connection] === 0) this.timer.armForWindow(connection)
    recovery.onOutputEnd(connection, wasHeldBack || !this.fitsCongestionWindow(connection), hasSentNew)
    if (connections.pacingBytesPerS[connection] > 0) this.checkAppLimited(connection)
    this.noteBlocked(connection, isBlocked)
  }

  /** Notes whether data wait for a window. */
  noteBlocked(connection: Connection, isBlocked: boolean): void {
    const { connections, network } = this.parts
    if ((connections.isWindowClosed[connection] === 1) === isBlocked) return
    connections.isWindowClosed[connection] = isBlocked ? 1 : 0
    network.activities.changeClosedWindows(connections.activity[connection], isBlocked ? 1 : -1)
  }

  /** Sends the SYN or the SYN-ACK. */
  sendSyn(connection: Connection): void {
    const { connections, scoreboard, timeline } = this.parts
    scoreboard.push(connection, -1, 0, timeline.now)
    connections.sendNext[connection] = 0
    this.parts.writer.sendSegment(connection, -1, 0, 1, false)
    this.timer.arm(connection)
  }

  /** Retransmits a lost segment with the lost segments next to it in the same burst. */
  private retransmitBurst(connection: Connection, first: Segment): void {
    const { connections, scoreboard } = this.parts
    const { segments } = scoreboard
    const length = connections.profileOf(connection).sendsBursts ? this.bursts.countToRetransmit(connection, first) : 1
    const startOffset = segments.startOffset[first]
    let segment = first
    for (let nth = 1; nth <= length; nth++) {
      const next = segments.next[segment]
      if (nth === length && connections.profileOf(connection).sendsBursts) this.endBurstAt(connection, segment)
      connections.reductionSent[connection]++
      this.retransmitSegment(connection, segment, nth === length && length > 1)
      if (nth < length) segment = next
    }
    this.pacing.noteBurst(connection, segments.endOffset[segment] - startOffset)
  }

  /**
   * Makes the segment the last of its burst. When Linux retransmits only the first part of a burst, it splits the
   * burst in two (tcp_fragment).
   */
  private endBurstAt(connection: Connection, segment: Segment): void {
    const { connections, scoreboard } = this.parts
    if ((scoreboard.segments.flags[segment] & ENDS_BURST) !== 0) return
    scoreboard.segments.flags[segment] |= ENDS_BURST
    connections.buffersHeld[connection]++
  }

  /** Retransmits one segment, regardless of windows. */
  retransmit(connection: Connection, segment: Segment): void {
    const { connections, scoreboard } = this.parts
    if (connections.profileOf(connection).sendsBursts) this.endBurstAt(connection, segment)
    this.retransmitSegment(connection, segment, false)
    this.pacing.noteBurst(connection, scoreboard.lengthOf(segment))
  }

  private retransmitSegment(connection: Connection, segment: Segment, endsBurst: boolean): void {
    const { connections, scoreboard, timeline, timers } = this.parts
    scoreboard.markRetransmitted(connection, segment, timeline.now)
    noteRetransmission(connections, connection, timeline.now)
    this.resend(connection, segment, endsBurst)
    this.recoveryOf(connection).onSegmentSent?.(connection)
    if (!timers.isArmed(connection, RETRANSMISSION_TIMER) || this.restartsTimer(connection, segment))
      this.timer.arm(connection)
  }

  private resend(connection: Connection, segment: Segment, endsBurst: boolean): void {
    const { connections, scoreboard, timeline } = this.parts
    const { segments } = scoreboard
    connections.lastDataSentTick[connection] = timeline.now
    const end = segments.endOffset[segment]
    const isPushed = connections.profileOf(connection).sendsBursts
      ? endsBurst || (segments.flags[segment] & ENDS_WRITE) !== 0
      : end >= this.parts.connections.bufferedEnd[connection]
    this.parts.writer.sendSegment(
      connection,
      segments.startOffset[segment],
      end,
      segments.transmissions[segment],
      isPushed,
    )
  }

  /**
   * Whether retransmitting this segment restarts the timer: the oldest gets a whole timeout
   * (tcp_xmit_retransmit_queue).
   */
  private restartsTimer(connection: Connection, segment: Segment): boolean {
    const { connections } = this.parts
    const isOldest = segment === connections.firstSegment[connection]
    const canRestart = connections.timerPurpose[connection] !== FOR_REORDERING
    return isOldest && canRestart && this.recoveryOf(connection).restartsTimer
  }

  /**
   * Probes the tail after two round trips without an ACK: sends new data, or the last segment again
   * (tcp_send_loss_probe).
   */
  sendProbe(connection: Connection): void {
    const { connections } = this.parts
    if (connections.probeEnd[connection] !== NO_PROBE) return this.timer.rearm(connection)
    this.bursts.begin()
    const isNew = this.hasNewData(connection) && this.sendNewData(connection, false)
    if (!isNew) this.resendLast(connection)
    connections.isProbeRepetition[connection] = isNew ? 0 : 1
    connections.probeEnd[connection] = connections.sendNext[connection]
    this.timer.arm(connection)
  }

  /** Sends the last segment again as a probe, which does not mark it lost. */
  private resendLast(connection: Connection): void {
    const { connections, scoreboard, timeline } = this.parts
    const last = connections.lastSegment[connection]
    scoreboard.markResent(connection, last, timeline.now)
    this.resend(connection, last, false)
    this.pacing.noteBurst(connection, scoreboard.lengthOf(last))
  }

  /** Returns whether the user may write more: to the send buffer, or to an output buffer of its own. */
  hasRoom(connection: Connection): boolean {
    const { connections } = this.parts
    if (!connections.profileOf(connection).sendsBursts)
      return hasSendRoom(connections, connection, this.bufferedBytes(connection))
    if (connections.isWriterHeldBack[connection] === 0) return true
    const untakenBytes = this.writtenBytes(connection) - connections.bufferedEnd[connection]
    return untakenBytes < this.outputBufferBytes(connection)
  }

  private outputBufferBytes(connection: Connection): number {
    return this.parts.streams.table.outputBufferBytes[this.parts.connections.stream[connection]]
  }

  /** Returns whether a writer that waits for room should go on (sk_stream_is_writeable). */
  isWorthWaking(connection: Connection): boolean {
    const { connections } = this.parts
    const isLow = 2 * this.unsentBytes(connection) < connections.notSentLowBytes[connection]
    return isLow && isWorthWaking(connections, connection, this.bufferedBytes(connection))
  }

  /**
   * Moves more written data into the buffer after an ACK has freed room. Returns whether to report to the user that it
   * may write again.
   */
  wakeWriter(connection: Connection): boolean {
    const { connections } = this.parts
    if (!this.isWriterWaiting(connection)) return false
    growSendBuffer(connections, connection)
    if (!this.isWorthWaking(connection)) return false
    if (connections.isWriterHeldBack[connection] === 1) {
      connections.isWriterHeldBack[connection] = 0
      this.output(connection)
    }
    if (connections.awaitsRoom[connection] === 0 || !this.hasRoom(connection)) return false
    connections.awaitsRoom[connection] = 0
    return true
  }

  isWriterWaiting(connection: Connection): boolean {
    const { isWriterHeldBack, awaitsRoom } = this.parts.connections
    return isWriterHeldBack[connection] === 1 || awaitsRoom[connection] === 1
  }

  private bufferedBytes(connection: Connection): number {
    const { connections } = this.parts
    return connections.bufferedEnd[connection] - Math.max(connections.sendUnacknowledged[connection], 0)
  }

  /**
   * Sends one segment regardless of the congestion window: a lost one, else a new one, else the oldest (ns-3:
   * DoRetransmit).
   */
  sendOne(connection: Connection): void {
    const { connections } = this.parts
    const lost = this.recoveryOf(connection).nextLost(connection)
    if (lost !== NONE) this.retransmit(connection, lost)
    else if (!this.hasNewData(connection) || !this.sendNewData(connection, true))
      this.retransmit(connection, connections.firstSegment[connection])
  }

  private fitsCongestionWindow(connection: Connection): boolean {
    const { connections } = this.parts
    const inFlight = connections.segmentsInFlight(connection) + segmentsHeldBack(connections, connection)
    return inFlight < Math.floor(connections.congestionWindow[connection])
  }

  private checkAppLimited(connection: Connection): void {
    const { connections } = this.parts
    if (
      this.unsentBytes(connection) < connections.maximumSegmentBytes[connection] &&
      connections.isWriterHeldBack[connection] === 0 &&
      this.fitsCongestionWindow(connection) &&
      connections.segmentsLost[connection] <= connections.segmentsRetransmitted[connection]
    )
      noteAppLimited(connections, connection)
  }

  /**
   * Initializes the congestion control again after the handshake, whose SYN says nothing about data
   * (tcp_init_transfer).
   */
  beginTransfer(connection: Connection): void {
    const { connections, timeline } = this.parts
    if (!this.recoveryOf(connection).beginsAfterHandshake) return
    const control = congestionControlOf(connections, connection)
    const isMeasured = control.control !== undefined
    if (isMeasured && connections.retransmittedSegments[connection] <= 1)
      connections.congestionWindow[connection] = connections.profileOf(connection).initialWindow
    control.initialize(connections, connection, timeline.now)
    if (connections.profileOf(connection).paces && connections.smoothedRttNs[connection] > 0)
      noteImpliedRate(connections, connection)
    // The pipe is not full before the first ACK (net/ipv4/tcp.c, tcp_init_sock; tcp_rate_check_app_limited).
    if (isMeasured) noteAppLimited(connections, connection)
  }
}
