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

/** All that an apiserver knows that never changes. Immutable. */
export interface ApiserverPlan {
  /** But for the time, and whether a pod is gone. */
  readonly authentication: Pick<AuthenticationFacts, 'clientCa' | 'anonymousAuth' | 'apiAudiences'>
  readonly modes: readonly AuthorizationMode[]
  readonly facts: AuthorizationFacts
  readonly hasNodeRestriction: boolean
  /** The admission plugin DenyServiceExternalIPs. */
  readonly deniesExternalIps: boolean
  readonly maxRequestsInflight: number
  readonly maxMutatingRequestsInflight: number
  readonly identities: IdentityRegistry
  readonly bearers: readonly Bearer[]
  /** In the order that kubelets' questions count by. */
  readonly nodes: readonly { readonly name: string }[]
  /** By request. */
  readonly requests: readonly ApiserverRequest[]
  readonly proxied: ReadonlyMap<number, ProxiedRequestPlan>
  readonly afterRefusedUpgrade: AfterRefusedUpgrade
  /** Indices of HttpResponses: of refusals by status and encoding, and of reviews. */
  readonly refusals: ReadonlyMap<number, Readonly<Record<ObjectEncoding, number>>>
  readonly reviewed: number
}

export interface ApiserverRequest {
  readonly line: RequestLine
  /** Index of a bearer token; NONE: it carries none. */
  readonly bearer: number
  /** What its client wants answers in. */
  readonly encoding: ObjectEncoding
  /** What NodeRestriction looks at, beyond the line. */
  readonly written: WrittenObject
  /** It writes `spec.externalIPs` into a service. */
  readonly hasExternalIps: boolean
  readonly review: 'token' | 'access' | null
  /** Somebody knows an answer to it. */
  readonly hasHandler: boolean
}
