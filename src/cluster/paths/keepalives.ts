import { NS_PER_S } from '../../engine/ticks.ts'
import type { KeepaliveSettings } from '../../transport/lifecycle/keepalive.ts'
import type { Abilities } from '../versions/abilities.ts'
import type { ServiceKind } from './path.ts'

/** Linux's net.ipv4.tcp_keepalive_probes. Go leaves it alone, and from 1.23 on sets the same (net/dial.go). */
const PROBES = 9

/** The silence before a probe of clients with client-go's transport (transport/cache.go) or Go's own (net/http). */
const CLIENT_IDLE_NS = 30 * NS_PER_S

/** The silence before a probe of the apiserver's ports (apiserver, pkg/server/secure_serving.go). */
const APISERVER_IDLE_NS = 180 * NS_PER_S

/**
 * Go's own keepalive of dialled sockets (from Go 1.12) and accepted sockets (from 1.13): 15 s, and probes every 15 s
 * (Go, net/dial.go). Konnectivity's programs, which are younger, have it on the port for agents
 * (cmd/server/app/server.go, runAgentServer) and on connections to targets (pkg/agent/client.go). Connections to
 * servers do not have it, because gRPC dials without it (grpc-go, internal/tcp_keepalive_unix.go).
 */
export const GO_KEEPALIVE: KeepaliveSettings = every(15 * NS_PER_S)

/** The keepalive of sshd (TCPKeepAlive is on), whose times are Linux's. */
export const SSHD_KEEPALIVE: KeepaliveSettings = { idleNs: 7200 * NS_PER_S, intervalNs: 75 * NS_PER_S, count: PROBES }

/** Returns the keepalive of clients with client-go's transport, and of the apiserver's connections to the cluster. */
export function clientKeepalive({ keepalive }: Abilities): KeepaliveSettings {
  return { idleNs: CLIENT_IDLE_NS, intervalNs: keepalive.clientIntervalNs, count: PROBES }
}

/**
 * Returns the keepalive of connections that are dialled without a setting; null for none. These are connections that
 * kubectl upgrades (apimachinery, pkg/util/httpstream/spdy/roundtripper.go; client-go,
 * transport/websocket/roundtripper.go), and SSH tunnels (pkg/ssh/ssh.go, realSSHDialer).
 */
export function plainDialKeepalive({ keepalive }: Abilities): KeepaliveSettings | null {
  return keepalive.plainDialNs === null ? null : every(keepalive.plainDialNs)
}

/**
 * Returns the keepalive of accepted connections; null for none. Nothing is known about programs in containers, so they
 * have none.
 */
export function listenerKeepalive(service: ServiceKind, { keepalive }: Abilities): KeepaliveSettings | null {
  switch (service) {
    case 'answers':
    case 'certified-answers':
      return null
    case 'apiserver':
    case 'apiserver-insecure':
      return { idleNs: APISERVER_IDLE_NS, intervalNs: keepalive.apiserverIntervalNs, count: PROBES }
    case 'kubelet':
    case 'kubelet-read-only':
    case 'kubelet-healthz':
      return every(keepalive.kubeletNs)
    case 'konnectivity':
      return GO_KEEPALIVE
  }
}

function every(ns: number): KeepaliveSettings {
  return { idleNs: ns, intervalNs: ns, count: PROBES }
}
