import type { StreamKey } from '../../engine/streams.ts'
import type { Endpoint } from '../../network/translation.ts'
import type { PathMessage } from '../bootstrapping/bootstrapping-plan.ts'

/** Services whose endpoints change, who is behind them, and who hears of it. Immutable. */
export interface KubeProxyPlan {
  readonly services: readonly ChangingService[]
  readonly pods: readonly EndpointPod[]
  readonly nodes: readonly ProxyNode[]
  /** A pod's readiness is the change of this number, and the next one that it is gone. */
  readonly firstChange: number
  /** The creation of a service, by its place in `services`, is the change of this number. */
  readonly creation: number
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
  readonly report: { readonly ready: PathMessage; readonly unready: PathMessage } | null
}

/** A node with its kube-proxy. */
export interface ProxyNode {
  readonly name: string
  readonly host: number
  readonly services: ProxyWatch
  readonly endpoints: ProxyWatch
  /** Of its pauses. */
  readonly key: StreamKey
}

export interface ProxyWatch {
  readonly list: PathMessage
  readonly watch: PathMessage
}

export const BECAME_READY = 0
export const BECAME_UNREADY = 1
