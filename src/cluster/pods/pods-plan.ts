import type { StreamKey } from '../../engine/streams.ts'
import type { ReflectedResource } from '../objects/reflector.ts'

/** What kubelets fetch for the pods of their nodes before these start. Immutable. */
export interface PodsPlan {
  readonly pods: readonly PodPlan[]
  readonly mounts: readonly MountPlan[]
  readonly tokens: readonly TokenPlan[]
  /** By index of the HttpRequest: the pod that makes it. */
  readonly podOfRequest: ReadonlyMap<number, number>
  /** By name of the token: the pods that have it. */
  readonly podsOfToken: ReadonlyMap<string, readonly number[]>
}

export interface PodPlan {
  readonly name: string
  /** Those that it uses with what is mounted. */
  readonly paths: readonly number[]
  /** Of a projected token, from when it is made; null: it has none, or one that never expires. */
  readonly tokenLifetimeS: number | null
}

/** A secret or config map that pods of a node mount. */
export interface MountPlan extends ReflectedResource {
  readonly pods: readonly number[]
}

/** A token that is made for one pod, and never watched. */
export interface TokenPlan extends ReflectedResource {
  readonly pods: readonly [number]
  /** The lifetime that the kubelet requests and assumes. */
  readonly requestedS: number
  readonly key: StreamKey
}

/** The kind of change that a TokenRequest is; its subject is a pod. */
export const ISSUE_TOKEN = 0
