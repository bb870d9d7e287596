import { NONE } from '../../engine/table.ts'
import { LARGEST_BURST_BYTES } from '../congestion/burst-size.ts'
import type { TcpParts } from '../tcp-parts.ts'
import { largestSegmentBytes } from './half-window.ts'
import { hasSendRoom } from './send-buffer.ts'

/** Who sends what has been taken from a writer, while he goes on writing. */
export interface Pusher {
  /** All that may go. */
  push(connection: number): void
  /** One burst, which waits for no company. */
  pushOne(connection: number): void
}

/**
 * Takes what the user writes into the queue, unit by unit, as long as the send buffer has room for another one (Linux
 * 6.18, net/ipv4/tcp.c, tcp_sendmsg_locked); the rest stays with the writer. What is full goes out while he writes on.
 */
export class Writing {
  private readonly parts: TcpParts
  private readonly pusher: Pusher

  constructor(parts: TcpParts, pusher: Pusher) {
    this.parts = parts
    this.pusher = pusher
  }

  /** The user wrote, or there is room again for one who was held back. */
  take(connection: number): void {
    const { connections, queue } = this.parts
    if (this.hasTakenAll(connection) || connections.isWriterHeldBack[connection] === 1) return
    const goalBytes = this.goalBytes(connection)
    let isFirst = true
    do {
      const buffer = this.bufferWithRoom(connection, goalBytes)
      if (buffer === NONE) {
        connections.isWriterHeldBack[connection] = 1
        break
      }
      // What ended a write does so no more.
      if (isFirst) queue.buffers.isPushed[buffer] = 0
      isFirst = false
      const writtenBytes = this.writtenBytes(connection) - connections.bufferedEnd[connection]
      queue.extend(connection, Math.min(goalBytes - queue.lengthOf(buffer), writtenBytes))
      if (this.hasTakenAll(connection)) break
      if (this.mustPush(connection)) {
        queue.push(connection)
        this.pusher.push(connection)
      } else if (buffer === connections.firstBuffer[connection]) this.pusher.pushOne(connection)
    } while (!this.hasTakenAll(connection))
    if (!isFirst) queue.push(connection)
  }

  /** Whether all that was written is in the buffer. */
  private hasTakenAll(connection: number): boolean {
    const { connections, streams } = this.parts
    return connections.bufferedEnd[connection] === streams.table.writtenBytes[connections.stream[connection]]
  }

  private writtenBytes(connection: number): number {
    const { connections, streams } = this.parts
    return streams.table.writtenBytes[connections.stream[connection]]
  }

  /** NONE: the last one is full, and for another one there is no room. */
  private bufferWithRoom(connection: number, goalBytes: number): number {
    const { connections, queue } = this.parts
    const last = connections.lastBuffer[connection]
    if (last !== NONE && queue.lengthOf(last) < goalBytes) return last
    const bufferedBytes = connections.bufferedEnd[connection] - Math.max(connections.sendUnacknowledged[connection], 0)
    return hasSendRoom(connections, connection, bufferedBytes) ? queue.open(connection) : NONE
  }

  /** Whole segments, at most half of the largest window that the far end told (tcp_xmit_size_goal). */
  private goalBytes(connection: number): number {
    const { connections } = this.parts
    const segmentBytes = largestSegmentBytes(connections, connection)
    const halfWindow = Math.floor(connections.largestSendWindowBytes[connection] / 2)
    const mostBytes = Math.min(LARGEST_BURST_BYTES, halfWindow)
    return Math.max(Math.floor(mostBytes / segmentBytes), 1) * segmentBytes
  }

  /** Half a window of data without PSH is enough (forced_push). */
  private mustPush(connection: number): boolean {
    const { bufferedEnd, pushedEnd, largestSendWindowBytes } = this.parts.connections
    return bufferedEnd[connection] > pushedEnd[connection] + Math.floor(largestSendWindowBytes[connection] / 2)
  }
}
