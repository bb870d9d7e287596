/** The strategies by which the Konnectivity server chooses an agent (apiserver-network-proxy,
 * pkg/server/backend_manager.go). */
export const KONNECTIVITY_STRATEGIES = ['default', 'destHost', 'defaultRoute'] as const

export const STRATEGY_TEXT =
  'How the Konnectivity server chooses an agent. default: at random; destHost: the agent on the destination; defaultRoute: an agent that declares a default route.'

export const AGENT_CREDENTIALS = ['certificate', 'token'] as const
