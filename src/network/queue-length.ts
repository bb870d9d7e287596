import { NS_PER_S } from '../engine/ticks.ts'
import type { LinkDirectionTable } from './link-direction.ts'
import type { PacketTable } from './packet.ts'
import type { PacketsInFlight } from './packets-in-flight.ts'

const BITS_PER_BYTE = 8

/** Returns the bytes that wait for a link direction or are being sent, as the limit of its queue counts them. */
export function queuedBytes(directions: LinkDirectionTable, direction: number, tick: number): number {
  const row = directions.rowOf(direction)
  const backlogNs = directions.busyUntilTick[row] - tick
  return backlogNs > 0 ? Math.round((backlogNs * directions.rateBps[row]) / (BITS_PER_BYTE * NS_PER_S)) : 0
}

/**
 * Returns the number of packets that wait for a link direction or are being sent. It goes back from the packet that was
 * put on it last, which leaves when the direction is idle again. A packet that a burst of losses has hit is on no list:
 * its time counts as that of an earlier packet.
 */
export function queuedPackets(
  directions: LinkDirectionTable,
  packets: PacketTable,
  inFlight: PacketsInFlight,
  direction: number,
  tick: number,
): number {
  const row = directions.rowOf(direction)
  let leavesTick = directions.busyUntilTick[row]
  if (leavesTick <= tick) return 0
  const { serial, takenTick, isHeld } = packets
  const newestFirst = inFlight
    .on(direction)
    .filter((packet) => isHeld[packet] === 0 && takenTick[packet] > directions.lastDownTick[row])
    .sort((a, b) => takenTick[b] - takenTick[a] || serial[b] - serial[a])
  let count = 0
  for (const packet of newestFirst) {
    if (leavesTick <= tick) break
    count++
    leavesTick -= directions.serializationNs(row, packets.wireBytes(packet))
  }
  return count
}
