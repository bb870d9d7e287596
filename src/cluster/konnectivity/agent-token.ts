import { type Token, type TokenRefusal, verifyToken } from '../../security/bearer-token.ts'

/** A service-account token in the `authorization` metadata of an agent's stream. Immutable. */
export interface AgentToken {
  readonly token: Token
  /** Whether the kubelet renews the file with the token. The agent reads the file again for each connection. */
  readonly isRefreshed: boolean
}

/**
 * The audience and service account that the Konnectivity server requires of a token (apiserver-network-proxy,
 * examples/kubernetes: `--authentication-audience`, `--agent-namespace`, `--agent-service-account`).
 */
const AUDIENCE = 'system:konnectivity-server'
const ACCOUNT = 'kube-system/konnectivity-agent'

/**
 * The token of an agent as it is usually deployed: valid for an hour and for the server's audience only
 * (apiserver-network-proxy, examples/kubernetes/konnectivity-agent.yaml).
 */
export const AGENT_TOKEN: AgentToken = {
  token: { name: 'konnectivity-agent', account: ACCOUNT, audience: AUDIENCE, expiresS: 3600, boundPod: null },
  isRefreshed: true,
}

export type AgentRefusal = TokenRefusal | 'no-token' | 'wrong-account'

/**
 * Returns why the server refuses an agent with this token at `nowS` seconds, or null if it accepts the agent. The
 * server sends a TokenReview to its apiserver and then compares namespace and account; it does not compare the
 * identifiers that the agent claims (apiserver-network-proxy, pkg/server/server.go: validateAuthToken, Connect).
 */
export function verifyAgentToken(presented: AgentToken | null, nowS: number): AgentRefusal | null {
  if (presented === null) return 'no-token'
  const refusal = verifyToken(presented.token, AUDIENCE, presented.isRefreshed ? 0 : nowS)
  if (refusal !== null) return refusal
  return presented.token.account === ACCOUNT ? null : 'wrong-account'
}
