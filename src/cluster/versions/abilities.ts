import { NS_PER_S } from '../../engine/ticks.ts'
import type { AuthorizationMode } from './configuration.ts'
import type { KubernetesVersion } from './kubernetes-version.ts'
import { always, over, type Step, type Steps, stepAt, untilOf, unverified } from './version-steps.ts'

/**
 * Sources, as in docs/models/kubernetes-versions.md. AS, AM, KL: kubernetes/apiserver, /apimachinery, /kubelet at the
 * tags kubernetes-1.N.0; ARK: CentaurusInfra/arktos 6685f14, a fork of about 1.15; k/k#N: issue or pull request N of
 * kubernetes/kubernetes; KEP-N: kubernetes/enhancements, July 2026.
 */
const SERVING = 'AS release-1.6 pkg/server/options/serving.go; ARK pkg/kubeapiserver/options/serving.go'
const CONFIG = 'AS release-1.6 to 1.36 pkg/server/config.go'
const SECURE = 'pkg/server/secure_serving.go'
const LEGACY = 'ARK cmd/kubelet/app/options/options.go (applyLegacyDefaults)'
const V1BETA1 = 'ARK pkg/kubelet/apis/config/v1beta1/defaults.go'
const NODE_LEASE = 'k/k#72096; ARK pkg/features/kube_features.go'
const KUBEADM = 'ARK cmd/kubeadm/app/phases/controlplane/manifests.go'

const MINUTE = 60 * NS_PER_S
const KIB = 1024

type HeartbeatMeans = 'node-status' | 'lease'
type StreamProtocol = 'spdy' | 'websocket'

/** Whether a feature or flag is there. `inert`: the flag is taken, with the one value that does nothing. */
type FlagState = 'absent' | 'present' | 'inert'

/**
 * THE table: every default and ability that moves with the version, or that a flag falls back to. A minor release
 * stands for its .0; what was carried back to patch releases of older ones is told in the docs.
 */
