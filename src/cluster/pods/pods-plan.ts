import type { StreamKey } from '../../engine/streams.ts'
import type { PathMessage } from '../bootstrapping/bootstrapping-plan.ts'

/** What kubelets fetch for the pods of their nodes before these start. Immutable. */
export interface PodsPlan {
  readonly pods: readonly PodPlan[]
  readonly mounts: readonly MountPlan[]
  readonly tokens: readonly TokenPlan[]
  /** By index of the HttpRequest: the pod that makes it. */
  readonly podOfRequest: ReadonlyMap<number, number>
  /** By name of the token: the pods that have it. */
  readonly podsOfToken: ReadonlyMap<string, readonly number[]>
  /** The kind of change that a request for a token is; its subject is a pod. */
  readonly tokenChange: number
}

export interface PodPlan {
  readonly name: string
  /** Those that it uses with what is mounted. */
  readonly paths: readonly number[]
  /** Of a projected token, from when it is made; null: it has none, or one that never expires. */
  readonly tokenLifetimeS: number | null
}

/** A secret or config map that pods of a node mount. */
export interface MountPlan {
  readonly host: number
  readonly pods: readonly number[]
  readonly get: PathMessage
  /** null: it is not watched (before 1.12). */
  readonly watch: PathMessage | null
}

/** A token that is made for one pod. */
export interface TokenPlan {
  readonly host: number
  readonly pod: number
  readonly create: PathMessage
  /** What the kubelet asks for, and believes to get. */
  readonly requestedS: number
  readonly key: StreamKey
}
