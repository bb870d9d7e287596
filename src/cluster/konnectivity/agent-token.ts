import { authenticateToken, type Bearer, type TokenFacts } from '../access/bearer.ts'

/** A token in the `authorization` metadata of an agent's stream. Immutable. */
export interface AgentToken {
  readonly bearer: Bearer
  /** Whether the kubelet renews the file with the token. The agent reads the file again for each connection. */
  readonly isRefreshed: boolean
}

/**
 * The token that a Konnectivity server requires of agents (apiserver-network-proxy, cmd/server/app/options/options.go:
 * `--authentication-audience`, `--agent-namespace`, `--agent-service-account`). Immutable.
 */
export interface TokenRequirement {
  readonly audience: string
  /** The service account, as "namespace/account". */
  readonly account: string
  /** The audiences that stand for the API server, which reviews the token. */
  readonly apiAudiences: readonly string[]
}

/** The lifetime of a projected token, which the kubelet renews before its end (KEP-1205). */
const LIFETIME_S = 3600

/**
 * Returns the token of an agent as it is usually deployed: for the server's audience and account, in a file that the
 * kubelet renews (apiserver-network-proxy, examples/kubernetes/konnectivity-agent.yaml).
 */
export function mountedToken({ audience, account }: Omit<TokenRequirement, 'apiAudiences'>): AgentToken {
  const token = { name: 'konnectivity-agent', account, audience, expiresS: LIFETIME_S, boundPod: null }
  return { bearer: { kind: 'service-account', token }, isRefreshed: true }
}

export type AgentRefusal = 'no-token' | 'not-authenticated' | 'wrong-account'

/**
 * Returns why a server refuses an agent with this token, or null if it accepts the agent. The server sends a TokenReview
 * with its audience to the API server, and compares namespace and name of the account that comes back. It compares
 * neither the agent's id nor the identifiers that the agent claims (apiserver-network-proxy, pkg/server/server.go:
 * authenticateAgentViaToken, validateAuthToken).
 */
export function verifyAgentToken(
  presented: AgentToken | null,
  { audience, account, apiAudiences }: TokenRequirement,
  { nowS, isPodGone }: Omit<TokenFacts, 'apiAudiences'>,
): AgentRefusal | null {
  if (presented === null) return 'no-token'
  const facts = { apiAudiences, nowS: presented.isRefreshed ? 0 : nowS, isPodGone }
  const review = authenticateToken(presented.bearer, [audience], facts)
  if (!review.ok) return 'not-authenticated'
  const [namespace, name] = account.split('/')
  return review.identity.user === `system:serviceaccount:${namespace}:${name}` ? null : 'wrong-account'
}
