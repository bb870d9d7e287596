import type { KonnectivityTunnelBlueprint } from '../../simulation/blueprint.ts'
import type { AgentAuthenticationBlueprint } from '../../simulation/blueprint-cluster.ts'
import { checkIdentity } from '../identities/check-identity.ts'
import type { Identities } from '../identities/identities.ts'
import type { ClusterSection } from '../schema/cluster.ts'
import type { Findings } from '../tree/findings.ts'
import type { TreePath } from '../tree/tree.ts'

type KonnectivitySection = NonNullable<ClusterSection['konnectivity']>

/** The keys that each method of authenticating agents uses. */
const KEYS_OF = {
  token: ['authentication-audience', 'agent-namespace', 'agent-service-account'],
  certificate: ['cluster-ca-cert'],
  none: [],
} as const

const METHODS = ['token', 'certificate', 'none'] as const

/** The keys for the authentication of agents, in `cluster.konnectivity` or in the tunnel of a path. */
export type AgentAuthenticationSection = Pick<
  KonnectivitySection,
  'authentication' | (typeof KEYS_OF)['token' | 'certificate'][number]
>

export const AGENT_AUTHENTICATION_KEYS = ['authentication', ...KEYS_OF.token, ...KEYS_OF.certificate] as const

/**
 * The audience and service account in the deployment that Konnectivity ships with (apiserver-network-proxy,
 * examples/kubernetes/konnectivity-server.yaml).
 */
const DEFAULT_AUDIENCE = 'system:konnectivity-server'
const DEFAULT_NAMESPACE = 'kube-system'
const DEFAULT_ACCOUNT = 'konnectivity-agent'

/**
 * Returns the Konnectivity settings for paths without their own: those of `cluster.konnectivity`, otherwise the
 * defaults.
 */
export function konnectivitySettings(
  written: ClusterSection['konnectivity'] = {},
): Pick<KonnectivityTunnelBlueprint, 'strategy' | 'authentication'> {
  return { strategy: written.strategy ?? 'default', authentication: agentAuthentication(written) }
}

/** Returns how a Konnectivity server with these keys authenticates agents. */
export function agentAuthentication(written: AgentAuthenticationSection): AgentAuthenticationBlueprint {
  switch (methodOf(written)) {
    case 'token': {
      const namespace = written['agent-namespace'] ?? DEFAULT_NAMESPACE
      const account = written['agent-service-account'] ?? DEFAULT_ACCOUNT
      const audience = written['authentication-audience'] ?? DEFAULT_AUDIENCE
      return { kind: 'token', audience, account: `${namespace}/${account}` }
    }
    case 'certificate':
      return { kind: 'certificate', authority: written['cluster-ca-cert'] ?? null }
    case 'none':
      return { kind: 'none' }
  }
}

/**
 * Returns a clause that says why an agent can claim the addresses of other nodes. The server compares neither an
 * agent's id nor its identifiers with its credential (apiserver-network-proxy, pkg/server/server.go, Connect).
 */
export function agentsWeakness({ kind }: AgentAuthenticationBlueprint): string {
  return WEAKNESSES[kind]
}

const WEAKNESSES = {
  token:
    "the Konnectivity server accepts any identifiers from an agent with the token of the agents' service account, and no flag binds them to a node",
  certificate:
    "the Konnectivity server accepts any identifiers from an agent with a certificate of the agents' CA, and no flag binds them to a node",
  none: 'the Konnectivity server accepts any identifiers from any agent, and requires no credential',
} as const

function methodOf(written: AgentAuthenticationSection): AgentAuthenticationBlueprint['kind'] {
  return written.authentication ?? (written['cluster-ca-cert'] === undefined ? 'token' : 'certificate')
}

/**
 * Reports keys of methods that the server does not use. Konnectivity refuses to start with both a CA for agents and
 * flags for their tokens (apiserver-network-proxy, cmd/server/app/options/options.go, Validate).
 */
export function checkAgentAuthentication(
  written: AgentAuthenticationSection,
  place: TreePath,
  { identities, findings }: { readonly identities: Identities; readonly findings: Findings },
): void {
  const method = methodOf(written)
  for (const other of METHODS)
    for (const key of other === method ? [] : KEYS_OF[other])
      if (written[key] !== undefined)
        findings.contradict([...place, key], `--${key} cannot be used when ${USES[method]}`, {
          at: 'key',
          hint: `leave it out, or set authentication: ${other} and leave out the keys of other methods`,
        })
  const authority = written['cluster-ca-cert']
  if (authority !== undefined && method === 'certificate')
    checkIdentity([...place, 'cluster-ca-cert'], authority, 'ca', { identities, findings })
}

const USES = {
  token: 'agents authenticate by token',
  certificate: 'agents authenticate by certificate (--cluster-ca-cert)',
  none: 'agents do not authenticate',
} as const
