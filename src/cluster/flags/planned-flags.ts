import { splitNames } from './list-kind.ts'

/** Flags and fields of Kubernetes. A scenario that sets one is refused, unless a registry has it. */
export const PLANNED_APISERVER_FLAGS = splitNames(
  'advertise-address allow-privileged api-audiences apiserver-count audit-log-path audit-policy-file',
  'authentication-config authentication-token-webhook-cache-ttl authentication-token-webhook-config-file',
  'authorization-config authorization-policy-file authorization-webhook-config-file basic-auth-file bind-address',
  'cert-dir cloud-config cloud-provider cors-allowed-origins disable-admission-plugins enable-aggregator-routing',
  'enable-bootstrap-token-auth enable-priority-and-fairness encryption-provider-config endpoint-reconciler-type',
  'etcd-cafile etcd-certfile etcd-keyfile etcd-servers event-ttl external-hostname goaway-chance',
  'kubelet-client-key kubelet-https kubelet-port kubelet-timeout',
  'kubernetes-service-node-port max-connection-bytes-per-sec oidc-client-id oidc-issuer-url profiling',
  'proxy-client-cert-file proxy-client-key-file requestheader-allowed-names requestheader-client-ca-file',
  'runtime-config service-account-issuer service-account-key-file service-account-lookup',
  'service-account-max-token-expiration service-account-signing-key-file service-cluster-ip-range',
  'service-node-port-range shutdown-delay-duration ssh-keyfile strict-transport-security-directives tls-cert-file',
  'tls-cipher-suites tls-min-version tls-private-key-file token-auth-file watch-cache',
)

export const PLANNED_KUBELET_FIELDS = splitNames(
  'address apiVersion cgroupDriver clusterDNS clusterDomain configMapAndSecretChangeDetectionStrategy',
  'containerLogMaxFiles containerLogMaxSize enableDebuggingHandlers eventBurst eventRecordQPS evictionHard',
  'failSwapOn healthzBindAddress healthzPort imageGCHighThresholdPercent kind kubeAPIBurst kubeAPIQPS',
  'maxPods nodeStatusMaxImages registryBurst registryPullQPS resolvConf runtimeRequestTimeout serializeImagePulls',
  'staticPodPath syncFrequency tlsCertFile tlsCipherSuites tlsMinVersion tlsPrivateKeyFile volumeStatsAggPeriod',
)

export const PLANNED_KUBELET_FLAGS = splitNames(
  'address allow-privileged api-servers bootstrap-kubeconfig cert-dir cloud-provider cluster-dns config',
  'container-runtime container-runtime-endpoint hostname-override kubeconfig max-pods network-plugin',
  'node-ip node-labels pod-manifest-path register-node tls-cert-file tls-private-key-file',
)

export const PLANNED_CONTROLLER_MANAGER_FLAGS = splitNames(
  'allocate-node-cidrs cluster-cidr cluster-signing-cert-file cluster-signing-duration cluster-signing-key-file',
  'controllers enable-taint-manager feature-gates kube-api-burst kube-api-qps',
  'leader-elect master node-eviction-rate node-startup-grace-period root-ca-file secondary-node-eviction-rate',
  'service-account-private-key-file unhealthy-zone-threshold use-service-account-credentials',
)
