/** Fields of kubelets that most distributions set. */
export const SECURED_KUBELET = {
  'authentication.anonymous.enabled': 'false',
  'authentication.webhook.enabled': 'true',
  'authorization.mode': 'Webhook',
} as const

/** Flags of apiservers that most distributions set. */
export const SECURED_APISERVER = {
  'authorization-mode': 'Node,RBAC',
  'enable-admission-plugins': 'NodeRestriction',
  'kubelet-preferred-address-types': 'InternalIP,ExternalIP,Hostname',
} as const

/** The values of distributions whose users run the control plane. */
export const SELF_MANAGED = {
  isHidden: false,
  hasAgentTunnel: false,
  serving: null,
  controlPlane: 'node',
  additive: [],
  questions: [],
  benchmark: 'other',
} as const

const VERIFICATION = {
  about: 'whether the apiserver verifies kubelets (--kubelet-certificate-authority)',
  taken: 'it does not, as by default in Kubernetes',
  otherwise:
    'if it does, logs and exec are path E: an attacker in the middle needs a certificate for the address of the node. Ask the provider, and write cluster.apiserver.flags.kubelet-certificate-authority: cluster-ca',
} as const

/** The values of providers that run the control plane. */
export const MANAGED = {
  isHidden: true,
  hasAgentTunnel: false,
  controlPlane: 'hosted',
  additive: [],
  questions: [VERIFICATION],
} as const

/** The flags of their apiservers. */
export const MANAGED_APISERVER = { ...SECURED_APISERVER, 'secure-port': '443' } as const
