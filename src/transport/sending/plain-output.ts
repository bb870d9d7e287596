import { NONE } from '../../engine/table.ts'
import { NS_PER_MS } from '../../engine/ticks.ts'
import { largestBurst } from '../congestion/burst-size.ts'
import { CONNECTION_PLACES, type ConnectionTable } from '../connections/connection.ts'
import { ENDS_BURST, ENDS_WRITE } from '../recovery/scoreboard.ts'
import { SEND_NEW_FIRST } from '../recovery/undo.ts'
import type { Connection } from '../rows.ts'
import { LARGEST_FULL_BURST } from '../segments/segment-writer.ts'
import { growSendBuffer } from './send-buffer.ts'
import type { Sender } from './sender.ts'
import type { SendingParts } from './sending-parts.ts'

const {
  sendUnacknowledged: SEND_UNACKNOWLEDGED,
  sendNext: SEND_NEXT,
  sendWindowBytes: SEND_WINDOW_BYTES,
  largestSendWindowBytes: LARGEST_SEND_WINDOW_BYTES,
  maximumSegmentBytes: MAXIMUM_SEGMENT_BYTES,
  finOffset: FIN_OFFSET,
  bufferedEnd: BUFFERED_END,
  firstBuffer: FIRST_BUFFER,
  lastBuffer: LAST_BUFFER,
  isWriterHeldBack: IS_WRITER_HELD_BACK,
  segmentsOut: SEGMENTS_OUT,
  congestionWindow: CONGESTION_WINDOW,
  pacingBytesPerS: PACING_BYTES_PER_S,
  timeoutDoubt: TIMEOUT_DOUBT,
  lastDataSentTick: LAST_DATA_SENT_TICK,
  windowProbes: WINDOW_PROBES,
  smoothedRttNs: SMOOTHED_RTT_NS,
  reductionSent: REDUCTION_SENT,
} = CONNECTION_PLACES

/**
 * Sends what an ACK that `PlainAcks` took allows, as `Sender.output` does, in one place: how many bursts of full segments
 * leave, and the segments of each, without what cannot apply.
 *
 * It may assume what `PlainAcks` may, and that segments are in flight, so that their timer is armed. It leaves a connection
 * to the general path that is paced, has no more data in its queue, or may send what is not whole segments before any FIN,
 * also after bursts that it has sent itself. The state that it leaves is that of the general path.
 */
export class PlainOutput {
  private readonly parts: SendingParts
  private readonly connections: ConnectionTable
  private readonly sender: Sender
  /** The segments of the burst that `nextBurst` has considered; 0: it had no room for one. */
  private segments = 0

  constructor(parts: SendingParts, sender: Sender) {
    this.parts = parts
    this.connections = parts.connections
    this.sender = sender
  }

  /** Sends what an ACK allows. Returns false where the general path is needed, which nothing was done for then. */
  send(connection: Connection): boolean {
    if (!this.isPlain(connection)) return false
    const { sender } = this
    let hasSent = false
    let found = this.nextBurst(connection)
    for (; found === SENDS_BURST; found = this.nextBurst(connection)) {
      if (!hasSent && !this.parts.writer.beginFullSegments(connection)) return false
      this.sendBurst(connection, this.segments)
      hasSent = true
    }
    if (found === NOT_WHOLE) {
      if (hasSent) sender.continueOutput(connection)
      return hasSent
    }
    // The unit is filled in any case, for the burst that waits.
    const { connections, queue } = this.parts
    queue.grow(connection, this.segments * connections.maximumSegmentBytes[connection])
    this.end(connection, found, hasSent)
    return true
  }

  /** Returns whether segments are in flight and new data wait in the queue, to be sent without pauses. */
  private isPlain(connection: Connection): boolean {
    const { connections } = this
    const { float64s: numbers, int32s: words } = connections
    return (
      words[connection + SEGMENTS_OUT] > 0 &&
      words[connection + FIRST_BUFFER] !== NONE &&
      numbers[connection + PACING_BYTES_PER_S] === 0 &&
      words[connection + TIMEOUT_DOUBT] !== SEND_NEW_FIRST &&
      numbers[connection + LARGEST_SEND_WINDOW_BYTES] >= 2 * words[connection + MAXIMUM_SEGMENT_BYTES] &&
      connections.profileOf(connection).sendsBursts &&
      (words[connection + IS_WRITER_HELD_BACK] === 1 ||
        numbers[connection + BUFFERED_END] === this.parts.streams.table.writtenBytes[connections.stream[connection]])
    )
  }

