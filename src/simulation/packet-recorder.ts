import { finish32, mix32, TWO_POW_32 } from '../engine/hash.ts'
import { NONE } from '../engine/table.ts'
import { formatAddress } from '../network/address-book.ts'
import { TCP_FLAGS } from '../network/header-flags.ts'
import type { Network } from '../network/network.ts'
import type { PacketTable } from '../network/packet.ts'
import type { PacketObserver, PacketStage } from '../network/packet-observer.ts'
import type { PacketView } from '../network/packet-view.ts'
import type { Packet } from '../network/rows.ts'

/** The fields of a delivered packet's headers. */
export interface DescribedPacket {
  readonly atNs: number
  readonly direction: number
  readonly serial: number
  readonly from: string
  readonly to: string
  readonly sequenceNumber: number
  readonly acknowledgementNumber: number
  /** The flags byte of the TCP header. */
  readonly flags: number
  readonly payloadBytes: number
}

/** Records a 32-bit digest of every delivered packet. Two runs can then be compared packet by packet. */
export class PacketRecorder implements PacketObserver {
  private readonly network: Network
  private recorded = new Uint32Array(1024)
  private count = 0
  private readonly wanted: number
  /** The packet with the number `wanted`; null if it was not delivered. */
  described: DescribedPacket | null = null

  /** `wanted` is the number of the packet to describe, in the order of delivery; NONE for none. */
  constructor(network: Network, wanted: number = NONE) {
    this.network = network
    this.wanted = wanted
    network.observer = this
  }

  observe(stage: PacketStage, { row, direction, tickNs }: PacketView): void {
    if (stage !== 'delivered') return
    const { packets } = this.network
    if (this.count === this.recorded.length) this.grow()
    if (this.count === this.wanted) this.described = this.describe(packets, row, direction, tickNs)
    this.recorded[this.count++] = this.digest(packets, row, direction, tickNs)
  }

  digests(): Uint32Array {
    return this.recorded.slice(0, this.count)
  }

  private digest(packets: PacketTable, packet: Packet, direction: number, tick: number): number {
    const { addresses } = this.network
    let hash = mix32(mix32(direction, tick), Math.floor(tick / TWO_POW_32))
    hash = mix32(mix32(hash, addresses.valueOf(packets.source[packet])), addresses.valueOf(packets.destination[packet]))
    hash = mix32(mix32(hash, packets.sourcePort[packet]), packets.destinationPort[packet])
    hash = mix32(mix32(hash, packets.sequenceNumber[packet]), packets.acknowledgementNumber[packet])
    hash = mix32(mix32(hash, packets.flags[packet]), packets.payloadBytes[packet])
    if (packets.payloadBytes[packet] > 0)
      hash = mix32(mix32(hash, packets.contentNameLow[packet]), packets.contentOffset[packet])
    return finish32(hash) >>> 0
  }

  private describe(packets: PacketTable, packet: Packet, direction: number, tick: number): DescribedPacket {
    const { addresses } = this.network
    const place = (address: number, port: number) => `${formatAddress(addresses.valueOf(address))}:${port}`
    return {
      atNs: tick,
      direction,
      serial: packets.serial[packet],
      from: place(packets.source[packet], packets.sourcePort[packet]),
      to: place(packets.destination[packet], packets.destinationPort[packet]),
      sequenceNumber: packets.sequenceNumber[packet],
      acknowledgementNumber: packets.acknowledgementNumber[packet],
      flags: packets.flags[packet] & TCP_FLAGS,
      payloadBytes: packets.payloadBytes[packet],
    }
  }

  private grow(): void {
    const larger = new Uint32Array(this.recorded.length * 2)
    larger.set(this.recorded)
    this.recorded = larger
  }
}
