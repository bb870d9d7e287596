import { SYN } from '../../network/header-flags.ts'
import type { RecordedPacket } from '../record/recorded-packet.ts'

/** Counts sequence numbers from the SYN of each connection, as tcpdump does; without a SYN, from the first packet. */
export class SequenceNumbers {
  private readonly first = new Map<string, number>()

  /** Returns the sequence and acknowledgement numbers of a packet, relative to the start of its connection. */
  of(packet: RecordedPacket): { readonly sequence: number; readonly acknowledgement: number } {
    const { source, sourcePort, destination, destinationPort, flags } = packet
    const own = `${source}:${sourcePort}>${destination}:${destinationPort}`
    const other = `${destination}:${destinationPort}>${source}:${sourcePort}`
    if ((flags & SYN) !== 0 || !this.first.has(own)) {
      const isSyn = (flags & SYN) !== 0
      this.first.set(own, isSyn ? packet.sequenceNumber : (packet.sequenceNumber - 1) >>> 0)
    }
    if (!this.first.has(other) && packet.acknowledgementNumber !== 0)
      this.first.set(other, (packet.acknowledgementNumber - 1) >>> 0)
    return {
      sequence: (packet.sequenceNumber - (this.first.get(own) ?? 0)) >>> 0,
      acknowledgement: (packet.acknowledgementNumber - (this.first.get(other) ?? 0)) >>> 0,
    }
  }
}
