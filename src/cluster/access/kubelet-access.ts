import type { Certificate } from '../../security/certificate.ts'
import type { KubeletConfiguration } from '../flags/configuration.ts'
import { kubeletOperations } from '../messages/kubelet-requests.ts'
import type { RequestLine, ResourceOperation } from '../messages/operations.ts'
import {
  type Authentication,
  accept,
  authenticateAnonymous,
  authenticateCertificate,
  INVALID_TOKEN,
} from './authenticate.ts'
import type { TokenReview } from './token-review.ts'

/** The credentials of a request to a kubelet. The kubelet cannot verify a token itself. */
export interface KubeletCaller {
  readonly certificate: Certificate | null
  readonly hasToken: boolean
}

export type KubeletAuthentication =
  | Authentication
  /** The kubelet must send a TokenReview; `authenticateByReview` handles the response. */
  | { readonly kind: 'needs-token-review'; readonly errors: readonly string[] }

/**
 * Authenticates a request to a kubelet (pkg/authentication/authenticatorfactory/delegating.go). Without a client CA,
 * certificates are ignored; without the webhook, tokens are ignored. A request without good credentials is anonymous,
 * which the kubelet allows or refuses. A request with bad credentials is always refused.
 *
 * @param clientCa the CA in `authentication.x509.clientCAFile`
 */
export function authenticateAtKubelet(
  { certificate, hasToken }: KubeletCaller,
  { webhookEnabled, anonymousEnabled }: Pick<KubeletConfiguration, 'webhookEnabled' | 'anonymousEnabled'>,
  clientCa: Certificate | null,
  nowS: number,
): KubeletAuthentication {
  const byCertificate = authenticateCertificate(certificate, clientCa, nowS)
  if (byCertificate.kind === 'identity') return accept(byCertificate.identity)
  const errors = byCertificate.kind === 'error' ? [byCertificate.why] : []
  if (hasToken && webhookEnabled) return { kind: 'needs-token-review', errors }
  return authenticateAnonymous(errors, anonymousEnabled)
}

/**
 * Authenticates a request by the response to a TokenReview.
 *
 * @param review null if the API server did not respond in time, or refused
 */
export function authenticateByReview(errors: readonly string[], review: TokenReview | null): Authentication {
  if (review?.identity != null) return accept(review.identity)
  const why = review === null ? 'the TokenReview failed' : (review.error ?? INVALID_TOKEN)
  return authenticateAnonymous([...errors, why], false)
}

export type KubeletAuthorization =
  | { readonly kind: 'allowed' }
  /**
   * The kubelet must send SubjectAccessReviews, one after the other, until one is allowed; if none is, the status is
   * 403.
   */
  | { readonly kind: 'needs-access-reviews'; readonly operations: readonly ResourceOperation[] }

/**
 * Authorizes a request to a kubelet. The kubelet exempts no group: it sends a SubjectAccessReview even for members of
 * `system:masters`. If it gets no response, the request fails with status 500 (decisionOnError is no opinion, and the
 * error counts).
 */
export function authorizeAtKubelet(
  { authorizationMode }: Pick<KubeletConfiguration, 'authorizationMode'>,
  request: RequestLine,
  node: string,
  minor: number,
): KubeletAuthorization {
  if (authorizationMode === 'AlwaysAllow') return { kind: 'allowed' }
  return { kind: 'needs-access-reviews', operations: kubeletOperations(request, node, minor) }
}
