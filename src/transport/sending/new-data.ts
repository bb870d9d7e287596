import { NONE } from '../../engine/table.ts'
import type { Pacing } from '../congestion/pacing.ts'
import type { LossRecovery } from '../recovery/loss-recovery.ts'
import { FOR_WINDOW, type RetransmissionTimer } from '../recovery/retransmission-timer.ts'
import type { SegmentWriter } from '../segment-writer.ts'
import type { TcpParts } from '../tcp-parts.ts'
import { RETRANSMISSION_TIMER } from '../timing/timers.ts'
import { type Bursts, NO_BURST, sendsBursts } from './bursts.ts'
import { farRoomBytes } from './far-room.ts'
import { largestSegmentBytes } from './half-window.ts'
import { holdsPartial, noteSegmentSent } from './nagle.ts'
import { ENDS_BURST, ENDS_WRITE } from './segment.ts'

/** What it needs of the sender. */
interface Recovering {
  readonly timer: RetransmissionTimer
  recoveryOf(connection: number): LossRecovery
}

/** What was written and never sent: how much there is, and how it goes, by bursts or segment by segment. */
export class NewData {
  private readonly parts: TcpParts
  private readonly writer: SegmentWriter
  private readonly bursts: Bursts
  private readonly pacing: Pacing
  private readonly sender: Recovering

  constructor(parts: TcpParts, writer: SegmentWriter, bursts: Bursts, pacing: Pacing, sender: Recovering) {
    this.parts = parts
    this.writer = writer
    this.bursts = bursts
    this.pacing = pacing
    this.sender = sender
  }

  /** Data or a FIN. */
  exists(connection: number): boolean {
    const { sendNext, bufferedEnd, finOffset } = this.parts.connections
    return sendNext[connection] < bufferedEnd[connection] || sendNext[connection] === finOffset[connection]
  }

  unsentBytes(connection: number): number {
    return this.end(connection) - this.parts.connections.sendNext[connection]
  }

  /** Where what was taken from the user ends. */
  end(connection: number): number {
    return this.parts.connections.bufferedEnd[connection]
  }

  /** False where nothing may go; `mayWait`: for company, which a probe does not (tcp_send_loss_probe). */
  send(connection: number, mayWait = true): boolean {
    if (!sendsBursts(this.parts.connections, connection)) return this.sendNext(connection, mayWait)
    const bytes = this.bursts.next(connection, mayWait)
    if (bytes === NO_BURST) return false
    this.sendBurst(connection, bytes)
    return true
  }

  private sendBurst(connection: number, bytes: number): void {
    const { connections, queue, streams } = this.parts
    const endsWrite = bytes > 0 && queue.takeFirst(connection, bytes)
    // A FIN of its own.
    if (bytes === 0) connections.buffersHeld[connection]++
    const segmentBytes = largestSegmentBytes(connections, connection)
    const begin = connections.sendNext[connection]
    const end = begin + bytes
    let start = begin
    do {
      const most = Math.min(end - start, segmentBytes)
      const segmentEnd = start + (most > 0 ? streams.unmixedBytes(connections.stream[connection], start, most) : 0)
      const isLast = segmentEnd === end
      const flags = isLast ? ENDS_BURST | (endsWrite ? ENDS_WRITE : 0) : 0
      this.sendFirst(connection, segmentEnd, isLast && (endsWrite || start > begin), flags)
      start = segmentEnd
    } while (start < end)
    this.pacing.noteBurst(connection, bytes)
  }

  /**
   * One segment; false where the far end's window is full, or too small to be worth one (RFC 9293 section 3.8.6.2.1),
   * or where Nagle's algorithm has it wait.
   */
  private sendNext(connection: number, mayWait: boolean): boolean {
    const { connections } = this.parts
    const start = connections.sendNext[connection]
    const dataEnd = this.end(connection)
    const room = farRoomBytes(connections, connection)
    const segmentBytes = largestSegmentBytes(connections, connection)
    let wanted = Math.min(dataEnd - start, segmentBytes)
    if (wanted > 0) wanted = this.parts.streams.unmixedBytes(connections.stream[connection], start, wanted)
    if (wanted > room) {
      if (room <= 0 || connections.firstSegment[connection] !== NONE) return false
      wanted = room
    }
    const isPartial = start + wanted === dataEnd && wanted < segmentBytes
    const isHeld = isPartial && mayWait && connections.finOffset[connection] !== dataEnd
    if (isHeld && holdsPartial(connections, connection)) return false
    this.sendFirst(connection, start + wanted, start + wanted === dataEnd, 0)
    this.pacing.noteBurst(connection, wanted)
    return true
  }

  /** The next segment, up to `dataEnd`, for the first time; behind the last bytes goes the FIN. */
  private sendFirst(connection: number, dataEnd: number, isPushed: boolean, flags: number): void {
    const { connections, scoreboard, timeline, timers } = this.parts
    const start = connections.sendNext[connection]
    const end = dataEnd + (dataEnd === connections.finOffset[connection] ? 1 : 0)
    scoreboard.push(connection, start, end, timeline.now, flags)
    connections.sendNext[connection] = end
    noteSegmentSent(connections, connection, dataEnd - start, end)
    connections.windowProbes[connection] = 0
    connections.lastDataSentTick[connection] = timeline.now
    this.writer.sendSegment(connection, start, end, 1, isPushed)
    this.sender.recoveryOf(connection).onSegmentSent(connection)
    const isTimed =
      timers.isArmed(connection, RETRANSMISSION_TIMER) && connections.timerPurpose[connection] !== FOR_WINDOW
    if (!isTimed) this.sender.timer.arm(connection)
  }

  /** What a window too small for a segment has room for, as a window probe (tcp_write_wakeup). False where it has none. */
  sendPart(connection: number): boolean {
    const { connections } = this.parts
    const start = connections.sendNext[connection]
    const room = farRoomBytes(connections, connection)
    const bytes = Math.min(this.end(connection) - start, room, largestSegmentBytes(connections, connection))
    if (!sendsBursts(connections, connection) || bytes <= 0) return false
    const endsWrite = this.parts.queue.takeFirst(connection, bytes)
    this.sendFirst(connection, start + bytes, true, ENDS_BURST | (endsWrite ? ENDS_WRITE : 0))
    return true
  }
}
