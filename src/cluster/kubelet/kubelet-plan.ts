import type { Certificate } from '../../security/certificate.ts'
import type { Bearer } from '../access/bearer.ts'
import type { IdentityRegistry } from '../access/identity-registry.ts'
import type { KubeletConfiguration } from '../flags/configuration.ts'
import type { RequestLine } from '../messages/operations.ts'

/** All that the kubelets of a cluster know that never changes. Immutable. */
export interface KubeletPlan {
  /** In the order of names. */
  readonly nodes: readonly KubeletNode[]
  /** By host; NONE: it is no node. */
  readonly nodeOfHost: readonly number[]
  readonly identities: IdentityRegistry
  readonly bearers: readonly Bearer[]
  /** By request. */
  readonly requests: readonly KubeletRequest[]
  /** Indices of HttpResponses of refusals, by status. */
  readonly refusals: ReadonlyMap<number, number>
  /** Index of the HttpResponse to a health check. */
  readonly healthy: number
}

export interface KubeletNode {
  readonly name: string
  readonly minor: number
  /** `NAMESPACE/NAME` of those that run there. */
  readonly pods: ReadonlySet<string>
  readonly configuration: KubeletConfiguration
  /** `authentication.x509.clientCAFile`; null: certificates prove nothing. */
  readonly clientCa: Certificate | null
  /** Its path to the apiserver; NONE: it never asks anything. */
  readonly path: number
  /** Indices of the HttpRequests with which it asks. */
  readonly tokenReview: number
  readonly accessReview: number
}

export interface KubeletRequest {
  readonly line: RequestLine
  /** Index of a bearer token; NONE: it carries none. */
  readonly bearer: number
  /** Somebody knows an answer to it. */
  readonly hasHandler: boolean
}
