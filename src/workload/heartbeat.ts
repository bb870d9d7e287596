import type { StreamKey } from '../engine/streams.ts'

/** A request with the sizes of both bodies. */
export interface PlannedRequest {
  /** Index of the HttpRequest. */
  readonly request: number
  readonly requestBodyBytes: number
  readonly responseBodyBytes: number
}

/** Heartbeats of one kubelet. Immutable. */
export interface Heartbeat {
  /** Index among the nodes of the plan. */
  readonly node: number
  /** null: the kubelet renews no lease, and its status is the heartbeat. */
  readonly lease: LeaseLoop | null
  readonly status: StatusLoop
  /** The time that the kubelet waits for a response; Infinity: without limit. */
  readonly timeoutNs: number
  /** Whether the kubelet closes its connections to the apiserver after the second consecutive failure. */
  readonly closesConnections: boolean
  /** Whether loops begin at a time within the period that derives from their name; false: at once. */
  readonly isSpread: boolean
  /** Key of the random phases and jitter. */
  readonly key: StreamKey
}

export interface LeaseLoop {
  readonly periodNs: number
  /** The pause after a heartbeat is the period plus a random share of it up to this. */
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
  /** After a change the next report is due up to this share of the period earlier or later. */
  readonly reportSpread: number
  /** The read of the first attempt; null: the kubelet has its node from a watch. */
  readonly getCached: PlannedRequest | null
  readonly get: PlannedRequest
  readonly patch: PlannedRequest
}

/** Observes heartbeats. The cluster layer implements it. */
export interface NodeObserver {
  /** Heartbeats of the node are expected from now on. */
  onHeartbeatsBegin(node: number): void
  /** Whether the status that the apiserver had of the node at `tick` (readiness and addresses) is the present one. */
  wasAsReported(node: number, tick: number): boolean
}
