import type { LinkOptions } from '../network/link-options.ts'
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
  readonly routes: readonly RouteBlueprint[]
  readonly identities: readonly IdentityBlueprint[]
  readonly paths: readonly PathBlueprint[]
  readonly workloads: readonly WorkloadBlueprint[]
  readonly events: readonly EventBlueprint[]
  /** null: hosts and paths, and no Kubernetes around them. */
  readonly cluster: ClusterBlueprint | null
}

export interface HostBlueprint {
  readonly name: string
  /** IPv4 in dotted form, at least one. Automatic ones derive from the host's name. */
  readonly addresses: readonly string[]
  readonly cpu: CpuProfileName
  /** At least 1. */
  readonly cores: number
  readonly tcp: TcpBlueprint
  /** Both directions of the host's own loopback are alike. */
  readonly loopback: LinkDirectionBlueprint
}

export type CpuProfileName = 'go' | 'nodejs' | 'instant'

export interface TcpBlueprint {
  readonly profile: 'linux' | 'rfc'
  readonly congestion: 'cubic' | 'reno'
  /** null: as the profile has it. */
  readonly receiveBufferBytes: number | null
  readonly sendBufferBytes: number | null
}

export interface LinkBlueprint {
  readonly name: string
  readonly between: readonly [string, string]
  /** What a person would call the medium: its profile; null: the link's own name must do. */
  readonly profile: string | null
  /** From the first end to the second. */
  readonly forward: LinkDirectionBlueprint
  readonly backward: LinkDirectionBlueprint
}

/** Packets of `host` for `destination` (CIDR; the longest prefix wins) go over `link`. */
export interface RouteBlueprint {
  readonly host: string
  readonly destination: string
  readonly link: string
}

export type IdentityBlueprint = CertificateAuthorityBlueprint | CertificateBlueprint | TokenBlueprint

export interface CertificateAuthorityBlueprint {
  readonly kind: 'ca'
  readonly name: string
  readonly cn: string
  readonly key: KeyAlgorithm
}

export interface CertificateBlueprint {
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

export interface TokenBlueprint {
  readonly kind: 'service-account-token'
  readonly name: string
  /** "namespace/account". */
  readonly account: string
  readonly audience: string
  /** Whole seconds from tick 0; null: never. */
  readonly expiresS: number | null
}

export type PathKindName =
  | 'custom'
  | 'component-apiserver'
  | 'kubelet-apiserver'
  | 'pod-apiserver'
  | 'apiserver-kubelet'
  | 'apiserver-node'
  | 'apiserver-pod'
  | 'apiserver-service'
  | 'user-apiserver'

export interface PathBlueprint {
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
  readonly protocol: 'http/1.1' | 'h2'
  /** null: plain HTTP. */
  readonly tls: TlsBlueprint | null
  /** null: straight over the links. */
  readonly tunnel: TunnelBlueprint | null
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
  readonly keyExchange: 'x25519' | 'x25519mlkem768'
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
  readonly objects: { readonly resource: ObjectResource; readonly count: number; readonly encoding: 'protobuf' | 'json' } | null
  /** Bodies; headers are added as the protocol does. */
  readonly requestBytes: number
  readonly responseBytes: number
  readonly startNs: number
}

export type WorkloadKind =
  /** Requests and answers of the sizes that the scenario names. */
  | 'requests'
  /** One answer that goes on: chunks at a rate. */
  | 'stream'
  /** An upgraded connection: keys go in, their echo comes back. */
  | 'keystrokes'
  | 'heartbeat'
  | 'watch'
  | 'list'
  | 'logs'
  | 'exec'
  | 'port-forward'
  | 'proxy-get'

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

export type ObjectResource = 'pods' | 'nodes' | 'leases' | 'events' | 'services' | 'secrets' | 'configmaps'

export type EventBlueprint =
  | {
      readonly kind: 'link-state'
      readonly atNs: number
      readonly forNs: number | null
      readonly link: string
      readonly state: 'up' | 'down'
    }
  | { readonly kind: 'restart'; readonly atNs: number; readonly host: string }
  /** The link's directions become these, and what they were before after `forNs`. */
  | {
      readonly kind: 'set-link'
      readonly atNs: number
      readonly forNs: number | null
      readonly link: string
      readonly forward: LinkDirectionBlueprint
      readonly backward: LinkDirectionBlueprint
    }
