import type { Certificate } from '../../security/certificate.ts'
import type { KubeletConfiguration } from '../flags/configuration.ts'
import { kubeletOperations } from '../messages/kubelet-requests.ts'
import type { RequestLine, ResourceOperation } from '../messages/operations.ts'
import { type Authentication, accept, authenticateCertificate, INVALID_TOKEN, orAnonymous } from './authenticate.ts'
import type { TokenReview } from './token-review.ts'

/** What came with a request to a kubelet. Of a token it cannot tell a thing by itself. */
export interface KubeletCaller {
  readonly certificate: Certificate | null
  readonly hasToken: boolean
}

export type KubeletAuthentication =
  | Authentication
  /** It asks the apiserver, over its own connection; `authenticateByReview` takes the answer. */
  | { readonly kind: 'needs-token-review'; readonly errors: readonly string[] }

/**
 * The kubelet's port, first half: who is it (pkg/authentication/authenticatorfactory/delegating.go). Without a client
 * CA certificates prove nothing, without the webhook tokens are not looked at, and then all who come are nobody: let
 * in if anonymous is, else refused. What was shown, and is bad, is refused in any case.
 *
 * @param clientCa that of `authentication.x509.clientCAFile`
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
  return orAnonymous(errors, anonymousEnabled)
}

/** @param review null: the apiserver did not answer in time, or refused to */
export function authenticateByReview(errors: readonly string[], review: TokenReview | null): Authentication {
  if (review?.identity != null) return accept(review.identity)
  const why = review === null ? 'the TokenReview failed' : (review.error ?? INVALID_TOKEN)
  return orAnonymous([...errors, why], false)
}

export type KubeletAuthorization =
  | { readonly kind: 'allowed' }
  /** One after the other, by SubjectAccessReviews, until one is allowed; none: status 403. */
  | { readonly kind: 'needs-access-reviews'; readonly operations: readonly ResourceOperation[] }

/**
 * Second half: may it. The kubelet knows no group that is let through: it asks even about `system:masters`. If it
 * gets no answer, the request fails with status 500 (decisionOnError is no opinion, and the error counts).
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
