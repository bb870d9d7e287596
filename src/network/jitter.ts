import { exactExp, exactNormalQuantile } from '../engine/exact-math.ts'
import { fate53 } from '../engine/streams.ts'
import { NS_PER_S } from '../engine/ticks.ts'
import { JITTER_LOG_NORMAL, JITTER_UNIFORM, type LinkDirectionTable } from './link-direction.ts'
import type { PacketTable } from './packet.ts'
import { packetFate } from './packet-fate.ts'
import type { Packet } from './rows.ts'

/** An hour, the longest delay that a link may have: the tail of a log-normal jitter has no end of its own. */
const LONGEST_JITTER_NS = 3_600 * NS_PER_S

/** What a link direction that varies its delay adds to that of a packet, below zero too, in whole ticks. */
export function jitterNs(
  directions: LinkDirectionTable,
  direction: number,
  packets: PacketTable,
  packet: Packet,
): number {
  const keyHigh = directions.jitterKeyHigh[direction]
  const keyLow = directions.jitterKeyLow[direction]
  const high = packetFate(keyHigh, keyLow, packets, packet)
  if (directions.jitterKind[direction] === JITTER_UNIFORM) {
    return Math.round((2 * fate53(high, 0) - 1) * directions.jitterNs[direction])
  }
  const fraction = fate53(high, packetFate(keyLow, keyHigh, packets, packet))
  const normal = exactNormalQuantile(fraction === 0 ? 0.5 : fraction)
  const widthNs = directions.jitterNs[direction]
  if (directions.jitterKind[direction] !== JITTER_LOG_NORMAL) return Math.round(normal * widthNs)
  const laterNs = widthNs * exactExp(normal * directions.jitterSpread[direction])
  return laterNs < LONGEST_JITTER_NS ? Math.round(laterNs) : LONGEST_JITTER_NS
}
