/**
 * From 1.7 on, the preset has the authorizer Node. In new clusters of 1.8, the group system:nodes has no rights without
 * it (plugin/pkg/auth/authorizer/rbac/bootstrappolicy/policy.go). From 1.10 on, kube-up prefers internal addresses to
 * host names (k/k#59019).
 */
function gkeAt(minor: number): string | null {
  if (minor < 7) return null
  const types = minor < 10 ? '' : ', kubelet-preferred-address-types: [InternalIP, ExternalIP, Hostname]'
  return `cluster: { apiserver: { flags: { authorization-mode: [Node, RBAC]${types} } } }`
}

/**
 * A cluster of Google Container Engine in 2017, which the Kubernetes page "Communication between Nodes and the Control
 * Plane" described. Its kubelets are configured by flags, without a configuration file. They keep the defaults of flags
 * in every version: anonymous requests, AlwaysAllow, and the read-only port, which tunnels are checked on.
 */
export const gkeSshTunnels = {
  explanation:
    'Kubernetes 1.6 on Google Container Engine. The master reaches its nodes over the public network, through SSH tunnels. Each connection leaves at a random node, and crosses the network of the nodes from there. Scheduler and controller manager use the insecure port. Kubelets accept every request.',
  texts: [
    `
kubernetes: "1.6"
cluster:
  apiserver:
    flags: { secure-port: 443, ssh-user: gke, authorization-mode: [RBAC] }
  kubelet:
    flags: { read-only-port: 10255 }
  links: { control-to-nodes: public-network }
`,
  ],
  textAt: gkeAt,
  versions: {
    first: 6,
    last: 21,
    why: 'SSH tunnels were removed in 1.22, and konnectivity is the preset with their successor',
  },
}
