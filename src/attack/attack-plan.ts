import type { Operation } from '../cluster/messages/operations.ts'
import type { StreamKey } from '../engine/streams.ts'
import type { TechniqueName, Vantage } from './vantage.ts'

/** Attackers with names turned into numbers. Immutable; forks share it. */
export interface AttackPlan {
  /** In the order of names. */
  readonly attackers: readonly PlannedAttacker[]
  /** Of all attackers, in their order, and each one's in the order of its plan: the order in which agents are asked. */
  readonly steps: readonly PlannedStep[]
  /** By request of the HTTP directory. */
  readonly requests: readonly RequestFacts[]
  /** Names of what `carries` may name, of tokens, of certificates: an index is what the knowledge log has. */
  readonly secrets: readonly string[]
  readonly tokens: readonly string[]
  readonly certificates: readonly string[]
  /** By path of the plan: the host that suffers (see VerdictResult.victim). */
  readonly victims: readonly number[]
}

export interface PlannedAttacker {
  readonly name: string
  readonly vantage: Vantage
  /** Where its sockets are: the host of its own, or the one that it has taken. */
  readonly host: number
  /** It may open a raw socket (capabilities(7), CAP_NET_RAW), without which nobody writes frames of his own. */
  readonly hasRawSockets: boolean
  /** By host: 1 where it may read keys and memory: its own; the taken one and the pods on it of a `node`; a `pod`'s own. */
  readonly controls: Uint8Array
  /** Link directions on which it sees others' packets, and whether when they are put on (`entry`) or come off (`exit`). */
  readonly watched: readonly { readonly direction: number; readonly at: 'entry' | 'exit' }[]
  /** By link direction: its own direction onto which what is put on that one can be diverted; NONE: none. */
  readonly tapOf: Int32Array
  /** Indices of `tokens` and `certificates` that it, or an ally, has from the start. */
  readonly heldTokens: readonly number[]
  readonly heldCertificates: readonly number[]
  /** Other attackers of its gang: what it learns of tokens and private keys, they have at that tick. */
  readonly allies: readonly number[]
}

export interface PlannedStep {
  readonly attacker: number
  readonly technique: TechniqueName
  readonly startTick: number
  /** The first tick at which it is over; Infinity: never. */
  readonly endTick: number
  /** Of the plan, in their order: each instance of the paths that it is about. */
  readonly paths: readonly number[]
  readonly legs: readonly Leg[]
  /** Infinity: all. */
  readonly count: number
  readonly match: PacketMatch
  readonly delayNs: number
  /** What it draws from when it must guess: `attacker/NAME/N`, N its place in the attacker's plan from 1. */
  readonly key: StreamKey
}

/** A TCP connection that packets of a path may be in: the path's own, or that of a tunnel, or the last hop behind one. */
export interface Leg {
  /** Of the plan. */
  readonly path: number
  /** Indices into the address book; NONE: any. */
  readonly clientAddress: number
  readonly serverAddress: number
  readonly serverPort: number
  /** A tunnel that the path takes only where its own is lost: what passes there shows nothing of the path. */
  readonly isSpare: boolean
}

/** NONE: any. */
export interface PacketMatch {
  readonly fromHost: number
  readonly toHost: number
  readonly kind: 'any' | 'syn' | 'syn-ack' | 'data' | 'ack' | 'fin' | 'rst'
}

/** What whoever reads a request or its answer has read. */
export interface RequestFacts {
  /** The path whose workload it is, or that it is asked on in somebody's stead; NONE: an attacker's own, or background. */
  readonly path: number
  /** The bearer token in its head, of `tokens`; NONE. */
  readonly token: number
  /** Of `secrets`: what its bodies carry. */
  readonly secrets: readonly number[]
  /** The step that asks it; NONE: honest. */
  readonly step: number
  /** It comes, if ever, on a connection that others have: as what is said behind a refusal. */
  readonly isOnOthersConnection: boolean
  /** The certificate that it asks a signer for; null: none. */
  readonly signs: string | null
  /**
   * What it does, as the server that is asked understands it, and what of it the cluster's authorizers would have to
   * allow; null: nothing that anybody would need a right for.
   */
  readonly operation: {
    readonly verb: string
    readonly resource: string
    readonly on: string
    readonly anyOf: readonly Operation[]
  } | null
}
