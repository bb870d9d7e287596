import type { z } from 'zod'
import { commaList, goDuration, integer, port, withPlanned } from './flag-values.ts'
import { choice, flag, reference, section, text } from './scalars.ts'

/** Names of flags and fields are those of Kubernetes, letter by letter; what each version makes of them is in resolve-*. */

const PLANNED_APISERVER_FLAGS = [
  'advertise-address',
  'allow-privileged',
  'api-audiences',
  'apiserver-count',
  'audit-log-path',
  'audit-policy-file',
  'authentication-config',
  'authentication-token-webhook-cache-ttl',
  'authentication-token-webhook-config-file',
  'authorization-config',
  'authorization-policy-file',
  'authorization-webhook-config-file',
  'basic-auth-file',
  'bind-address',
  'cert-dir',
  'cloud-config',
  'cloud-provider',
  'cors-allowed-origins',
  'disable-admission-plugins',
  'enable-aggregator-routing',
  'enable-bootstrap-token-auth',
  'enable-priority-and-fairness',
  'encryption-provider-config',
  'endpoint-reconciler-type',
  'etcd-cafile',
  'etcd-certfile',
  'etcd-keyfile',
  'etcd-servers',
  'event-ttl',
  'external-hostname',
  'feature-gates',
  'goaway-chance',
  'kubelet-client-key',
  'kubelet-https',
  'kubelet-port',
  'kubelet-preferred-address-types',
  'kubelet-timeout',
  'kubernetes-service-node-port',
  'max-connection-bytes-per-sec',
  'oidc-client-id',
  'oidc-issuer-url',
  'profiling',
  'proxy-client-cert-file',
  'proxy-client-key-file',
  'requestheader-allowed-names',
  'requestheader-client-ca-file',
  'runtime-config',
  'service-account-issuer',
  'service-account-key-file',
  'service-account-lookup',
  'service-account-max-token-expiration',
  'service-account-signing-key-file',
  'service-cluster-ip-range',
  'service-node-port-range',
  'shutdown-delay-duration',
  'ssh-keyfile',
  'strict-transport-security-directives',
  'tls-cert-file',
  'tls-cipher-suites',
  'tls-min-version',
  'tls-private-key-file',
  'token-auth-file',
  'watch-cache',
]

const AUTHORIZATION_MODES = ['AlwaysAllow', 'AlwaysDeny', 'Node', 'RBAC']

export const apiserverFlagsSchema = section(
  withPlanned(
    {
      'insecure-port': port(
        'Plain HTTP without authentication, for the master itself; 0 turns it off. From 1.20 only 0 is allowed, from 1.24 nothing. Default: 8080 before 1.20.',
      ).optional(),
      'insecure-bind-address': text(
        'Where the insecure port listens: 0.0.0.0 is everywhere. Before 1.20. Default: 127.0.0.1.',
      ).optional(),
      'secure-port': port('HTTPS. Default: 6443.').optional(),
      'anonymous-auth': flag(
        'Whether requests without credentials are those of system:anonymous. Default: true.',
      ).optional(),
      'authorization-mode': commaList(
        'Who is asked whether a request is allowed, in this order. Default: [AlwaysAllow].',
        AUTHORIZATION_MODES,
      ).optional(),
      'enable-admission-plugins': commaList('Plugins beyond the usual ones, from 1.10. Default: none.', [
        'NodeRestriction',
        'DenyServiceExternalIPs',
      ]).optional(),
      'admission-control': commaList('The name of enable-admission-plugins before 1.10. Default: none.', [
        'NodeRestriction',
      ]).optional(),
      'client-ca-file': reference('The CA of client certificates. Default: that of the cluster.').optional(),
      'kubelet-certificate-authority': reference(
        'The CA against which kubelets are verified. Default: they are not verified.',
      ).optional(),
      'enable-kubelet-cert-cn-validation': flag(
        'Whether a kubelet must have a certificate of its own node (KEP-4872, alpha in 1.37; here at every version). Default: false.',
      ).optional(),
      'kubelet-client-certificate': reference(
        'What the apiserver shows kubelets. Default: one of the cluster.',
      ).optional(),
      'kubelet-read-only-port': port(
        'Where the apiserver expects the read-only port of kubelets, for the health checks of SSH tunnels. Default: 10255.',
      ).optional(),
      'ssh-user': text('Tunnels to all nodes through SSH, as this user. Before 1.22. Default: no tunnels.').optional(),
      'egress-selector-config-file': choice('What that file says of the egress `cluster`. From 1.18. Default: none.', [
        'none',
        'konnectivity',
      ]).optional(),
      'max-requests-inflight': integer('Requests that only read, at once; 0: without limit. Default: 400.', {
        minimum: 0,
      }).optional(),
      'max-mutating-requests-inflight': integer('Requests that write, at once; 0: without limit. Default: 200.', {
        minimum: 0,
      }).optional(),
      'request-timeout': goDuration('A request that takes longer fails. Default: 60s.').optional(),
      'min-request-timeout': integer(
        'Watches last at least so many seconds, if the client does not say. Default: 1800.',
        {
          minimum: 0,
        },
      ).optional(),
      'http2-max-streams-per-connection': integer(
        'Requests at once on one HTTP/2 connection; 0: the default, 250 before 1.29 and 100 since.',
        { minimum: 0 },
      ).optional(),
      'service-account-extend-token-expiration': flag(
        'Whether tokens of pods are good for a year, whatever they say. Default: true from 1.20.',
      ).optional(),
    },
    PLANNED_APISERVER_FLAGS,
  ),
  'the defaults',
).meta({ description: 'Flags of kube-apiserver, without the two dashes.' })

