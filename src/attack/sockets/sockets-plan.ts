import type { ProxiedRequestPlan } from '../../cluster/apiserver/proxied-request-plan.ts'
import type { RequestFacts } from '../attack-plan.ts'

/** What attackers' own programs do: who answers, who passes on, who asks. Immutable. */
export interface SocketsPlan {
  readonly places: readonly ListeningPlace[]
  /** By step; undefined: it passes nothing on. */
  readonly relays: readonly (RelayPlan | undefined)[]
  readonly asks: readonly Ask[]
  readonly thefts: readonly Theft[]
  readonly agents: readonly AgentStart[]
  /** By path: the step that asks along it, whether its own or others' requests; NONE: an honest path. */
  readonly stepByPath: readonly number[]
}

/** An address and port at which an attacker's host answers. */
export interface ListeningPlace {
  readonly host: number
  /** Index into the address book. */
  readonly address: number
  readonly port: number
  /** Of the steps that are about it, in their order. */
  readonly offers: readonly Offer[]
}

/** What a step makes of a connection that comes in. */
export type Offer =
  | {
      readonly kind: 'http'
      readonly step: number
      /** Index of Http2Parameters. */
      readonly http2: number
    }
  | {
      readonly kind: 'https'
      readonly step: number
      readonly http2: number
      /** Index of a TlsServer. */
      readonly tlsServer: number
      /** Of AttackPlan.certificates, without whose key it cannot; NONE: it made that key itself. */
      readonly certificate: number
    }
  /** Index of SshServerParameters. */
  | { readonly kind: 'ssh'; readonly step: number; readonly sshServer: number }

export interface RelayPlan {
  readonly attacker: number
  /** What it shows to the real server, and must have; null: nothing. */
  readonly credential: Secret | null
  /** By request: where it goes on. */
  readonly proxied: ReadonlyMap<number, ProxiedRequestPlan>
}

/** A request of an attacker's own. */
export interface Ask {
  readonly step: number
  /** The path whose server it asks, and the attacker's own path by which it does. */
  readonly path: number
  readonly via: number
  /** Index of the HttpRequest. */
  readonly request: number
  readonly bodyBytes: number
  readonly isUpgrade: boolean
  /** What it must have to ask so; null: nothing. */
  readonly credential: Secret | null
  /** The ask that is to be over first, and how long before this one; NONE: it comes when its step begins. */
  readonly after: number
  readonly pauseNs: number
  /** What is said on the same connection if that stands after a refusal; null: nothing. */
  readonly tail: Tail | null
  readonly operation: RequestFacts['operation']
  /** Names its connections. */
  readonly nameHigh: number
  readonly nameLow: number
}

export interface Tail extends Pick<Ask, 'request' | 'bodyBytes' | 'isUpgrade'> {
  readonly operation: RequestFacts['operation']
}

/** An index of AttackPlan.tokens or `certificates`. */
export interface Secret {
  readonly kind: 'token' | 'certificate-key'
  readonly subject: number
}

/** A Konnectivity agent of an attacker's own. */
export interface AgentStart {
  readonly step: number
  readonly agent: number
}

/** What lies on a host for who has taken it. */
export interface Theft extends Secret {
  readonly step: number
  /** The path whose credential it is. */
  readonly path: number
}
