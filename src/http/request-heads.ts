import type { HttpRequest } from './message.ts'

/**
 * The properties of each request's head that are read for every request, by index of the HttpRequest. They are in
 * arrays, because the HttpRequests of thousands of nodes do not fit into a processor's cache.
 */
export class RequestHeads {
  /** 1: the request asks to switch to another protocol. */
  readonly isUpgrade: Uint8Array
  /** 1: HTTP/1.1 writes the head by itself. */
  readonly flushesHead: Uint8Array
  /** 1: the response is flushed piece by piece, and read line by line. */
  readonly isReadByLine: Uint8Array
  /** The size of the head in HTTP/1.1. */
  readonly http1Bytes: Int32Array
  /** The fields in HTTP/2 of all requests, one request after the other, as numbers of HeaderFields. */
  readonly fieldIds: Int32Array
  /** The place in `fieldIds` of the first field of each request, and the place after the last one of all. */
  readonly firstField: Int32Array

  constructor(requests: readonly HttpRequest[]) {
    const fieldCount = requests.reduce((count, { http2Fields }) => count + http2Fields.length, 0)
    this.isUpgrade = new Uint8Array(requests.length)
    this.flushesHead = new Uint8Array(requests.length)
    this.isReadByLine = new Uint8Array(requests.length)
    this.http1Bytes = new Int32Array(requests.length)
    this.fieldIds = new Int32Array(fieldCount)
    this.firstField = new Int32Array(requests.length + 1)
    let end = 0
    for (const [request, { isUpgrade, flushesHead, isReadByLine, http1HeadBytes, http2Fields }] of requests.entries()) {
      this.isUpgrade[request] = isUpgrade ? 1 : 0
      this.flushesHead[request] = flushesHead ? 1 : 0
      this.isReadByLine[request] = isReadByLine ? 1 : 0
      this.http1Bytes[request] = http1HeadBytes
      this.fieldIds.set(http2Fields, end)
      end += http2Fields.length
      this.firstField[request + 1] = end
    }
  }
}
