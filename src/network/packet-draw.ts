import { draw32 } from '../engine/streams.ts'
import type { PacketTable } from './packet.ts'
import type { Packet } from './rows.ts'

/**
 * Returns a uniform uint32 for one packet. It depends on the sender's name, the position in its stream and the number
 * of the transmission only, so other packets do not change it.
 */
export function packetDraw(keyHigh: number, keyLow: number, packets: PacketTable, packet: Packet): number {
  return draw32(
    keyHigh,
    keyLow,
    packets.senderNameHigh[packet],
    packets.senderNameLow[packet],
    packets.streamOffset[packet],
    packets.transmission[packet],
  )
}