  /**
   * Decides what is sent next (`Sender.push`, `Bursts.next`): a burst of `segments`, nothing since a window is full or the
   * burst is deferred, or something that is left to the general path, for which nothing is changed.
   */
  private nextBurst(connection: Connection): number {
    const { connections } = this
    const { queue, streams } = this.parts
    const { float64s: numbers, int32s: words } = connections
    const window = Math.floor(numbers[connection + CONGESTION_WINDOW])
    const room = window - words[connection + SEGMENTS_OUT]
    if (words[connection + FIRST_BUFFER] === NONE) return NOT_WHOLE
    this.segments = 0
    if (room <= 0) return WAITS_FOR_CONGESTION_WINDOW
    const segmentBytes = words[connection + MAXIMUM_SEGMENT_BYTES]
    const largest = largestBurst(connections, connection)
    const most = Math.min(room, Math.max(window >> 1, 1), largest)
    const bytes = most * segmentBytes
    this.segments = most
    const lengthBytes = queue.lengthAfterGrowing(connection, bytes)
    const next = numbers[connection + SEND_NEXT]
    const peerRoom = numbers[connection + SEND_UNACKNOWLEDGED] + numbers[connection + SEND_WINDOW_BYTES] - next
    let found = NOT_WHOLE
    if (Math.min(lengthBytes, segmentBytes) > peerRoom) found = WAITS_FOR_PEER
    else if (lengthBytes > segmentBytes)
      found = this.deferral(connection, lengthBytes, largest * segmentBytes, peerRoom, room * segmentBytes)
    if (found !== SENDS_BURST) return found
    const isWhole =
      bytes <= lengthBytes &&
      bytes <= peerRoom &&
      next + bytes < numbers[connection + FIN_OFFSET] &&
      most <= LARGEST_FULL_BURST &&
      streams.table.pieces[connections.stream[connection]] === NONE
    return isWhole ? SENDS_BURST : NOT_WHOLE
  }

  /**
   * Returns for which window a burst waits, or SENDS_BURST if it is not deferred (`Bursts.shouldDefer`). `peerRoom` and
   * `nearRoom`: the bytes for which the windows have room.
   */
  private deferral(
    connection: Connection,
    lengthBytes: number,
    largestBytes: number,
    peerRoom: number,
    nearRoom: number,
  ): number {
    const { connections } = this
    const { scoreboard, timeline } = this.parts
    const { float64s: numbers, int32s: words } = connections
    const room = Math.min(peerRoom, nearRoom)
    const isLast = words[connection + FIRST_BUFFER] === words[connection + LAST_BUFFER]
    if (room >= largestBytes || (!isLast && room >= lengthBytes)) return SENDS_BURST
    const { now } = timeline
    if (now - numbers[connection + LAST_DATA_SENT_TICK] > NS_PER_MS) return SENDS_BURST
    const window = Math.floor(numbers[connection + CONGESTION_WINDOW])
    const windowBytes = window * words[connection + MAXIMUM_SEGMENT_BYTES]
    const wholeBytes = Math.min(numbers[connection + SEND_WINDOW_BYTES], windowBytes)
    if (room >= Math.floor(wholeBytes / connections.profileOf(connection).windowDivisor)) return SENDS_BURST
    const smoothedNs = numbers[connection + SMOOTHED_RTT_NS]
    const aheadNs = scoreboard.segments.sentTick[connections.firstSegment[connection]] + smoothedNs - now
    if (aheadNs > Math.min(smoothedNs / 2, NS_PER_MS)) return SENDS_BURST
    if (nearRoom < peerRoom && nearRoom <= lengthBytes) return WAITS_FOR_CONGESTION_WINDOW
    const hasFin = isLast && numbers[connection + FIN_OFFSET] === numbers[connection + BUFFERED_END]
    return (peerRoom <= nearRoom && peerRoom <= lengthBytes) || !hasFin ? WAITS_FOR_PEER : SENDS_BURST
  }

  /** Sends a burst of whole segments (`Sender.sendBurst`). */
  private sendBurst(connection: Connection, count: number): void {
    const { connections, sender } = this
    const { queue, scoreboard, timeline, writer } = this.parts
    const { now } = timeline
    const segmentBytes = connections.maximumSegmentBytes[connection]
    const start = connections.sendNext[connection]
    const bytes = count * segmentBytes
    queue.grow(connection, bytes)
    const endsWrite = queue.takeFirst(connection, bytes)
    scoreboard.pushBurst(connection, start, segmentBytes, count, now, endsWrite ? ENDS_BURST | ENDS_WRITE : ENDS_BURST)
    const { float64s: numbers, int32s: words } = connections
    numbers[connection + SEND_NEXT] = start + bytes
    numbers[connection + LAST_DATA_SENT_TICK] = now
    words[connection + WINDOW_PROBES] = 0
    words[connection + REDUCTION_SENT] += count
    writer.sendFullSegments(connection, start, segmentBytes, count, endsWrite || count > 1)
    if (sender.isWriterWaiting(connection)) growSendBuffer(connections, connection)
  }

  /** Does what follows the last burst (`Sender.endOutput`). */
  private end(connection: Connection, found: number, hasSent: boolean): void {
    const { connections, sender } = this
    const recovery = sender.recoveryOf(connection)
    if (hasSent && recovery.canProbeTail(connection)) {
      const { scoreboard, timeline } = this.parts
      sender.timer.armForProbe(
        connection,
        timeline.now - scoreboard.segments.sentTick[connections.firstSegment[connection]],
      )
    }
    const isLimited =
      found === WAITS_FOR_CONGESTION_WINDOW ||
      connections.segmentsOut[connection] >= Math.floor(connections.congestionWindow[connection])
    recovery.onOutputEnd(connection, isLimited, hasSent)
    if (connections.isWindowClosed[connection] === 0) sender.noteBlocked(connection, true)
  }
}

/** The results of `nextBurst`. */
const SENDS_BURST = 0
const WAITS_FOR_CONGESTION_WINDOW = 1
const WAITS_FOR_PEER = 2
const NOT_WHOLE = 3
