import type { StepValues } from '../attack/parameters/common.ts'
import type { UsedTechnique } from '../attack/techniques.ts'
import type { Vantage } from '../attack/vantages.ts'

/** An attacker of a checked scenario. Names refer to its `links`, `segments`, `hosts`, `identities` and `paths`. */
export interface AttackerBlueprint {
  readonly name: string
  readonly vantage: Vantage
  /** The place of the attacker. A `user` sits at the host from which that user works. */
  readonly on: { readonly kind: 'link' | 'segment' | 'host'; readonly name: string }
  /**
   * The names of the identities that it or an ally has from the start: certificates and CAs with their keys, and
   * tokens.
   */
  readonly holds: readonly string[]
  /**
   * The names of the attackers with whom it shares tokens and private keys. All of them have a credential at the tick
   * at which one learns it.
   */
  readonly allies: readonly string[]
  readonly plan: readonly AttackStepBlueprint[]
  /**
   * Verdicts with the outcome `not-applicable`. `path` is a role that no path of this scenario has, or the name of a
   * path for which the attacker's place or something that it needs does not exist here.
   */
  readonly absent: readonly { readonly technique: UsedTechnique; readonly path: string }[]
}

/** The name of an invalid bearer token, which nobody signed. No identity has this name. */
export const GARBAGE_TOKEN = '~garbage-token'

/** A step of an attacker's plan: a technique, its time, its paths, and its parameters. */
export interface AttackStepBlueprint {
  readonly technique: UsedTechnique
  readonly atNs: number
  /** The declared names of the attacked paths, at least one. */
  readonly paths: readonly string[]
  /** The values of the technique's parameters, with names in place of roles. */
  readonly parameters: StepValues
}
