/** What a pod's projected volume asks for (admission plugin ServiceAccount: WarnOnlyBoundTokenExpirationSeconds). */
export const REQUESTED_TOKEN_LIFETIME_S = 3607

/** A year, for pods that do not read their token again (pkg/serviceaccount/claims.go: ExpirationExtensionSeconds). */
const EXTENDED_TOKEN_LIFETIME_S = 365 * 24 * 3600

/**
 * How long a token that a kubelet asks for is really good, while the kubelet believes the requested time: with
 * `--service-account-extend-token-expiration` the one that every pod gets holds for a year (registry/core/
 * serviceaccount/storage/token.go). Others get what they ask for.
 */
export function grantedTokenLifetimeS(requestedS: number, isForApiserver: boolean, isExtended: boolean): number {
  const isInjected = requestedS === REQUESTED_TOKEN_LIFETIME_S && isForApiserver
  return isExtended && isInjected ? EXTENDED_TOKEN_LIFETIME_S : requestedS
}

/** pkg/kubelet/token/token_manager.go: at 80 % of its life, and before it is a day old; jitter makes it up to 10 s earlier. */
export function tokenRefreshDueS(issuedS: number, requestedS: number): number {
  return issuedS + Math.min(Math.floor((requestedS * 4) / 5), 24 * 3600)
}
