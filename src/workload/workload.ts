import type { StreamKey } from '../engine/streams.ts'
import type { HTTP_1, HTTP_2 } from '../http/http-connection.ts'

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
