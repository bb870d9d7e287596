/** The text that all presets of kubeadm share: TLS and authorization at the apiserver and at kubelets. */
export const KUBEADM_TEXT = `
kubernetes: "1.30"
cluster:
  apiserver:
    flags:
      secure-port: 6443
      anonymous-auth: true
      authorization-mode: [Node, RBAC]
      enable-admission-plugins: [NodeRestriction]
      kubelet-preferred-address-types: [InternalIP, ExternalIP, Hostname]
  kubelet:
    config:
      authentication: { anonymous: { enabled: false }, webhook: { enabled: true } }
      authorization: { mode: Webhook }
      readOnlyPort: 0
      rotateCertificates: true
  links: { control-to-nodes: gce-private }
`

/** kubeadm disables the insecure port in all versions with a flag for it, up to 1.23 (kubernetes/kubeadm#2156). */
export function kubeadmAt(minor: number): string | null {
  return minor < 24 ? 'cluster: { apiserver: { flags: { insecure-port: 0 } } }' : null
}
