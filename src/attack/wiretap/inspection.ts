import { NONE } from '../../engine/table.ts'
import type { LegOfStep } from '../leg-index.ts'
import type { Lock } from '../rows.ts'
import type { PacketReference } from '../state/event-counts.ts'

/** The inspection of a packet by an attacker, or of data that an end on the attacker's host has read. */
export interface Inspection extends PacketReference {
  readonly attacker: number
  /** The legs of eavesdropping steps that the packet may be on. */
  readonly legs: readonly LegOfStep[]
}

/** The sessions and tunnels that data in a packet is encapsulated in. */
export interface Encapsulation {
  /** A row of Locks: the private keys that the attacker needs and does not have; NONE where it needs none. */
  readonly lock: Lock
  /** Whether the data is inside a TLS or SSH session. */
  readonly isEncrypted: boolean
  /** The ends of the innermost session, if it carries HTTP directly; NONE otherwise. */
  readonly clientHost: number
  readonly serverHost: number
  /** Whether it is in a connection or tunnel that ends on a host of the attacker's own, in another host's name. */
  readonly isOfOwnConnection: boolean
  /** Whether a Konnectivity agent carries it. */
  readonly isInAgentTunnel: boolean
  /** The path of the plan to the replica that the message in the data concerns; NONE where it is in no message. */
  readonly replica: number
  /** The steps that events are attributed to; null where they follow from the other fields. */
  readonly steps: readonly number[] | null
}

export const NOT_ENCAPSULATED: Encapsulation = {
  lock: NONE,
  isEncrypted: false,
  clientHost: NONE,
  serverHost: NONE,
  isOfOwnConnection: false,
  isInAgentTunnel: false,
  replica: NONE,
  steps: null,
}
