import type { AdditionsBlueprint } from '../attack/additions.ts'
import type { ObjectEncoding, ObjectKind } from '../cluster/messages/object-sizes.ts'
import type { PathKindName } from '../cluster/paths/path-kinds.ts'
import type { KubernetesVersion } from '../cluster/versions/kubernetes-version.ts'
import type { LinkOptions } from '../network/link-options.ts'
import type { LinkProfileName } from '../network/link-profiles.ts'
import type { MiddleboxKind } from '../network/middlebox-kinds.ts'
import type { Middlebox } from '../network/middleboxes.ts'
import type { NoiseName } from '../network/noise-profiles.ts'
import type { CpuProfileName } from '../security/cpu-profiles.ts'
import type { TcpOverrides, TcpProfileName } from '../transport/profiles/tcp-profiles.ts'
import type { WorkloadKind } from '../workload/workload-kind.ts'
import type { AttackerBlueprint } from './blueprint-attack.ts'
import type { AgentAuthenticationBlueprint, ClusterBlueprint } from './blueprint-cluster.ts'

/** The options of one direction of a link. */
export type LinkDirectionBlueprint = LinkOptions

/**
 * A checked scenario as plain immutable values with all defaults filled in. Everything in it can be simulated.
 * `loadScenario` makes it from YAML; a user of the library can also write one. Lists are in the order of declaration,
 * which has no effect: the simulation sorts by name.
 */
export interface Blueprint {
  readonly name: string
  /** The seed of all random numbers, a safe integer. */
  readonly seed: number
  /** The longest time that the run may take; null: it ends when all workloads and events are done. */
  readonly durationNs: number | null
  readonly hosts: readonly HostBlueprint[]
  readonly links: readonly LinkBlueprint[]
  readonly segments: readonly SegmentBlueprint[]
  readonly routes: readonly RouteBlueprint[]
  /** The firewall; null if every host may connect to every other. */
  readonly firewall: FirewallBlueprint | null
  readonly middleboxes: readonly MiddleboxBlueprint[]
  readonly virtualAddresses: readonly VirtualAddressBlueprint[]
  readonly identities: readonly IdentityBlueprint[]
  readonly paths: readonly PathBlueprint[]
  readonly workloads: readonly WorkloadBlueprint[]
  readonly events: readonly EventBlueprint[]
  /** The Kubernetes cluster; null for a scenario of hosts and paths only. */
  readonly cluster: ClusterBlueprint | null
  readonly attackers: readonly AttackerBlueprint[]
  /**
   * True if connections take the endpoints of a service, the tunnels and the agents in turn, so that a few connections
   * use all of them. Absent: they choose at random, as Kubernetes does.
   */
  readonly choosesInTurn?: true
  readonly additions?: AdditionsBlueprint
}

/** A host: its addresses, processor, TCP stack and loopback. */
export interface HostBlueprint extends Added {
  readonly name: string
  /** IPv4 addresses in dotted form, at least one. Automatic addresses derive from the host's name. */
  readonly addresses: readonly string[]
  readonly cpu: CpuProfileName
  /** The version of the kubelet or kubectl on it; absent: the version of its pool or of the cluster. */
  readonly kubernetes?: KubernetesVersion
  /** The number of processor cores, at least 1. */
  readonly cores: number
  /** The host whose cores it shares; absent: it has its own. */
  readonly coresOf?: string
  readonly noise: NoiseName
  readonly tcp: TcpBlueprint
  /** The options of both directions of the host's loopback. */
  readonly loopback: LinkDirectionBlueprint
}

/** The TCP stack of a host. */
export interface TcpBlueprint {
  readonly profile: TcpProfileName
  readonly congestion: string
  /** Settings that differ from the profile; absent: none. */
  readonly overrides?: TcpOverrides
  /** The size of the receive buffer; null: the size in the profile. */
  readonly receiveBufferBytes: number | null
  readonly sendBufferBytes: number | null
}

/** A link between two hosts. Each direction has its own options. */
export interface LinkBlueprint extends Added {
  readonly name: string
  readonly between: readonly [string, string]
  /** The profile of the medium, which results show; null: results show the link's name. */
  readonly profile: LinkProfileName | null
  /** The direction from the first end to the second. */
  readonly forward: LinkDirectionBlueprint
  readonly backward: LinkDirectionBlueprint
}

