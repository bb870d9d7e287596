import { isBad } from './gilbert-chain.ts'
import type { LinkDirectionTable } from './link-direction.ts'
import type { PacketTable } from './packet.ts'
import { packetFate } from './packet-fate.ts'
import type { Packet } from './rows.ts'

/** Whether a packet is lost on its own, before it takes any link time. */
export function isLost(
  directions: LinkDirectionTable,
  direction: number,
  packets: PacketTable,
  packet: Packet,
): boolean {
  const threshold = directions.lossThreshold[direction]
  if (threshold === 0) return false
  return packetFate(directions.lossKeyHigh[direction], directions.lossKeyLow[direction], packets, packet) < threshold
}

/** Whether it is lost in a burst, after it began to leave at `startTick`. */
export function isLostInBurst(
  directions: LinkDirectionTable,
  direction: number,
  packets: PacketTable,
  packet: Packet,
  startTick: number,
): boolean {
  if (directions.goodToBadThreshold[direction] === 0 || !isBad(directions, direction, startTick)) return false
  const fate = packetFate(directions.lossKeyHigh[direction], directions.lossKeyLow[direction], packets, packet)
  return fate < directions.lossInBadThreshold[direction]
}
