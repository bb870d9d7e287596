import type { RequestLine } from '../../cluster/messages/operations.ts'
import type { AgentCredentialBlueprint } from '../additions.ts'
import type { AttackRequest, Parameters, ValuesIn } from '../parameters/common.ts'

/** A path that a step concerns. */
export interface AttackedPath {
  readonly name: string
  /** The hosts at its ends. */
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
 * The parts of the scenario that a technique can look up while its step is planned. Addresses are in dotted form. It is
 * implemented by `simulation/attack/step-planner.ts`.
 */
export interface StepParts {
  /** The name of the step, unique in a scenario: `~ATTACKER/N`. The names of the objects that it adds begin with it. */
  readonly name: string
  /** The paths that the step concerns, sorted by name. */
  readonly paths: readonly AttackedPath[]
  /** The attacker's host and its address. */
  readonly host: string
  readonly address: string
  /** The token or certificate that it presents: the step's `with`, or the technique's `credential`; null for none. */
  readonly credential: string | null
  /** The credential with which it registers as an agent at the Konnectivity server on a host. */
  agentCredential(server: string): AgentCredentialBlueprint
  /** The minor version of the cluster. */
  readonly minor: number
  /** The address and port at which the path's server listens, after all address translation. */
  serverOf(path: AttackedPath): { readonly address: string; readonly port: number }
  addressOf(host: string): string
  /** The node at an end of the path, or the node of the pod there; null where neither end is on a node. */
  nodeOf(path: AttackedPath): string | null
  /** The pods on a node, sorted by name. */
  podsOn(node: string): readonly AttackedPod[]
  /** Returns whether the path leads to the apiserver itself. */
  leadsToApiserver(path: AttackedPath): boolean
  /**
   * Returns the first namespace (`default`, or one that a rule names) in which the step's credential permits a request;
   * `default` if there is none.
   */
  namespaceFor(line: (namespace: string) => RequestLine): string
  /** Returns whether the apiserver's authorizers allow the holder of the step's credential a request. */
  isAllowed(line: RequestLine): boolean
  /** True if an admission plugin refuses services with external IPs to the holder of the step's credential. */
  readonly refusesExternalIps: boolean
  /** Returns whether the holder of the step's credential is allowed to exec into the pod. */
  canExecInto(pod: AttackedPod): boolean
  /**
   * Returns the request that `ask` describes, for the path's server or for another kind of server. If `ask` is null,
   * returns the request that the path's workloads send.
   */
  request(ask: AttackRequest | null, path: AttackedPath, server?: ServerKind): RequestSpec
}

/** A step with the values of the parameters of its technique. */
export type StepPlanner<Own extends Parameters = Parameters> = StepParts & { readonly parameters: ValuesIn<Own> }

/** A request, and the length of its response. */
export interface RequestSpec {
  readonly line: RequestLine
  readonly isUpgrade: boolean
  readonly requestBodyBytes: number
  readonly responseBytes: number
  readonly userAgent: string
  /** True if a server of this kind has the requested resource. */
  readonly isKnown: boolean
}

/** A request of an attacker's own. */
export interface PlannedRequest {
  /** The path that it concerns. */
  readonly path: AttackedPath
  /** The server that it is sent to: the path's own server, or the apiserver. */
  readonly to: 'server' | 'apiserver'
  readonly request: RequestSpec
  /** The objects that the request creates or changes, by their names in the step's additions. */
  readonly writes?: {
    readonly nodeAddress?: string
    readonly service?: string
    readonly certificate?: string
  }
  /** The client certificate among the step's additions that it presents instead of the step's credential. */
  readonly certificate?: string
  /** The pause after the response to the previous request. Default: it is sent when its step starts. */
  readonly pauseNs?: number
  /** The request that follows on the same connection after a refusal, and the pod whose kubelet receives it. */
  readonly followUp?: { readonly request: RequestSpec; readonly pod: string }
}

/** Returns a write to the apiserver, as curl sends it. */
export function write(line: RequestLine, requestBodyBytes: number): RequestSpec {
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
