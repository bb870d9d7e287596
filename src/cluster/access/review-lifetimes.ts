import type { KubeletConfiguration } from '../flags/configuration.ts'
import type { TokenReview } from './token-review.ts'

/**
 * How long answers are remembered. Caches are tables of whoever asks; here is only until when a row holds, in ticks.
 * An answer that is still on its way when the same is asked again serves both (singleflight in the token cache; the
 * cache of access reviews lets both ask).
 */

/** Kept in no cache. */
export const NOT_CACHED = -1

/**
 * A kubelet keeps a good and a bad token alike for `webhook.cacheTTL`, 2 minutes, but no answer with an error
 * (cache.New with cacheErrs false). As the apiserver gives an error with each bad token, bad tokens are asked about
 * each time.
 */
export function tokenReviewExpiresAt(
  nowNs: number,
  { error }: Pick<TokenReview, 'error'>,
  { webhookCacheTtlNs }: Pick<KubeletConfiguration, 'webhookCacheTtlNs'>,
): number {
  return error !== null || webhookCacheTtlNs === 0 ? NOT_CACHED : nowNs + webhookCacheTtlNs
}

/** Plugin webhook.go: 5 minutes for yes, 30 seconds for no, by the whole spec: who asks, what, where. */
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

/** On its last nanosecond an entry is still good (utils cache/expiring.go asks whether now is after it). */
export function isFresh(untilNs: number, nowNs: number): boolean {
  return untilNs !== NOT_CACHED && nowNs <= untilNs
}

/** A key without text: who and what are known by index. */
export function accessReviewKey(identity: number, operation: number, operations: number): number {
  return identity * operations + operation
}
