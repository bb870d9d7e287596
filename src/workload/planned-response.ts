import type { Token } from '../security/bearer-token.ts'

/** What a server says to a request, whose index it has. Immutable. */
export interface PlannedResponse {
  /** Index of the HttpResponse. */
  readonly accepted: number
  readonly refused: number
  readonly refusalBodyBytes: number
  /** What the request carries, and must be good; null: nothing is asked for. */
  readonly token: Token | null
  readonly body: ResponseBody
}

export type ResponseBody =
  /** A body of a known length. */
  | { readonly kind: 'body'; readonly bodyBytes: number }
  /** Chunks, one after the other, for so long (Infinity: until nobody listens). `workload` is the one that asks. */
  | {
      readonly kind: 'flow'
      readonly chunkBytes: number
      readonly intervalNs: number
      readonly forNs: number
      readonly workload: number
    }
  /** After an upgrade: each key comes back, and streams are confirmed. */
  | { readonly kind: 'echo'; readonly echoBytes: number; readonly openedBytes: number }
  /** After an upgrade: streams are confirmed, then so many bytes follow and the end. */
  | { readonly kind: 'output'; readonly outputBytes: number; readonly openings: number; readonly openedBytes: number }
