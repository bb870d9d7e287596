import type { ProxiedRequestPlan } from '../../cluster/apiserver/proxied-request-plan.ts'
import type { RequestFacts } from '../attack-plan.ts'
import type { Credential } from '../state/knowledge-log.ts'

/** The servers, relays, requests and Konnectivity agents that attackers run themselves. Immutable. */
export interface SocketsPlan {
  readonly places: readonly ListeningPlace[]
  /** The relay of each step; undefined if the step relays nothing. */
  readonly relays: readonly (RelayPlan | undefined)[]
  readonly requests: readonly PlannedAttackerRequest[]
  readonly thefts: readonly Theft[]
  readonly agents: readonly AgentStart[]
}

/** An address and port at which an attacker's host accepts connections. */
export interface ListeningPlace {
  readonly host: number
  /** An index into the address book. */
  readonly address: number
  readonly port: number
  /**
   * Whether it is the place of an honest server on the attacker's own host, whose connections a step takes over while it
   * is active.
   */
  readonly isServers: boolean
  /** The addresses of clients that are left to that server, because the attacker's own requests come from there. */
  readonly ownClients: readonly number[]
  /** The actions of the steps that concern this address, in the order of steps, on an accepted connection. */
  readonly offers: readonly Offer[]
}

/** An action of a step on a connection that it accepts. */
export type Offer =
  | {
      readonly kind: 'http'
      readonly step: number
      /** An index of Http2Parameters. */
      readonly http2: number
    }
  | {
      readonly kind: 'https'
      readonly step: number
      readonly http2: number
      /** An index of TlsServer. */
      readonly tlsServer: number
      /**
       * An index of AttackPlan.certificates, whose private key the attacker needs; NONE where it made the key itself.
       */
      readonly certificate: number
    }
  | {
      readonly kind: 'ssh'
      readonly step: number
      /** An index of SshServerParameters: an sshd with a host key that the attacker has made. */
      readonly sshServer: number
      /** The sshd with the real host key, an index of AttackPlan.certificates, for an attacker who has that key. */
      readonly real: { readonly sshServer: number; readonly hostKey: number }
    }
  /** The health check of an SSH tunneler, which is answered as by a healthy kubelet. */
  | { readonly kind: 'health'; readonly step: number; readonly http2: number }

/** The requests that a step's relay forwards. */
export interface RelayPlan {
  readonly attacker: number
  /** The credential that it presents to the real server, and must have; null for none. */
  readonly credential: Credential | null
  /** The destination of each forwarded request, by the index of the request. */
  readonly proxied: ReadonlyMap<number, ProxiedRequestPlan>
}

/** A request that follows a refused one on the same connection. */
export interface FollowUp {
  /** An index of HttpRequest. */
  readonly request: number
  readonly bodyBytes: number
  readonly isUpgrade: boolean
  readonly operation: RequestFacts['operation']
}

/** A request of an attacker's own. */
export interface PlannedAttackerRequest extends FollowUp {
  readonly step: number
  /** The path whose server it is sent to, and the attacker's own path along which it is sent. */
  readonly path: number
  readonly via: number
  /** The credential that it presents, and the attacker must have; null for none. */
  readonly credential: Credential | null
  /** The request that must end first, and the pause after it; NONE if it is sent when its step starts. */
  readonly after: number
  readonly pauseNs: number
  /** The request that is sent on the same connection if that is still open after a refusal; null for none. */
  readonly followUp: FollowUp | null
  /** The hash that its connections derive their names from. */
  readonly nameHigh: number
  readonly nameLow: number
}

/** A Konnectivity agent that an attacker runs, started by one of its steps. */
export interface AgentStart {
  readonly step: number
  readonly agent: number
  /** The step's paths on which connections may go through it. */
  readonly paths: readonly number[]
  /**
   * The credential that it presents and that the attacker must have; null for none, or for the credential of its
   * position.
   */
  readonly credential: Credential | null
}

/** A credential that can be read on a host by an attacker who has compromised it. */
export interface Theft extends Credential {
  readonly step: number
  /** The path that the credential is used on. */
  readonly path: number
}
