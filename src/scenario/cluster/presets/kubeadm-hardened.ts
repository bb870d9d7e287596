import { kubeadmAt } from './kubeadm.ts'

/** kubeadm with what the CIS benchmark asks for on these paths (facts 3.2), and pods that serve TLS. */
export const kubeadmHardened = {
  explanation:
    'Kubernetes 1.30 after the CIS benchmark, on a private network: kubelets have certificates of the cluster CA, which the apiserver verifies; nobody is anonymous; pods are proxied to over TLS, though unverified.',
  text: `
kubernetes: "1.30"
cluster:
  pods:
    web: { listens: 8443, scheme: https }
  services:
    web: { port: 443 }
  apiserver:
    flags:
      secure-port: 6443
      anonymous-auth: false
      authorization-mode: [Node, RBAC]
      enable-admission-plugins: [NodeRestriction]
      kubelet-certificate-authority: cluster-ca
  kubelet:
    config:
      authentication: { anonymous: { enabled: false }, webhook: { enabled: true } }
      authorization: { mode: Webhook }
      readOnlyPort: 0
      serverTLSBootstrap: true
      rotateCertificates: true
      streamingConnectionIdleTimeout: 5m
  links: { control-to-nodes: gce-private }
paths:
  node-proxy: { scheme: https }
  pod-proxy: { scheme: https }
  service-proxy: { scheme: https }
`,
  textAt: kubeadmAt,
}
