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

/** What an API server needs to know and never changes. Immutable. */
export interface ApiserverPlan {
  /** Without what changes: the time, and whether a pod is deleted. */
  readonly authentication: Pick<AuthenticationFacts, 'clientCa' | 'anonymousAuth' | 'apiAudiences'>
  readonly modes: readonly AuthorizationMode[]
  readonly facts: AuthorizationFacts
  readonly hasNodeRestriction: boolean
  /** Whether the admission plugin DenyServiceExternalIPs is on. */
  readonly deniesExternalIps: boolean
  readonly maxRequestsInflight: number
  readonly maxMutatingRequestsInflight: number
  readonly identities: IdentityRegistry
  readonly bearers: readonly Bearer[]
  /** In the order of the node numbers in review operations. */
  readonly nodes: readonly { readonly name: string }[]
  /** By index of the HttpRequest. */
  readonly requests: readonly ApiserverRequest[]
  readonly proxied: ReadonlyMap<number, ProxiedRequestPlan>
  readonly afterRefusedUpgrade: AfterRefusedUpgrade
  /** Indices of HttpResponses: of refusals by status and encoding, and below of reviews. */
  readonly refusals: ReadonlyMap<number, Readonly<Record<ObjectEncoding, number>>>
  readonly reviewed: number
}

export interface ApiserverRequest {
  readonly line: RequestLine
  /** Index of the bearer token; NONE: the request has none. */
  readonly bearer: number
  /** The encoding that the client accepts. */
  readonly encoding: ObjectEncoding
  /** What NodeRestriction checks of the written object. */
  readonly written: WrittenObject
  /** Whether the request writes `spec.externalIPs` of a service. */
  readonly hasExternalIps: boolean
  readonly review: 'token' | 'access' | null
  /** Whether some handler responds to the request; otherwise the status is 404. */
  readonly hasHandler: boolean
}
