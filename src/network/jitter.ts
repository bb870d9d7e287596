import { fraction53 } from '../engine/streams.ts'
import { NUMBERED_DISTRIBUTIONS } from './jitter-distributions.ts'
import type { LinkDirectionTable } from './link-direction.ts'
import type { PacketTable } from './packet.ts'
import { packetDraw } from './packet-draw.ts'
import type { LinkDirection, Packet } from './rows.ts'

/** Returns what a link direction with jitter adds to a packet's delay, in whole ticks. It can be negative. */
export function jitterNs(
  directions: LinkDirectionTable,
  row: LinkDirection,
  packets: PacketTable,
  packet: Packet,
): number {
  if (directions.hasJitterKey[row] === 0) directions.takeJitterKey(row)
  const keyHigh = directions.jitterKeyHigh[row]
  const keyLow = directions.jitterKeyLow[row]
  const { isCoarse, addedNs } = NUMBERED_DISTRIBUTIONS[directions.jitterKind[row] - 1]
  const high = packetDraw(keyHigh, keyLow, packets, packet)
  const fraction = fraction53(high, isCoarse === true ? 0 : packetDraw(keyLow, keyHigh, packets, packet))
  const isZero = fraction === 0 && isCoarse !== true
  return Math.round(addedNs(isZero ? 0.5 : fraction, directions.jitterNs[row], directions.jitterSpread[row]))
}
