import type { Arena } from '../engine/arena.ts'
import { finish32, mix32 } from '../engine/hash.ts'
import { NONE, placesOf, Table } from '../engine/table.ts'
import type { Account, Activity, Content, Packet } from './rows.ts'

/** The number of selective acknowledgement blocks that fit beside timestamps (RFC 2018 section 3). */
export const SACK_BLOCK_LIMIT = 3
const SACK_EDGES = 2 * SACK_BLOCK_LIMIT

/**
 * Packets in flight, each a TCP segment over IPv4, as numbers. The payload is a reference (content, offset, length),
 * never a copy (docs/design.md#content-not-bytes).
 */
export class PacketTable extends Table<Packet> {
  // What is read when a packet arrives, close together; small numbers too take 32 bits, which saves further cache lines.

  /** The packet's number among all packets that came to this link direction, lost, dropped and diverted ones included. */
  readonly serial = this.uint32()
  readonly arrivalTick = this.float64()
  /** The tick at which the packet was put on the link direction that carries it. */
  readonly takenTick = this.float64()
  /** 1 when the packet had arrived at the end of this direction before, and a rule delayed it there. */
  readonly isHeld = this.int32()

  /** Addresses, as indices into the address book. */
  readonly source = this.int32()
  readonly destination = this.int32()
  readonly sourcePort = this.int32()
  readonly destinationPort = this.int32()
  /**
   * The row of the connection that the sender takes for the receiver; NONE: unknown. TCP, which alone knows such rows,
   * compares the addresses.
   */
  readonly receiver = this.int32(NONE)
  readonly sequenceNumber = this.uint32()
  readonly acknowledgementNumber = this.uint32()
  /** TCP's flags, and the ECN field of IP above them (header-flags.ts). */
  readonly flags = this.int32()
  /** The window as in the header: scaled, except on a SYN. */
  readonly window = this.int32()
  /** The size of the IP and TCP headers with options. */
  readonly headerBytes = this.int32()
  readonly payloadBytes = this.int32()
  /** TSval and TSecr (RFC 7323), in milliseconds as Linux counts; 0 when the option is absent or echoes nothing. */
  readonly timestamp = this.uint32()
  readonly timestampEcho = this.uint32()
  readonly sackBlocks = this.int32()

  readonly content = this.handle<Content>()
  readonly contentOffset = this.float64()
  readonly contentNameHigh = this.int32()
  readonly contentNameLow = this.int32()
  /** The activity that records the packet's time; NONE for none. */
  readonly activity = this.handle<Activity>()

  // What is read only when it is sent, or of few packets

  /** The account that is charged for the packet; NONE for none. */
  readonly account = this.handle<Account>()
  /**
   * The hashed name of the connection and direction that sent the packet, the position in its stream (modulo 2^32), and
   * the number of this transmission. Loss and jitter are drawn from these. The sequence number does not count, since it
   * depends on when the connection was opened.
   */
  readonly senderNameHigh = this.int32()
  readonly senderNameLow = this.int32()
  readonly streamOffset = this.uint32()
  readonly transmission = this.uint32()
  /** Options that only a SYN carries. */
  readonly maximumSegmentBytes = this.int32()
  readonly windowScale = this.int32()
  /** The options that the SYN has, as bits (syn-options.ts). */
  readonly synOptions = this.int32()
  /** Left and right edges of SACK blocks, SACK_BLOCK_LIMIT pairs per packet. */
  readonly sackEdges = this.float64(0, SACK_EDGES)

  constructor(arena: Arena) {
    super(arena, 256)
    this.attach()
  }

  /**
   * Releases a packet as `Table.release` does. That serves so many tables that V8 looks up their fields by name each time;
   * `releaseList` serves two.
   */
  override release(packet: Packet): void {
    this.releaseList(packet, 1)
  }

  wireBytes(packet: Packet): number {
    return this.headerBytes[packet] + this.payloadBytes[packet]
  }

  /** Returns a 32-bit hash of what is sent: sender, position in its stream, transmission. */
  identityOf(packet: Packet): number {
    const name = mix32(this.senderNameHigh[packet], this.senderNameLow[packet])
    return finish32(mix32(mix32(name, this.streamOffset[packet]), this.transmission[packet])) >>> 0
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

/** The places of the columns of packets (`Table.int32s`). */
export const PACKET_PLACES = placesOf((arena) => new PacketTable(arena))
