import type { Exhibit } from '../../attack/state/tally.ts'
import { NONE } from '../../engine/table.ts'
import type { EvidenceResult } from '../../measure/verdict.ts'
import type { Simulation } from '../simulation.ts'

/** Where on the wire something showed. */
export function wireOf({ plan }: Simulation, { direction, serial }: Exhibit): Pick<EvidenceResult, 'link' | 'packet'> {
  return direction === NONE ? { link: null, packet: null } : { link: plan.directions[direction].name, packet: serial }
}
