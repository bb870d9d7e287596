import type { HeaderFields } from './hpack/header-fields.ts'

/** A request's head as both versions write it. Immutable; known by its index. Bodies are streams of their own. */
export interface HttpRequest {
  readonly http1HeadBytes: number
  /** In the order in which they are sent; numbers of HeaderFields. */
  readonly http2Fields: readonly number[]
  /** It asks to switch to another protocol (RFC 9110 section 7.8): after a 101 the connection is a raw stream. */
  readonly isUpgrade: boolean
  /** The head leaves in a write of its own, before the body. HTTP/2 always has it so. */
  readonly isHeadApart: boolean
}

/** A response's head. Immutable; known by its index. */
export interface HttpResponse {
  readonly status: number
  readonly http1HeadBytes: number
  readonly http2Fields: readonly number[]
}

/** What all connections may refer to by index. Immutable, shared by forks. */
export interface HttpDirectory {
  readonly requests: readonly HttpRequest[]
  readonly responses: readonly HttpResponse[]
  readonly fields: HeaderFields
}

/** A body whose length nobody knows before its end. */
export const UNKNOWN_LENGTH = -1

export const SWITCHING_PROTOCOLS = 101
