import { NONE } from '../../engine/table.ts'
import { PASS, type RuleVerdict } from '../../network/packet-rule.ts'
import type { Packet } from '../../network/rows.ts'
import type { LegOfStep } from '../leg-index.ts'
import type { Leg } from '../planned-attackers.ts'

/**
 * A packet that an attacker observes on a link direction. There is one object, which is overwritten for each packet,
 * because nothing is allocated for a packet.
 */
export class Observation {
  attacker: number = NONE
  packet: Packet = NONE
  direction: number = NONE
  /** The packet's serial number on the direction. */
  serial: number = NONE
  /** Nanoseconds from now until the attacker has received the whole packet. */
  seenInNs = 0
  isTowardServer = false
  /** The verdict that diverts the packet to the attacker's host; PASS where the packet cannot be diverted. */
  diversion: RuleVerdict = PASS
  /** Whether a host that the attacker has compromised sends the packet, as a packet of its own. */
  isLeaving = false
  /** The steps and legs whose server is the server of the packet's connection. */
  candidates: readonly LegOfStep[] = []
  /** The client's address, an index into the address book. */
  clientAddress: number = NONE

  /** Returns whether the packet belongs to the leg. */
  isOnLeg(leg: Leg): boolean {
    return leg.clientAddress === NONE || leg.clientAddress === this.clientAddress
  }
}
