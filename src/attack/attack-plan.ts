import type { Operation } from '../cluster/messages/operations.ts'
import type { ActingStep, PlannedAttackers } from './planned-attackers.ts'
import type { TechniqueName } from './techniques.ts'

/** Attackers, their steps and what their messages mean, with names turned into numbers. Immutable; forks share it. */
export interface AttackPlan extends PlannedAttackers {
  readonly steps: readonly PlannedStep[]
  /** By request of the HTTP directory. */
  readonly requests: readonly RequestFacts[]
  /** Names of what `carries` may name, of tokens, of certificates: an index is what the knowledge log has. */
  readonly secrets: readonly string[]
  readonly tokens: readonly string[]
  readonly certificates: readonly string[]
}

export interface PlannedStep extends ActingStep {
  readonly technique: TechniqueName
}

/** What an attacker that reads a request or its response has read. */
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
   * allow; null: nothing that needs a permission.
   */
  readonly operation: {
    readonly verb: string
    readonly resource: string
    readonly on: string
    readonly anyOf: readonly Operation[]
  } | null
}
