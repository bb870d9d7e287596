import type { Columns } from '../../engine/arena.ts'
import { Ns3Columns } from './connection-ns3.ts'

/** What an end keeps between its user's writes and the network: columns of the table of connections. */
export abstract class SendingColumns extends Ns3Columns {
  /** What the buffer holds now, and at most (see send-buffer.ts). */
  sendBufferBytes!: Float64Array
  largestSendBufferBytes!: Float64Array
  growsSendBuffer!: Uint8Array
  /** The user holds back until the buffer has room. */
  awaitsRoom!: Uint8Array
  /** What was taken from the user (see write-queue.ts): units that wait to be sent, and where the last of them ends. */
  firstBuffer!: Int32Array
  lastBuffer!: Int32Array
  bufferedEnd!: Float64Array
  /** Where the far end was last asked to read. */
  pushedEnd!: Float64Array
  /** Units that wait, or are on their way. */
  buffersHeld!: Int32Array
  /** There was no room for all that he has written. */
  isWriterHeldBack!: Uint8Array
  /** Bytes a second that the congestion window was taken to mean at the last ACK (see congestion/burst-size.ts). */
  impliedBytesPerS!: Float64Array
  /** Small segments wait for company (see nagle.ts); where the last one ended. */
  hasNagle!: Uint8Array
  lastPartialEnd!: Float64Array
  /** A draw of its own, which those of its congestion control go by. */
  cycleChance!: Uint32Array

  protected layOutBuffering(columns: Columns): void {
    this.sendBufferBytes = columns.float64()
    this.largestSendBufferBytes = columns.float64()
    this.lastPartialEnd = columns.float64()
    this.bufferedEnd = columns.float64()
    this.pushedEnd = columns.float64()
    this.impliedBytesPerS = columns.float64()
    this.firstBuffer = columns.int32()
    this.lastBuffer = columns.int32()
    this.buffersHeld = columns.int32()
    this.isWriterHeldBack = columns.uint8()
    this.cycleChance = columns.uint32()
    this.growsSendBuffer = columns.uint8()
    this.awaitsRoom = columns.uint8()
    this.hasNagle = columns.uint8()
  }
}
