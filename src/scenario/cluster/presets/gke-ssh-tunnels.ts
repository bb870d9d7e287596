/**
 * Only nodes that have an authorizer of their own are let do anything in new clusters of 1.8 (facts 2.2;
 * bootstrappolicy/policy.go binds the group system:nodes no more).
 */
function gkeAt(minor: number): string | null {
  return minor < 7 ? null : 'cluster: { apiserver: { flags: { authorization-mode: [Node, RBAC] } } }'
}

/**
 * Google's clusters of 2017, of which the page about master-node communication was written (facts 1.1, 1.5, 1.6).
 * The kubelet has flags and no file, so that in every version it is left as it was: anonymous, AlwaysAllow, read-only
 * port, which tunnels are checked through.
 */
export const gkeSshTunnels = {
  explanation:
    'Kubernetes 1.6 on Google Container Engine: the master reaches its nodes over the public network, all of it inside SSH tunnels; scheduler and controller manager use the insecure port; kubelets let anybody do anything.',
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
}
