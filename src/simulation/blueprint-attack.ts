import type { PacketCode } from '../attack/agents/packet-code.ts'
import type { PacketKind } from '../attack/planned-attackers.ts'
import type { AttackRequest } from '../attack/techniques/parameters.ts'
import type { UsedTechnique } from '../attack/techniques.ts'
import type { Vantage } from '../attack/vantages.ts'

/** An attacker of a checked scenario. Names refer to its `links`, `segments`, `hosts`, `identities` and `paths`. */
export interface AttackerBlueprint {
  readonly name: string
  readonly vantage: Vantage
  /** The place of the attacker. A `user` sits at the host from which that user works. */
  readonly on: { readonly kind: 'link' | 'segment' | 'host'; readonly name: string }
  /**
   * Names of the identities that it or an ally has from the start: certificates and CAs with their keys, and tokens.
   */
  readonly holds: readonly string[]
  /** Names of the attackers with whom it shares tokens and private keys: what one learns, all have at that tick. */
  readonly allies: readonly string[]
  readonly plan: readonly AttackStepBlueprint[]
  /**
   * Verdicts with the outcome `not-applicable`. `path` is a role that no path of this scenario has, or the name of a
   * path for which the place of the attacker, or a thing that it needs, does not exist here.
   */
  readonly absent: readonly { readonly technique: UsedTechnique; readonly path: string }[]
}

/** The name of an invalid bearer token: a text that nobody has signed. No identity has this name. */
export const GARBAGE_TOKEN = '~garbage-token'

/** A step of an attacker's plan: a technique, when and on which paths it is used, and its parameters. */
export interface AttackStepBlueprint {
  readonly technique: UsedTechnique
  readonly atNs: number
  /** The length of the step; null: until the run ends. */
  readonly forNs: number | null
  /** The declared names of the attacked paths, at least one. */
  readonly paths: readonly string[]
  /** The number of packets, connections or requests that the step acts on; null: all. */
  readonly count: number | null
  readonly match: PacketMatchBlueprint
  /** The parameter `delay` of the technique, in nanoseconds. */
  readonly delayNs: number
  /**
   * The certificate that the attacker presents as a server, by name; null: a forged one, with the names of the real
   * server.
   */
  readonly presents: string | null
  /**
   * The certificate or token that the attacker authenticates with, by name; null: the credential that the technique
   * names, or none.
   */
  readonly credential: string | null
  /** The request that the attacker sends; null: a request as the path's own workloads send it. */
  readonly ask: AttackRequest | null
  /** The code that decides about packets, of the technique `own-code`; absent for others. */
  readonly code?: PacketCode
}

/** Selects packets among those of the attacked paths. A null field matches every packet. */
export interface PacketMatchBlueprint {
  /** The host that sends the packet. */
  readonly from: string | null
  readonly to: string | null
  readonly kind: PacketKind
  /** Whether it selects only connections that stand when the step begins. */
  readonly isStanding: boolean
}
