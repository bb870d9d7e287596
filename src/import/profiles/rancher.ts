import { SECURED_APISERVER, SECURED_KUBELET, SELF_MANAGED } from './common.ts'

/** The values of k3s and RKE2, which share the code of servers and agents. */
export const RANCHER = {
  ...SELF_MANAGED,
  source: 'k3s pkg/daemons/control/server.go, pkg/daemons/agent',
  apiserver: {
    ...SECURED_APISERVER,
    'secure-port': '6443',
    'anonymous-auth': 'false',
    'kubelet-certificate-authority': 'server-ca.crt',
  },
  kubelet: { ...SECURED_KUBELET, readOnlyPort: '0' },
  serving: { by: 'issued', why: 'the server signs serving-kubelet.crt of each agent' },
  hasAgentTunnel: true,
} as const