/** A medium that many hosts share. Each host has a port on a switch in the middle. */
export interface SegmentBlueprint {
  /** The name of the segment, different from the names of links. */
  readonly name: string
  readonly hosts: readonly string[]
  readonly profile: LinkProfileName | null
  /** In a `bridged` segment hosts find each other by ARP. */
  readonly l2: 'routed' | 'bridged'
  /** The options between any two hosts: rate and queue apply to each port, delay, jitter and loss apply once. */
  readonly options: LinkDirectionBlueprint
}

export type MiddleboxBlueprint = TrackingMiddleboxBlueprint | ProxyBlueprint

interface MiddleboxPlace {
  readonly name: string
  /** The host that it protects: it stands before this host. */
  readonly before: string
}

/** A NAT gateway or load balancer before a host. It forgets idle connections (`Middlebox`). */
export interface TrackingMiddleboxBlueprint extends MiddleboxPlace {
  readonly kind: Exclude<MiddleboxKind, 'proxy'>
  /** The server ports of the connections that it tracks; null for all. */
  readonly ports: readonly number[] | null
  readonly idleNs: number
  readonly expired: Middlebox['expired']
}

/** A proxy that terminates TCP before a host (`TcpProxy`). */
export interface ProxyBlueprint extends MiddleboxPlace {
  readonly kind: 'proxy'
  /** The host on which it runs: a host on the route to the other, or that host itself. */
  readonly on: string
  /** The ports whose connections it accepts; null: all ports with a server on the host. */
  readonly ports: readonly number[] | null
  readonly clientIdleNs: number
  readonly serverIdleNs: number
  readonly tunnelIdleNs: number | null
  readonly connectNs: number
}

/** The firewall. The destination host evaluates it when a connection begins. The first matching rule decides. */
export interface FirewallBlueprint {
  readonly default: 'allow' | 'deny'
  readonly rules: readonly FirewallRuleBlueprint[]
}

/** A rule of the firewall. A condition that is null matches everything. */
export interface FirewallRuleBlueprint {
  /** The names of the source hosts; null for every host. */
  readonly from: readonly string[] | null
  readonly to: readonly string[] | null
  /** Destination ports; null for all. */
  readonly ports: readonly number[] | null
  /** `deny` drops the packet silently. `reject` answers it with a reset. */
  readonly action: 'allow' | 'deny' | 'reject'
}

/**
 * An address that no host has. Hosts on the route replace it with the address of an endpoint, once for each connection.
 */
export interface VirtualAddressBlueprint {
  readonly name: string
  /** An IPv4 address in dotted form. Several services may share one, on different ports. */
  readonly address: string
  readonly port: number
  /** The hosts that translate the address, in packets that they send and that they forward. */
  readonly hosts: readonly string[]
  /** The initial endpoints. `address` is the dotted address of a host. */
  readonly endpoints: readonly { readonly address: string; readonly port: number }[]
}

/**
 * Sends the packets of `host` for `destination` (CIDR; the longest prefix wins) over `link`, which may be a segment.
 */
export interface RouteBlueprint {
  readonly host: string
  readonly destination: string
  readonly link: string
}

/** A CA, a certificate or a token. Paths and attackers refer to it by name. */
export type IdentityBlueprint = CertificateAuthorityBlueprint | CertificateBlueprint | TokenBlueprint

/** The field of objects that the expansion may add to a blueprint. */
interface Added {
  /**
   * The reason why the object was added, as text: the part of the cluster and its setting. Absent: the scenario
   * declares it.
   */
  readonly origin?: string
}

/** A certificate authority. */
export interface CertificateAuthorityBlueprint {
  readonly kind: 'ca'
  readonly name: string
  readonly cn: string
  readonly key: KeyAlgorithm
  /** Subject alternative names. Default: its common name, as in kubeadm's CAs. */
  readonly sans?: readonly string[]
  /** The name of the CA that issued it. Absent: it is self-signed. */
  readonly issuer?: string
  /** The CA whose key it has, where another CA issued it. Absent: a key of its own. */
  readonly keyOf?: string
  readonly maximumPathLength?: number
  /** DNS names and ranges of addresses for which it may and may not sign. Absent: it may sign for all. */
  readonly nameConstraints?: { readonly permitted: readonly string[]; readonly excluded: readonly string[] }
  /** The names of other CAs in the same file. Absent: none. */
  readonly bundle?: readonly string[]
  /** Seconds from the start of the run. Absent: ten years before and after. */
  readonly notBeforeS?: number
  readonly notAfterS?: number
}

