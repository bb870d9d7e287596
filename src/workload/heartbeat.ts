import type { StreamKey } from '../engine/streams.ts'

/** A request of a heartbeat, with the sizes of its body and of the response's body. */
export interface PlannedRequest {
  /** Index of the HttpRequest. */
  readonly request: number
  readonly requestBodyBytes: number
  readonly responseBodyBytes: number
}

/** Heartbeats of one kubelet. Immutable. */
export interface Heartbeat {
  /** Index of the kubelet's node in the plan. */
  readonly node: number
  /** The loop that renews the lease; null when the kubelet has no lease and its status is the heartbeat. */
  readonly lease: LeaseLoop | null
  readonly status: StatusLoop
  /** The time that the kubelet waits for a response; Infinity: without limit. */
  readonly timeoutNs: number
  /** True if the kubelet closes its connections to the apiserver after the second consecutive failure. */
  readonly closesConnections: boolean
  /** True if each loop begins at a time within its period that derives from its name. Otherwise it begins at once. */
  readonly isSpread: boolean
  /** The key of the random stream from which phases and jitter are drawn. */
  readonly key: StreamKey
}

export interface LeaseLoop {
  readonly periodNs: number
  /**
   * The largest jitter, as a share of the period. The pause after a heartbeat is the period plus a random part of this
   * share.
   */
  readonly jitter: number
  readonly renew: PlannedRequest
  readonly get: PlannedRequest
}

export interface StatusLoop {
  /** The period at which the status is computed. */
  readonly periodNs: number
  readonly jitter: number
  /** The period at which an unchanged status is sent; 0: each time. */
  readonly reportEveryNs: number
  /** The largest spread of the next report after a change, as a share of the period, earlier or later. */
  readonly reportSpread: number
  /** The request with which the first attempt reads the node; null when the kubelet has its node from a watch. */
  readonly getCached: PlannedRequest | null
  readonly get: PlannedRequest
  readonly patch: PlannedRequest
}

/** Observes heartbeats. The cluster layer implements it. */
export interface NodeObserver {
  /** Called when the kubelet begins to send heartbeats. */
  onHeartbeatsBegin(node: number): void
  /**
   * Returns whether the status of the node (readiness and addresses) that the apiserver had at `tick` is still the
   * current one.
   */
  wasAsReported(node: number, tick: number): boolean
}
