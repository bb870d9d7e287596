import { isBad } from './gilbert-chain.ts'
import type { LinkDirectionTable } from './link-direction.ts'
import type { PacketTable } from './packet.ts'
import { packetDraw } from './packet-draw.ts'
import type { LinkDirection, Packet } from './rows.ts'

/** Returns whether a packet is lost by itself, before it takes any link time. */
export function isLost(
  directions: LinkDirectionTable,
  row: LinkDirection,
  packets: PacketTable,
  packet: Packet,
): boolean {
  const draw = packetDraw(directions.lossKeyHigh[row], directions.lossKeyLow[row], packets, packet)
  return draw < directions.lossThreshold[row]
}

/** Returns whether a packet that begins to leave at `startTick` is lost in a burst. */
export function isLostInBurst(
  directions: LinkDirectionTable,
  row: LinkDirection,
  packets: PacketTable,
  packet: Packet,
  startTick: number,
): boolean {
  if (!isBad(directions, row, startTick)) return false
  const draw = packetDraw(directions.lossKeyHigh[row], directions.lossKeyLow[row], packets, packet)
  return draw < directions.lossInBadThreshold[row]
}
