import type { StreamKey } from '../../engine/streams.ts'
import type { KeepaliveSettings, SilenceSettings } from '../../transport/lifecycle/keepalive.ts'

/**
 * A path in the simulation: from a client's host to a port of a server's host, possibly through a tunnel. Immutable;
 * other parts know it by its index.
 */
export interface Path {
  readonly name: string
  readonly fromHost: number
  readonly toHost: number
  /** Addresses of the direct connection, as indices into the address book. */
  readonly localAddress: number
  readonly remoteAddress: number
  /** The host name or address that clients dial, as text. */
  readonly serverName: string
  readonly port: number
  /** The time that a client waits for the TCP connection; null if it waits until TCP gives up. */
  readonly dialPatienceNs: number | null
  /** The TCP keepalive of the path's clients. */
  readonly keepalive: PathKeepalive
  /** The paths to the endpoints of a service, one of which each connection takes at random; empty for other paths. */
  readonly endpointPaths: readonly number[]
  /** The key of the random stream that chooses the endpoint. */
  readonly endpointKey: StreamKey
  /** Indices of the TlsClient for each version of HTTP; NONE for plain HTTP. */
  readonly tlsClients: TlsClients
  /** The SSH tunnels that the path's connections can use; empty for none. */
  readonly tunnels: readonly number[]
  /**
   * The tunnel that is listed under the dialled name or address; NONE if there is none, so that each connection uses a
   * random tunnel.
   */
  readonly ownTunnel: number
  /** The key of the random stream that chooses a tunnel. */
  readonly tunnelKey: StreamKey
  /** The Konnectivity agents that can carry the path's connections; null if the path does not use Konnectivity. */
  readonly konnectivity: PathAgents | null
}

/** The Konnectivity agents among which the server chooses one for each connection along a path. Immutable. */
export interface PathAgents {
  readonly agents: readonly number[]
  /** Agents of attackers at the same server, which the server may choose too. */
  readonly others: readonly number[]
  /** Agents that claim the address of the dialled host. The proxy strategy `destHost` chooses among these. */
  readonly claimants: readonly number[]
  /** The key of the random stream that chooses among several agents. */
  readonly choiceKey: StreamKey
}

/** Keepalive by the version of HTTP; null for none. Where a path has HTTP/2, HTTP/1.1 is for upgrades alone. */
export interface PathKeepalive {
  readonly http1: KeepaliveSettings | null
  readonly http2: KeepaliveSettings | null
}

export interface TlsClients {
  readonly http1: number
  readonly http2: number
}

/** An SSH connection that paths share: there is one for each pair of hosts and rule for the host key. Immutable. */
export interface Tunnel {
  readonly name: string
  readonly fromHost: number
  readonly viaHost: number
  readonly localAddress: number
  readonly remoteAddress: number
  readonly nameHigh: number
  readonly nameLow: number
  /** Index of SshClientParameters. */
  readonly sshClient: number
  readonly silence: SilenceSettings
  /** True if workloads wait until the tunnel is up, or has failed. */
  readonly isWarm: boolean
  /** True if the cluster's tunneler maintains the tunnel. Then nothing else dials it. */
  readonly isManaged: boolean
}

export const SSH_PORT = 22

/** A server on a port. Immutable; other parts know it by its index. */
export type Listener =
  /** `http2`: index of Http2Parameters; `service` of an HttpService, by what it is. */
  | {
      readonly kind: 'http'
      readonly host: number
      readonly port: number
      readonly bindAddress: number
      readonly http2: number
      readonly service: ServiceKind
      readonly silence: SilenceSettings
    }
  /** `tlsServer`: index of a TlsServer. */
  | {
      readonly kind: 'https'
      readonly host: number
      readonly port: number
      readonly bindAddress: number
      readonly http2: number
      readonly service: ServiceKind
      readonly tlsServer: number
      readonly silence: SilenceSettings
    }
  /** `sshServer`: index of SshServerParameters. */
  | {
      readonly kind: 'ssh'
      readonly host: number
      readonly port: number
      readonly sshServer: number
      readonly silence: SilenceSettings
    }

/** The service behind a listener: planned answers, or a part of Kubernetes. */
export type ServiceKind =
  | 'answers'
  /** Planned answers, for clients that have presented a certificate. */
  | 'certified-answers'
  | 'apiserver'
  | 'apiserver-insecure'
  | 'kubelet'
  | 'kubelet-read-only'
  | 'kubelet-healthz'
  | 'konnectivity'

/** The bind address of a listener on all addresses of its host. */
export const ANY_ADDRESS = -1

// The default ports of a kubelet (pkg/cluster/ports/ports.go).

/** The HTTPS port, for the API server. */
export const KUBELET_PORT = 10_250
/** The port for HTTP without authentication. */
export const READ_ONLY_PORT = 10_255
/** The port for health checks by HTTP, on 127.0.0.1. */
export const HEALTHZ_PORT = 10_248
