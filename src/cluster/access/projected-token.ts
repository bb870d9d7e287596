/** What a pod's projected volume asks for (admission plugin ServiceAccount: WarnOnlyBoundTokenExpirationSeconds). */
export const REQUESTED_TOKEN_LIFETIME_S = 3607

/** pkg/kubelet/token/token_manager.go: at 80 % of its life, and before it is a day old; jitter makes it up to 10 s earlier. */
export function tokenRefreshDueS(issuedS: number, requestedS: number): number {
  return issuedS + Math.min(Math.floor((requestedS * 4) / 5), 24 * 3600)
}
