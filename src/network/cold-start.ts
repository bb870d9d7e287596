import { NS_PER_MS } from '../engine/ticks.ts'
import type { LinkDirectionTable } from './link-direction.ts'
import type { LinkDirection } from './rows.ts'

/**
 * The shortest pause after which a host is cold. On the test bed a reply takes as long as any other after less than 1 ms,
 * and longer and longer after more (docs/models/fidelity.md, "Short queues").
 */
const PAUSE_NS = 2 * NS_PER_MS

/**
 * Returns when a packet that is sent now is ready for the link. The first one after a pause takes longer, since the
 * kernel's code and data are in no cache any more; what is sent meanwhile follows it.
 */
export function departureTick(directions: LinkDirectionTable, row: LinkDirection, now: number): number {
  const isCold = now - directions.lastSentTick[row] >= PAUSE_NS
  directions.lastSentTick[row] = now
  if (isCold) directions.warmTick[row] = now + directions.coldPacketNs[row]
  return Math.max(now, directions.warmTick[row])
}
