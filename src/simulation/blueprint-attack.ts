import type { PacketKind } from '../attack/planned-attackers.ts'
import type { AttackRequest } from '../attack/techniques/parameters.ts'
import type { TechniqueName } from '../attack/techniques.ts'
import type { Vantage } from '../attack/vantages.ts'

/** Attackers as a checked scenario has them. Names are those of `links`, `segments`, `hosts`, `identities` and `paths`. */
export interface AttackerBlueprint {
  readonly name: string
  readonly vantage: Vantage
  /** Where it sits. A `user` sits at the host from which that user works. */
  readonly on: { readonly kind: 'link' | 'segment' | 'host'; readonly name: string }
  /** Identities by name that it or an ally has from the start: certificates with their keys, CAs with theirs, tokens. */
  readonly holds: readonly string[]
  /** All others of its gang, by name: tokens and private keys that one learns, the others have at that tick. */
  readonly allies: readonly string[]
  readonly plan: readonly AttackStepBlueprint[]
  /**
   * Verdicts of the outcome `absent`: paths by the roles that none here has, and by name where the attacker's place, or
   * what it needs, does not exist here.
   */
  readonly absent: readonly { readonly technique: TechniqueName; readonly path: string }[]
}

/** What stands for a token that is none: a text that nobody has signed. No identity has this name. */
export const GARBAGE_TOKEN = '~garbage-token'

export interface AttackStepBlueprint {
  readonly technique: TechniqueName
  readonly atNs: number
  /** null: to the end. */
  readonly forNs: number | null
  /** Declared names of the paths that it is about, at least one. */
  readonly paths: readonly string[]
  /** Packets, connections or requests that it is done to; null: all. */
  readonly count: number | null
  readonly match: PacketMatchBlueprint
  /** The parameter `delay` of its technique. */
  readonly delayNs: number
  /** The certificate that it shows as a server, by name; null: one of its own making, with the right names in it. */
  readonly presents: string | null
  /** What it shows when it asks: a certificate, or a token, by name; null: nothing, or the credential that its technique names. */
  readonly credential: string | null
  /** What it asks for; null: what the path's own workloads ask for. */
  readonly ask: AttackRequest | null
}

/** Which packets of its paths' connections; null: any. */
export interface PacketMatchBlueprint {
  /** The host that sends. */
  readonly from: string | null
  readonly to: string | null
  readonly kind: PacketKind
}
