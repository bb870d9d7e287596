/**
 * Google's clusters of 2017, of which the page about master-node communication was written (facts 1.1, 1.5, 1.6).
 * The kubelet's own flags are left as they were: anonymous, AlwaysAllow, read-only port.
 */
export const gkeSshTunnels = {
  explanation:
    'Kubernetes 1.6 on Google Container Engine: the master reaches its nodes over the public network, all of it inside SSH tunnels; scheduler and controller manager use the insecure port; kubelets let anybody do anything.',
  text: `
kubernetes: "1.6"
cluster:
  apiserver:
    flags: { secure-port: 443, ssh-user: gke, authorization-mode: [RBAC] }
  links: { control-to-nodes: public-network }
`,
}
