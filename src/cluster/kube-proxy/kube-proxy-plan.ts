import type { Endpoint } from '../../network/translation.ts'
import type { ProgramRequest } from '../objects/object-requests.ts'
import type { ReflectedResource } from '../objects/reflector.ts'

/** Services whose endpoints change, the pods behind them, and the kube-proxies that watch them. Immutable. */
export interface KubeProxyPlan {
  readonly services: readonly ChangingService[]
  readonly pods: readonly EndpointPod[]
  readonly nodes: readonly ProxyNode[]
}

export interface ChangingService {
  /** Index of the VirtualAddress. */
  readonly virtual: number
  /** Its endpoints, among watched objects. */
  readonly object: number
  readonly endpoints: readonly ServiceEndpoint[]
  /** Of its object with nobody in it, and what each endpoint adds. */
  readonly emptyBytes: number
  readonly endpointBytes: number
  readonly kind: 'endpoints' | 'endpointslices'
  /** null: it is there from the start. */
  readonly creation: ServiceCreation | null
}

/** A service that some request may create. */
export interface ServiceCreation {
  /** The Service itself, among watched objects. */
  readonly object: number
  readonly bytes: number
}

export interface ServiceEndpoint extends Endpoint {
  /** Index of its pod; NONE: one that never restarts. */
  readonly pod: number
}

/** A pod that restarts, and what its kubelet says of it. */
export interface EndpointPod {
  readonly name: string
  readonly host: number
  /** null: its node's kubelet has nothing to say it with, and the apiserver knows at once. */
  readonly report: { readonly ready: ProgramRequest; readonly unready: ProgramRequest } | null
}

/** A node with its kube-proxy. */
export interface ProxyNode {
  readonly services: ReflectedResource
  readonly endpoints: ReflectedResource
}

/** Kinds of changes; the subject is a pod, of the last a service by its place in `services`. */
export const BECAME_READY = 0
export const BECAME_UNREADY = 1
export const CREATED = 2
