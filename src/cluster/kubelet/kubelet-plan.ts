import type { StreamKey } from '../../engine/streams.ts'
import type { Certificate } from '../../security/certificate.ts'
import type { Bearer } from '../access/bearer.ts'
import type { IdentityRegistry } from '../access/identity-registry.ts'
import type { KubeletConfiguration } from '../flags/configuration.ts'
import type { RequestLine } from '../messages/operations.ts'

/** The immutable configuration of the kubelets of a cluster. */
export interface KubeletPlan {
  /** The nodes, in the order of their names. */
  readonly nodes: readonly KubeletNode[]
  /** The index of each host's node; NONE for a host that is no node. */
  readonly nodeOfHost: readonly number[]
  readonly identities: IdentityRegistry
  readonly bearers: readonly Bearer[]
  /** The planned requests, indexed like the HttpRequests. */
  readonly requests: readonly KubeletRequest[]
  /** The HttpResponses that refuse a request, as indices, by status. */
  readonly refusals: ReadonlyMap<number, number>
  /** Index of the HttpResponse to a health check. */
  readonly healthy: number
}

export interface KubeletNode {
  readonly name: string
  readonly minor: number
  /** The pods that run on the node, each as `NAMESPACE/NAME`. */
  readonly pods: ReadonlySet<string>
  readonly configuration: KubeletConfiguration
  /** The CA of client certificates (`authentication.x509.clientCAFile`); null when client certificates are ignored. */
  readonly clientCa: Certificate | null
  /** The kubelet's path to the API server; NONE when the kubelet sends no requests. */
  readonly path: number
  /**
   * True if its client detects a dead connection by PING. Such a loss is retried, unlike a TCP timeout (apimachinery
   * pkg/util/net/http.go, IsHTTP2ConnectionLost).
   */
  readonly findsLostConnections: boolean
  /** The random key of pauses between attempts of a review. */
  readonly retryKey: StreamKey
  /** The kubelet's TokenReview, as an index of HttpRequests. The next field is its SubjectAccessReview. */
  readonly tokenReview: number
  readonly accessReview: number
}

export interface KubeletRequest {
  readonly line: RequestLine
  /** Index of the bearer token that the request carries; NONE without one. */
  readonly bearer: number
  /** True if the kubelet has a handler for the request. Otherwise the status is 404. */
  readonly hasHandler: boolean
}
