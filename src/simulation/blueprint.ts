import type { AdditionsBlueprint } from '../attack/additions.ts'
import type { ObjectEncoding, ObjectKind } from '../cluster/messages/object-sizes.ts'
import type { PathKindName } from '../cluster/paths/path-kinds.ts'
import type { LinkOptions } from '../network/link-options.ts'
import type { LinkProfileName } from '../network/link-profiles.ts'
import type { CpuProfileName } from '../security/cpu-profiles.ts'
import type { CongestionControlName } from '../transport/congestion/congestion-controls.ts'
import type { TcpOverrides, TcpProfileName } from '../transport/profiles/tcp-profiles.ts'
import type { WorkloadKind } from '../workload/workload-kind.ts'
import type { AttackerBlueprint } from './blueprint-attack.ts'
import type { ClusterBlueprint } from './blueprint-cluster.ts'

export type LinkDirectionBlueprint = LinkOptions

/**
 * A checked scenario: everything that a simulation is built from, explicit, in plain immutable values. The
 * scenario layer makes it from YAML (or a library user by hand) and has refused whatever could not be built.
 * Lists are in the order of declaration, which never matters: the simulation sorts by name.
 */
export interface Blueprint {
  readonly name: string
  /** A safe integer. */
  readonly seed: number
  /** The run ends here at the latest; null: when all workloads and events are done. */
  readonly durationNs: number | null
  readonly hosts: readonly HostBlueprint[]
  readonly links: readonly LinkBlueprint[]
  readonly segments: readonly SegmentBlueprint[]
  readonly routes: readonly RouteBlueprint[]
  /** null: everybody may reach everybody, and nothing is asked. */
  readonly firewall: FirewallBlueprint | null
  readonly virtualAddresses: readonly VirtualAddressBlueprint[]
  readonly identities: readonly IdentityBlueprint[]
  readonly paths: readonly PathBlueprint[]
  readonly workloads: readonly WorkloadBlueprint[]
  readonly events: readonly EventBlueprint[]
  /** null: hosts and paths, and no Kubernetes around them. */
  readonly cluster: ClusterBlueprint | null
  readonly attackers: readonly AttackerBlueprint[]
  readonly additions?: AdditionsBlueprint
}

export interface HostBlueprint extends Added {
  readonly name: string
  /** IPv4 in dotted form, at least one. Automatic ones derive from the host's name. */
  readonly addresses: readonly string[]
  readonly cpu: CpuProfileName
  /** At least 1. */
  readonly cores: number
  /** The host whose cores these are; absent: its own. */
  readonly coresOf?: string
  readonly tcp: TcpBlueprint
  /** Both directions of the host's own loopback are alike. */
  readonly loopback: LinkDirectionBlueprint
}

export interface TcpBlueprint {
  readonly profile: TcpProfileName
  readonly congestion: CongestionControlName
  /** What the host does otherwise than the profile; absent: nothing. */
  readonly overrides?: TcpOverrides
  /** null: as the profile has it. */
  readonly receiveBufferBytes: number | null
  readonly sendBufferBytes: number | null
}

export interface LinkBlueprint extends Added {
  readonly name: string
  readonly between: readonly [string, string]
  /** What a person would call the medium: its profile; null: the link's own name must do. */
  readonly profile: LinkProfileName | null
  /** From the first end to the second. */
  readonly forward: LinkDirectionBlueprint
  readonly backward: LinkDirectionBlueprint
}

/** Many hosts on one medium, each with a port of its own on a switch in the middle. */
export interface SegmentBlueprint {
  /** No link has it too. */
  readonly name: string
  readonly hosts: readonly string[]
  readonly profile: LinkProfileName | null
  /** `bridged`: hosts find each other by ARP. */
  readonly l2: 'routed' | 'bridged'
  /** From any host to any other: rate and queue are each port's, delay, jitter and loss count once. */
  readonly options: LinkDirectionBlueprint
}

