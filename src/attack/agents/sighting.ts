import { NONE } from '../../engine/table.ts'
import type { Leg } from '../attack-plan.ts'
import type { LegOfStep } from './leg-index.ts'

/**
 * A packet that an attacker sees on a link direction. One object that is written anew for each packet, since nothing is
 * allocated for one.
 */
export class Sighting {
  attacker = NONE
  packet = NONE
  direction = NONE
  /** The packet's number there. */
  serial = NONE
  /** How long after now the attacker has it before its eyes. */
  seenInNs = 0
  isTowardServer = false
  /** Steps and legs with its connection's server. */
  candidates: readonly LegOfStep[] = []
  /** An index into the address book. */
  clientAddress = NONE

  isAbout(leg: Leg): boolean {
    return leg.clientAddress === NONE || leg.clientAddress === this.clientAddress
  }
}
