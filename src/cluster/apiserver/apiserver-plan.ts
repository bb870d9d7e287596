import type { AuthenticationFacts } from '../access/authenticate.ts'
import type { AuthorizationFacts } from '../access/authorize.ts'
import type { Bearer } from '../access/bearer.ts'
import type { IdentityRegistry } from '../access/identity-registry.ts'
import type { WrittenObject } from '../access/node-restriction.ts'
import type { AuthorizationMode } from '../flags/apiserver/authorization-mode.ts'
import type { ObjectEncoding } from '../messages/object-sizes.ts'
import type { RequestLine } from '../messages/operations.ts'
import type { ProxiedRequestPlan } from './proxied-request-plan.ts'
import type { AfterRefusedUpgrade } from './refused-upgrades.ts'

/** The immutable configuration of an API server. */
export interface ApiserverPlan {
  /**
   * The facts for authentication that never change. The current time, and whether a pod has been deleted, are added for
   * each request.
   */
  readonly authentication: Pick<AuthenticationFacts, 'clientCa' | 'anonymousAuth' | 'apiAudiences'>
  readonly modes: readonly AuthorizationMode[]
  readonly facts: AuthorizationFacts
  /** True if the upgrade of a WebSocket by GET also needs `create`. */
  readonly upgradesNeedCreate: boolean
  readonly hasNodeRestriction: boolean
  /** True if the admission plugin DenyServiceExternalIPs is on. */
  readonly deniesExternalIps: boolean
  /** True if OpenShift's admission plugin ExternalIPRanger is on, and its ranges contain no address of the cluster. */
  readonly limitsExternalIps: boolean
  readonly maxRequestsInflight: number
  readonly maxMutatingRequestsInflight: number
  readonly identities: IdentityRegistry
  readonly bearers: readonly Bearer[]
  /** The nodes, in the order of the node numbers in review operations. */
  readonly nodes: readonly { readonly name: string }[]
  /** The planned requests, indexed like the HttpRequests. */
  readonly requests: readonly ApiserverRequest[]
  readonly proxied: ReadonlyMap<number, ProxiedRequestPlan>
  readonly afterRefusedUpgrade: AfterRefusedUpgrade
  /**
   * The HttpResponses that refuse a request, as indices, by status and encoding. `reviewed` is the response to a
   * review.
   */
  readonly refusals: ReadonlyMap<number, Readonly<Record<ObjectEncoding, number>>>
  readonly reviewed: number
}

export interface ApiserverRequest {
  readonly line: RequestLine
  /** Index of the bearer token that the request carries; NONE without one. */
  readonly bearer: number
  /** The encoding that the client accepts. */
  readonly encoding: ObjectEncoding
  /** The properties of the written object that the admission plugin NodeRestriction checks. */
  readonly written: WrittenObject
  /** True if the request writes `spec.externalIPs` of a service. */
  readonly hasExternalIps: boolean
  readonly review: 'token' | 'access' | null
  /** True if the API server has a handler for the request. Otherwise the status is 404. */
  readonly hasHandler: boolean
}
