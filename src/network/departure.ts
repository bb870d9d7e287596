import { NS_PER_MS } from '../engine/ticks.ts'
import type { LinkDirectionTable } from './link-direction.ts'
import type { LinkDirection } from './rows.ts'

/**
 * The shortest pause after which a host is cold. On the test bed a reply takes as long as any other after less than 1 ms,
 * and longer and longer after more (docs/models/fidelity.md, "Short queues").
 */
const PAUSE_NS = 2 * NS_PER_MS

/**
 * Returns when a packet that a host sends now leaves for the link. A host needs time for each packet (`packetNs`), so
 * the packets of a large burst leave one after the other. The first one after a pause takes longer, since the kernel's
 * code and data are in no cache any more.
 */
export function departureTick(directions: LinkDirectionTable, row: LinkDirection, now: number): number {
  const leaves = nextDepartureTick(directions, row, now)
  noteDepartures(directions, row, now, leaves + directions.packetNs[row])
  return leaves
}

/** Returns when a packet would leave, without sending it. */
export function nextDepartureTick(directions: LinkDirectionTable, row: LinkDirection, now: number): number {
  const isCold = now - directions.lastSentTick[row] >= PAUSE_NS
  const readyTick = isCold ? now + directions.coldPacketNs[row] : now
  return Math.max(readyTick, directions.nextDepartureTick[row])
}

/** Notes that packets are sent now, after which another one can leave at `nextTick`. */
export function noteDepartures(
  directions: LinkDirectionTable,
  row: LinkDirection,
  now: number,
  nextTick: number,
): void {
  directions.lastSentTick[row] = now
  directions.nextDepartureTick[row] = nextTick
}
