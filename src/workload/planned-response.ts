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
  /** Chunks at intervals for `forNs` (Infinity: until the client closes), requested by `workload`. */
  | {
      readonly kind: 'flow'
      readonly chunkBytes: number
      readonly intervalNs: number
      readonly forNs: number
      readonly workload: number
    }
  /** After an upgrade: streams are confirmed, and each key is echoed. */
  | { readonly kind: 'echo'; readonly echoBytes: number; readonly openedBytes: number }
  /** After an upgrade: streams are confirmed, and then `outputBytes` and the end follow. */
  | { readonly kind: 'output'; readonly outputBytes: number; readonly openings: number; readonly openedBytes: number }
