/**
 * The token lifetime that a pod's projected volume requests (admission plugin ServiceAccount,
 * WarnOnlyBoundTokenExpirationSeconds; k/k#105801).
 */
export const REQUESTED_TOKEN_LIFETIME_S = 3607

/**
 * The time in seconds at which a kubelet requests the next token: after 80 % of the lifetime, and after a day at the
 * latest. Jitter makes it up to 10 s earlier (pkg/kubelet/token/token_manager.go).
 */
export function tokenRefreshDueS(issuedS: number, requestedS: number): number {
  return issuedS + Math.min(Math.floor((requestedS * 4) / 5), 24 * 3600)
}
