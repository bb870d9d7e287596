import { type Token, type TokenRefusal, verifyToken } from '../../security/bearer-token.ts'

/** What an agent shows in metadata. Immutable. */
export interface AgentToken {
  readonly token: Token
  /** Its kubelet keeps the file fresh, and the agent reads it for each connection. */
  readonly isRefreshed: boolean
}

/** examples/kubernetes: --authentication-audience, --agent-namespace and --agent-service-account. */
const AUDIENCE = 'system:konnectivity-server'
const ACCOUNT = 'kube-system/konnectivity-agent'

/** examples/kubernetes/konnectivity-agent.yaml: an hour, for its own audience. */
export const AGENT_TOKEN: AgentToken = {
  token: { name: 'konnectivity-agent', account: ACCOUNT, audience: AUDIENCE, expiresS: 3600, boundPod: null },
  isRefreshed: true,
}

export type AgentRefusal = TokenRefusal | 'no-token' | 'wrong-account'

/**
 * The server asks a TokenReview of the apiserver beside it and then compares namespace and account. The identifiers
 * that the agent claims are not part of it (pkg/server/server.go: validateAuthToken, Connect).
 */
export function verifyAgentToken(shown: AgentToken | null, nowS: number): AgentRefusal | null {
  if (shown === null) return 'no-token'
  const refusal = verifyToken(shown.token, AUDIENCE, shown.isRefreshed ? 0 : nowS)
  if (refusal !== null) return refusal
  return shown.token.account === ACCOUNT ? null : 'wrong-account'
}