/** A certificate with its private key. */
export interface CertificateBlueprint extends Added {
  readonly kind: 'certificate'
  readonly name: string
  /** The name of the issuing CA; null for self-signed. */
  readonly issuer: string | null
  readonly cn: string
  readonly organizations: readonly string[]
  /** Subject alternative names: DNS names and IPv4 addresses. */
  readonly sans: readonly string[]
  readonly usages: readonly ('server' | 'client')[]
  readonly key: KeyAlgorithm
  /** Seconds from the start of the run, an integer; negative: before it. */
  readonly notBeforeS: number
  readonly notAfterS: number
  /** True if its file also has the issuer's certificate, so that both are sent. Default: false. */
  readonly includesIssuer?: boolean
  /** The names of the CAs whose certificates follow in its file. Absent: none. */
  readonly chain?: readonly string[]
}

/** The algorithm of a certificate's key. */
export type KeyAlgorithm = 'ecdsa-p256' | 'rsa-2048' | 'ed25519'

/** A service-account token. */
export interface TokenBlueprint extends Added {
  readonly kind: 'service-account-token'
  readonly name: string
  /** The service account: "namespace/account". */
  readonly account: string
  readonly audience: string
  /** The expiry, in whole seconds from the start of the run; null if it never expires. */
  readonly expiresS: number | null
  /**
   * True if the token is bound to the pods of its account. It becomes invalid when the last of them is deleted. Absent:
   * not bound.
   */
  readonly isBoundToPod?: boolean
}

/** A path: a client, a server, and the protocol layers between them. */
export interface PathBlueprint extends Added {
  /**
   * The name of this instance: `declared` itself, or a name such as `all/node-1` if one declaration stands for several
   * paths.
   */
  readonly name: string
  /** The name in the scenario. Workloads refer to it, and run on each instance. */
  readonly declared: string
  readonly kind: PathKindName
  readonly from: string
  readonly to: string
  /**
   * The address that the client dials, in dotted form: that of a service, or 127.0.0.1. null: the main address of `to`.
   */
  readonly address: string | null
  /** The host name that the client dials and verifies. Absent: it dials and verifies an address. */
  readonly serverName?: string
  readonly port: number
  /**
   * The service of which the apiserver picks a random endpoint for each connection. `to` is the host of the first
   * endpoint. null: the path leads to one server.
   */
  readonly service: string | null
  readonly protocol: 'http/1.1' | 'h2'
  /** The TLS settings; null for plain HTTP. */
  readonly tls: TlsBlueprint | null
  /** The tunnel that carries the connection; null if there is none. */
  readonly tunnel: TunnelBlueprint | null
  /** The path that this path replaces while the Node `node` has the address `address`. Absent: it replaces none. */
  readonly insteadOf?: { readonly path: string; readonly node: string }
  /**
   * The path of which this is a copy without verification, for requests of users who ask for that. Absent: it is no
   * copy.
   */
  readonly unverifiedCopyOf?: string
  /** The source address that the client uses, in dotted form; absent: its own. */
  readonly source?: string
  /** Present if the server is an assumption. Then a check does not fail because of what attackers get from it. */
  readonly isAssumed?: true
}

/** The TLS settings of a path. */
export interface TlsBlueprint {
  readonly version: '1.2' | '1.3'
  /**
   * The client's verification of the server's certificate. `ca`: chain, name, usage and validity. `ca+cn`: also the
   * common name.
   */
  readonly verify: 'none' | 'ca' | 'ca+cn'
  /** The CA that the client trusts, by name. */
  readonly ca: string
  readonly serverCertificate: string
  /** The CA that the server trusts for client certificates; null if the server requests none. */
  readonly clientCa: string | null
  readonly client:
    | { readonly kind: 'none' }
    | { readonly kind: 'certificate'; readonly certificate: string }
    | { readonly kind: 'token'; readonly token: string }
  readonly keyExchange: 'x25519' | 'x25519mlkem768' | 'rsa'
}

/** The tunnel that carries the connections of a path. */
export type TunnelBlueprint = SshTunnelBlueprint | KonnectivityTunnelBlueprint