const VERSION_TABLE = {
  /** Flags of kube-apiserver, and what it is able to do. */
  apiserver: {
    insecurePort: over([6, 8080, SERVING], [20, 0, 'k/k#95856']),
    insecurePortFlag: over<FlagState>(
      [6, 'present', SERVING],
      [20, 'inert', 'k/k#95856'],
      [24, 'absent', 'k/k#106859'],
    ),
    insecureBindAddress: always('127.0.0.1', SERVING),
    securePort: always(6443, 'ARK pkg/kubeapiserver/options/serving.go'),
    anonymousAuth: always(true, 'AS release-1.6 pkg/server/options/authentication.go; ARK pkg/kubeapiserver/options'),
    authorizationMode: always<readonly AuthorizationMode[]>(
      ['AlwaysAllow'],
      'ARK pkg/kubeapiserver/options/authorization.go',
    ),
    /** The modes that a release knows at all. */
    authorizationModes: over<readonly string[]>(
      [6, ['AlwaysAllow', 'AlwaysDeny', 'ABAC', 'Webhook', 'RBAC'], 'kubernetes/website#4077 (Node is of 1.7)'],
      [7, ['AlwaysAllow', 'AlwaysDeny', 'ABAC', 'Webhook', 'RBAC', 'Node'], 'kubernetes/website#4077; k/k#46879'],
    ),
    /** Beyond those that every apiserver has, which do nothing to the traffic here. */
    admissionPlugins: always<readonly string[]>([], 'kubernetes/kubeadm#2075: NodeRestriction is not on by itself'),
    /** The plugins of those modelled that a release knows. */
    knownAdmissionPlugins: over<readonly string[]>(
      [6, [], 'k/k#46879'],
      [7, ['NodeRestriction'], 'k/k#46879; kubernetes/website#4077'],
      [21, ['NodeRestriction', 'DenyServiceExternalIPs'], 'KEP-2200'],
    ),
    admissionFlag: over<'admission-control' | 'enable-admission-plugins'>(
      [6, 'admission-control', 'AS release-1.6, 1.9 pkg/server/options'],
      [10, 'enable-admission-plugins', 'AS release-1.10 pkg/server/options/admission.go'],
    ),
    maxRequestsInflight: always(400, CONFIG),
    maxMutatingRequestsInflight: always(200, CONFIG),
    /** In 1.6 it is fixed. */
    requestTimeoutNs: always(60 * NS_PER_S, `AS release-1.6 pkg/server/filters/timeout.go; ${CONFIG}`),
    requestTimeoutFlag: over<FlagState>(
      [6, 'absent', 'AS release-1.6 pkg/server/options'],
      [7, 'present', 'AS release-1.7 pkg/server/options'],
    ),
    minRequestTimeoutNs: always(1800 * NS_PER_S, CONFIG),
    /** Streams that a client may have open on one HTTP/2 connection. */
    http2MaxStreamsPerConnection: over(
      [6, 250, 'x/net http2/server.go; AS 1.12.0 to 1.28.0 pkg/server/secure_serving.go'],
      [29, 100, `AS 1.29.0 ${SECURE} (445b713, k/k#121120; also in 1.28.3, 1.27.7, 1.26.10, 1.25.15)`],
    ),
    http2MaxStreamsFlag: over<FlagState>(
      [6, 'absent', 'AS release-1.6, 1.8.0'],
      [9, 'present', 'AS release-1.9, 1.10.0 pkg/server/options/serving.go'],
    ),
    http2StreamWindowBytes: over(
      [6, KIB * KIB, 'x/net http2/server.go, which AS up to 1.11.0 leaves as it is'],
      [12, 256 * KIB, `AS 1.12.0 ${SECURE} (later also in 1.9 to 1.11)`],
    ),
    /** null: a request's header may take for ever to arrive. */
    readHeaderTimeoutNs: over<number | null>(
      [6, null, 'AS 1.22.0 and before: no timeout is set'],
      [23, 32 * NS_PER_S, `AS 1.23.0 ${SECURE} (1e6293c; later also in 1.19 to 1.22)`],
    ),
    idleTimeoutNs: over<number | null>(
      [6, null, 'AS 1.22.0 and before: no timeout is set'],
      [23, 90 * NS_PER_S, `AS 1.23.0 ${SECURE} (1e6293c; later also in 1.19 to 1.22)`],
    ),
    serviceAccountExtendTokenExpirationFlag: unverified(
      over<FlagState>([6, 'absent', 'k/k#89549 (April 2020)'], [19, 'present', 'k/k#89549 (April 2020)']),
      6,
      19,
    ),
    serviceAccountExtendTokenExpiration: over([6, false, 'k/k#96273'], [20, true, 'k/k#96273']),
    sshTunnels: over([6, true, 'ARK cmd/kube-apiserver/app/server.go'], [22, false, 'k/k#102297']),
    kubeletReadOnlyPort: always(10255, 'ARK cmd/kube-apiserver/app/options/options.go'),
    /** How the egress selector reaches a Konnectivity server. The gRPC of today is what is modelled. */
    egressSelector: over<'absent' | 'http-connect' | 'grpc'>(
      [6, 'absent', 'AS 1.15.0: no pkg/server/egressselector'],
      [16, 'http-connect', 'AS 1.16.0 pkg/apis/apiserver/types.go; KEP-1281 (alpha)'],
      [18, 'grpc', 'AS 1.18.0 pkg/apis/apiserver/types.go; KEP-1281 (beta)'],
    ),
    /** What becomes of both connections when a kubelet or a pod refuses an upgrade. */
    refusedUpgrades: over<'piped' | 'closed'>(
      [6, 'piped', 'k/k#71411'],
      [13, 'closed', 'k/k#71411 (also in 1.10.11, 1.11.5, 1.12.3)'],
    ),
    /** `--enable-kubelet-cert-cn-validation`. Scenarios may use it at every version, to ask what it would have done. */
    kubeletCertCnValidation: over<'absent' | 'alpha'>([6, 'absent', 'KEP-4872'], [37, 'alpha', 'KEP-4872 kep.yaml']),
  },

  /** Fields of the kubelet whose default does not depend on how it is set up. */
  kubelet: {
    port: always(10250, V1BETA1),
    /** How a kubelet is set up where nothing is said: as kubeadm of the time did. */
    setUpBy: over<'flags' | 'config'>([6, 'flags', 'k/k#64780'], [11, 'config', 'k/k#64780 (kubeadm 10-kubeadm.conf)']),
    /** `--config`; alpha until 1.10. */
    configFile: over<FlagState>([6, 'absent', 'kubernetes/website#5694'], [8, 'present', 'kubernetes/website#5694']),
    webhookCacheTtlNs: always(2 * MINUTE, V1BETA1),
    cacheAuthorizedTtlNs: always(5 * MINUTE, V1BETA1),
    cacheUnauthorizedTtlNs: always(30 * NS_PER_S, V1BETA1),
    rotateCertificates: always(false, 'KL release-1.12 to 1.36 config/v1beta1/types.go'),
    rotateCertificatesFlag: over<FlagState>([6, 'absent', 'k/k#51045'], [8, 'present', 'k/k#51045']),
    serverTlsBootstrap: always(false, 'KL release-1.12 to 1.36 config/v1beta1/types.go'),
    /** Whether it may be turned on: the gate RotateKubeletServerCertificate. */
    serverTlsBootstrapGate: over([6, false, 'k/k#125811'], [12, true, 'k/k#125811; ARK pkg/features/kube_features.go']),
    nodeStatusUpdateFrequencyNs: always(10 * NS_PER_S, 'KL release-1.12 to 1.36 config/v1beta1/types.go'),
    /** Without leases every status that is computed is also sent. */
    nodeStatusReportFrequencyNs: over(
      [6, 10 * NS_PER_S, 'KEP-589: before leases NodeStatus is the heartbeat'],
      [14, MINUTE, 'KL release-1.14 to 1.16 config/v1beta1/types.go; kubernetes/website#10699'],
      [17, 5 * MINUTE, 'k/k#84007'],
    ),
    nodeLeaseDurationNs: always(40 * NS_PER_S, `${V1BETA1}; k/k#66257`),
    heartbeat: over<HeartbeatMeans>([6, 'node-status', 'KEP-589'], [14, 'lease', NODE_LEASE]),
    streamingConnectionIdleTimeoutNs: always(4 * 3600 * NS_PER_S, V1BETA1),
    /** It closes all its connections to the apiserver after repeated failures of the heartbeat. */
    closesConnectionsOnHeartbeatFailure: over(
      [6, false, 'k/k#63492'],
      [11, true, 'k/k#63492; ARK cmd/kubelet/app/server.go'],
      [24, false, 'k/k#108107'],
    ),
    /** Whether a heartbeat waits no longer for its answer than heartbeats are apart. Otherwise it waits for ever. */
    heartbeatTimesOut: over([6, false, 'k/k#52176'], [8, true, 'k/k#52176 (also in 1.7.8)']),
    /** Heartbeats are apart by their period and up to so much of it more. */
    leaseJitter: over([6, 0, 'k/k#101652'], [22, 0.04, 'k/k#101652 (later also in 1.20, 1.21)']),
    nodeStatusJitter: over([6, 0, 'k/k#105272'], [23, 0.04, 'k/k#105272']),
    /** After a change of its status the next report is due so much of its frequency earlier or later. */
    nodeStatusReportSpread: unverified(over([6, 0, 'k/k#128640'], [33, 0.5, 'k/k#128640 (December 2024)']), 33),
    /** What it compares its status with, each time that it computes it. */
    readsOwnNodeFrom: over<'apiserver' | 'watch'>([6, 'apiserver', 'k/k#123977'], [31, 'watch', 'k/k#123977']),
    /** How it learns of changed secrets and ConfigMaps of its pods. */
    secretChangeDetection: over<'poll' | 'watch'>(
      [6, 'poll', 'k/k#64752'],
      [12, 'watch', 'k/k#64752 (1.12.10 and 1.13.11 poll again, k/k#74755)'],
    ),
    /** What its HTTPS endpoint speaks with the apiserver for exec, attach and port-forward. */
    streamProtocol: over<StreamProtocol>(
      [6, 'spdy', 'KEP-4006'],
      [36, 'websocket', 'k/k#136256, kubernetes/enhancements#5792 (ExtendWebSocketsToKubelet, beta)'],
    ),
  },

  /** Defaults of a kubelet that is set up by flags alone. */
  kubeletFlags: {
    anonymousEnabled: always(true, LEGACY),
    webhookEnabled: always(false, LEGACY),
    authorizationMode: always<'AlwaysAllow' | 'Webhook'>('AlwaysAllow', LEGACY),
    readOnlyPort: always(10255, LEGACY),
  },

  /** Defaults of a kubelet that has a configuration file; flags beside it override fields. */
  kubeletConfig: {
    anonymousEnabled: over([6, true, 'k/k#59666: as the flags'], [10, false, `k/k#59666; ${V1BETA1}`]),
    webhookEnabled: over([6, false, 'k/k#59666: as the flags'], [10, true, `k/k#59666; ${V1BETA1}`]),
    authorizationMode: over<'AlwaysAllow' | 'Webhook'>(
      [6, 'AlwaysAllow', 'k/k#59666: as the flags'],
      [10, 'Webhook', `k/k#59666; ${V1BETA1}`],
    ),
    readOnlyPort: over([6, 10255, 'k/k#59666: as the flags'], [10, 0, 'k/k#59666; KL config/v1beta1/types.go']),
  },

  controllerManager: {
    nodeMonitorGracePeriodNs: over(
      [6, 40 * NS_PER_S, 'KEP-589; ARK pkg/controller/nodelifecycle/config/v1alpha1/defaults.go'],
      [32, 50 * NS_PER_S, 'k/k#126287'],
    ),
    nodeMonitorPeriodNs: always(5 * NS_PER_S, 'kubernetes-sigs/kubespray docs/kubernetes-reliability.md'),
    podEvictionTimeoutNs: always(5 * MINUTE, 'ARK pkg/controller/nodelifecycle/config/v1alpha1/defaults.go'),
  },

  /** Go's crypto/tls of the time, in every component. */
  tls: {
    newestVersion: over<'1.2' | '1.3'>(
      [6, '1.2', 'Go release notes (1.3 is on by default from Go 1.13)'],
      [17, '1.3', 'kubernetes/community#4225: 1.17 is built with Go 1.13'],
    ),
    /** What two ends of this version agree on first. */
    keyExchange: unverified(
      over<'p256' | 'x25519' | 'x25519mlkem768'>(
        [6, 'p256', 'kubernetes/kubeadm#178: Go 1.7, which has no X25519 (Go 1.8 release notes)'],
        [7, 'x25519', 'built with Go 1.8; Go 1.8 release notes'],
        [33, 'x25519mlkem768', 'AS 1.33.0 go.mod (Go 1.24); kubernetes.io/blog/2025/07/18/pqc-in-k8s'],
      ),
      7,
    ),
  },

  /** client-go, in everything that talks to the apiserver. */
  client: {
    /** A PING after so long without a frame, and the end of the connection so long after it; null: no health check. */
    http2ReadIdleTimeoutNs: over<number | null>(
      [6, null, 'AM 1.19.0 pkg/util/net/http.go'],
      [20, 30 * NS_PER_S, 'AM 1.20.0 pkg/util/net/http.go (k/k#95981; later also in 1.18, 1.19)'],
    ),
    http2PingTimeoutNs: over<number | null>(
      [6, null, 'AM 1.19.0 pkg/util/net/http.go'],
      [20, 15 * NS_PER_S, 'AM 1.20.0 pkg/util/net/http.go (k/k#95981; later also in 1.18, 1.19)'],
    ),
    /** What kubectl asks the apiserver for. */
    execProtocol: over<StreamProtocol>([6, 'spdy', 'KEP-4006'], [30, 'websocket', 'k/k#123281, k/k#126134 (beta)']),
    portForwardProtocol: over<StreamProtocol>([6, 'spdy', 'KEP-4006'], [31, 'websocket', 'KEP-4006 (beta in 1.31)']),
  },

  /** Pods and what is mounted into them. */
  pods: {
    token: over<'secret' | 'projected'>([6, 'secret', 'KEP-1205'], [21, 'projected', 'KEP-1205 kep.yaml (beta, on)']),
    projectedTokenExpirationS: always(3607, 'k/k#105801'),
    /** A service account gets a token that never expires, as a secret. */
    secretTokensAreCreated: over([6, true, 'KEP-2799'], [24, false, 'KEP-2799 kep.yaml (beta in 1.24)']),
  },

  kubeProxy: {
    watches: over<'endpoints' | 'endpointslices'>([6, 'endpoints', 'k/k#92736'], [19, 'endpointslices', 'k/k#92736']),
    /** Before, its rules for `externalIPs` are about what it forwards, not about what its host sends (src-type LOCAL). */
    translatesOwnToExternalIps: over([6, false, 'ARK pkg/proxy/iptables/proxier.go'], [21, true, 'k/k#96296']),
  },

  /** What kubeadm of the time sets; presets begin here. */
  kubeadm: {
    insecurePort: over<number | null>([6, 0, 'k/k#42066'], [22, null, 'k/k#102121: the flag does nothing']),
    authorizationMode: over<readonly AuthorizationMode[]>(
      [6, ['RBAC'], 'k/k#39846'],
      [7, ['Node', 'RBAC'], 'k/k#46879; kubernetes/kubeadm#592'],
    ),
    admissionPlugins: over<readonly string[]>([6, [], 'k/k#46879'], [7, ['NodeRestriction'], `k/k#46879; ${KUBEADM}`]),
    /** Where kubelets listen without any authentication; 0: nowhere. */
    kubeletReadOnlyPort: over([6, 10255, 'k/k#64187'], [11, 0, 'k/k#64187']),
    /** The group of the certificate that the apiserver shows kubelets. */
    kubeletClientGroup: over([6, 'system:masters', 'k/k#121837'], [29, 'kubeadm:cluster-admins', 'k/k#121837']),
    rotateCertificates: unverified(
      over([6, false, 'KEP-266'], [8, true, 'KEP-266; ARK cmd/kubeadm/app/componentconfigs']),
      8,
    ),
  },
} as const

