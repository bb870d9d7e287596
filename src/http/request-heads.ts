import type { HttpRequest } from './message.ts'

/**
 * The properties of each request's head that are asked for again and again, by index of the HttpRequest. In arrays, since the
 * requests of thousands of nodes are never in the cache.
 */
export class RequestHeads {
  /** 1: the request asks to switch to another protocol. */
  readonly isUpgrade: Uint8Array
  readonly http1Bytes: Int32Array
  /** The fields in HTTP/2 of all requests, one request after the other, as numbers of HeaderFields. */
  readonly fieldIds: Int32Array
  /** The place in `fieldIds` of the first field of each request, and the place after the last one of all. */
  readonly firstField: Int32Array

  constructor(requests: readonly HttpRequest[]) {
    this.isUpgrade = Uint8Array.from(requests, ({ isUpgrade }) => (isUpgrade ? 1 : 0))
    this.http1Bytes = Int32Array.from(requests, ({ http1HeadBytes }) => http1HeadBytes)
    this.fieldIds = Int32Array.from(requests.flatMap(({ http2Fields }) => http2Fields))
    this.firstField = new Int32Array(requests.length + 1)
    requests.forEach(({ http2Fields }, request) => {
      this.firstField[request + 1] = this.firstField[request] + http2Fields.length
    })
  }
}
