/**
 * How the parts of a cluster are set up: every flag and field of Kubernetes that something here depends on, with its
 * value spelled out. Names are those of the flags (kube-apiserver) and of the configuration file (kubelet).
 */
export interface ApiserverConfiguration {
  /** `--insecure-port`; 0: none. */
  readonly insecurePort: number
  /** `--insecure-bind-address`, dotted. */
  readonly insecureBindAddress: string
  readonly securePort: number
  readonly anonymousAuth: boolean
  /** In the order in which they are asked. */
  readonly authorizationMode: readonly AuthorizationMode[]
  readonly enableAdmissionPlugins: readonly string[]
  /** `--kubelet-certificate-authority`: a CA by name; null: kubelets are not verified. */
  readonly kubeletCertificateAuthority: string | null
  readonly enableKubeletCertCnValidation: boolean
  /** `--kubelet-client-certificate`: a certificate by name; null: the apiserver shows kubelets none. */
  readonly kubeletClientCertificate: string | null
  /** `--client-ca-file`: a CA by name; null: client certificates prove nothing. */
  readonly clientCa: string | null
  /** `--ssh-user`; null: no SSH tunnels. */
  readonly sshUser: string | null
  /** `--kubelet-read-only-port`: where the health checks of SSH tunnels go. */
  readonly kubeletReadOnlyPort: number
  readonly maxRequestsInflight: number
  readonly maxMutatingRequestsInflight: number
  readonly requestTimeoutNs: number
  readonly minRequestTimeoutNs: number
  readonly http2MaxStreamsPerConnection: number
  readonly serviceAccountExtendTokenExpiration: boolean
  /** `--egress-selector-config-file` names a Konnectivity server for the cluster. */
  readonly egressSelector: 'none' | 'konnectivity'
}

export type AuthorizationMode = 'AlwaysAllow' | 'AlwaysDeny' | 'Node' | 'RBAC'

export interface KubeletConfiguration {
  readonly port: number
  /** 0: none. */
  readonly readOnlyPort: number
  readonly anonymousEnabled: boolean
  readonly webhookEnabled: boolean
  readonly webhookCacheTtlNs: number
  /** `x509.clientCAFile`: a CA by name; null: client certificates prove nothing. */
  readonly clientCa: string | null
  readonly authorizationMode: 'AlwaysAllow' | 'Webhook'
  readonly cacheAuthorizedTtlNs: number
  readonly cacheUnauthorizedTtlNs: number
  readonly serverTlsBootstrap: boolean
  readonly rotateCertificates: boolean
  readonly nodeStatusUpdateFrequencyNs: number
  readonly nodeStatusReportFrequencyNs: number
  readonly nodeLeaseDurationNs: number
  readonly streamingConnectionIdleTimeoutNs: number
}

export interface ControllerManagerConfiguration {
  /** A node that was silent for so long counts as lost. */
  readonly nodeMonitorGracePeriodNs: number
  readonly nodeMonitorPeriodNs: number
}

/** A rule of RBAC. `*` stands for all. */
export interface PolicyRule {
  readonly verbs: readonly string[]
  /** `pods`, `pods/exec`; the group is not told apart from the resource. */
  readonly resources: readonly string[]
  /** null: everywhere (a ClusterRoleBinding). */
  readonly namespaces: readonly string[] | null
}
