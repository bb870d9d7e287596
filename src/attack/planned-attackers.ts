import type { StreamKey } from '../engine/streams.ts'
import type { Vantage } from './vantages.ts'

/** Attackers and their steps with names turned into numbers, apart from what a step's technique does. Immutable. */
export interface PlannedAttackers {
  /** In the order of names. */
  readonly attackers: readonly PlannedAttacker[]
  /** Of all attackers, in their order, and each one's in the order of its plan: the order in which agents are asked. */
  readonly steps: readonly ActingStep[]
  /** By path of the plan: the host that suffers (see VerdictResult.victim). */
  readonly victims: readonly number[]
}

export interface PlannedAttacker {
  readonly name: string
  readonly vantage: Vantage
  /** The host of its sockets: its own, or the one that it has compromised. */
  readonly host: number
  /** It may open a raw socket (capabilities(7), CAP_NET_RAW), which is needed to write frames. */
  readonly hasRawSockets: boolean
  /** By host: 1 where it may read keys and memory: its own; the compromised one and the pods on it of a `node`; a `pod`'s own. */
  readonly controls: Uint8Array
  /** Link directions on which it sees packets of others, and whether when they are put on (`entry`) or come off (`exit`). */
  readonly watched: readonly { readonly direction: number; readonly at: 'entry' | 'exit' }[]
  /** By link direction: its own direction onto which what is put on that one can be diverted; NONE: none. */
  readonly tapOf: Int32Array
  /** Indices of `tokens` and `certificates` that it, or an ally, has from the start. */
  readonly heldTokens: readonly number[]
  readonly heldCertificates: readonly number[]
  /** Other attackers of its gang: tokens and private keys that it learns, they have at that tick. */
  readonly allies: readonly number[]
}

/** Where and when a step acts. */
export interface ActingStep {
  readonly attacker: number
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
  readonly kind: PacketKind
}

/** What a step can match packets by; one that carries data and a FIN is data. */
export const PACKET_KINDS = ['any', 'syn', 'syn-ack', 'data', 'ack', 'fin', 'rst'] as const
export type PacketKind = (typeof PACKET_KINDS)[number]
