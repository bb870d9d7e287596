import { Table } from '../../engine/table.ts'
import { SACK_BLOCK_LIMIT } from '../../network/packet.ts'
import type { Connection, Content, ReceivedRange } from '../rows.ts'

/**
 * SACK blocks that an end remembers: as many as an option without timestamps holds (TCP_NUM_SACKS), one more than it
 * sends.
 */
export const HELD_BLOCKS = SACK_BLOCK_LIMIT + 1
export const HELD_EDGES = 2 * HELD_BLOCKS

/** Columns of the connection table for what an end receives. */
export abstract class ReceivingColumns extends Table<Connection> {
  readonly initialReceiveSequence = this.uint32()
  readonly receiveNext = this.float64()
  /** Bytes that were passed to the user. */
  readonly deliveredBytes = this.float64()
  /** Offset up to which the user has read, including an incomplete record at the end. */
  readonly readOffset = this.float64()
  /** 1: what waits is one buffer, whose memory is free when all of it was read (segments/receive-window.ts). */
  readonly mergesWaiting = this.int32()
  /** Offset up to which a user that reads in pieces has freed the memory of what it read. */
  readonly freedOffset = this.float64()
  /** Bytes that arrived in order and were not passed to the user yet: their content, and where in it they begin. */
  readonly pendingContent = this.handle<Content>()
  readonly pendingOffset = this.float64()
  readonly receiveWindowEdge = this.float64()
  /** Size of the receive buffer now, and its limit (segments/receive-window.ts). */
  readonly receiveBufferBytes = this.float64()
  readonly largestReceiveBufferBytes = this.float64()
  /**
   * Memory of the buffer, and how many of each 256 bytes of it count as window; 0 where the size is exact and not
   * memory.
   */
  readonly bufferMemoryBytes = this.float64()
  readonly windowShare = this.int32()
  /** Part of the buffer that the advertised window may use (tcp_grow_window). */
  readonly receiveThresholdBytes = this.float64()
  /**
   * Bytes read in the last measured round trip (0: the buffer has a fixed size), and where and when the present one
   * began.
   */
  readonly receiveSpaceBytes = this.float64()
  readonly receiveSpaceOffset = this.float64()
  readonly receiveSpaceTick = this.float64()
  /** The receiver's estimate of the round-trip time, and the echoed timestamp that it was last taken from. */
  readonly receiverRttNs = this.float64()
  readonly receiverRttEcho = this.uint32()
  /** The end of the window whose arrival is being timed, and when it began; 0: none is. */
  readonly receiverRttEdge = this.float64()
  readonly receiverRttTick = this.float64()
  readonly windowScale = this.int32()
  /** Offset of the peer's FIN; Infinity until it arrives. */
  readonly receivedFinOffset = this.float64()
  readonly hasReportedEnd = this.int32()
  /** First range that arrived out of order, sorted by offset. */
  readonly firstRange = this.handle<ReceivedRange>()
  readonly outOfOrderBytes = this.float64()
  /** Largest end of any range that ever arrived out of order. */
  readonly outOfOrderEnd = this.float64()
  /** Edges and number of the SACK blocks for the next ACK (segments/sack-blocks.ts). */
  readonly sackEdges = this.float64(0, HELD_EDGES)
  readonly sackBlocks = this.int32()
  /** Estimated payload of the peer's full segments, by which "every second full segment" is counted. */
  readonly receiveSegmentBytes = this.int32()
  readonly mustAckNow = this.int32()
  /** 1 when something arrived since the last ACK. */
  readonly isAckDue = this.int32()
  /**
   * The state of ACK compression: the gap that ACKs report, the ACKs sent for it, and those that wait for the timer.
   */
  readonly disorderOffset = this.float64()
  readonly disorderAcks = this.int32()
  readonly compressedAcks = this.int32()
  /** TS.Recent of RFC 7323; 0: there is no timestamp to echo. */
  readonly recentTimestamp = this.uint32()
  /** Range that arrived twice and is to be reported to the peer (RFC 2883); empty: none. */
  readonly duplicateStart = this.float64()
  readonly duplicateEnd = this.float64()
  /** Segments since the last ACK that seem to end a write of the peer (segments/quick-acknowledgement.ts). */
  readonly pushedSegments = this.int32()
  /** The number of data segments that have arrived since the last ACK was sent. */
  readonly unacknowledgedSegments = this.int32()
  /** Payload of the last segment, if it was smaller than a full one. */
  readonly lastSmallSegmentBytes = this.int32()
  /** Segments that are still acknowledged one by one (segments/quick-acknowledgement.ts). */
  readonly quickAcks = this.int32()
  /** 1 while data flow back and forth, so that an ACK waits for the data that will carry it. */
  readonly isInteractive = this.int32()
  /** When data arrived last; -1: none did. */
  readonly lastDataReceivedTick = this.float64()
}