/** Asked when a connection begins, at the host that it is meant for; the first rule that is about it decides. */
export interface FirewallBlueprint {
  readonly default: 'allow' | 'deny'
  readonly rules: readonly FirewallRuleBlueprint[]
}

export interface FirewallRuleBlueprint {
  /** Names of hosts; null: all. */
  readonly from: readonly string[] | null
  readonly to: readonly string[] | null
  /** null: all. */
  readonly ports: readonly number[] | null
  /** `deny` is silent, `reject` answers with a reset. */
  readonly action: 'allow' | 'deny' | 'reject'
}

/** An address that belongs to no host: hosts on the way put that of an endpoint in its place, once a connection. */
export interface VirtualAddressBlueprint {
  readonly name: string
  /** Dotted. Several may share one, on ports of their own. */
  readonly address: string
  readonly port: number
  /** Those that translate, for themselves and for whom they forward. */
  readonly hosts: readonly string[]
  /** At the start. `address` is that of a host, dotted. */
  readonly endpoints: readonly { readonly address: string; readonly port: number }[]
}

/** Packets of `host` for `destination` (CIDR; the longest prefix wins) go over `link`, which may be a segment. */
export interface RouteBlueprint {
  readonly host: string
  readonly destination: string
  readonly link: string
}

export type IdentityBlueprint = CertificateAuthorityBlueprint | CertificateBlueprint | TokenBlueprint

/** What the expansion may add to a blueprint. */
interface Added {
  /** Why it is there, for people: the part of the cluster and its setting. Left out: the scenario declares it. */
  readonly origin?: string
}

export interface CertificateAuthorityBlueprint {
  readonly kind: 'ca'
  readonly name: string
  readonly cn: string
  readonly key: KeyAlgorithm
}

export interface CertificateBlueprint extends Added {
  readonly kind: 'certificate'
  readonly name: string
  /** The name of a CA; null: self-signed. */
  readonly issuer: string | null
  readonly cn: string
  readonly organizations: readonly string[]
  /** DNS names and IPv4 addresses. */
  readonly sans: readonly string[]
  readonly usages: readonly ('server' | 'client')[]
  readonly key: KeyAlgorithm
  /** Whole seconds from tick 0; negative: before it. */
  readonly notBeforeS: number
  readonly notAfterS: number
}

export type KeyAlgorithm = 'ecdsa-p256' | 'rsa-2048' | 'ed25519'

export interface TokenBlueprint extends Added {
  readonly kind: 'service-account-token'
  readonly name: string
  /** "namespace/account". */
  readonly account: string
  readonly audience: string
  /** Whole seconds from tick 0; null: never. */
  readonly expiresS: number | null
  /** It was made for the pods of its account, and dies with the last of them. Left out: for none. */
  readonly isBoundToPod?: boolean
}

export interface PathBlueprint extends Added {
  /** Of this instance: as `declared`, or `all/node-1` where one declaration stands for several. */
  readonly name: string
  /** As the scenario names it; workloads refer to it, and run on each instance. */
  readonly declared: string
  readonly kind: PathKindName
  readonly from: string
  readonly to: string
  /** What the client dials, dotted, where that is not the main address of `to`: a service's virtual one, or 127.0.0.1. */
  readonly address: string | null
  readonly port: number
  /** Where the apiserver picks an endpoint of a service: each connection goes to a random endpoint of this service, all of which serve alike; `to` is the first of them. */
  readonly service: string | null
  readonly protocol: 'http/1.1' | 'h2'
  /** null: plain HTTP. */
  readonly tls: TlsBlueprint | null
  /** null: straight over the links. */
  readonly tunnel: TunnelBlueprint | null
  /** Left out: it is a path of its own. Else one that is taken while `node`, to which the other leads, has `address`. */
  readonly insteadOf?: { readonly path: string; readonly node: string }
  /** What the client says that its address is, dotted; left out: its own. */
  readonly source?: string
}

