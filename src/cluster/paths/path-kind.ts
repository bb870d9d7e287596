import type { WorkloadKind } from '../../workload/workload-kind.ts'
import type { PathRequests } from './requests/path-requests.ts'

/** A kind of path: which program connects to which, and how where a scenario does not say. */
export type PathKind = ModelledPathKind | ReservedPathKind

/** A name that scenarios cannot use yet; using it is reported as `not-modelled-yet`. */
export interface ReservedPathKind {
  readonly name: string
  readonly modelled: false
  readonly letters: ''
  readonly explanation: string
}

/** All that is specific to one kind. Every field is plain data or a pure function; no other file names the kind. */
export interface ModelledPathKind {
  readonly name: string
  readonly modelled: true
  /** The letters of the paths in the Kubernetes documentation that it covers, such as `D, E`; '' for none. */
  readonly letters: string
  /** The letter of one path, which depends on what protects it; '' for none. */
  readonly letterOf: (path: Protection) => string
  /** The versions of Kubernetes that have it, for a person. */
  readonly versions: string
  readonly explanation: string
  /** How attack files refer to the first path of this kind, such as `the kubelet path`. */
  readonly role: string
  readonly ends: { readonly from: PathEndKind; readonly to: PathEndKind }
  /** Which requests of users the apiserver forwards over it, by the resource that they name; absent: none. */
  readonly forwards?: ForwardedResource
  /** Present: the apiserver forwards to kubelets, nodes, pods and services what it is asked for on this path. */
  readonly isForwarded?: true
  readonly defaults: TransportDefaults
  /** In place of `defaults` where a path has no port or that of the kubelet; absent: no exception. */
  readonly kubeletPortDefaults?: TransportDefaults
  readonly dials: DialledServer
  /** Present: with plain HTTP it leads to the apiserver's insecure port. */
  readonly insecurePort?: InsecurePort
  readonly tunnels: TunnelUse
  /** Which of the workloads it carries that not every path can carry. */
  readonly carries: readonly WorkloadKind[]
  readonly requests: PathRequests
}

/** What protects a path, as far as its letter depends on it. */
export interface Protection {
  /** null: plain HTTP. */
  readonly tls: { readonly verify: 'none' | 'ca' | 'ca+cn' } | null
  readonly tunnel: { readonly kind: 'ssh' | 'konnectivity' } | null
}

export interface PathEndKind {
  readonly party: Party
  /** A host or a pattern such as `nodes/*`, which a path in a cluster has where it names none; null: it must name one. */
  readonly inCluster: string | null
}

/** What stands at an end. `component`: the scheduler or a controller; `host`: anything. */
export type Party = 'apiserver' | 'component' | 'kubelet' | 'node' | 'pod' | 'service' | 'user' | 'host'

/** `kubelets`: requests about pods that their kubelets answer (logs, exec, attach, port-forward). */
export type ForwardedResource = 'kubelets' | 'nodes' | 'pods' | 'services'

/**
 * Where its client connects in a cluster: the apiserver's port; the virtual address of the service `kubernetes`; the
 * kubelet's port; an endpoint of the service, at random; or the port that the path names, else that of the pod.
 */
export type DialledServer = 'apiserver' | 'kubernetes-service' | 'kubelet' | 'endpoint' | 'named-port'

/** `apiserver`: those that the apiserver is configured to use; `any`: what the path says; `none`: none. */
export type TunnelUse = 'apiserver' | 'any' | 'none'

export interface InsecurePort {
  /** Where it listens unless configured, dotted. */
  readonly address: string
  /** Of Kubernetes 1.x, the last x that serves it. */
  readonly lastMinor: number
}

export type Scheme = 'http' | 'https'

/** How a path is set up where neither the path nor the cluster says. */
export interface TransportDefaults {
  readonly scheme: Scheme
  /** Other schemes are refused. */
  readonly schemes: readonly Scheme[]
  readonly ports: Readonly<Record<Scheme, number>>
  readonly protocols: Readonly<Record<Scheme, 'http/1.1' | 'h2'>>
  readonly tlsVersion: '1.2' | '1.3'
  readonly verify: 'none' | 'ca'
  readonly client: 'none' | 'certificate' | 'token'
  /** The certificate that a client presents where its path names none. `host`: one made for the client's host. */
  readonly clientCertificate: 'host' | 'node' | 'scheduler' | 'kubelet-client'
  /** The server's certificate where neither path nor host names one. */
  readonly server: 'issued' | 'kubelet'
  /** Whether the server asks every client for a certificate, also those that have none. */
  readonly asksForCertificate: boolean
}
