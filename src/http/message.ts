import type { HeaderFields } from './hpack/header-fields.ts'

/** The head of a request in both versions of HTTP. Immutable, identified by its index. Bodies are separate streams. */
export interface HttpRequest {
  readonly http1HeadBytes: number
  /** Header fields in the order in which they are sent, as numbers of HeaderFields. */
  readonly http2Fields: readonly number[]
  /**
   * The request asks to switch to another protocol (RFC 9110 section 7.8). After a 101 the connection is a raw stream.
   */
  readonly isUpgrade: boolean
  /** HTTP/1.1 writes the head by itself, before the body. HTTP/2 always does. */
  readonly flushesHead: boolean
  /** The server flushes each piece of the response, and the client reads it line by line: logs. */
  readonly isReadByLine: boolean
}

/** The head of a response. Immutable, identified by its index. */
export interface HttpResponse {
  readonly status: number
  readonly http1HeadBytes: number
  readonly http2Fields: readonly number[]
}

/** The requests and responses that all connections refer to by index. Immutable, shared by forks. */
export interface HttpDirectory {
  readonly requests: readonly HttpRequest[]
  readonly responses: readonly HttpResponse[]
  readonly fields: HeaderFields
}

/** The length of a body that is not known before it ends. */
export const UNKNOWN_LENGTH = -1

/** The status of a response that switches to another protocol (RFC 9110 section 15.2.2). */
export const SWITCHING_PROTOCOLS = 101
