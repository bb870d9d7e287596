/** What every cluster of kubeadm has here: TLS and authorization on every connection with the apiserver and kubelets. */
export const KUBEADM_TEXT = `
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
`

/** kubeadm turns the insecure port off for as long as there is a flag for it (kubernetes/kubeadm#2156; gone in 1.24). */
export function kubeadmAt(minor: number): string | null {
  return minor < 24 ? 'cluster: { apiserver: { flags: { insecure-port: 0 } } }' : null
}
