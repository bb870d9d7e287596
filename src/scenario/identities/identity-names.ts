/** The CA of a cluster, whose root certificate its kubelets, pods and users are given. */
export const CLUSTER_CA = 'cluster-ca'

/** What identities are called that exist because something needs them. One that is declared under such a name is that one. */
export const IDENTITY_NAMES = {
  apiserverServing: 'apiserver',
  apiserverKubeletClient: 'apiserver-kubelet-client',
  schedulerClient: 'kube-scheduler-client',
  bootstrapToken: 'bootstrap-token',
  nodeClient: (node: string) => `${node}-kubelet-client`,
  selfSignedServing: (node: string) => `${node}-kubelet`,
  issuedServing: (node: string) => `${node}-kubelet-serving`,
  appServing: (app: string) => `${app}-serving`,
  podToken: (app: string) => `${app}-token`,
  userClient: (user: string) => `${user}-client`,
} as const

/** Of pods that name none. */
export const DEFAULT_ACCOUNT = 'default/default'
