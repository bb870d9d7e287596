import type { Arena } from '../engine/arena.ts'
import { Table } from '../engine/table.ts'
import type { Account, Activity, Content, Packet } from './rows.ts'

/** Selective acknowledgement blocks that fit beside timestamps (RFC 2018 section 3). */
export const SACK_BLOCK_LIMIT = 3
const SACK_EDGES = 2 * SACK_BLOCK_LIMIT

/**
 * Packets on their way: a TCP/IPv4 segment each, as numbers. Its bytes are a reference (content, offset, length),
 * never a copy (docs/design.md#content-not-bytes).
 */
export class PacketTable extends Table<Packet> {
  /** Its number among the packets of the link direction that it is in. */
  readonly serial = this.uint32()
  readonly arrivalTick = this.float64()
  /** When the link direction that it is in took it. */
  readonly takenTick = this.float64()
  /** 1: it has come off that direction before, and somebody there held it back. */
  readonly isHeld = this.uint8()

  /** Indices into the address book. */
  readonly source = this.int32()
  readonly destination = this.int32()
  readonly sourcePort = this.uint16()
  readonly destinationPort = this.uint16()
  readonly sequenceNumber = this.uint32()
  readonly acknowledgementNumber = this.uint32()
  readonly flags = this.uint8()
  /** As in the header: scaled, but on a SYN. */
  readonly window = this.uint16()
  /** IP and TCP headers with options. */
  readonly headerBytes = this.uint8()
  readonly payloadBytes = this.int32()

  /** Options of a SYN. */
  readonly maximumSegmentBytes = this.uint16()
  readonly windowScale = this.uint8()
  /** TSval and TSecr (RFC 7323), milliseconds as Linux counts; 0: the option is absent, or echoes nothing. */
  readonly timestamp = this.uint32()
  readonly timestampEcho = this.uint32()
  readonly sackBlocks = this.uint8()
  /** Left and right edges, SACK_BLOCK_LIMIT pairs a packet. */
  readonly sackEdges = this.uint32(0, SACK_EDGES)

  readonly content = this.handle<Content>()
  readonly contentOffset = this.float64()
  readonly contentNameHigh = this.int32()
  readonly contentNameLow = this.int32()

  /**
   * Name of the connection and direction that sent it, its place in what that says (modulo 2^32), and which
   * transmission this is: they decide its fate. Its sequence number does not, since that depends on the time of the
   * dial.
   */
  readonly senderNameHigh = this.int32()
  readonly senderNameLow = this.int32()
  readonly streamOffset = this.uint32()
  readonly transmission = this.uint32()

  /** Who pays for its bytes, and where its time is written down; NONE: nobody. */
  readonly account = this.handle<Account>()
  readonly activity = this.handle<Activity>()

  constructor(arena: Arena) {
    super(arena, 256)
    this.attach()
  }

  wireBytes(packet: Packet): number {
    return this.headerBytes[packet] + this.payloadBytes[packet]
  }

  setSackBlock(packet: Packet, block: number, left: number, right: number): void {
    this.sackEdges[packet + 2 * block] = left
    this.sackEdges[packet + 2 * block + 1] = right
  }

  sackLeft(packet: Packet, block: number): number {
    return this.sackEdges[packet + 2 * block]
  }

  sackRight(packet: Packet, block: number): number {
    return this.sackEdges[packet + 2 * block + 1]
  }
}
