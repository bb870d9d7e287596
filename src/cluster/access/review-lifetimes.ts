import type { KubeletConfiguration } from '../flags/configuration.ts'
import type { TokenReview } from './token-review.ts'

/** The expiry of a review that is not cached. */
export const NOT_CACHED = -1

/**
 * Returns the last tick at which a kubelet uses a cached response to a TokenReview. Responses that accept or reject a
 * token are cached for `webhook.cacheTTL`; responses with an error are not (cache.New with cacheErrs false). The API
 * server responds to each bad token with an error, so bad tokens are reviewed each time.
 */
export function tokenReviewExpiresAt(
  nowNs: number,
  { error }: Pick<TokenReview, 'error'>,
  { webhookCacheTtlNs }: Pick<KubeletConfiguration, 'webhookCacheTtlNs'>,
): number {
  return error !== null || webhookCacheTtlNs === 0 ? NOT_CACHED : nowNs + webhookCacheTtlNs
}

/**
 * The last tick at which a kubelet uses the response to a SubjectAccessReview (apiserver
 * plugin/pkg/authorizer/webhook/webhook.go).
 */
export function accessReviewExpiresAt(
  nowNs: number,
  isAllowed: boolean,
  {
    cacheAuthorizedTtlNs,
    cacheUnauthorizedTtlNs,
  }: Pick<KubeletConfiguration, 'cacheAuthorizedTtlNs' | 'cacheUnauthorizedTtlNs'>,
): number {
  const ttlNs = isAllowed ? cacheAuthorizedTtlNs : cacheUnauthorizedTtlNs
  return ttlNs === 0 ? NOT_CACHED : nowNs + ttlNs
}

/**
 * Returns whether a cached review is still valid. On its last nanosecond, it is (apimachinery
 * pkg/util/cache/expiring.go compares with After).
 */
export function isFresh(untilNs: number, nowNs: number): boolean {
  return untilNs !== NOT_CACHED && nowNs <= untilNs
}

/** The cache key of a SubjectAccessReview, from the number of its operation and the index of its identity. */
export function accessReviewKey(operation: number, identity: number, identityCount: number): number {
  return operation * identityCount + identity
}