type Table = typeof VERSION_TABLE

type ValueOf<Rows> = Rows extends Steps<infer Value> ? Value : never

export type Abilities = {
  readonly [Part in keyof Table]: { readonly [Key in keyof Table[Part]]: ValueOf<Table[Part][Key]> }
}

export type VersionPart = keyof Table

function mapTable(read: (steps: Steps<unknown>) => unknown): Abilities {
  const parts = Object.entries(VERSION_TABLE).map(([part, keys]) => [
    part,
    Object.fromEntries(Object.entries(keys).map(([key, steps]) => [key, read(steps)])),
  ])
  return Object.fromEntries(parts) as Abilities
}

const defaultsByMinor = new Map<number, Abilities>()

export function abilitiesOf({ minor }: KubernetesVersion): Abilities {
  const known = defaultsByMinor.get(minor) ?? mapTable((steps) => stepAt(steps, minor).value)
  defaultsByMinor.set(minor, known)
  return known
}

/** Where a default of this version is written. */
export function sourceOf<Part extends VersionPart>(
  { minor }: KubernetesVersion,
  part: Part,
  key: keyof Abilities[Part],
): string {
  const keys: Readonly<Record<PropertyKey, Steps<unknown>>> = VERSION_TABLE[part]
  return stepAt(keys[key], minor).source
}

/** A row of the table as it is read: one value over a stretch of releases. */
export interface VersionRow extends Step<unknown> {
  /** `apiserver.insecurePort`. */
  readonly what: string
  readonly until: number
}

export function versionRows(): VersionRow[] {
  return Object.entries(VERSION_TABLE).flatMap(([part, keys]) =>
    Object.entries(keys).flatMap(([key, steps]: [string, Steps<unknown>]) =>
      steps.map((step, index) => ({ ...step, what: `${part}.${key}`, until: untilOf(steps, index) })),
    ),
  )
}
