import { NONE } from '../../engine/table.ts'
import type { Lock } from '../rows.ts'
import type { Exhibit } from '../state/tally.ts'
import type { LegMatch } from './packet-paths.ts'

/** One attacker's look at one packet, or at what an end of its own has read. */
export interface Look extends Exhibit {
  readonly attacker: number
  /** Paths that the packet may be of, for steps that listen. */
  readonly legs: readonly LegMatch[]
}

/** Where in a packet something is: what is around it. */
export interface Place {
  /** Of Locks: the keys that the attacker does not have yet; NONE: it is in the open. */
  readonly lock: Lock
  /** Some session is around it. */
  readonly isSealed: boolean
  /** Ends of the innermost session, where nothing but HTTP is between; NONE. */
  readonly clientHost: number
  readonly serverHost: number
  /** It is in a connection or tunnel that ends at a host of the attacker's own, which has no business there. */
  readonly isOfOwnConnection: boolean
  /** It is what a Konnectivity agent carries. */
  readonly isInAgentTunnel: boolean
  /** Steps that it is put down to whatever is around it; null: as that is. */
  readonly steps: readonly number[] | null
}

export const IN_THE_OPEN: Place = {
  lock: NONE,
  isSealed: false,
  clientHost: NONE,
  serverHost: NONE,
  isOfOwnConnection: false,
  isInAgentTunnel: false,
  steps: null,
}
