import type { Timeline } from '../engine/timeline.ts'
import { type AddressBook, formatAddress } from './address-book.ts'
import { ACK, FIN, RST, SYN, TCP_FLAGS } from './header-flags.ts'
import type { LinkDirectionTable } from './link-direction.ts'
import type { PacketTable } from './packet.ts'
import type { Packet } from './rows.ts'

/** The names of link directions (`link/wan/forward`), and of hosts and switches, by their numbers. */
export interface NetworkNames {
  readonly directions: readonly string[]
  readonly places: readonly string[]
}

/** The parts of a network that views read. */
export interface ViewedParts {
  readonly packets: PacketTable
  readonly directions: LinkDirectionTable
  readonly addresses: AddressBook
  readonly timeline: Timeline
  readonly names: NetworkNames
}

let show: (view: PacketView, packet: Packet, direction: number) => void

/**
 * A packet on a link direction, as observers and rules see it: a TCP segment over IPv4. It can only be read. There is one
 * view for all packets, since nothing is allocated for a packet: it shows the packet of the present call. Copy the fields
 * that are needed later, not the view.
 */
export class PacketView {
  readonly #parts: ViewedParts
  #row: Packet
  #direction = 0

  static {
    show = (view, packet, direction) => {
      view.#row = packet
      view.#direction = direction
    }
  }

  constructor(parts: ViewedParts) {
    this.#parts = parts
    this.#row = parts.packets.rowAt(0)
    Object.freeze(this)
  }

  /** The present time, in nanoseconds since the simulation began. */
  get tickNs(): number {
    return this.#parts.timeline.now
  }

  /** The link direction, such as `link/wan/forward`. */
  get link(): string {
    return this.#parts.names.directions[this.#direction]
  }

  /** The host or switch where the link direction begins, which is not always the sender. */
  get from(): string {
    return this.#parts.names.places[this.#parts.directions.startOf(this.#direction)]
  }

  /** The host or switch where the link direction ends. */
  get to(): string {
    return this.#parts.names.places[this.#parts.directions.endOf(this.#direction)]
  }

  /**
   * The packet's number, from 0, among all packets that came to this link direction. Evidence and `onpath packets` name
   * packets by it.
   */
  get serial(): number {
    return this.#parts.packets.serial[this.#row]
  }

  /** The sender's address: `10.0.0.1`. */
  get sourceAddress(): string {
    return this.#addressText(this.#parts.packets.source[this.#row])
  }

  get destinationAddress(): string {
    return this.#addressText(this.#parts.packets.destination[this.#row])
  }

  get sourcePort(): number {
    return this.#parts.packets.sourcePort[this.#row]
  }

  get destinationPort(): number {
    return this.#parts.packets.destinationPort[this.#row]
  }

  /** The 32-bit number of the TCP header. */
  get sequenceNumber(): number {
    return this.#parts.packets.sequenceNumber[this.#row]
  }

  get acknowledgementNumber(): number {
    return this.#parts.packets.acknowledgementNumber[this.#row]
  }

  /** The flags byte of the TCP header. */
  get flags(): number {
    return this.#parts.packets.flags[this.#row] & TCP_FLAGS
  }

  get isSyn(): boolean {
    return (this.flags & SYN) !== 0
  }

  get isAck(): boolean {
    return (this.flags & ACK) !== 0
  }

  get isFin(): boolean {
    return (this.flags & FIN) !== 0
  }

  get isRst(): boolean {
    return (this.flags & RST) !== 0
  }

  /** The window as in the TCP header, scaled except on a SYN. */
  get window(): number {
    return this.#parts.packets.window[this.#row]
  }

  /** The MSS option of a SYN, in bytes. Other packets have none, and the value means nothing. */
  get maximumSegmentBytes(): number {
    return this.#parts.packets.maximumSegmentBytes[this.#row]
  }

  /** The size of the IP and TCP headers with options. */
  get headerBytes(): number {
    return this.#parts.packets.headerBytes[this.#row]
  }

  /** The data that the packet carries: 0 for a bare acknowledgement. */
  get payloadBytes(): number {
    return this.#parts.packets.payloadBytes[this.#row]
  }

  /** The size of the IP packet: headers and payload. */
  get wireBytes(): number {
    return this.#parts.packets.wireBytes(this.#row)
  }

  /** The number of this transmission of a segment with data, from 1. Packets without data have numbers from 2^31 on. */
  get transmission(): number {
    return this.#parts.packets.transmission[this.#row]
  }

  /**
   * A 32-bit hash of what is sent: sender, position in its stream, transmission. A decision that derives from it is the
   * same whatever else happens, as those of lossy links are.
   */
  get identity(): number {
    return this.#parts.packets.identityOf(this.#row)
  }

  /** The number of the link direction. */
  get direction(): number {
    return this.#direction
  }

  /** The packet's row in the simulator's own table. */
  get row(): Packet {
    return this.#row
  }

  #addressText(index: number): string {
    return formatAddress(this.#parts.addresses.valueOf(index))
  }
}

/** Shows a packet on a link direction in a view. It is no method, so that those who get a view can only read it. */
export function showPacket(view: PacketView, packet: Packet, direction: number): void {
  show(view, packet, direction)
}
