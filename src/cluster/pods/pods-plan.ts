import type { StreamKey } from '../../engine/streams.ts'
import type { ReflectedResource } from '../objects/reflector.ts'

/** The objects that kubelets fetch for pods before these start. Immutable. */
export interface PodsPlan {
  readonly pods: readonly PodPlan[]
  readonly mounts: readonly MountPlan[]
  readonly tokens: readonly TokenPlan[]
  /** The pod that sends each request, by index of the HttpRequest. */
  readonly podOfRequest: ReadonlyMap<number, number>
  /** The pods that have each token, by name of the token. */
  readonly podsOfToken: ReadonlyMap<string, readonly number[]>
  /** The tokens of the scenario, each with its place in the order of their names. */
  readonly tokenIndex: ReadonlyMap<string, number>
  /** The names of the tokens mounted into pods. Each pod has a token of its own with this name. */
  readonly mountedTokens: ReadonlySet<string>
}

export interface PodPlan {
  readonly name: string
  /** The paths on which the pod uses the mounted credentials. */
  readonly paths: readonly number[]
  /** The lifetime of the pod's projected token; null if the pod has none, or if its token never expires. */
  readonly tokenLifetimeS: number | null
}

/** A secret or config map that pods of a node mount. */
export interface MountPlan extends ReflectedResource {
  readonly pods: readonly number[]
}

/** A token that is issued for one pod, and never watched. */
export interface TokenPlan extends ReflectedResource {
  readonly pods: readonly [number]
  /** The lifetime that the kubelet requests, and by which it renews the token. */
  readonly requestedS: number
  readonly key: StreamKey
}

/** The kind of change of a TokenRequest; its subject is a pod. */
export const ISSUE_TOKEN = 0
