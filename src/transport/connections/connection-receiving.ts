import { Table } from '../../engine/table.ts'
import { SACK_BLOCK_LIMIT } from '../../network/packet.ts'
import type { Connection, Content, ReceivedRange } from '../rows.ts'

/** As many are remembered as an option without timestamps holds (TCP_NUM_SACKS), one more than is told. */
export const HELD_BLOCKS = SACK_BLOCK_LIMIT + 1
export const HELD_EDGES = 2 * HELD_BLOCKS

/** What an end keeps of what it receives: columns of the table of connections. */
export abstract class ReceivingColumns extends Table<Connection> {
  readonly initialReceiveSequence = this.uint32()
  readonly receiveNext = this.float64()
  /** What the user has been told of. */
  readonly deliveredBytes = this.float64()
  /** How far he has read, also of what makes no whole message yet. */
  readonly readOffset = this.float64()
  /** Received in order up to `receiveNext` and not yet told: of this content, from this offset on. */
  readonly pendingContent = this.handle<Content>()
  readonly pendingOffset = this.float64()
  readonly receiveWindowEdge = this.float64()
  /** What the buffer holds now, and at most (see receive-window.ts). */
  readonly receiveBufferBytes = this.float64()
  readonly largestReceiveBufferBytes = this.float64()
  /** The memory that it has, and how much of 256 bytes of that is window (`linux`). */
  readonly bufferMemoryBytes = this.float64()
  readonly windowShare = this.uint8()
  /** What is promised of it. */
  readonly receiveThresholdBytes = this.float64()
  /** Bytes that were read in a round trip, and since where and when the present one is counted; 0: the buffer is fixed. */
  readonly receiveSpaceBytes = this.float64()
  readonly receiveSpaceOffset = this.float64()
  readonly receiveSpaceTick = this.float64()
  /** The receiver's estimate of the round-trip time, and the timestamp that gave it. */
  readonly receiverRttNs = this.float64()
  readonly receiverRttEcho = this.uint32()
  readonly windowScale = this.uint8()
  /** Of the far end's FIN; Infinity: it has not come. */
  readonly receivedFinOffset = this.float64()
  readonly hasReportedEnd = this.uint8()
  /** Out-of-order ranges, by offset (rows of RangeTable). */
  readonly firstRange = this.handle<ReceivedRange>()
  readonly outOfOrderBytes = this.float64()
  /** Where the last of them ended, of all that ever came. */
  readonly outOfOrderEnd = this.float64()
  /** Edges of the blocks that the next ACK tells of, and how many there are (see sack-blocks.ts). */
  readonly sackEdges = this.float64(0, HELD_EDGES)
  readonly sackBlocks = this.uint8()
  /** What the far end's full segments seem to carry, so that "every second full segment" means something. */
  readonly receiveSegmentBytes = this.uint16()
  readonly mustAckNow = this.uint8()
  /** Something came since the last ACK. */
  readonly isAckDue = this.uint8()
  /** Of ACKs for what is out of order: for which gap, how many were sent for it, and how many wait for each other. */
  readonly disorderOffset = this.float64()
  readonly disorderAcks = this.uint8()
  readonly compressedAcks = this.uint8()
  /** TS.Recent of RFC 7323; 0: nothing to echo. */
  readonly recentTimestamp = this.uint32()
  /** Bytes that came twice and the far end is to hear of (RFC 2883); empty: none. */
  readonly duplicateStart = this.float64()
  readonly duplicateEnd = this.float64()
  /** Segments since the last ACK at which the far end seems to have ended a write (see quick-acknowledgement.ts). */
  readonly pushedSegments = this.uint8()
  /** Data segments since the last ACK. */
  readonly unacknowledgedSegments = this.uint8()
  /** Of the last segment that was smaller than a full one. */
  readonly lastSmallSegmentBytes = this.uint16()
  /** Segments that are still acknowledged one by one (see quick-acknowledgement.ts). */
  readonly quickAcks = this.uint8()
  /** Data go back and forth: an ACK had better wait for the answer that will carry it. */
  readonly isInteractive = this.uint8()
  /** -1: none yet. */
  readonly lastDataReceivedTick = this.float64()
}