export type ApiserverFlags = z.output<typeof apiserverFlagsSchema>

const PLANNED_KUBELET_FIELDS = [
  'address',
  'apiVersion',
  'cgroupDriver',
  'clusterDNS',
  'clusterDomain',
  'configMapAndSecretChangeDetectionStrategy',
  'containerLogMaxFiles',
  'containerLogMaxSize',
  'enableDebuggingHandlers',
  'eventBurst',
  'eventRecordQPS',
  'evictionHard',
  'failSwapOn',
  'featureGates',
  'healthzBindAddress',
  'healthzPort',
  'imageGCHighThresholdPercent',
  'kind',
  'kubeAPIBurst',
  'kubeAPIQPS',
  'maxPods',
  'nodeStatusMaxImages',
  'registryBurst',
  'registryPullQPS',
  'resolvConf',
  'runtimeRequestTimeout',
  'serializeImagePulls',
  'staticPodPath',
  'syncFrequency',
  'tlsCertFile',
  'tlsCipherSuites',
  'tlsMinVersion',
  'tlsPrivateKeyFile',
  'volumeStatsAggPeriod',
]

const authentication = section(
  {
    anonymous: section({ enabled: flag('Default: false (true before 1.10).').optional() }, 'the defaults')
      .meta({ description: 'Requests without credentials, as system:anonymous.' })
      .optional(),
    webhook: section(
      {
        enabled: flag('Whether bearer tokens are taken to the apiserver (TokenReview). Default: true.').optional(),
        cacheTTL: goDuration('How long an answer is good. Default: 2m.').optional(),
      },
      'the defaults',
    )
      .meta({ description: 'Bearer tokens.' })
      .optional(),
    x509: section(
      { clientCAFile: reference('The CA of client certificates. Default: that of the cluster.').optional() },
      'the defaults',
    )
      .meta({ description: 'Client certificates.' })
      .optional(),
  },
  'the defaults',
).meta({ description: 'Who a request is from.' })

const authorization = section(
  {
    mode: choice(
      'AlwaysAllow; or Webhook: the apiserver is asked (SubjectAccessReview). Default: Webhook (AlwaysAllow before 1.10).',
      ['AlwaysAllow', 'Webhook'],
    ).optional(),
    webhook: section(
      {
        cacheAuthorizedTTL: goDuration('How long a yes is good. Default: 5m.').optional(),
        cacheUnauthorizedTTL: goDuration('How long a no is good. Default: 30s.').optional(),
      },
      'the defaults',
    )
      .meta({ description: 'The cache of answers.' })
      .optional(),
  },
  'the defaults',
).meta({ description: 'Whether a request is allowed.' })

