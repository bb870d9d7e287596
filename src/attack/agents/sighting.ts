import { NONE } from '../../engine/table.ts'
import { PASS, type RuleVerdict } from '../../network/packet-rule.ts'
import type { Packet } from '../../network/rows.ts'
import type { Leg } from '../planned-attackers.ts'
import type { LegOfStep } from './leg-index.ts'

/**
 * A packet that an attacker sees on a link direction. One object that is written anew for each packet, since nothing is
 * allocated for one.
 */
export class Sighting {
  attacker: number = NONE
  packet: Packet = NONE
  direction: number = NONE
  /** The packet's number there. */
  serial: number = NONE
  /** How long after now the attacker has it before its eyes. */
  seenInNs = 0
  isTowardServer = false
  /** The verdict that diverts the packet to the attacker's host; PASS where none does. */
  diversion: RuleVerdict = PASS
  /** A host that the attacker has compromised puts it on the wire, as a packet of its own. */
  isLeaving = false
  /** Steps and legs with its connection's server. */
  candidates: readonly LegOfStep[] = []
  /** An index into the address book. */
  clientAddress: number = NONE

  isAbout(leg: Leg): boolean {
    return leg.clientAddress === NONE || leg.clientAddress === this.clientAddress
  }
}
