import type { Arena, Columns } from '../engine/arena.ts'
import { Table } from '../engine/table.ts'

/** Selective acknowledgement blocks that fit beside timestamps (RFC 2018 section 3). */
export const SACK_BLOCK_LIMIT = 3
const SACK_EDGES = 2 * SACK_BLOCK_LIMIT

/**
 * Packets on their way: a TCP/IPv4 segment each, as numbers. Its bytes are a reference (content, offset, length),
 * never a copy (DESIGN section 3).
 */
export class PacketTable extends Table {
  /** Its number among the packets of the link direction that it is in. */
  serial!: Uint32Array
  arrivalTick!: Float64Array
  /** When the link direction that it is in took it. */
  takenTick!: Float64Array
  /** 1: it has come off that direction before, and somebody there held it back. */
  isHeld!: Uint8Array

  /** Indices into the address book. */
  source!: Int32Array
  destination!: Int32Array
  sourcePort!: Uint16Array
  destinationPort!: Uint16Array
  sequenceNumber!: Uint32Array
  acknowledgementNumber!: Uint32Array
  flags!: Uint8Array
  /** As in the header: scaled, but on a SYN. */
  window!: Uint16Array
  /** IP and TCP headers with options. */
  headerBytes!: Uint8Array
  payloadBytes!: Int32Array

  /** Options of a SYN. */
  maximumSegmentBytes!: Uint16Array
  windowScale!: Uint8Array
  /** TSval and TSecr (RFC 7323), milliseconds as Linux counts; 0: the option is absent, or echoes nothing. */
  timestamp!: Uint32Array
  timestampEcho!: Uint32Array
  sackBlocks!: Uint8Array
  /** Left and right edges, SACK_BLOCK_LIMIT pairs a packet. */
  sackEdges!: Uint32Array

  content!: Int32Array
  contentOffset!: Float64Array
  contentNameHigh!: Int32Array
  contentNameLow!: Int32Array

  /**
   * Name of the connection and direction that sent it, its place in what that says (modulo 2^32), and which
   * transmission this is: they decide its fate. Its sequence number does not, since that depends on the time of the
   * dial.
   */
  senderNameHigh!: Int32Array
  senderNameLow!: Int32Array
  streamOffset!: Uint32Array
  transmission!: Uint32Array

  /** Who pays for its bytes, and where its time is written down; NONE: nobody. */
  account!: Int32Array
  activity!: Int32Array

  constructor(arena: Arena) {
    super(arena, 256)
    this.attach()
  }

  protected layOutColumns(columns: Columns): void {
    this.arrivalTick = columns.float64()
    this.takenTick = columns.float64()
    this.contentOffset = columns.float64()
    this.serial = columns.uint32()
    this.source = columns.int32()
    this.destination = columns.int32()
    this.sequenceNumber = columns.uint32()
    this.acknowledgementNumber = columns.uint32()
    this.payloadBytes = columns.int32()
    this.timestamp = columns.uint32()
    this.timestampEcho = columns.uint32()
    this.sackEdges = columns.uint32(columns.capacity * SACK_EDGES)
    this.content = columns.int32()
    this.contentNameHigh = columns.int32()
    this.contentNameLow = columns.int32()
    this.senderNameHigh = columns.int32()
    this.senderNameLow = columns.int32()
    this.streamOffset = columns.uint32()
    this.transmission = columns.uint32()
    this.account = columns.int32()
    this.activity = columns.int32()
    this.sourcePort = columns.uint16()
    this.destinationPort = columns.uint16()
    this.window = columns.uint16()
    this.maximumSegmentBytes = columns.uint16()
    this.flags = columns.uint8()
    this.headerBytes = columns.uint8()
    this.windowScale = columns.uint8()
    this.sackBlocks = columns.uint8()
    this.isHeld = columns.uint8()
  }

  wireBytes(packet: number): number {
    return this.headerBytes[packet] + this.payloadBytes[packet]
  }

  setSackBlock(packet: number, block: number, left: number, right: number): void {
    this.sackEdges[packet * SACK_EDGES + 2 * block] = left
    this.sackEdges[packet * SACK_EDGES + 2 * block + 1] = right
  }

  sackLeft(packet: number, block: number): number {
    return this.sackEdges[packet * SACK_EDGES + 2 * block]
  }

  sackRight(packet: number, block: number): number {
    return this.sackEdges[packet * SACK_EDGES + 2 * block + 1]
  }

  /** A second packet like this one, for a network that duplicates. */
  copy(packet: number): number {
    const copy = this.allocate()
    this.source[copy] = this.source[packet]
    this.destination[copy] = this.destination[packet]
    this.sourcePort[copy] = this.sourcePort[packet]
    this.destinationPort[copy] = this.destinationPort[packet]
    this.sequenceNumber[copy] = this.sequenceNumber[packet]
    this.acknowledgementNumber[copy] = this.acknowledgementNumber[packet]
    this.flags[copy] = this.flags[packet]
    this.window[copy] = this.window[packet]
    this.headerBytes[copy] = this.headerBytes[packet]
    this.payloadBytes[copy] = this.payloadBytes[packet]
    this.maximumSegmentBytes[copy] = this.maximumSegmentBytes[packet]
    this.windowScale[copy] = this.windowScale[packet]
    this.timestamp[copy] = this.timestamp[packet]
    this.timestampEcho[copy] = this.timestampEcho[packet]
    this.sackBlocks[copy] = this.sackBlocks[packet]
    for (let block = 0; block < this.sackBlocks[packet]; block++) {
      this.setSackBlock(copy, block, this.sackLeft(packet, block), this.sackRight(packet, block))
    }
    this.content[copy] = this.content[packet]
    this.contentOffset[copy] = this.contentOffset[packet]
    this.contentNameHigh[copy] = this.contentNameHigh[packet]
    this.contentNameLow[copy] = this.contentNameLow[packet]
    this.senderNameHigh[copy] = this.senderNameHigh[packet]
    this.senderNameLow[copy] = this.senderNameLow[packet]
    this.streamOffset[copy] = this.streamOffset[packet]
    this.transmission[copy] = this.transmission[packet]
    this.account[copy] = this.account[packet]
    this.activity[copy] = this.activity[packet]
    return copy
  }
}
