import type { UsedTechnique } from '../attack/techniques.ts'
import type { Vantage } from '../attack/vantages.ts'
import { namesOf } from '../engine/registry.ts'

/** The outcomes of an attack from the worst to none, with their definitions. */
export const OUTCOME_MEANINGS = {
  privilege: 'a server allowed the attacker an action for which its position had no permission at the start',
  credential: 'it holds a reusable credential of another identity',
  relayed: 'two honest ends completed an exchange through it in clear',
  impersonated: 'an honest client accepted application data from it as from the named peer',
  modified: 'an honest end accepted changed bytes',
  read: 'it opened plaintext that was not meant for it, or got data of others from a port that asks nobody for a permission',
  outage: 'no request completed or was answered while the effect lasted',
  disrupted: 'a connection or request failed, and service recovered',
  degraded: 'the median latency rose by at least 10 % and 1 ms compared with the run without it',
  metadata: 'it learned peers, sizes, times, or names in handshakes',
  'no-effect': 'the technique was tried and did not reach its goal',
  'not-tried':
    'its step never ran: the run ended before its start, it lacked the credential that its request presents, or no traffic of the path came to it; no expectation about it is met',
  unreachable: 'its position cannot see or reach the path',
  'not-applicable': 'the path does not exist in this configuration, or nothing that the technique needs there',
} as const satisfies Readonly<Record<string, string>>

/** The name of an outcome. */
export type Outcome = keyof typeof OUTCOME_MEANINGS

/** The names of outcomes, from the worst to none. */
export const OUTCOMES = namesOf(OUTCOME_MEANINGS)

/** The degrees to which honest ends notice an attack. */
export const NOTICE_MEANINGS = {
  none: 'no honest end noticed anything',
  fault: 'an honest end had an error that any fault of the network causes',
  security: 'an honest end refused a certificate, a MAC or a host key: the attack is detected',
} as const satisfies Readonly<Record<string, string>>

/** The outcome of one attacker's technique on one path against one victim. */
export interface VerdictResult {
  readonly attacker: string
  readonly vantage: Vantage
  readonly technique: UsedTechnique
  /** The path as the scenario names it. */
  readonly path: string
  /** The host at the end of the path away from the apiserver; on a custom path, the server. */
  readonly victim: string
  /** `own` if the attacker had the victim's credentials or host from the start. */
  readonly scope: 'own' | 'other'
  /** Outcomes, worst first; at least one. */
  readonly outcomes: readonly Outcome[]
  readonly worst: Outcome
  /** The identity that the server saw in a relayed exchange; null if nothing was relayed. */
  readonly asIdentity: string | null
  /**
   * The number of the path's messages that the attacker read, forged or changed, out of all messages while the
   * technique was active.
   */
  readonly exposure: { readonly messages: number; readonly of: number; readonly bytes: number }
  /** The names of secrets (`carries`) that it read. */
  readonly secrets: readonly string[]
  /**
   * The way in which honest ends noticed the attack. `fault`: it looked like a fault of the network. `security`: a
   * certificate, MAC or host key was rejected.
   */
  readonly noticed: keyof typeof NOTICE_MEANINGS
  readonly noticedBy: readonly NoticeResult[]
  readonly firstEffectNs: number | null
  /**
   * The time from the first response that is missing until a request completed again; if none did, until the run
   * ended. 0 if the run ended before a response was due.
   */
  readonly outageNs: number
  /** The time at which a request completed again; null if none did, or if there was no outage. */
  readonly recoveredNs: number | null
  /**
   * The requests of the attacker that got a response from a server, sent by it or forwarded by it, in the order of
   * time. Equal requests are listed once.
   */
  readonly requests: readonly RequestResult[]
  readonly privileges: readonly PrivilegeResult[]
  readonly credentials: readonly CredentialResult[]
  readonly evidence: readonly EvidenceResult[]
}

/** A log entry of an honest end. */
export interface NoticeResult {
  readonly host: string
  /** The program in whose log the entry is: `kube-apiserver`, `kubelet`, `sshd`, `client`. */
  readonly log: string
  readonly reason: string
}

/** The user name in results for a request that a server did not authenticate. */
export const NOBODY = 'nobody'

/** A server's response to requests of an attacker. */
export interface RequestResult {
  /**
   * The verb and resource that the server authorizes, such as `get` and `nodes/proxy`. Without authorization they
   * follow from the URL.
   */
  readonly verb: string
  readonly resource: string
  /** The HTTP status of the response, such as 401 or 403; null if the server sent none. */
  readonly status: number | null
  /** The user that the server authenticated the attacker as; NOBODY if it authenticated none. */
  readonly by: string
  /** The host and port of the server; the port is null behind a tunnel. */
  readonly server: string
  readonly port: number | null
  readonly times: number
  /** The message of an apiserver that could not forward the request, such as `error dialing backend: timed out`. */
  readonly reason?: string
}

/** An action that a server allowed the attacker. */
export interface PrivilegeResult {
  readonly as: string
  readonly verb: string
  readonly resource: string
  readonly on: string
  /** The time at which the permission expires; null if it never does. */
  readonly untilNs: number | null
  /**
   * Present if the attacker has the credential from the start, and the cluster's authorizers grant its identity the
   * action.
   */
  readonly held?: true
}

/** A credential of another identity that a server accepted from the attacker. */
export interface CredentialResult {
  readonly name: string
  readonly identity: string
  readonly acceptedBy: string
  readonly validUntilNs: number | null
}

/** An observation that shows an outcome. It names a packet if a packet carried it. */
export type EvidenceResult = {
  readonly atNs: number
  /** The outcome that the observation shows. */
  readonly shows: Outcome
  /** A description for human readers. */
  readonly what: string
} & (PacketPlace | { readonly link: null; readonly packet: null; readonly source?: EvidenceSource })

/** A packet, named by its link direction and its serial there. */
export interface PacketPlace {
  readonly link: string
  readonly packet: number
}

/** The origins of evidence that no packet carries. Results of older versions lack this field. */
export const EVIDENCE_SOURCES = {
  host: 'what the attacker found on a host, or had from the start',
  comparison: 'the difference to the same run without the attack',
  run: 'something that did not happen in the whole run',
} as const satisfies Readonly<Record<string, string>>

export type EvidenceSource = keyof typeof EVIDENCE_SOURCES

/** A secret that an attacker could learn: one that workloads carry, a token, or the key of a certificate. */
export interface SecretResult {
  readonly name: string
  /** The paths on which requests carry it, as the scenario names them; null for a token or a key. */
  readonly carriedOn: readonly string[] | null
  /** The number of requests that workloads have sent with it; null for a token or a key. */
  readonly sent: number | null
  /**
   * Present if no request with it reached its server, neither in this run nor without the attackers. Each was refused
   * or had no connection.
   */
  readonly undelivered?: true
}

/** Something that an attacker learned. */
export interface KnowledgeResult {
  readonly attacker: string
  readonly atNs: number
  readonly link: string | null
  readonly packet: number | null
  /**
   * The secret, token, key or certificate, such as `token app`, `key of node-1-kubelet`, `secret exec-stdin`,
   * `certificate system:node:node-1`, `session key of ...`.
   */
  readonly learned: string
  /** The ally that learned it and passed it on; absent if the attacker learned it itself. */
  readonly toldBy?: string
}