export interface TlsBlueprint {
  readonly version: '1.2' | '1.3'
  /** What the client checks of the server's certificate; `ca`: chain, name, usage and validity. */
  readonly verify: 'none' | 'ca' | 'ca+cn'
  /** The CA that the client trusts. */
  readonly ca: string
  readonly serverCertificate: string
  /** The CA that the server trusts for client certificates; null: the server asks for none. */
  readonly clientCa: string | null
  readonly client:
    | { readonly kind: 'none' }
    | { readonly kind: 'certificate'; readonly certificate: string }
    | { readonly kind: 'token'; readonly token: string }
  readonly keyExchange: 'x25519' | 'x25519mlkem768' | 'rsa'
}

export type TunnelBlueprint = SshTunnelBlueprint | KonnectivityTunnelBlueprint

export interface SshTunnelBlueprint {
  readonly kind: 'ssh'
  /** Warm tunnels dial at tick 0 and workloads wait for them; others dial when first needed. */
  readonly warm: boolean
  /** The hosts where its tunnels end: one, or, in a cluster, all nodes; each connection takes that of its target's address, else a random one. */
  readonly via: readonly string[]
  readonly hostKey: 'ignore' | 'check'
}

export interface KonnectivityTunnelBlueprint {
  readonly kind: 'konnectivity'
  /** Hosts of the agents; the server is on the path's `from`. */
  readonly via: readonly string[]
  readonly warm: boolean
  readonly strategy: 'default' | 'destHost' | 'defaultRoute'
  readonly authentication: 'certificate' | 'token'
}

export interface WorkloadBlueprint {
  readonly name: string
  readonly path: string
  readonly kind: WorkloadKind
  /** Secrets by name, which whoever reads its payload learns. */
  readonly carries: readonly string[]
  readonly connection: 'keep-alive' | 'per-request'
  /** Of kinds that ask again and again. */
  readonly arrivals: ClosedLoop | OpenLoop | ByteFlow
  /** What a list or a watch is of. */
  readonly objects: {
    readonly resource: ObjectKind
    readonly count: number
    readonly encoding: ObjectEncoding
  } | null
  /** What the apiserver is asked to forward its requests to: of several, one after the other. Else null. */
  readonly target: { readonly resource: 'pods' | 'nodes' | 'services'; readonly names: readonly string[] } | null
  /** Bodies; headers are added as the protocol does. 0 where `objects`, or the kind, says how much there is. */
  readonly requestBytes: number
  readonly responseBytes: number
  /** The head of each request is written before its body; absent: together with it. */
  readonly head?: 'apart'
  readonly startNs: number
}

/** Each of `concurrency` clients sends its next request when it has the answer to the last, `requests` in all. */
export interface ClosedLoop {
  readonly kind: 'closed'
  readonly requests: number
  readonly concurrency: number
}

/** Requests come at their own pace, whether the last was answered or not. */
export interface OpenLoop {
  readonly kind: 'open'
  readonly ratePerS: number
  readonly spacing: 'fixed' | 'poisson'
  /** null: until everything else is done; the run does not wait for it. */
  readonly forNs: number | null
}

/** Of a stream: chunks that add up to this rate. */
export interface ByteFlow {
  readonly kind: 'flow'
  readonly bytesPerS: number
  readonly chunkBytes: number
  readonly forNs: number | null
}

export type EventBlueprint =
  | {
      readonly kind: 'link-state'
      readonly atNs: number
      readonly forNs: number | null
      /** A link, or a segment as a whole. */
      readonly link: string
      readonly state: 'up' | 'down'
    }
  | { readonly kind: 'restart'; readonly atNs: number; readonly host: string }
  /** Its host is there no more for anybody, nor are tokens that are bound to it. */
  | { readonly kind: 'delete-pod'; readonly atNs: number; readonly pod: string }
  /** The link's directions become these, and what they were before after `forNs`. */
  | {
      readonly kind: 'set-link'
      readonly atNs: number
      readonly forNs: number | null
      readonly link: string
      readonly forward: LinkDirectionBlueprint
      readonly backward: LinkDirectionBlueprint
    }
