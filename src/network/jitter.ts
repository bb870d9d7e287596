import { exactExp, exactNormalQuantile } from '../engine/exact-math.ts'
import { fraction53 } from '../engine/streams.ts'
import { NS_PER_S } from '../engine/ticks.ts'
import { JITTER_LOG_NORMAL, JITTER_UNIFORM, type LinkDirectionTable } from './link-direction.ts'
import type { PacketTable } from './packet.ts'
import { packetDraw } from './packet-draw.ts'
import type { LinkDirection, Packet } from './rows.ts'

/** One hour, the longest delay that a link may have. The tail of a log-normal distribution has no limit of its own. */
const LONGEST_JITTER_NS = 3_600 * NS_PER_S

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
  const high = packetDraw(keyHigh, keyLow, packets, packet)
  if (directions.jitterKind[row] === JITTER_UNIFORM) {
    return Math.round((2 * fraction53(high, 0) - 1) * directions.jitterNs[row])
  }
  const fraction = fraction53(high, packetDraw(keyLow, keyHigh, packets, packet))
  const normal = exactNormalQuantile(fraction === 0 ? 0.5 : fraction)
  const widthNs = directions.jitterNs[row]
  if (directions.jitterKind[row] !== JITTER_LOG_NORMAL) return Math.round(normal * widthNs)
  const laterNs = widthNs * exactExp(normal * directions.jitterSpread[row])
  return laterNs < LONGEST_JITTER_NS ? Math.round(laterNs) : LONGEST_JITTER_NS
}
