import type { StreamKey } from '../engine/streams.ts'
import type { Token } from '../security/bearer-token.ts'

/** A workload as the simulation runs it. Immutable; its row in the tables is its place in the order of names. */
export interface Workload {
  readonly name: string
  /** Index of its path. */
  readonly path: number
  /** Hashes of its name, from which those of its connections derive. */
  readonly nameHigh: number
  readonly nameLow: number
  readonly isKeptAlive: boolean
  readonly arrivals: Arrivals
  /** Bodies, and whole messages with their headers. */
  readonly requestBodyBytes: number
  readonly responseBodyBytes: number
  readonly requestBytes: number
  readonly responseBytes: number
  /** The answer to a request whose token the server does not accept. */
  readonly refusalBytes: number
  /** null: it sends none, and none is asked for. */
  readonly token: Token | null
  readonly startNs: number
}

export type Arrivals =
  | { readonly kind: 'closed'; readonly requests: number; readonly concurrency: number }
  | {
      readonly kind: 'open'
      readonly ratePerS: number
      readonly spacing: 'fixed' | 'poisson'
      readonly forNs: number
      readonly key: StreamKey
    }
