import type { WorkloadKind } from '../../workload/workload-kind.ts'
import type { PathLetter, Protection } from './letters.ts'
import type { PathRequests } from './requests/path-requests.ts'

/** A kind of path: the two programs that it connects, and the defaults for settings that a scenario omits. */
export type PathKind = ModelledPathKind | ReservedPathKind

/** A kind that is not modelled yet. A scenario that uses it gets the problem `not-modelled-yet`. */
export interface ReservedPathKind {
  readonly name: string
  readonly modelled: false
  readonly letters: ''
  readonly explanation: string
}

/**
 * Everything specific to a kind. Each field is plain data or a pure function. No other file compares with the kind's
 * name.
 */
export interface ModelledPathKind {
  readonly name: string
  readonly modelled: true
  /**
   * The letters by which `onpath list paths` and the documentation call the paths of this kind, such as `D, E`; ''
   * for none.
   */
  readonly letters: string
  /** Returns the letter of a path, which depends on its TLS and its tunnel; '' for none. */
  readonly letterOf: (path: Protection) => PathLetter
  /** The versions of Kubernetes that have paths of this kind, as text for users. */
  readonly versions: string
  readonly explanation: string
  /** The name by which attack files refer to the first path of this kind, such as `the kubelet path`. */
  readonly role: string
  readonly ends: { readonly from: PathEndKind; readonly to: PathEndKind }
  /**
   * The kind of resource for which the apiserver forwards users' requests over paths of this kind; absent if it
   * forwards none.
   */
  readonly forwards?: ForwardedResource
  /** Present if the apiserver forwards requests that arrive over such a path to kubelets, nodes, pods or services. */
  readonly isForwarded?: true
  readonly defaults: TransportDefaults
  /** Replaces `defaults` for a path that has no port or the kubelet's; absent if there is no such exception. */
  readonly kubeletPortDefaults?: TransportDefaults
  readonly dials: DialledServer
  /** Present if plain HTTP on this path uses the apiserver's insecure port. */
  readonly insecurePort?: InsecurePort
  readonly tunnels: TunnelUse
  /** The kinds of workload that such a path carries, among those that only some kinds of path carry. */
  readonly carries: readonly WorkloadKind[]
  readonly requests: PathRequests
  /**
   * Returns a weakness of such a path that no flag of Kubernetes changes, as a sentence that explains verdicts; null if
   * flags decide. Absent: flags decide.
   */
  readonly openness?: (path: Protection) => string | null
}

export type Openness = NonNullable<ModelledPathKind['openness']>

export interface PathEndKind {
  readonly party: Party
  /**
   * The host or pattern, such as `nodes/*`, for a path in a cluster without a host at this end; null if the path must
   * name one.
   */
  readonly inCluster: string | null
}

/** The party at an end. `component`: the scheduler or a controller; `host`: any program. */
export type Party = 'apiserver' | 'component' | 'kubelet' | 'node' | 'pod' | 'service' | 'user' | 'host'

/**
 * The objects of users' requests that the apiserver forwards. `kubelets`: requests about pods that the kubelets handle
 * (logs, exec, attach, port-forward).
 */
export type ForwardedResource = 'kubelets' | 'nodes' | 'pods' | 'services'

/**
 * The server that the client of a path in a cluster dials. `apiserver`: the apiserver's port. `kubernetes-service`: the
 * virtual address of the service `kubernetes`. `kubelet`: the kubelet's port. `endpoint`: a random endpoint of the
 * service. `named-port`: the port that the path names, otherwise the pod's port.
 */
export type DialledServer = 'apiserver' | 'kubernetes-service' | 'kubelet' | 'endpoint' | 'named-port'

/**
 * The tunnels that a path can use. `apiserver`: those in the apiserver's flags. `any`: those that the path names.
 * `none`: no tunnels.
 */
export type TunnelUse = 'apiserver' | 'any' | 'none'

export interface InsecurePort {
  /** The IPv4 address on which the apiserver's insecure port listens by default. */
  readonly address: string
  /** The last x of Kubernetes 1.x that serves it. */
  readonly lastMinor: number
}

export type Scheme = 'http' | 'https'

/** The set-up of a path if neither the path nor its cluster sets anything else. */
export interface TransportDefaults {
  readonly scheme: Scheme
  /** The schemes that a path may have. */
  readonly schemes: readonly Scheme[]
  readonly ports: Readonly<Record<Scheme, number>>
  readonly protocols: Readonly<Record<Scheme, 'http/1.1' | 'h2'>>
  readonly tlsVersion: '1.2' | '1.3'
  readonly verify: 'none' | 'ca'
  readonly client: 'none' | 'certificate' | 'token'
  /** The certificate that a client presents if its path names none. `host`: one issued for the client's host. */
  readonly clientCertificate: 'host' | 'node' | 'scheduler' | 'kubelet-client'
  /** The server's certificate if neither the path nor the host names one. */
  readonly server: 'issued' | 'kubelet'
  /** True if the server requests a certificate from every client, even from clients without one. */
  readonly requestsCertificate: boolean
}

/** Returns the weaknesses of the apiserver's proxy to pods, services and nodes. */
export const proxyOpenness: Openness = ({ tls }) => {
  if (tls === null) return "the apiserver's proxy speaks plain HTTP, and no flag changes that"
  return tls.verify === 'none' ? "the apiserver's proxy does not verify certificates, and no flag changes that" : null
}
