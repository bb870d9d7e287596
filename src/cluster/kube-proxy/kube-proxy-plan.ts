import type { Endpoint } from '../../network/translation.ts'
import type { ProgramRequest } from '../objects/object-requests.ts'
import type { ReflectedResource } from '../objects/reflector.ts'

/** Services whose endpoints change, the pods behind them, and the kube-proxies that watch both. Immutable. */
export interface KubeProxyPlan {
  readonly services: readonly ChangingService[]
  readonly pods: readonly EndpointPod[]
  readonly nodes: readonly ProxyNode[]
}

export interface ChangingService {
  /** Index of the VirtualAddress. */
  readonly virtual: number
  /** The service's endpoints, as an index into the watched objects. */
  readonly object: number
  readonly endpoints: readonly ServiceEndpoint[]
  /** The size of the endpoints object when it is empty; each endpoint adds `endpointBytes`. */
  readonly emptyBytes: number
  readonly endpointBytes: number
  readonly kind: 'endpoints' | 'endpointslices'
  /** The creation of the service during the run; null for a service that exists from the start. */
  readonly creation: ServiceCreation | null
}

/** A service that some request may create. */
export interface ServiceCreation {
  /** The Service, as an index into the watched objects. */
  readonly object: number
  readonly bytes: number
}

export interface ServiceEndpoint extends Endpoint {
  /** Index of the endpoint's pod; NONE for a pod that never restarts. */
  readonly pod: number
}

/** A pod that restarts, and the readiness reports of its kubelet. */
export interface EndpointPod {
  readonly name: string
  readonly host: number
  /**
   * The requests by which the kubelet reports the pod as ready and unready; null when the kubelet has no path to the
   * API server, which then learns the readiness at once.
   */
  readonly report: { readonly ready: ProgramRequest; readonly unready: ProgramRequest } | null
}

/** The watches of the kube-proxy of one node. */
export interface ProxyNode {
  readonly services: ReflectedResource
  readonly endpoints: ReflectedResource
}

/**
 * Kinds of changes of the object store. Their subject is a pod; that of CREATED is a service, by its index in
 * `services`.
 */
export const BECAME_READY = 0
export const BECAME_UNREADY = 1
export const CREATED = 2
