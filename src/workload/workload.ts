import type { StreamKey } from '../engine/streams.ts'
import type { HTTP_1, HTTP_2 } from '../http/http-connection.ts'
import type { Heartbeat } from './heartbeat.ts'

/** A workload as the simulation runs it. Immutable; its row in the tables is its place in the order of names. */
export interface Workload {
  /** Of this instance. */
  readonly name: string
  /** The workload of the scenario that it is an instance of. */
  readonly declared: string
  /** Index of its path. */
  readonly path: number
  /** Hashes of its name, from which those of its connections derive. */
  readonly nameHigh: number
  readonly nameLow: number
  readonly isKeptAlive: boolean
  readonly version: typeof HTTP_1 | typeof HTTP_2
  readonly arrivals: Arrivals
  /** Index of its HttpRequest. */
  readonly request: number
  readonly requestBodyBytes: number
  readonly responseBodyBytes: number
  readonly startNs: number
  readonly traffic: Traffic
}

/** What a request and its answer are to the workload. */
export type Traffic =
  /** One request, one answer. */
  | { readonly kind: 'answers' }
  /** Each chunk of an answer counts; asked again, when an answer ends, until so much time has passed. */
  | { readonly kind: 'flow'; readonly chunkBytes: number; readonly forNs: number }
  /** An upgraded connection: so many streams are opened in it, one after the other; then the answer comes. */
  | { readonly kind: 'output'; readonly openings: number; readonly openingBytes: number }
  /** The same, and then keys, each answered by its echo. */
  | {
      readonly kind: 'keys'
      readonly openings: number
      readonly openingBytes: number
      readonly keyBytes: number
    }

export type Arrivals =
  | { readonly kind: 'closed'; readonly requests: number; readonly concurrency: number }
  | {
      readonly kind: 'open'
      readonly ratePerS: number
      readonly spacing: 'fixed' | 'poisson'
      /** Infinity: until everything else is done, and nobody waits for it. */
      readonly forNs: number
      readonly key: StreamKey
    }
  /** What a kubelet sends to stay Ready; for ever, if `forNs` is Infinity. */
  | { readonly kind: 'heartbeats'; readonly heartbeat: Heartbeat; readonly forNs: number }
