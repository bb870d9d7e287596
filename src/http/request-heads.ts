import type { HttpRequest } from './message.ts'

/**
 * What is asked about the head of each request again and again, by index of the HttpRequest. In arrays, since the
 * requests of thousands of nodes are never in the cache.
 */
export class RequestHeads {
  /** 1: the request asks to switch to another protocol. */
  readonly isUpgrade: Uint8Array
  readonly http1Bytes: Int32Array

  constructor(requests: readonly HttpRequest[]) {
    this.isUpgrade = Uint8Array.from(requests, ({ isUpgrade }) => (isUpgrade ? 1 : 0))
    this.http1Bytes = Int32Array.from(requests, ({ http1HeadBytes }) => http1HeadBytes)
  }
}
