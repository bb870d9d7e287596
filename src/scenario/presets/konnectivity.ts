import { KUBEADM_TEXT, kubeadmAt } from './kubeadm.ts'

/** The successor of SSH tunnels (KEP-1281): agents on the nodes dial a server beside the apiserver. */
export const konnectivity = {
  explanation:
    'Kubernetes 1.30 with a remote control plane. Agents on the nodes connect to a Konnectivity server over the public network, and all requests of the apiserver to nodes, pods and services go through them.',
  texts: [
    KUBEADM_TEXT,
    `
cluster:
  apiserver:
    flags:
      egress-selector-config-file: konnectivity
  links: { control-to-nodes: public-network }
`,
  ],
  textAt: kubeadmAt,
  versions: { first: 18, last: null, why: 'Konnectivity by gRPC began with it' },
}
