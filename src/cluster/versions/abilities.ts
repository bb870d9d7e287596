import { NS_PER_S } from '../../engine/ticks.ts'
import type { KubernetesVersion } from './kubernetes-version.ts'
import { SECURE_SERVING } from './sources.ts'
import { over, type Steps, stepAt, unverified } from './version-steps.ts'

const NODE_LEASE = 'k/k#72096; ARK pkg/features/kube_features.go'

const GO_1_23 = 'k/k#127611: 1.32 is built with Go 1.23 (later also 1.31)'

const KIB = 1024

type HeartbeatMethod = 'node-status' | 'lease'
type StreamProtocol = 'spdy' | 'websocket'

/**
 * Behaviour of releases that no modelled flag sets, one row each. A minor release stands for its .0; later backports to
 * patch releases are in the sources.
 */
export const ABILITIES = {
  apiserver: {
    http2StreamWindowBytes: over(
      [6, KIB * KIB, 'x/net http2/server.go, which AS up to 1.11.0 leaves as it is'],
      [12, 256 * KIB, `AS 1.12.0 ${SECURE_SERVING} (later also in 1.9 to 1.11)`],
    ),
    /** True if users may request logs without verification of the kubelet (AllowInsecureBackendProxy). */
    insecureBackendProxy: over(
      [6, false, 'k/k#83419'],
      [17, true, 'k/k#83419 (beta, on; without a gate to turn it off from 1.21, k/k#99658)'],
    ),
    sshTunnels: over([6, true, 'ARK cmd/kube-apiserver/app/server.go'], [22, false, 'k/k#102297']),
    /** The treatment of both connections when a kubelet or a pod refuses an upgrade. */
    refusedUpgrades: over<'piped' | 'closed'>(
      [6, 'piped', 'k/k#71411'],
      [13, 'closed', 'k/k#71411 (also in 1.10.11, 1.11.5, 1.12.3)'],
    ),
  },

  kubelet: {
    /** The way in which a kubelet is configured unless the scenario sets it: as kubeadm of the release did. */
    setUpBy: over<'flags' | 'config'>([6, 'flags', 'k/k#64780'], [11, 'config', 'k/k#64780 (kubeadm 10-kubeadm.conf)']),
    heartbeat: over<HeartbeatMethod>([6, 'node-status', 'KEP-589'], [14, 'lease', NODE_LEASE]),
    /** True if the kubelet closes all its connections to the API server after repeated heartbeat failures. */
    closesConnectionsOnHeartbeatFailure: over(
      [6, false, 'k/k#63492'],
      [11, true, 'k/k#63492; ARK cmd/kubelet/app/server.go'],
      [24, false, 'k/k#108107'],
    ),
    /**
     * True if a heartbeat fails when its response takes longer than the heartbeat period. Otherwise it waits without
     * limit.
     */
    heartbeatTimesOut: over([6, false, 'k/k#52176'], [8, true, 'k/k#52176 (also in 1.7.8)']),
    /** The jitter of heartbeats: the time between two of them is their period plus up to this fraction of it. */
    leaseJitter: over([6, 0, 'k/k#101652'], [22, 0.04, 'k/k#101652 (later also in 1.20, 1.21)']),
    nodeStatusJitter: over([6, 0, 'k/k#105272'], [23, 0.04, 'k/k#105272']),
    /**
     * The spread of reports: after a change of its status, a kubelet sends the next report earlier or later by up to
     * this fraction of the report frequency.
     */
    nodeStatusReportSpread: unverified(over([6, 0, 'k/k#128640'], [33, 0.5, 'k/k#128640 (December 2024)']), 33),
    /** The source of the Node object with which the kubelet compares its status. */
    readsOwnNodeFrom: over<'apiserver' | 'watch'>([6, 'apiserver', 'k/k#123977'], [31, 'watch', 'k/k#123977']),
    /**
     * The issuer of a kubelet's self-made serving certificate: the kubelet's own key, or a CA that the kubelet makes
     * for this certificate and whose key it discards.
     */
    servingIssuer: over<'itself' | 'own-ca'>([6, 'itself', 'k/k#59966'], [10, 'own-ca', 'k/k#59966']),
    /** The method by which a kubelet detects changes of its pods' secrets and config maps. */
    secretChangeDetection: over<'poll' | 'watch'>(
      [6, 'poll', 'k/k#64752'],
      [12, 'watch', 'k/k#64752 (1.12.10 and 1.13.11 poll again, k/k#74755)'],
    ),
  },

  controllerManager: {
    /**
     * The first action on a lost node: `timeout` deletes its pods; `taint` sets a taint, which pods tolerate for a
     * time.
     */
    evictsBy: over<'timeout' | 'taint'>(
      [6, 'timeout', 'ARK pkg/controller/nodelifecycle/node_lifecycle_controller.go'],
      [13, 'taint', 'k/k#69824 (TaintBasedEvictions is on)'],
    ),
  },

  /** The behaviour of Go's crypto/tls in the release, for every component. */
  tls: {
    newestVersion: over<'1.2' | '1.3'>(
      [6, '1.2', 'Go release notes (1.3 is on by default from Go 1.13)'],
      [17, '1.3', 'kubernetes/community#4225: 1.17 is built with Go 1.13'],
    ),
    /** The key exchange that two ends of this release prefer. */
    keyExchange: unverified(
      over<'p256' | 'x25519' | 'x25519mlkem768'>(
        [6, 'p256', 'kubernetes/kubeadm#178: Go 1.7, which has no X25519 (Go 1.8 release notes)'],
        [7, 'x25519', 'built with Go 1.8; Go 1.8 release notes'],
        [33, 'x25519mlkem768', 'AS 1.33.0 go.mod (Go 1.24); kubernetes.io/blog/2025/07/18/pqc-in-k8s'],
      ),
      7,
    ),
  },

  /** TCP keepalive as set by the Go version of the release. */
  keepalive: {
    /** The time between probes of clients, whose dialer names a period of 30 s. */
    clientIntervalNs: over(
      [6, 30 * NS_PER_S, 'Go 1.7 net/tcpsockopt_unix.go (the period is also the interval)'],
      [32, 15 * NS_PER_S, `Go 1.23 net/tcpsock.go, golang/go#62254 (the interval has its own default); ${GO_1_23}`],
    ),
    /** The period of connections that are dialled without one; null for no probes. */
    plainDialNs: over<number | null>(
      [6, null, 'Go 1.7 net/dial.go'],
      [14, 15 * NS_PER_S, 'Go 1.12 net/dial.go; k/k#74632: 1.14 is built with Go 1.12'],
    ),
    /** The period of the kubelet's ports. */
    kubeletNs: over(
      [6, 180 * NS_PER_S, 'Go 1.7 net/http/server.go (tcpKeepAliveListener)'],
      [
        17,
        15 * NS_PER_S,
        'Go 1.13 net/dial.go, golang/go#31510; kubernetes/community#4225: 1.17 is built with Go 1.13',
      ],
    ),
    /** The time between probes of the apiserver, which names a period of 3 min (tcpKeepAliveListener). */
    apiserverIntervalNs: over(
      [6, 180 * NS_PER_S, `AS release-1.6 pkg/server/serve.go, later ${SECURE_SERVING}; Go 1.7 net/tcpsockopt_unix.go`],
      [32, 15 * NS_PER_S, `AS ${SECURE_SERVING}; Go 1.23 net/tcpsock.go (a period no longer sets it); ${GO_1_23}`],
    ),
  },

  /** The behaviour of client-go, which every client of the API server uses. */
  client: {
    /** The time without a frame after which a client sends a PING; null when the release has no health check. */
    http2ReadIdleTimeoutNs: over<number | null>(
      [6, null, 'AM 1.19.0 pkg/util/net/http.go'],
      [20, 30 * NS_PER_S, 'AM 1.20.0 pkg/util/net/http.go (k/k#95981; later also in 1.18, 1.19)'],
    ),
    http2PingTimeoutNs: over<number | null>(
      [6, null, 'AM 1.19.0 pkg/util/net/http.go'],
      [20, 15 * NS_PER_S, 'AM 1.20.0 pkg/util/net/http.go (k/k#95981; later also in 1.18, 1.19)'],
    ),
    /** The protocol that kubectl requests for exec. */
    execProtocol: over<StreamProtocol>([6, 'spdy', 'KEP-4006'], [30, 'websocket', 'k/k#123281, k/k#126134 (beta)']),
    /** The time between pings on SPDY connections of kubectl; null if it sends none. */
    spdyPingIntervalNs: over<number | null>([6, null, 'k/k#97083'], [21, 5 * NS_PER_S, 'k/k#97083']),
    portForwardProtocol: over<StreamProtocol>([6, 'spdy', 'KEP-4006'], [31, 'websocket', 'KEP-4006 (beta in 1.31)']),
  },

  /** The source of the service account token that is mounted into pods. */
  pods: {
    token: over<'secret' | 'projected'>([6, 'secret', 'KEP-1205'], [21, 'projected', 'KEP-1205 kep.yaml (beta, on)']),
  },

  kubeProxy: {
    watches: over<'endpoints' | 'endpointslices'>([6, 'endpoints', 'k/k#92736'], [19, 'endpointslices', 'k/k#92736']),
    /**
     * True if the iptables mode also translates external IPs in packets from the host itself or from a pod on its
     * bridge. Before, the rules for `externalIPs` match only other packets (src-type LOCAL, physdev-is-in).
     */
    translatesLocalToExternalIps: over([6, false, 'ARK pkg/proxy/iptables/proxier.go'], [21, true, 'k/k#96296']),
    /**
     * True if kube-proxy opens the port of an external IP that is an address of its host, and skips the service if
     * another program has opened it.
     */
    opensPorts: over([6, true, 'ARK pkg/proxy/iptables/proxier.go'], [24, false, 'k/k#108496']),
  },

  /** The settings that kubeadm of the release makes. */
  kubeadm: {
    /** The group of the client certificate that the API server uses with kubelets. */
    kubeletClientGroup: over([6, 'system:masters', 'k/k#121837'], [29, 'kubeadm:cluster-admins', 'k/k#121837']),
  },
} as const

type Table = typeof ABILITIES

type ValueOf<Rows> = Rows extends Steps<infer Value> ? Value : never

export type Abilities = {
  readonly [Part in keyof Table]: { readonly [Key in keyof Table[Part]]: ValueOf<Table[Part][Key]> }
}

const abilitiesByMinor = new Map<number, Abilities>()

export function abilitiesOf({ minor }: KubernetesVersion): Abilities {
  const known = abilitiesByMinor.get(minor) ?? abilitiesAt(minor)
  abilitiesByMinor.set(minor, known)
  return known
}

function abilitiesAt(minor: number): Abilities {
  const parts = Object.entries(ABILITIES).map(([part, keys]) => [
    part,
    Object.fromEntries(
      Object.entries(keys).map(([key, steps]: [string, Steps<unknown>]) => [key, stepAt(steps, minor).value]),
    ),
  ])
  return Object.fromEntries(parts) as Abilities
}
