import { kubeadmAt } from './kubeadm.ts'

/** The successor of SSH tunnels (facts 1.8): agents on the nodes dial out to a server beside the apiserver. */
export const konnectivity = {
  explanation:
    'Kubernetes 1.30 with its control plane elsewhere: agents on the nodes dial out to a Konnectivity server over the public network, and all that the apiserver wants of the cluster goes through them.',
  text: `
kubernetes: "1.30"
cluster:
  apiserver:
    flags:
      secure-port: 6443
      anonymous-auth: true
      authorization-mode: [Node, RBAC]
      enable-admission-plugins: [NodeRestriction]
      egress-selector-config-file: konnectivity
  konnectivity: { strategy: default, authentication: token }
  kubelet:
    config:
      authentication: { anonymous: { enabled: false }, webhook: { enabled: true } }
      authorization: { mode: Webhook }
      readOnlyPort: 0
      rotateCertificates: true
  links: { control-to-nodes: public-network }
`,
  textAt: kubeadmAt,
}
