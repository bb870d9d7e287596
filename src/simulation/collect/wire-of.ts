import type { PacketReference } from '../../attack/state/event-counts.ts'
import { NONE } from '../../engine/table.ts'
import type { EvidenceResult } from '../../measure/verdict.ts'
import type { Simulation } from '../simulation.ts'

/** Returns the link and the packet in which something was observed. */
export function wireOf(
  { plan }: Simulation,
  { direction, serial }: PacketReference,
): Pick<EvidenceResult, 'link' | 'packet'> {
  return direction === NONE ? { link: null, packet: null } : { link: plan.directions[direction].name, packet: serial }
}
