import type { StreamKey } from '../engine/streams.ts'
import type { HTTP_1, HTTP_2 } from '../http/http-connection.ts'
import type { Heartbeat } from './heartbeat.ts'

/** A workload as the simulation runs it. Immutable. Its row in the tables is its place in the order of names. */
export interface Workload {
  /** Name of this instance. */
  readonly name: string
  /** The scenario's workload that this instance belongs to. */
  readonly declared: string
  /** Index of the path on which the workload runs. */
  readonly path: number
  /** The hash of the name, from which the names of the workload's connections are derived. */
  readonly nameHigh: number
  readonly nameLow: number
  readonly isKeptAlive: boolean
  readonly version: typeof HTTP_1 | typeof HTTP_2
  readonly arrivals: Arrivals
  /** Index of the HttpRequest that the workload sends. */
  readonly request: number
  /**
   * Index of the HttpRequest that a client sends on a new connection when that upgrade is refused; NONE if it fails
   * then.
   */
  readonly fallback: number
  readonly requestBodyBytes: number
  readonly responseBodyBytes: number
  /** The requests that each client sends before its own. */
  readonly lookups: Lookups
  readonly startNs: number
  readonly traffic: Traffic
}

/** Requests by which kubectl looks up the target of its own request, one after the other. */
export interface Lookups {
  /** Indices of the HttpRequests. */
  readonly requests: readonly number[]
  /** The HTTP version of their separate connection; null if they share the connection of the own request. */
  readonly ownVersion: typeof HTTP_1 | typeof HTTP_2 | null
}

export const NO_LOOKUPS: Lookups = { requests: [], ownVersion: null }

/** The messages that the workload counts as a request and its response. */
export type Traffic =
  /** One request, one response. */
  | { readonly kind: 'answers' }
  /**
   * Each chunk of a streamed response counts. When a response ends before `forNs` have passed, the workload requests
   * again.
   */
  | { readonly kind: 'flow'; readonly chunkBytes: number; readonly forNs: number }
  /** An upgraded connection: one request and one response are the data of its session. */
  | { readonly kind: 'output' }
  /** An upgraded connection with keys, each followed by its echo. */
  | { readonly kind: 'keys' }

export type Arrivals =
  | { readonly kind: 'closed'; readonly requests: number; readonly concurrency: number }
  | {
      readonly kind: 'open'
      readonly ratePerS: number
      readonly spacing: 'fixed' | 'poisson'
      /**
       * The time for which requests arrive. Infinity: until everything else has ended; the run does not wait for such a
       * workload.
       */
      readonly forNs: number
      readonly key: StreamKey
    }
  /** Heartbeats of a kubelet; without end if `forNs` is Infinity. */
  | { readonly kind: 'heartbeats'; readonly heartbeat: Heartbeat; readonly forNs: number }

/**
 * Returns whether the messages of a workload are the chunks of its streams, or its typed keys, and not its exchanges.
 */
export function isInPieces({ traffic }: Workload): boolean {
  return traffic.kind === 'flow' || traffic.kind === 'keys'
}
