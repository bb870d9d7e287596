import type { StreamKey } from '../engine/streams.ts'

/** Something to ask, and how large both bodies are. */
export interface PlannedRequest {
  /** Index of the HttpRequest. */
  readonly request: number
  readonly requestBodyBytes: number
  readonly responseBodyBytes: number
}

/** How one kubelet says that it lives. Immutable. */
export interface Heartbeat {
  /** Index among the nodes of the plan. */
  readonly node: number
  /** null: its status is its heartbeat. */
  readonly lease: LeaseLoop | null
  readonly status: StatusLoop
  /** How long it waits for an answer; Infinity: for ever. */
  readonly timeoutNs: number
  /** It closes its connections to the apiserver after the second failure in a row. */
  readonly closesConnections: boolean
  /** Loops have their place in the period by name; otherwise they begin at once. */
  readonly isSpread: boolean
  /** Of phases and jitter. */
  readonly key: StreamKey
}

export interface LeaseLoop {
  readonly periodNs: number
  /** The pause after a beat is the period and up to this share of it more. */
  readonly jitter: number
  readonly renew: PlannedRequest
  readonly get: PlannedRequest
}

export interface StatusLoop {
  /** How often the status is computed. */
  readonly periodNs: number
  readonly jitter: number
  /** How often it is sent where nothing changed; 0: each time. */
  readonly reportEveryNs: number
  /** After a change the next report is due up to this share earlier or later. */
  readonly reportSpread: number
  /** What the first attempt reads; null: it has its node from a watch. */
  readonly getCached: PlannedRequest | null
  readonly get: PlannedRequest
  readonly patch: PlannedRequest
}

/** What the cluster makes of heartbeats. */
export interface NodeObserver {
  /** From now on its heartbeats are expected. */
  onHeartbeatsBegin(node: number): void
  /** Whether the apiserver knew the node at `tick` as it says that it is: Ready, and where. */
  wasAsReported(node: number, tick: number): boolean
}
