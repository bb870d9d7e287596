import { fate32 } from '../engine/streams.ts'
import type { PacketTable } from './packet.ts'
import type { Packet } from './rows.ts'

/**
 * A draw of 32 bits that is this packet's own: by who says it, what it is of that and which transmission, and by nothing
 * of any other packet.
 */
export function packetFate(keyHigh: number, keyLow: number, packets: PacketTable, packet: Packet): number {
  return fate32(
    keyHigh,
    keyLow,
    packets.senderNameHigh[packet],
    packets.senderNameLow[packet],
    packets.streamOffset[packet],
    packets.transmission[packet],
  )
}
