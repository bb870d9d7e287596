import type { Operation } from '../cluster/messages/operations.ts'
import type { ActingStep, PlannedAttackers } from './planned-attackers.ts'
import type { ServerKind } from './techniques/step-planner.ts'
import type { UsedTechnique } from './techniques.ts'

/** Attackers, their steps and the meaning of their messages, with names turned into numbers. Immutable. */
export interface AttackPlan extends PlannedAttackers {
  readonly steps: readonly PlannedStep[]
  /**
   * The path that results name, for each path of the plan. It differs for paths to endpoints and for unverified copies.
   */
  readonly namedPaths: readonly number[]
  /** The facts about each request of the HTTP directory, by its index. */
  readonly requests: readonly RequestFacts[]
  /**
   * The names of secrets (`carries` in a scenario), tokens, and certificates with SSH host keys. The knowledge log refers
   * to them by index.
   */
  readonly secrets: readonly string[]
  readonly tokens: readonly string[]
  readonly certificates: readonly string[]
}

export interface PlannedStep extends ActingStep {
  readonly technique: UsedTechnique
}

/** The meaning of a request and its response. */
export interface RequestFacts {
  /** The path whose workload or user sends it; NONE for a request of an attacker's own or of the background. */
  readonly path: number
  /** The bearer token in its head, an index of `tokens`; NONE for none. */
  readonly token: number
  /** The token with which a response has to be signed to be accepted, an index of `tokens`; NONE for any response. */
  readonly signedWith: number
  /** The secrets in its bodies, indices of `secrets`. */
  readonly secrets: readonly number[]
  /**
   * The number of messages that request and response count as, in addition to their pieces: 0 if the pieces of a stream
   * or typed keys are the messages, otherwise 1.
   */
  readonly messages: 0 | 1
  /** The attacker's step that sends it; NONE where an honest client does. */
  readonly step: number
  /** Whether it is sent on a connection of another client, as a follow-up after a refusal. */
  readonly isOnOthersConnection: boolean
  /** The certificate that it requests from a signer; null for none. */
  readonly signs: string | null
  /** The operation that it requests, as its server understands it; null for a request of the background. */
  readonly operation: RequestedOperation | null
  /** Whether it writes an object whose effect is simulated, so that verdicts derive from the effect. */
  readonly hasEffect: boolean
}

/** The operation that a request asks of a server, and who may do it. */
export interface RequestedOperation {
  /** The verb and resource that the server authorizes; if it authorizes nothing, the verb and path of the URL. */
  readonly verb: string
  readonly resource: string
  /** The node, object or namespace, or `cluster`. */
  readonly on: string
  readonly server: ServerKind
  /** The node or pod that the apiserver is asked about; null for other objects, and for other servers. */
  readonly member: string | null
  /**
   * `authorized`: it needs a permission. `open`: the port asks nobody for one and serves data of its owner. `public`:
   * it is for everybody.
   */
  readonly access: 'authorized' | 'open' | 'public'
  /** The permissions that each permit the request. */
  readonly permissions: readonly Operation[]
}
