import type { StreamKey } from '../engine/streams.ts'
import type { PacketKind, PlannedStepValues } from './parameters/common.ts'
import type { Vantage } from './vantages.ts'

/** Attackers and their steps with names turned into numbers, without the techniques of the steps. Immutable. */
export interface PlannedAttackers {
  /** The attackers, sorted by name. */
  readonly attackers: readonly PlannedAttacker[]
  /** The steps of all attackers, in the order of attackers and of each attacker's plan. Agents decide in this order. */
  readonly steps: readonly ActingStep[]
  /** The host that an attack on each path of the plan affects (see VerdictResult.victim). */
  readonly victims: readonly number[]
}

export interface PlannedAttacker {
  readonly name: string
  readonly vantage: Vantage
  /** The host of its sockets: a host of its own, or the one that it has compromised. */
  readonly host: number
  /** Whether it can open a raw socket (capabilities(7), CAP_NET_RAW), which is needed to send frames. */
  readonly hasRawSockets: boolean
  /**
   * 1 for each host whose keys and memory it can read, else 0. A `node` attacker controls the compromised host and the
   * pods on it.
   */
  readonly controls: Uint8Array
  /**
   * For each path of the plan: 1 if its victim is on a host that the attacker controls, or is the pod that it is in;
   * otherwise 0. Gains there are its own.
   */
  readonly owns: Uint8Array
  /**
   * The link directions on which it observes packets of others, at their `entry` to the link or their `exit` from it. On
   * those that leave its host, that is the entry.
   */
  readonly watched: readonly { readonly direction: number; readonly at: 'entry' | 'exit' }[]
  /**
   * For each link direction, the direction to the attacker's host onto which its packets can be diverted; NONE if they
   * cannot be diverted.
   */
  readonly tapOf: Int32Array
  /** The indices of `tokens` and `certificates` that it, or an ally, has from the start. */
  readonly heldTokens: readonly number[]
  readonly heldCertificates: readonly number[]
  /** The attackers with which it shares tokens and private keys, at the tick at which it learns them. */
  readonly allies: readonly number[]
}

/** The scope and the time of a step. */
export interface ActingStep {
  readonly attacker: number
  readonly startTick: number
  /** The first tick after its end; Infinity if it never ends. */
  readonly endTick: number
  /** The paths of the plan that it concerns, in their order. */
  readonly paths: readonly number[]
  readonly legs: readonly Leg[]
  /** The paths whose connections it forwards unopened if their tunnel ends on its host. */
  readonly passedPaths: readonly number[]
  /** The largest number of times that it acts; Infinity for no limit. */
  readonly count: number
  readonly match: PacketMatch
  /** The values of the parameters of its technique, which alone knows their types. */
  readonly parameters: PlannedStepValues
  /** The key of its random decisions: `attacker/NAME/N`, where N is the step's number in the attacker's plan from 1. */
  readonly key: StreamKey
}

/**
 * A TCP connection that may carry a path: its own connection, a tunnel's, or that from a tunnel's end to the server.
 */
export interface Leg {
  /** A path of the plan. */
  readonly path: number
  /**
   * The path of the plan to the replica that the connection leads to, if `path` leads to a service and the connection
   * is not a tunnel; otherwise `path` itself.
   */
  readonly replica: number
  /** Indices into the address book; NONE for any address. */
  readonly clientAddress: number
  readonly serverAddress: number
  readonly serverPort: number
  /**
   * Whether it is a tunnel that the path uses only when its own is lost. Its packets are no evidence about the path.
   */
  readonly isSpare: boolean
}

/** Selects the packets that a step acts on. A host that is NONE matches any host. */
export interface PacketMatch {
  readonly fromHost: number
  readonly toHost: number
  readonly kind: PacketKind
  /** True if only packets of connections match that were open when the step began. */
  readonly isStanding: boolean
}
