import type { WriteBuffer } from '../rows.ts'
import { Ns3Columns } from './connection-ns3.ts'

/** What an end keeps between its user's writes and the network: columns of the table of connections. */
export abstract class SendingColumns extends Ns3Columns {
  /** What the buffer holds now, and at most (see send-buffer.ts). */
  readonly sendBufferBytes = this.float64()
  readonly largestSendBufferBytes = this.float64()
  readonly growsSendBuffer = this.uint8()
  /** The user holds back until the buffer has room. */
  readonly awaitsRoom = this.uint8()
  /** What was taken from the user (see write-queue.ts): units that wait to be sent, and where the last of them ends. */
  readonly firstBuffer = this.handle<WriteBuffer>()
  readonly lastBuffer = this.handle<WriteBuffer>()
  readonly bufferedEnd = this.float64()
  /** Where the far end was last asked to read. */
  readonly pushedEnd = this.float64()
  /** Units that wait, or are on their way. */
  readonly buffersHeld = this.int32()
  /** There was no room for all that he has written. */
  readonly isWriterHeldBack = this.uint8()
  /** Bytes a second that the congestion window was taken to mean at the last ACK (see congestion/burst-size.ts). */
  readonly impliedBytesPerS = this.float64()
  /** Small segments wait for company (see nagle.ts); where the last one ended. */
  readonly hasNagle = this.uint8()
  readonly lastPartialEnd = this.float64()
  /** A draw of its own, which those of its congestion control go by. */
  readonly cycleChance = this.uint32()
}
