import type { HeaderField } from '../../http/hpack/header-fields.ts'

/**
 * A request of a program that is not part of Kubernetes. Header fields are those of Go's net/http (request.go,
 * transfer.go, server.go).
 */

export interface PlainRequest {
  readonly method: 'GET' | 'POST'
  readonly target: string
  /** Host and port of the server. */
  readonly authority: string
  readonly scheme: 'http' | 'https'
  readonly userAgent: string
  /** The length of the bearer token; 0 without one. */
  readonly tokenBytes: number
  readonly bodyBytes: number
  /** The protocol to switch to; null: none. */
  readonly upgrade: string | null
}

export function plainRequestFields(request: PlainRequest): readonly HeaderField[] {
  return [
    { name: ':authority', value: request.authority },
    { name: ':method', value: request.method },
    { name: ':path', value: request.target },
    { name: ':scheme', value: request.scheme },
    ...(request.tokenBytes > 0 ? [{ name: 'authorization', value: `Bearer ${'x'.repeat(request.tokenBytes)}` }] : []),
    { name: 'user-agent', value: request.userAgent },
    ...(request.bodyBytes > 0 ? [{ name: 'content-length', value: `${request.bodyBytes}` }] : []),
    ...(request.upgrade === null
      ? [{ name: 'accept-encoding', value: 'gzip' }]
      : [
          { name: 'connection', value: 'Upgrade' },
          { name: 'upgrade', value: request.upgrade },
        ]),
  ]
}

/** A date has 29 characters until the year 10000 (RFC 9110 section 5.6.7). */
const DATE = 'Tue, 24 Nov 2026 00:00:00 GMT'

/** The header fields of a response; `bodyBytes` is null where its length is not known when the head is sent. */
export function plainResponseFields(
  status: number,
  contentType: string,
  bodyBytes: number | null,
): readonly HeaderField[] {
  return [
    { name: ':status', value: `${status}` },
    { name: 'content-type', value: contentType },
    { name: 'date', value: DATE, changesEachTime: true },
    ...(bodyBytes === null ? [] : [{ name: 'content-length', value: `${bodyBytes}` }]),
  ]
}
