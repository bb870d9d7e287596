import { kubeadmAt } from './kubeadm.ts'

/** What kubeadm init and kubeadm join leave behind (facts 1.4: kubelets sign for themselves, nobody verifies them). */
export const kubeadmDefault = {
  explanation:
    'Kubernetes 1.30 as kubeadm sets it up, on a private network: every connection is TLS, but the apiserver does not verify kubelets, and what it proxies to is plain HTTP.',
  text: `
kubernetes: "1.30"
cluster:
  apiserver:
    flags:
      secure-port: 6443
      anonymous-auth: true
      authorization-mode: [Node, RBAC]
      enable-admission-plugins: [NodeRestriction]
  kubelet:
    config:
      authentication: { anonymous: { enabled: false }, webhook: { enabled: true } }
      authorization: { mode: Webhook }
      readOnlyPort: 0
      rotateCertificates: true
  links: { control-to-nodes: gce-private }
`,
  textAt: kubeadmAt,
}
