import type { PacketReference } from '../../attack/state/event-counts.ts'
import { NONE } from '../../engine/table.ts'
import type { PacketPlace } from '../../measure/verdict.ts'
import type { Simulation } from '../simulation.ts'

/**
 * Returns the link and the packet in which something was observed; `source` stands in for an observation without a
 * packet.
 */
export function wireOf<T>(
  { plan }: Simulation,
  { direction, serial }: PacketReference,
  otherwise: T,
): PacketPlace | ({ readonly link: null; readonly packet: null } & T) {
  return direction === NONE
    ? { link: null, packet: null, ...otherwise }
    : { link: plan.directions[direction].name, packet: serial }
}
