import type { RequestLine } from '../../cluster/messages/operations.ts'
import type { AttackRequest } from './parameters.ts'

/** A path that a step is about. */
export interface AttackedPath {
  readonly name: string
  /** Hosts. */
  readonly from: string
  readonly to: string
  readonly port: number
  readonly tls: { readonly verify: 'none' | 'ca' | 'ca+cn' } | null
  readonly tunnel: { readonly kind: 'ssh' | 'konnectivity' } | null
}

/** A pod of the cluster. */
export interface AttackedPod {
  readonly name: string
  readonly namespace: string
  /** `NAMESPACE/NAME` of its service account. */
  readonly account: string
  /** The name of its container. */
  readonly app: string
}

export type ServerKind = 'apiserver' | 'kubelet' | 'plain'

/**
 * What a technique knows of the scenario while its step is planned. The planner implements it
 * (`simulation/plan/attackers/plan-step.ts`). Addresses are dotted.
 */
export interface StepPlanner {
  /** Unique in a scenario: `~ATTACKER/N`. Names that the step adds begin with it. */
  readonly name: string
  /** Each instance of the paths that the step is about, by name. */
  readonly paths: readonly AttackedPath[]
  /** The attacker's own host, and the address of that. */
  readonly host: string
  readonly address: string
  /** The step's `ask`; null: none is written. */
  readonly ask: AttackRequest | null
  /** The token or certificate that it shows: the step's `with`, else the technique's `credential`; null: nothing. */
  readonly credential: string | null
  /** Of the cluster's version. */
  readonly minor: number
  /** Where the path's server itself listens, behind all address translation. */
  serverOf(path: AttackedPath): { readonly address: string; readonly port: number }
  addressOf(host: string): string
  /** The node at an end of the path, or under the pod there; null: neither end is on one. */
  nodeOf(path: AttackedPath): string | null
  /** By name. */
  podsOn(node: string): readonly AttackedPod[]
  /** Whether the user whose certificate the step shows may exec into the pod. */
  mayExecInto(pod: AttackedPod): boolean
  /** `ask` in the words of the path's server, or of another kind of server; null: what workloads ask for there. */
  request(ask: AttackRequest | null, path: AttackedPath, server?: ServerKind): AskedFor
}

/** A request as it is sent, and how long its response is. */
export interface AskedFor {
  readonly line: RequestLine
  readonly isUpgrade: boolean
  readonly requestBodyBytes: number
  readonly responseBytes: number
  readonly userAgent: string
  /** Such a server has a response to it. */
  readonly isKnown: boolean
}

/** A request of an attacker's own. */
export interface PlannedRequest {
  /** The path that it is about. */
  readonly path: AttackedPath
  /** Whom it asks: the path's own server, or the apiserver about the path. */
  readonly to: 'server' | 'apiserver'
  readonly asked: AskedFor
  /** What the request writes or creates, by name among the step's additions. */
  readonly writes?: {
    readonly nodeAddress?: string
    readonly service?: string
    readonly certificate?: string
  }
  /** The client certificate that it shows in TLS, of the step's additions, in place of the step's credential. */
  readonly certificate?: string
  /** It is sent so long after the response to the request before it. Default: when its step begins. */
  readonly pauseNs?: number
  /** What is sent on the same connection when the request has been refused, and the pod that it then goes on to. */
  readonly tail?: { readonly asked: AskedFor; readonly pod: string }
}

/** A write to the apiserver, as curl sends it. */
export function write(line: RequestLine, requestBodyBytes: number): AskedFor {
  return {
    line,
    isUpgrade: false,
    requestBodyBytes,
    responseBytes: requestBodyBytes,
    userAgent: USER_AGENT,
    isKnown: true,
  }
}

export const USER_AGENT = 'curl/8.5.0'
