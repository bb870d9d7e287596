import type { KeepaliveSettings } from '../../transport/lifecycle/keepalive.ts'
import type { PathAgents } from '../konnectivity/konnectivity-agent.ts'

/** A path as the simulation runs it: from a host to a port of another, by way of what. Immutable. */
export interface Path {
  readonly name: string
  readonly fromHost: number
  readonly toHost: number
  /** Indices into the address book, of the direct connection. */
  readonly localAddress: number
  readonly remoteAddress: number
  readonly port: number
  /** How long a client waits for TCP; null: until TCP gives up. */
  readonly dialPatienceNs: number | null
  /** As a client asks whether a silent server is still there; null: never. */
  readonly keepalive: KeepaliveSettings | null
  /** Other paths, along one of which each connection goes instead, at random: to the endpoints of a service. */
  readonly endpointPaths: readonly number[]
  /** Keys of that choice. */
  readonly endpointKeyHigh: number
  readonly endpointKeyLow: number
  /** Index of a TlsClient for each version of HTTP that may be spoken; NONE: plain. */
  readonly tlsClients: TlsClients
  /** Which tunnels it may go through; none: straight over the links. */
  readonly tunnels: readonly number[]
  /** That of the target's own address, where there is one; NONE: a random one, for each connection anew. */
  readonly ownTunnel: number
  /** Keys of the choice. */
  readonly tunnelKeyHigh: number
  readonly tunnelKeyLow: number
  /** How it chooses a Konnectivity agent; null: it goes through none. */
  readonly konnectivity: PathAgents | null
}

export interface TlsClients {
  readonly http1: number
  readonly http2: number
}

/** An SSH connection that paths share: one for each pair of hosts and rule for the host key. Immutable. */
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
  /** Workloads wait for it at the start. */
  readonly isWarm: boolean
  /** The tunneler of a cluster keeps it up; nobody else dials it. */
  readonly isManaged: boolean
}

export const SSH_PORT = 22

/** What answers on a port. Immutable; a listener is known by its index. */
export type Listener =
  /** `http2`: index of Http2Parameters; `service` of an HttpService, by what it is. */
  | {
      readonly kind: 'http'
      readonly host: number
      readonly port: number
      readonly bindAddress: number
      readonly http2: number
      readonly service: ServiceKind
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
    }
  /** `sshServer`: index of SshServerParameters. */
  | { readonly kind: 'ssh'; readonly host: number; readonly port: number; readonly sshServer: number }

/** Who answers requests: whoever knows an answer to each, or a part of Kubernetes. */
export type ServiceKind =
  | 'answers'
  /** The same, to who has shown a certificate. */
  | 'certified-answers'
  | 'apiserver'
  | 'apiserver-insecure'
  | 'kubelet'
  | 'kubelet-read-only'
  | 'kubelet-healthz'
  | 'konnectivity'

/** Of a listener: all addresses of its host. */
export const ANY_ADDRESS = -1