/** An SSH tunnel, as Kubernetes opened them until 1.21. */
export interface SshTunnelBlueprint {
  readonly kind: 'ssh'
  /** True if the tunnel is dialled at tick 0 and workloads wait for it. Otherwise it is dialled when first needed. */
  readonly warm: boolean
  /** The hosts whose sshd is the far end of a tunnel: one, several, or in a cluster all nodes. */
  readonly via: readonly string[]
  /**
   * The host in `via` whose tunnel all connections take, because the tunneler lists it under the name or address that
   * they dial. null: each connection takes a random tunnel (pkg/ssh/ssh.go, pickTunnel).
   */
  readonly own: string | null
  readonly hostKey: 'ignore' | 'check'
}

/** A tunnel through the agents of a Konnectivity server. */
export interface KonnectivityTunnelBlueprint {
  readonly kind: 'konnectivity'
  /** The hosts of the agents. The server runs on the host in `from` of the path. */
  readonly via: readonly string[]
  readonly warm: boolean
  readonly strategy: 'default' | 'destHost' | 'defaultRoute'
  readonly authentication: AgentAuthenticationBlueprint
}

/** A workload: the requests that are sent on a path, and when. */
export interface WorkloadBlueprint {
  readonly name: string
  readonly path: string
  readonly kind: WorkloadKind
  /** The names of the secrets in its payload. An attacker who reads the payload learns them. */
  readonly carries: readonly string[]
  readonly connection: 'keep-alive' | 'per-request'
  /** When requests are sent. */
  readonly arrivals: ClosedLoop | OpenLoop | ByteFlow
  /** The objects that a list or a watch returns; null for other kinds. */
  readonly objects: {
    readonly resource: ObjectKind
    readonly count: number
    readonly encoding: ObjectEncoding
  } | null
  /** The targets to which the apiserver forwards the requests, in turn; null if the apiserver responds itself. */
  readonly target: { readonly resource: 'pods' | 'nodes' | 'services'; readonly names: readonly string[] } | null
  /** The length of the request body without headers. 0 if `objects` or the kind determines it. */
  readonly requestBytes: number
  readonly responseBytes: number
  /** True if a command has input, which may be empty. Absent: it has none. */
  readonly hasInput?: true
  /** True if kubectl requests the list of the apiserver's resources before each request. Absent: it does not. */
  readonly fetchesDiscovery?: true
  /** True if the apiserver does not verify the kubelet for these logs. Absent: it does as configured. */
  readonly skipsKubeletVerification?: true
  /** `apart`: the head of each request is written before its body. Absent: both are written together. */
  readonly head?: 'apart'
  readonly startNs: number
}

/**
 * A closed loop: each of `concurrency` clients sends its next request after the response to its last one, `requests` in
 * total.
 */
export interface ClosedLoop {
  readonly kind: 'closed'
  readonly requests: number
  readonly concurrency: number
}

/** An open loop: requests are sent at a given rate, without waiting for responses. */
export interface OpenLoop {
  readonly kind: 'open'
  readonly ratePerS: number
  readonly spacing: 'fixed' | 'poisson'
  /** The time for which requests are sent. null: until everything else is done; the run does not wait for them. */
  readonly forNs: number | null
}

/** A stream of chunks at a given rate. */
export interface ByteFlow {
  readonly kind: 'flow'
  readonly bytesPerS: number
  readonly chunkBytes: number
  readonly forNs: number | null
}

/** An event at a given time that is not an attack. */
export type EventBlueprint =
  | {
      readonly kind: 'link-state'
      readonly atNs: number
      readonly forNs: number | null
      /** The name of a link, or of a segment that changes as a whole. */
      readonly link: string
      readonly state: 'up' | 'down'
    }
  | { readonly kind: 'restart'; readonly atNs: number; readonly host: string }
  /** The pod's host disappears, and tokens that are bound to it become invalid with its object, which stays a while. */
  | { readonly kind: 'delete-pod'; readonly atNs: number; readonly pod: string; readonly terminatingNs: number }
  /** The link gets these options, and those from before after `forNs`. */
  | {
      readonly kind: 'set-link'
      readonly atNs: number
      readonly forNs: number | null
      readonly link: string
      readonly forward: LinkDirectionBlueprint
      readonly backward: LinkDirectionBlueprint
    }
