import type { WriteBuffer } from '../rows.ts'
import { Ns3Columns } from './connection-ns3.ts'

/** Columns of the connection table for data between the user's write and the network. */
export abstract class SendingColumns extends Ns3Columns {
  /** Size of the send buffer now, and its limit (sending/send-buffer.ts). */
  readonly sendBufferBytes = this.float64()
  readonly largestSendBufferBytes = this.float64()
  readonly growsSendBuffer = this.int32()
  /** 1: the socket has set the memory of the buffer. */
  readonly hasFixedSendMemory = this.int32()
  /** 1 while the user waits for room in the buffer. */
  readonly awaitsRoom = this.int32()
  /** Queue of units that wait to be sent (sending/write-queue.ts), and the offset at which the last one ends. */
  readonly firstBuffer = this.handle<WriteBuffer>()
  readonly lastBuffer = this.handle<WriteBuffer>()
  readonly bufferedEnd = this.float64()
  /** Offset at which PSH was set last. */
  readonly pushedEnd = this.float64()
  /** Units that wait to be sent, or are not acknowledged. */
  readonly buffersHeld = this.int32()
  /** 1 while the buffer has no room for everything that the user has written. */
  readonly isWriterHeldBack = this.int32()
  /** Rate in bytes per second that the congestion window implied at the last ACK (congestion/burst-size.ts). */
  readonly impliedBytesPerS = this.float64()
  /**
   * 1 while small segments wait for an ACK (sending/nagle.ts), and the offset at which the last small segment ended.
   */
  readonly hasNagle = this.int32()
  readonly lastPartialEnd = this.float64()
  /** 1 while partial segments wait for more data (TCP_CORK); 1 during a write that announces more (MSG_MORE). */
  readonly isCorked = this.int32()
  readonly moreFollows = this.int32()
  /** Unsent bytes from which on the buffer has no room (TCP_NOTSENT_LOWAT). */
  readonly notSentLowBytes = this.float64(Number.POSITIVE_INFINITY)
  /** A random number, from which the connection's congestion control derives its random decisions. */
  readonly cycleChance = this.uint32()
}
