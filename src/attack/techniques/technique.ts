import type { AdditionsBlueprint } from '../additions.ts'
import type { AgentTools, PacketAgent } from '../agents/packet-agent.ts'
import type { Abilities } from '../vantages.ts'
import type { MatrixRows } from './matrix-places.ts'
import type { ParameterName, Parameters } from './parameters.ts'
import type { PlannedRequest, StepPlanner } from './step-planner.ts'

/**
 * An attack technique: what it takes, what it does to packets and through sockets, and where the attack matrix tries
 * it. What comes of it is nowhere: outcomes follow from what is read, accepted, granted and lost.
 */
export interface Technique {
  /** A sentence for lists and the schema. */
  readonly meaning: string
  /** Abilities of a vantage without which it reaches nothing. Sockets need none. */
  readonly needs: readonly (keyof Abilities)[]
  readonly parameters: Parameters
  /** Of these, what a step must have. Default: none. */
  readonly requires?: readonly ParameterName[]
  /** What an attacker may come to have by it: private keys of certificates, credentials of others. Default: nothing. */
  readonly gains?: readonly ('key' | 'credential')[]
  /** It leaves everything as it is, so a run is its own twin. */
  readonly isPassive?: true
  /** What it does with messages of others. Default: nothing. */
  readonly messages?: readonly MessageEffect[]
  /** It makes others send their packets to the attacker's host, and forwards what no step of the attacker is about. */
  readonly attracts?: true
  /** The outcome where all that it did was to see packets of its path. Default: it failed. */
  readonly outcomeOfSeeing?: 'metadata'

  /** Makes what acts on packets, once for all steps of the technique in a simulation. Default: packets pass. */
  readonly packets?: (tools: AgentTools) => PacketAgent

  /** Servers that it runs under the names of its paths' servers. Default: none. */
  readonly serves?: Serving
  /** What it shows where a step says nothing: its position's own credential, or its node's. Default: nothing. */
  readonly credential?: 'own' | 'bootstrap-token'
  /** Requests of its own. Default: none. */
  readonly requests?: (step: StepPlanner) => readonly PlannedRequest[]
  /** What these requests, and agents of its own, may add to the cluster. Default: nothing. */
  readonly additions?: (step: StepPlanner) => StepAdditions
  /** What it reads on its own host, or at its node's metadata server. Default: nothing. */
  readonly steals?: 'tokens' | 'keys' | 'bootstrap-token'

  readonly matrix: MatrixEntry
}

/** Where a connection or message of others counts as a step's work. */
export type MessageEffect =
  /** It reads what passes. */
  | 'reads'
  /** It sends messages of its own in connections of others. */
  | 'forges'
  /** It changes what passes. */
  | 'alters'

export interface Serving {
  /** It takes connections to the server's address, or leads clients to the attacker's own one. */
  readonly at: 'server-address' | 'own-address'
  /** It forwards what it is asked to the real server. */
  readonly relays?: true
  /** Connections of others to real servers pass it inside a Konnectivity tunnel. */
  readonly carries?: true
  /** Default: one of its own making; on a node, that node's serving certificate. */
  readonly certificate?: 'of-its-node'
}

export interface StepAdditions extends AdditionsBlueprint {
  /** Client certificates in the names of nodes that its requests ask to be signed. */
  readonly nodeCertificates?: readonly { readonly name: string; readonly node: string }[]
}

export interface MatrixEntry {
  readonly rows: readonly MatrixRows[]
  /** Why it has no row; only where it has none. */
  readonly whyNoRows?: string
  /** It changes nothing for others, so that rows of one place and vantage share a simulation. */
  readonly isHarmless?: true
  /** It acts on connections that stand, and so begins when they do. The others have to be there before. */
  readonly isOnStandingConnections?: true
  /** What it also does to a kubelet's read-only port, where the path's server is a kubelet. */
  readonly onReadOnlyPort?: Readonly<Record<string, string>>
}