export const kubeletConfigSchema = section(
  withPlanned(
    {
      authentication: authentication.optional(),
      authorization: authorization.optional(),
      port: port('HTTPS. Default: 10250.').optional(),
      readOnlyPort: port('Plain HTTP without authentication; 0: none. Default: 0 (10255 before 1.10).').optional(),
      serverTLSBootstrap: flag(
        'Whether it asks the apiserver for its serving certificate, instead of signing one itself; only from 1.12 on. Default: false.',
      ).optional(),
      rotateCertificates: flag('Whether it asks for a new client certificate in time. Default: false.').optional(),
      nodeStatusUpdateFrequency: goDuration('Between two looks at the own status. Default: 10s.').optional(),
      nodeStatusReportFrequency: goDuration(
        'Between two reports of a status that did not change. Default: nodeStatusUpdateFrequency where that is set, else 5m (1m before 1.17, 10s before 1.14).',
      ).optional(),
      nodeLeaseDurationSeconds: integer(
        'How long a lease is good, in seconds; it is renewed four times as often. Default: 40.',
        { minimum: 1 },
      ).optional(),
      streamingConnectionIdleTimeout: goDuration(
        'An exec, attach or port-forward in which nothing happens ends; 0: never. Default: 4h.',
      ).optional(),
    },
    PLANNED_KUBELET_FIELDS,
  ),
  'the defaults of a configuration file',
).meta({
  description:
    'The configuration file of kubelets (KubeletConfiguration v1beta1), from 1.8. Its defaults are stricter than those of the flags.',
})

export type KubeletConfigSection = z.output<typeof kubeletConfigSchema>

const PLANNED_KUBELET_FLAGS = [
  'address',
  'allow-privileged',
  'api-servers',
  'bootstrap-kubeconfig',
  'cert-dir',
  'cloud-provider',
  'cluster-dns',
  'config',
  'container-runtime',
  'container-runtime-endpoint',
  'feature-gates',
  'hostname-override',
  'kubeconfig',
  'max-pods',
  'network-plugin',
  'node-ip',
  'node-labels',
  'pod-manifest-path',
  'register-node',
  'tls-cert-file',
  'tls-private-key-file',
]

export const kubeletFlagsSchema = section(
  withPlanned(
    {
      'anonymous-auth': flag('Default: true.').optional(),
      'authentication-token-webhook': flag('Default: false.').optional(),
      'authentication-token-webhook-cache-ttl': goDuration('Default: 2m.').optional(),
      'authorization-mode': choice('Default: AlwaysAllow.', ['AlwaysAllow', 'Webhook']).optional(),
      'authorization-webhook-cache-authorized-ttl': goDuration('Default: 5m.').optional(),
      'authorization-webhook-cache-unauthorized-ttl': goDuration('Default: 30s.').optional(),
      'client-ca-file': reference('The CA of client certificates. Default: that of the cluster.').optional(),
      port: port('HTTPS. Default: 10250.').optional(),
      'read-only-port': port('Plain HTTP without authentication; 0: none. Default: 10255.').optional(),
      'rotate-certificates': flag('From 1.8. Default: false.').optional(),
      'rotate-server-certificates': flag(
        'serverTLSBootstrap, as a flag; only from 1.12 on. Default: false.',
      ).optional(),
      'node-status-update-frequency': goDuration('Default: 10s.').optional(),
      'streaming-connection-idle-timeout': goDuration('Default: 4h.').optional(),
    },
    PLANNED_KUBELET_FLAGS,
  ),
  'the defaults of flags',
).meta({
  description:
    'Flags of kubelets, without the two dashes. Where `config` is there too, flags win, and what neither says is as in a configuration file.',
})

export type KubeletFlags = z.output<typeof kubeletFlagsSchema>

export const controllerManagerFlagsSchema = section(
  withPlanned(
    {
      'node-monitor-grace-period': goDuration(
        'A node that was silent for so long counts as lost. Default: 50s (40s before 1.32).',
      ).optional(),
      'node-monitor-period': goDuration('Between two looks at all nodes. Default: 5s.').optional(),
    },
    [
      'allocate-node-cidrs',
      'cluster-cidr',
      'cluster-signing-cert-file',
      'cluster-signing-duration',
      'cluster-signing-key-file',
      'controllers',
      'feature-gates',
      'kube-api-burst',
      'kube-api-qps',
      'leader-elect',
      'master',
      'node-eviction-rate',
      'node-startup-grace-period',
      'pod-eviction-timeout',
      'root-ca-file',
      'service-account-private-key-file',
      'use-service-account-credentials',
    ],
  ),
  'the defaults',
).meta({ description: 'Flags of kube-controller-manager, without the two dashes.' })

export type ControllerManagerFlags = z.output<typeof controllerManagerFlagsSchema>
