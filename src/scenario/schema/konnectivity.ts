import { choice, reference, text } from './scalars.ts'

/** The strategies by which the Konnectivity server chooses an agent (apiserver-network-proxy,
 * pkg/server/backend_manager.go). */
export const KONNECTIVITY_STRATEGIES = ['default', 'destHost', 'defaultRoute'] as const

export const STRATEGY_TEXT =
  'How the Konnectivity server chooses an agent. default: at random; destHost: the agent on the destination; defaultRoute: an agent that declares a default route.'

const AGENT_AUTHENTICATIONS = ['token', 'certificate', 'none'] as const

/**
 * Returns the keys for the authentication of agents by a Konnectivity server, named after its flags
 * (apiserver-network-proxy, cmd/server/app/options/options.go).
 *
 * @param otherwise the default of `authentication` if none of the other keys is written
 */
export function agentAuthenticationKeys(otherwise: string) {
  return {
    authentication: choice(
      `How the Konnectivity server authenticates agents. token: by a service-account token; certificate: by a client certificate; none: any host that reaches its port can register as an agent. Default: certificate if cluster-ca-cert is written, else ${otherwise}.`,
      AGENT_AUTHENTICATIONS,
    ).optional(),
    'cluster-ca-cert': reference(
      "The CA of the agents' client certificates (--cluster-ca-cert). The Konnectivity server accepts every client certificate that this CA has issued; those of kubelets and users too, if it is the CA of the cluster. Only for authentication: certificate. Default: a CA for agents only.",
    ).optional(),
    'authentication-audience': text(
      "The audience that an agent's token must have (--authentication-audience). Only for authentication: token. Default: system:konnectivity-server.",
      'system:konnectivity-server',
    ).optional(),
    'agent-namespace': reference(
      "The namespace of the agent's service account (--agent-namespace). Only for authentication: token. Default: kube-system.",
    ).optional(),
    'agent-service-account': reference(
      "The name of the agent's service account (--agent-service-account). Only for authentication: token. Default: konnectivity-agent.",
    ).optional(),
  }
}
