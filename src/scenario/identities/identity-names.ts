/** The CA of a cluster. Kubelets, pods and users of the cluster trust it. */
export const CLUSTER_CA = 'cluster-ca'

/** The names of default identities. A declared identity with such a name replaces the default one. */
export const IDENTITY_NAMES = {
  apiserverServing: 'apiserver',
  apiserverKubeletClient: 'apiserver-kubelet-client',
  schedulerClient: 'kube-scheduler-client',
  bootstrapToken: 'bootstrap-token',
  nodeClient: (node: string) => `${node}-kubelet-client`,
  selfSignedServing: (node: string) => `${node}-kubelet`,
  ownAuthority: (node: string) => `${node}-kubelet-ca`,
  issuedServing: (node: string) => `${node}-kubelet-serving`,
  appServing: (app: string) => `${app}-serving`,
  podToken: (app: string) => `${app}-token`,
  userClient: (user: string) => `${user}-client`,
} as const

/** The service account of pods without a declared one. */
export const DEFAULT_ACCOUNT = 'default/default'
