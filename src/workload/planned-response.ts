import type { StreamKey } from '../engine/streams.ts'
import type { Token } from '../security/bearer-token.ts'

/** A server's response to a request. Immutable. */
export interface PlannedResponse {
  /** The response, as an index of the HttpResponse. */
  readonly accepted: number
  readonly refused: number
  readonly refusalBodyBytes: number
  /** The token that the request carries and that must be valid; null when no token is required. */
  readonly token: Token | null
  readonly body: ResponseBody
}

export type ResponseBody =
  /** A body of known length. */
  | { readonly kind: 'body'; readonly bodyBytes: number }
  | FlowBody
  /** After an upgrade: each key is echoed. */
  | { readonly kind: 'echo' }
  /** After an upgrade: `outputBytes` and the end follow once `inputBytes` have arrived. */
  | { readonly kind: 'output'; readonly inputBytes: number; readonly outputBytes: number }

/** Chunks for `forNs` (Infinity: until the client closes), requested by `workload`. */
export interface FlowBody {
  readonly kind: 'flow'
  readonly chunkBytes: number
  /** The time from one chunk to the next; the mean where it is drawn. */
  readonly intervalNs: number
  /** The time by which the first chunk is due before one interval has passed. */
  readonly earlierNs: number
  /** The key by which exponential times between chunks are drawn; null for equal intervals. */
  readonly poisson: StreamKey | null
  /**
   * True if the chunks are due whether a client waits for them or not, so that the next flow of the workload begins with
   * those that the client missed; false if each flow begins anew.
   */
  readonly resumes: boolean
  readonly forNs: number
  readonly workload: number
}
