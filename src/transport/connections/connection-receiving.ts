import type { Columns } from '../../engine/arena.ts'
import { Table } from '../../engine/table.ts'
import { SACK_BLOCK_LIMIT } from '../../network/packet.ts'

/** As many are remembered as an option without timestamps holds (TCP_NUM_SACKS), one more than is told. */
export const HELD_BLOCKS = SACK_BLOCK_LIMIT + 1
export const HELD_EDGES = 2 * HELD_BLOCKS

/** What an end keeps of what it receives: columns of the table of connections. */
export abstract class ReceivingColumns extends Table {
  initialReceiveSequence!: Uint32Array
  receiveNext!: Float64Array
  /** What the user has been told of. */
  deliveredBytes!: Float64Array
  /** How far he has read, also of what makes no whole message yet. */
  readOffset!: Float64Array
  /** Received in order up to `receiveNext` and not yet told: of this content, from this offset on. */
  pendingContent!: Int32Array
  pendingOffset!: Float64Array
  receiveWindowEdge!: Float64Array
  /** What the buffer holds now, and at most (see receive-window.ts). */
  receiveBufferBytes!: Float64Array
  largestReceiveBufferBytes!: Float64Array
  /** The memory that it has, and how much of 256 bytes of that is window (`linux`). */
  bufferMemoryBytes!: Float64Array
  windowShare!: Uint8Array
  /** What is promised of it. */
  receiveThresholdBytes!: Float64Array
  /** Bytes that were read in a round trip, and since where and when the present one is counted; 0: the buffer is fixed. */
  receiveSpaceBytes!: Float64Array
  receiveSpaceOffset!: Float64Array
  receiveSpaceTick!: Float64Array
  /** The receiver's estimate of the round-trip time, and the timestamp that gave it. */
  receiverRttNs!: Float64Array
  receiverRttEcho!: Uint32Array
  windowScale!: Uint8Array
  /** Of the far end's FIN; Infinity: it has not come. */
  receivedFinOffset!: Float64Array
  hasReportedEnd!: Uint8Array
  /** Out-of-order ranges, by offset (rows of RangeTable). */
  firstRange!: Int32Array
  outOfOrderBytes!: Float64Array
  /** Where the last of them ended, of all that ever came. */
  outOfOrderEnd!: Float64Array
  /** Edges of the blocks that the next ACK tells of, and how many there are (see sack-blocks.ts). */
  sackEdges!: Float64Array
  sackBlocks!: Uint8Array
  /** What the far end's full segments seem to carry, so that "every second full segment" means something. */
  receiveSegmentBytes!: Uint16Array
  mustAckNow!: Uint8Array
  /** Something came since the last ACK. */
  isAckDue!: Uint8Array
  /** Of ACKs for what is out of order: for which gap, how many were sent for it, and how many wait for each other. */
  disorderOffset!: Float64Array
  disorderAcks!: Uint8Array
  compressedAcks!: Uint8Array
  /** TS.Recent of RFC 7323; 0: nothing to echo. */
  recentTimestamp!: Uint32Array
  /** Bytes that came twice and the far end is to hear of (RFC 2883); empty: none. */
  duplicateStart!: Float64Array
  duplicateEnd!: Float64Array
  /** Segments since the last ACK at which the far end seems to have ended a write (see quick-acknowledgement.ts). */
  pushedSegments!: Uint8Array
  /** Data segments since the last ACK. */
  unacknowledgedSegments!: Uint8Array
  /** Of the last segment that was smaller than a full one. */
  lastSmallSegmentBytes!: Uint16Array
  /** Segments that are still acknowledged one by one (see quick-acknowledgement.ts). */
  quickAcks!: Uint8Array
  /** Data go back and forth: an ACK had better wait for the answer that will carry it. */
  isInteractive!: Uint8Array
  /** -1: none yet. */
  lastDataReceivedTick!: Float64Array

  protected layOutReceiving(columns: Columns): void {
    this.receiveNext = columns.float64()
    this.deliveredBytes = columns.float64()
    this.readOffset = columns.float64()
    this.pendingOffset = columns.float64()
    this.receiveWindowEdge = columns.float64()
    this.receiveBufferBytes = columns.float64()
    this.largestReceiveBufferBytes = columns.float64()
    this.bufferMemoryBytes = columns.float64()
    this.receiveThresholdBytes = columns.float64()
    this.receiveSpaceBytes = columns.float64()
    this.receiveSpaceOffset = columns.float64()
    this.receiveSpaceTick = columns.float64()
    this.receiverRttNs = columns.float64()
    this.receiverRttEcho = columns.uint32()
    this.receivedFinOffset = columns.float64()
    this.outOfOrderBytes = columns.float64()
    this.outOfOrderEnd = columns.float64()
    this.lastDataReceivedTick = columns.float64()
    this.disorderOffset = columns.float64()
    this.sackEdges = columns.float64(columns.capacity * HELD_EDGES)
    this.pendingContent = columns.int32()
    this.firstRange = columns.int32()
    this.initialReceiveSequence = columns.uint32()
    this.receiveSegmentBytes = columns.uint16()
    this.sackBlocks = columns.uint8()
    this.windowScale = columns.uint8()
    this.windowShare = columns.uint8()
    this.hasReportedEnd = columns.uint8()
    this.mustAckNow = columns.uint8()
    this.isAckDue = columns.uint8()
    this.disorderAcks = columns.uint8()
    this.compressedAcks = columns.uint8()
    this.recentTimestamp = columns.uint32()
    this.duplicateStart = columns.float64()
    this.duplicateEnd = columns.float64()
    this.pushedSegments = columns.uint8()
    this.unacknowledgedSegments = columns.uint8()
    this.lastSmallSegmentBytes = columns.uint16()
    this.quickAcks = columns.uint8()
    this.isInteractive = columns.uint8()
  }
}
